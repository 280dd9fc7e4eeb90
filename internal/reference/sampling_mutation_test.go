package reference

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
)

// TestSamplingHoldsEveryFigure changes the figures of every entry on sampling, one by one. Not held are inputs that need
// not matter (sizes of certain units, limits that do not bind), and what is only known to be no less than ours.
func TestSamplingHoldsEveryFigure(t *testing.T) {
	holdEveryFigure(t, "sampling", "tolerance", "x", "min", "max", "constraints", "chromy_package_total")
}

// holdEveryFigure changes the figures of every entry of a topic by more than its tolerance, one by one: none may agree
// then. Of long lists the first and the last figure are changed. Idle are fields that need not be held, or places in
// them.
func holdEveryFigure(t *testing.T, topic string, idle ...string) {
	path := filepath.Join(folder(t), topic+".json")
	f, err := read(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, fields := range f.Entries {
		for name, raw := range fields {
			if slices.Contains(idle, name) {
				continue
			}
			for where, changed := range changes(raw) {
				e := &entry{topic: f.Topic, dir: filepath.Dir(path), fields: maps.Clone(fields), tolerance: f.Default}
				e.fields[name] = changed
				if o := e.check(); o.disagrees == "" && o.unsupported == "" && !slices.Contains(idle, name+where) {
					t.Errorf("%s: %s%s is changed, and agrees", e.id(), name, where)
				}
			}
		}
	}
}

// changes gives a JSON value with one number in it changed, for each by its place.
func changes(raw json.RawMessage) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	var number float64
	var list []json.RawMessage
	var object map[string]json.RawMessage
	switch {
	case json.Unmarshal(raw, &number) == nil && string(raw) != "null":
		changed := number*1.01 + 0.01
		if changed == number {
			changed++
		}
		out[""] = encode(changed)
	case json.Unmarshal(raw, &list) == nil:
		for i := range list {
			if 1 < i && i < len(list)-1 {
				continue
			}
			for where, v := range changes(list[i]) {
				c := slices.Clone(list)
				c[i] = v
				out[fmt.Sprintf("[%d]%s", i, where)] = encode(c)
			}
		}
	case json.Unmarshal(raw, &object) == nil:
		for k := range object {
			for where, v := range changes(object[k]) {
				c := maps.Clone(object)
				c[k] = v
				out["."+k+where] = encode(c)
			}
		}
	}
	return out
}

func encode(v any) json.RawMessage { return must(json.Marshal(v)) }
