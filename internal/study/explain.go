package study

import (
	"math/big"
	"reflect"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// explain notes every leaf of a failed validation as a problem a person can act on.
func (d *document) explain(e *validator.ValidationError) {
	all := leaves(e)
	meant := make(map[string]bool) // keys that unknown ones seem to mean: they are not missing too
	for _, leaf := range all {
		if k, ok := leaf.ErrorKind.(*kind.AdditionalProperties); ok {
			for _, key := range k.Properties {
				meant[d.unknownKey(leaf.InstanceLocation, key)] = true
			}
		}
	}
	for _, leaf := range all {
		d.explainLeaf(leaf, meant)
	}
}

// leaves are the errors that have no causes of their own.
func leaves(e *validator.ValidationError) []*validator.ValidationError {
	if len(e.Causes) == 0 {
		return []*validator.ValidationError{e}
	}
	var all []*validator.ValidationError
	for _, cause := range e.Causes {
		all = append(all, leaves(cause)...)
	}
	return all
}

func (d *document) explainLeaf(e *validator.ValidationError, meant map[string]bool) {
	path := e.InstanceLocation
	name := strings.Join(path, ".")
	if name == "" {
		name = "the study"
	}
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties: // told already
	case *kind.Required:
		for _, key := range k.Missing {
			if full := strings.Join(append(slices.Clone(path), key), "."); !meant[full] {
				d.add(path, "%s is missing", full)
			}
		}
	case *kind.Type:
		d.add(path, "%s is %s, want %s%s", name, kinds[k.Got], kinds[k.Want[0]], quoteIt(k))
	case *kind.Format:
		d.add(path, "%s: %v is not a date, want YYYY-MM-DD", name, k.Got)
	case *kind.Enum:
		d.add(path, "%s: %v is not one of %s", name, k.Got, listed(k.Want))
	case *kind.Minimum:
		d.add(path, "%s is %s, want %s or more", name, decimal(k.Got), decimal(k.Want))
	case *kind.ExclusiveMinimum:
		d.add(path, "%s is %s, want more than %s", name, decimal(k.Got), decimal(k.Want))
	case *kind.ExclusiveMaximum:
		d.add(path, "%s is %s, want less than %s", name, decimal(k.Got), decimal(k.Want))
	case *kind.MinItems:
		d.add(path, "%s is empty, want %d or more", name, k.Want)
	default:
		d.add(path, "%s: %s", name, e.ErrorKind.LocalizedString(printer))
	}
}

// kinds are the types of JSON in words of YAML.
var kinds = map[string]string{"null": "empty", "boolean": "true or false", "number": "a number", "integer": "a whole number",
	"string": "text", "array": "a list", "object": "a mapping"}

func decimal(v *big.Rat) string {
	return strings.TrimSuffix(strings.TrimRight(v.FloatString(9), "0"), ".")
}

func quoteIt(k *kind.Type) string {
	if k.Got == "number" && slices.Contains(k.Want, "string") {
		return `: codes are text, so quote it ("01")`
	}
	return ""
}

// unknownKey notes a key that does not exist and returns the path of the nearest one that does.
func (d *document) unknownKey(path []string, key string) string {
	near := nearest(key, keysAt(reflect.TypeFor[Study](), path))
	at := append(slices.Clone(path), key)
	d.add(at, "%s is not a key; the nearest is %s", strings.Join(at, "."), near)
	return strings.Join(append(slices.Clone(path), near), ".")
}

// keysAt are the keys a mapping at a path may have.
func keysAt(t reflect.Type, path []string) []string {
	for _, step := range path {
		if t.Kind() == reflect.Slice {
			t = t.Elem()
			continue
		}
		for _, f := range fieldsOf(t) {
			if jsonName(f) == step {
				t = f.Type
				break
			}
		}
	}
	var keys []string
	for _, f := range fieldsOf(t) {
		if name := jsonName(f); name != "-" {
			keys = append(keys, name)
		}
	}
	return keys
}

// fieldsOf are the exported fields of a struct, or of the struct a pointer is to, those of embedded structs among them;
// none of anything else.
func fieldsOf(t reflect.Type) []reflect.StructField {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	return slices.DeleteFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool { return f.Anonymous || !f.IsExported() })
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// nearest is the word with the smallest edit distance, the first of equals.
func nearest(word string, known []string) string {
	return slices.MinFunc(known, func(a, b string) int {
		return levenshtein.ComputeDistance(word, a) - levenshtein.ComputeDistance(word, b)
	})
}
