package reference

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"sort"
)

// An entry is one reference result: its fields as they stand in the file, and how near ours must be.
type entry struct {
	topic, dir string
	fields     map[string]json.RawMessage
	tolerance  tolerance
}

func (e *entry) id() string {
	var id string
	e.into("id", &id)
	return id
}

// has reports whether the entry has a field that is not null.
func (e *entry) has(name string) bool {
	raw, ok := e.fields[name]
	return ok && string(raw) != "null"
}

// into reads a field; one that is absent or null leaves v as it is. It panics where the field has another shape.
func (e *entry) into(name string, v any) {
	if !e.has(name) {
		return
	}
	if err := json.Unmarshal(e.fields[name], v); err != nil {
		panic(fmt.Sprintf("field %s: %v", name, err))
	}
}

// inputs reads the fields that v, a pointer to a struct, has; it panics where one has another shape.
func (e *entry) inputs(v any) {
	text, err := json.Marshal(e.fields)
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		panic(err)
	}
}

// fits reads a field and reports whether it is there and has the shape of v.
func (e *entry) fits(name string, v any) bool {
	return e.has(name) && json.Unmarshal(e.fields[name], v) == nil
}

// path is a path relative to the entry's file.
func (e *entry) path(name string) string { return filepath.Join(e.dir, filepath.FromSlash(name)) }

// strangers are the fields of an object that are neither among those known nor empty (null, false), in order.
func strangers(object map[string]json.RawMessage, known ...string) []string {
	var found []string
	for name, raw := range object {
		if text := string(raw); text != "null" && text != "false" {
			found = append(found, name)
		}
	}
	sort.Strings(found)
	return without(found, known)
}

func without(names, known []string) (rest []string) {
	is := map[string]bool{}
	for _, k := range known {
		is[k] = true
	}
	for _, n := range names {
		if !is[n] {
			rest = append(rest, n)
		}
	}
	return rest
}

// A number is a JSON number, "Inf" or "-Inf"; null is not a number.
type number float64

func (n *number) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case `null`, `"NaN"`:
		*n = number(math.NaN())
	case `"Inf"`:
		*n = number(math.Inf(1))
	case `"-Inf"`:
		*n = number(math.Inf(-1))
	default:
		return json.Unmarshal(text, (*float64)(n))
	}
	return nil
}

// A tolerance is how far from a reference value ours may be: abs + rel·|value|.
type tolerance struct {
	Rel, Abs      float64
	Informational bool
}

func (t tolerance) near(got, want float64) bool {
	switch {
	case math.IsNaN(got) || math.IsNaN(want):
		return math.IsNaN(got) == math.IsNaN(want)
	case math.IsInf(got, 0) || math.IsInf(want, 0):
		return got == want
	}
	return math.Abs(got-want) <= t.Abs+t.Rel*math.Abs(want)
}

// vector compares two lists, and says where they differ first.
func (t tolerance) vector(what string, got []float64, want []number) error {
	if len(got) != len(want) {
		return fmt.Errorf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !t.near(got[i], float64(want[i])) {
			return fmt.Errorf("%s[%d] = %v, want %v", what, i, got[i], float64(want[i]))
		}
	}
	return nil
}
