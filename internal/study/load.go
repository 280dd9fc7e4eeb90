package study

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/concord-stat/concord/internal/problems"
)

var schema = sync.OnceValue(compile)

// Load reads and checks a study. The error is a *problems.List with everything that is wrong with the text.
func Load(file string) (*Study, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return Parse(file, text)
}

// Parse checks the text of a study and fills in what it leaves to the defaults.
func Parse(file string, text []byte) (*Study, error) {
	d := &document{file: file}
	s, err := d.parse(text)
	if err != nil {
		return nil, err
	}
	s.File, s.Text = file, string(text)
	s.setDefaults()
	d.check(s)
	if err := d.found.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

// A document is the text of a study with its positions and the problems found in it.
type document struct {
	file  string
	root  ast.Node
	found problems.List
}

func (d *document) parse(text []byte) (*Study, error) {
	parsed, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, d.syntax(err)
	}
	if len(parsed.Docs) != 1 || parsed.Docs[0].Body == nil {
		d.found.Add(d.file, 1, "", "want one YAML document")
		return nil, &d.found
	}
	d.root = parsed.Docs[0].Body
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		return nil, d.syntax(err)
	}
	asJSON, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.file, err)
	}
	if err := d.validate(asJSON); err != nil {
		return nil, err
	}
	s := new(Study)
	return s, json.Unmarshal(asJSON, s)
}

// syntax makes a problem of an error of the YAML parser.
func (d *document) syntax(err error) error {
	line, column, text := 1, "", err.Error()
	var at yaml.Error
	if errors.As(err, &at) {
		p := at.GetToken().Position
		line, column, text = p.Line, fmt.Sprint(p.Column), at.GetMessage()
	}
	d.found.Add(d.file, line, column, "%s", text)
	return &d.found
}

func (d *document) validate(asJSON []byte) error {
	instance, err := validator.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		return err
	}
	var failed *validator.ValidationError
	if err := schema().Validate(instance); errors.As(err, &failed) {
		d.explain(failed)
	}
	return d.found.Err()
}

// add notes a problem with the value (or, where key is set, with the key) at a path of the document.
func (d *document) add(path []string, format string, args ...any) {
	line, column := d.position(path)
	d.found.Add(d.file, line, fmt.Sprint(column), format, args...)
}
