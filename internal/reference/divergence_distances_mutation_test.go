package reference

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"testing"
)

// TestDistancesHoldEveryFigure changes the figures of every entry of these methods, one by one: none may agree then.
func TestDistancesHoldEveryFigure(t *testing.T) {
	path := filepath.Join(folder(t), "divergence.json")
	f, err := read(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, fields := range f.Entries {
		e := &entry{topic: f.Topic, dir: filepath.Dir(path), fields: fields, tolerance: f.Default}
		var method string
		if e.into("method", &method); distances[method] == nil {
			continue
		}
		for where, changed := range changes(fields["expected"]) {
			e.fields = maps.Clone(fields)
			e.fields["expected"] = changed
			if o := e.check(); o.disagrees == "" {
				t.Errorf("%s: expected%s is changed, and agrees", e.id(), where)
			}
		}
		checkTexts(t, e, fields)
	}
}

// checkTexts changes the lists of texts of an entry.
func checkTexts(t *testing.T, e *entry, fields map[string]json.RawMessage) {
	var want map[string]json.RawMessage
	if err := json.Unmarshal(fields["expected"], &want); err != nil {
		t.Fatal(err)
	}
	for name, raw := range want {
		var texts []string
		if json.Unmarshal(raw, &texts) != nil || len(texts) == 0 || name == "" || string(raw) == "null" {
			continue
		}
		texts[0] += "?"
		e.fields = maps.Clone(fields)
		changed := maps.Clone(want)
		changed[name] = encode(texts)
		e.fields["expected"] = encode(changed)
		if o := e.check(); o.disagrees == "" {
			t.Errorf("%s: %s is changed, and agrees", e.id(), name)
		}
	}
}
