package study

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
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
	s.File, s.Text, s.document = file, string(text), d
	s.setDefaults()
	d.check(s)
	d.order()
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
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	parsed, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, d.syntax(err)
	}
	if len(parsed.Docs) != 1 || parsed.Docs[0].Body == nil {
		d.found.Add(d.file, 1, "", "want one YAML document")
		return nil, &d.found
	}
	d.root = parsed.Docs[0].Body
	if d.looseKeys(); d.found.Count() > 0 {
		return nil, &d.found
	}
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		return nil, d.syntax(err)
	}
	asJSON, err := json.Marshal(value)
	if err != nil {
		d.found.Add(d.file, 1, "", "a value that is neither text, number, list nor mapping: %v", err)
		return nil, &d.found
	}
	if err := d.validate(asJSON); err != nil {
		return nil, err
	}
	s := new(Study)
	if err := json.Unmarshal(asJSON, s); err != nil {
		return nil, d.undecoded(err)
	}
	return s, nil
}

// undecoded makes a problem of a number that fits the schema and no integer of the machine.
func (d *document) undecoded(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return fmt.Errorf("%s: %w", d.file, err)
	}
	d.add(strings.Split(wrong.Field, "."), "%s: %s is out of range", wrong.Field, strings.TrimPrefix(wrong.Value, "number "))
	return &d.found
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
		d.order()
	}
	return d.found.Err()
}

// add notes a problem with the value (or, where key is set, with the key) at a path of the document.
func (d *document) add(path []string, format string, args ...any) {
	line, column := d.position(path)
	d.found.Add(d.file, line, fmt.Sprint(column), format, args...)
}

// order puts the problems in the order of the text; the validator goes through a mapping in no order.
func (d *document) order() {
	slices.SortStableFunc(d.found.Problems, func(a, b problems.Problem) int {
		columnA, _ := strconv.Atoi(a.Column)
		columnB, _ := strconv.Atoi(b.Column)
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(columnA, columnB), cmp.Compare(a.Text, b.Text))
	})
}

// Position is the line and column of a key of the study, given by its path; those of the nearest key above where the study
// does not have it.
func (s *Study) Position(path ...string) (line, column int) { return s.document.position(path) }
