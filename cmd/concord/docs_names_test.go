package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocsNames looks for every name of the libraries that the documents mention.
func TestDocsNames(t *testing.T) {
	found := 0
	for _, dir := range []string{"sampling", "sampling/plan", "analysis"} {
		known := exported(t, filepath.Join("../..", dir))
		mention := regexp.MustCompile(`\b` + filepath.Base(dir) + `\.([A-Z]\w*)`)
		for _, path := range documents(t) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range mention.FindAllStringSubmatch(string(text), -1) {
				if found++; !known[m[1]] {
					t.Errorf("%s mentions %s, which is not there", filepath.Base(path), m[0])
				}
			}
		}
	}
	if found < 50 {
		t.Errorf("the documents mention %d names, want 50 at least", found)
	}
}

func documents(t *testing.T) []string {
	paths, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// exported are the names that a package exports, methods left out.
func exported(t *testing.T, dir string) map[string]bool {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.FileExports(file)
		for _, d := range file.Decls {
			declared(names, d)
		}
	}
	return names
}

func declared(names map[string]bool, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names[d.Name.Name] = true
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				names[s.Name.Name] = true
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names[n.Name] = true
				}
			}
		}
	}
}
