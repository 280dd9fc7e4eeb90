package reference

import (
	"encoding/json"
	"sort"

	"github.com/concord-stat/concord/compare"
)

func init() { registerAgreement("adjusted", adjusted) }

// adjustments are our adjustments of p-values, by the name R gives them.
var adjustments = map[string]func([]float64) []float64{"BH": compare.BenjaminiHochberg}

// adjusted holds adjusted p-values against ours.
func adjusted(e *entry) outcome {
	var p []float64
	var adjusted map[string]json.RawMessage
	if !e.fits("p", &p) || !e.fits("adjusted", &adjusted) {
		return unsupported("adjustments of another shape")
	}
	var left []string
	done := 0
	for name, raw := range adjusted {
		adjust := adjustments[name]
		if adjust == nil {
			left = append(left, "adjustment "+name)
			continue
		}
		var want []number
		if err := json.Unmarshal(raw, &want); err != nil {
			return disagree("%s: %v", name, err)
		}
		if err := e.tolerance.vector(name, adjust(p), want); err != nil {
			return disagree("%v", err)
		}
		done++
	}
	if done == 0 {
		return unsupported("adjustments other than BH")
	}
	sort.Strings(left)
	return agree(left...)
}
