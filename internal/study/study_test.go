package study

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

// small is the shortest study there is.
const small = `study: s
title: T
reference_time: 2024-04-01
register: {file: r.csv, columns: {permanent: a}}
definitions: [{name: permanent, residence: permanent}]
draw: {method: all}
collection: {start: 2024-04-01, end: 2024-04-30}
field_results: {file: c.csv, kind: counts, columns: {area: a}}
compare: {margin_pct: 5}
`

func TestTemplateLoads(t *testing.T) {
	s, err := Parse("study.yaml", Template)
	if err != nil {
		t.Fatal(err)
	}
	if s.Text != string(Template) || s.File != "study.yaml" {
		t.Error("text or file is not the one given")
	}
	if got := s.AreasOf(s.Definitions[2]); !cmp.Equal(got, []string{"permanent_area", "temporary_area"}) {
		t.Errorf("areas of registered: %v", got)
	}
}

func TestDefaults(t *testing.T) {
	s, err := Parse("dir/study.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(s.Languages, []string{"en"}) || s.Output != "artefacts" || s.Areas.Level != "commune" || s.Draw.Level != "commune" || s.Draw.Least != 1 {
		t.Errorf("languages %v, output %s, level %s, drawn level %s, least %d", s.Languages, s.Output, s.Areas.Level, s.Draw.Level, s.Draw.Least)
	}
	want := Compare{
		Definitions: []string{"permanent"}, Dimensions: []string{"total", "sex", "age5", "sex*age5"}, Levels: []string{"commune"}, MarginPct: 5,
		Level: 0.95, FDR: 0.05, Adjust: "bh", Alpha: 0.05, AgeGroups: []int{0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85},
	}
	if diff := cmp.Diff(want, s.Compare); diff != "" {
		t.Error(diff)
	}
	for in, out := range map[string]string{"r.csv": filepath.Join("dir", "r.csv"), "/r.csv": "/r.csv", "": ""} {
		if got := s.Path(in); got != out {
			t.Errorf("Path(%q) = %q, want %q", in, got, out)
		}
	}
	again := *s
	again.setDefaults()
	if diff := cmp.Diff(*s, again, cmpopts.IgnoreUnexported(Study{})); diff != "" {
		t.Errorf("defaults of defaults:\n%s", diff)
	}
}

// What a study says, said again with all its defaults, is the same study.
func TestRoundTrip(t *testing.T) {
	for name, text := range map[string]string{"small": small, "template": string(Template)} {
		s, err := Parse("study.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		written, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse("study.yaml", written) // JSON is YAML
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, written)
		}
		if diff := cmp.Diff(s, again, cmpopts.IgnoreFields(Study{}, "Text"), cmpopts.IgnoreUnexported(Study{})); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// What YAML allows beside the plain form.
func TestFormsOfYAML(t *testing.T) {
	for name, text := range map[string]string{
		"byte-order mark": "\xef\xbb\xbf" + small,
		"CRLF":            strings.ReplaceAll(small, "\n", "\r\n"),
		"end of document": small + "...\n",
		"comments":        "# first\n" + strings.ReplaceAll(small, "\n", " # aside\n"),
		"anchor":          strings.Replace(strings.Replace(small, "start: 2024-04-01", "start: *day", 1), "reference_time: ", "reference_time: &day ", 1),
		"merge":           small + "<<: {seed: 3}\n",
		"quoted date":     strings.Replace(small, "2024-04-01", `"2024-04-01"`, 1),
		"number as key":   strings.Replace(small, "file: r.csv", "file: r.csv, sex_codes: {1: male, 2: female}", 1),
	} {
		if _, err := Parse("f", []byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaIsSchema(t *testing.T) {
	var doc map[string]any
	if err := json.Unmarshal(Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	if doc["$schema"] != "https://json-schema.org/draft/2020-12/schema" {
		t.Errorf("$schema is %v", doc["$schema"])
	}
	c := validator.NewCompiler()
	meta, err := c.Compile("https://json-schema.org/draft/2020-12/schema")
	if err != nil {
		t.Fatal(err)
	}
	if err := meta.Validate(any(doc)); err != nil {
		t.Errorf("not a JSON Schema 2020-12: %v", err)
	}
}

// Every description of a Go field is in the published schema, and no mapping takes unknown keys.
func TestSchemaDescribesItself(t *testing.T) {
	var doc struct {
		Defs map[string]json.RawMessage `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	seen := 0
	checkType(t, reflect.TypeFor[Study](), Schema(), doc.Defs, &seen)
	if seen < 60 {
		t.Errorf("only %d keys looked at", seen)
	}
}

func checkType(t *testing.T, typ reflect.Type, text json.RawMessage, defs map[string]json.RawMessage, seen *int) {
	t.Helper()
	var s struct {
		Properties map[string]struct {
			Description string `json:"description"`
		} `json:"properties"`
		Additional *bool    `json:"additionalProperties"`
		Required   []string `json:"required"`
	}
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	if s.Additional == nil || *s.Additional {
		t.Errorf("%s takes unknown keys", typ)
	}
	for _, f := range fieldsOf(typ) {
		name := jsonName(f)
		if name == "-" {
			continue
		}
		*seen++
		p, ok := s.Properties[name]
		if want := f.Tag.Get("jsonschema_description"); !ok || want != "" && p.Description != want {
			t.Errorf("%s.%s: described as %q, want %q", typ, name, p.Description, want)
		}
		inner := f.Type
		if inner.Kind() == reflect.Slice || inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && inner != reflect.TypeFor[Date]() {
			checkType(t, inner, defs[inner.Name()], defs, seen)
		}
	}
}
