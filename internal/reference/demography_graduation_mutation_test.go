package reference

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestGraduationHoldsEveryFigure changes the figures of every entry on graduation, smoothing, survival and balance, one
// by one. Not held are inputs that need not matter: an open group, which is no part of a smoothing or a cohort, ages
// that only name the counts, who is not born yet at the first census, and a net arrival of -1, which the change leaves
// as it is.
func TestGraduationHoldsEveryFigure(t *testing.T) {
	idle := map[string][]string{"sprague": nil, "beers_ordinary": nil, "mono_hyman": nil, "balancing_equation": nil,
		"beers_ordinary_infant": {"counts[17]"}, "smooth5": {"counts5[16]"}, "spencer21": {"age0"}, "population_interpolation": nil,
		"intercensal_survival": {"pop1[17]", "pop2[17]", "pop2[0]", "pop2[1]", "prior_ex[17]", "interval_years"},
		"cohort_component_1y":  {"net_mig_m[1]"},
	}
	f := must(read(filepath.Join(folder(t), "demography.json")))
	held := 0
	for _, fields := range f.Entries {
		var method string
		json.Unmarshal(fields["method"], &method)
		free, ours := idle[method]
		if !ours {
			continue
		}
		for _, name := range []string{"input", "expected"} {
			for where, changed := range changes(fields[name]) {
				e := &entry{topic: f.Topic, dir: folder(t), fields: maps.Clone(fields), tolerance: f.Default}
				e.fields[name] = changed
				if o := e.check(); o.disagrees == "" && !slices.Contains(free, strings.TrimPrefix(where, ".")) {
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
