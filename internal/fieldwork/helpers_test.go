package fieldwork_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/fieldwork"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
)

const head = `
study: s
title: T
reference_time: 2024-04-01
register: {file: r.csv, columns: {permanent: a}}
definitions: [{name: permanent, residence: permanent}]
draw: {method: all}
collection: {start: 2024-04-01, end: 2024-04-30}
compare: {margin_pct: 5}
`

const listed = "areas: {file: areas.csv, code: code, parents: [{level: province, code: province}]}\n"

const codeList = "code,province\n01,P1\n02,P1\n03,P2\n"

// tb is what *testing.T and *rapid.T share.
type tb interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// read reads field results from files by name; census.csv is the one of the study.
func read(t tb, dir, text string, files map[string]string) (*fieldwork.Results, error) {
	t.Helper()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := study.Parse(filepath.Join(dir, "study.yaml"), []byte(head+text))
	if err != nil {
		t.Fatal(err)
	}
	list, err := areas.Read(s)
	if err != nil {
		t.Fatal(err)
	}
	return fieldwork.Read(context.Background(), s, list, nil)
}

// census reads one file with the code list beside.
func census(t *testing.T, text, file string) (*fieldwork.Results, error) {
	t.Helper()
	return read(t, t.TempDir(), listed+text, map[string]string{"areas.csv": codeList, "census.csv": file})
}

// found gives the problems of a refused file without its path, and makes sure that nothing was read.
func found(t *testing.T, r *fieldwork.Results, err error) []string {
	t.Helper()
	var list *problems.List
	if !errors.As(err, &list) {
		t.Fatalf("error %v of type %T, want a list of problems", err, err)
	}
	if r != nil {
		t.Error("a file with problems was read in part")
	}
	var texts []string
	for _, p := range list.Problems {
		_, text, _ := strings.Cut(p.String(), "census.csv:")
		texts = append(texts, text)
	}
	return texts
}

// cells writes a tally as persons and weights by the levels of its dimensions.
func cells(t *analysis.Tally) (persons map[string]int64, weights map[string]float64) {
	persons, weights = make(map[string]int64), make(map[string]float64)
	for row, n := range t.N {
		var key []string
		for _, d := range t.Dims {
			key = append(key, d.Levels[d.Code[row]])
		}
		text := strings.Join(key, " | ")
		persons[text] += n
		if t.W != nil {
			weights[text] += t.W[row]
		}
	}
	maps.DeleteFunc(persons, func(_ string, n int64) bool { return n == 0 })
	return persons, weights
}
