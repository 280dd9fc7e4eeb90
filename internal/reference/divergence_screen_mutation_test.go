package reference

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"testing"
)

// TestScreeningHoldsEveryFigure changes the figures of the entries on funnels and shrinkage, one by one: none may
// agree then.
func TestScreeningHoldsEveryFigure(t *testing.T) {
	path := filepath.Join(folder(t), "divergence.json")
	f, err := read(path)
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, fields := range f.Entries {
		var method string
		if json.Unmarshal(fields["method"], &method) != nil || !slices.Contains(screening, method) {
			continue
		}
		held++
		for where, changed := range changes(fields["expected"]) {
			e := &entry{topic: f.Topic, dir: filepath.Dir(path), fields: maps.Clone(fields), tolerance: f.Default}
			e.fields["expected"] = changed
			if o := e.check(); o.disagrees == "" {
				t.Errorf("%s: %s is changed, and agrees", e.id(), where)
			}
		}
	}
	if held < len(screening) {
		t.Errorf("%d entries, want one a method or more", held)
	}
}

var screening = []string{"funnel_poisson_limits", "funnel_proportion_limits", "funnel_overdispersion", "james_stein",
	"hierarchical_shrinkage_dl", "fay_herriot_reml"}
