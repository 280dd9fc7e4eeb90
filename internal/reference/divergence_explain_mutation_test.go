package reference

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"testing"
)

// TestExplainedDivergenceHoldsEveryFigure changes the figures of every entry on agreement, decomposition and
// standardisation, inputs and results, one by one. None may agree then.
func TestExplainedDivergenceHoldsEveryFigure(t *testing.T) {
	ours := map[string]bool{
		"bland_altman": true, "kitagawa": true, "das_gupta_product": true, "direct_standardisation": true,
		"indirect_standardisation": true, "level_structure_split": true,
	}
	f := must(read(filepath.Join(folder(t), "divergence.json")))
	held := 0
	for _, fields := range f.Entries {
		var method string
		if json.Unmarshal(fields["method"], &method) != nil || !ours[method] {
			continue
		}
		for _, name := range []string{"input", "expected"} {
			for where, changed := range changes(fields[name]) {
				e := &entry{topic: f.Topic, dir: folder(t), fields: maps.Clone(fields), tolerance: f.Default}
				e.fields[name] = changed
				if o := e.check(); o.disagrees == "" {
					t.Errorf("%s: %s%s is changed, and agrees", e.id(), name, where)
				}
				held++
			}
		}
	}
	if held == 0 {
		t.Error("no figure of any entry was changed")
	}
}
