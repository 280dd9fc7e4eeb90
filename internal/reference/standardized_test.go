package reference

import (
	"encoding/json"
	"fmt"

	"github.com/concord-stat/concord/analysis"
)

func init() { designKinds["standardized"] = standardized }

// standardized makes the survey of another design whose weights give groups the make-up of a standard population.
func standardized(e *entry, fields map[string]json.RawMessage, t *table) (analysis.Survey, string) {
	if odd := strangers(fields, "name", "kind", "base", "standardize", "r_call", "domain"); odd != nil {
		return nil, fmt.Sprintf("design with %v", odd)
	}
	base, cannot := readDesign(e, nestedDesign(fields, "base"), t)
	if cannot != "" {
		return nil, cannot
	}
	var d struct {
		By, Over         string
		Population       []float64
		ExcludingMissing names `json:"excluding_missing"`
	}
	mustSucceed(json.Unmarshal(fields["standardize"], &d))
	by := analysis.Standardisation{By: t.factor(d.By).Code, Population: d.Population}
	if d.Over != "" {
		by.Over = t.factor(d.Over).Code
	}
	for i, in := range t.complete(nil, d.ExcludingMissing) {
		if !in {
			by.By[i] = -1
		}
	}
	sv, err := analysis.Standardise(base, by)
	mustSucceed(err)
	return sv, ""
}
