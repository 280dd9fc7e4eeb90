package reference

import (
	"strings"

	"github.com/concord-stat/concord/sampling/plan"
)

// An allocation is a sample to be shared over strata.
type allocation struct {
	Dataset    string
	Call       string
	StratumVar string `json:"stratum_var"`
	Vars       []string
	N          float64 `json:"n"`
	Min, Max   *float64
	Q          float64
	Costs      []float64

	strata      *stratification
	moments     plan.Moments
	least, most []float64 // nil where the rule has no bounds
}

// allocationRules are ours by what the call of an entry says of the score; the first that it contains counts.
var allocationRules = []struct {
	text  string
	share func(*allocation) ([]float64, error)
}{
	{"largest remainder of n N_h/N", (*allocation).integerProportional},
	{"priority-value exact integer optimum", (*allocation).integerNeyman},
	{"X_h^q CV_h", (*allocation).power},
	{"N_h S_h/sqrt(c_h)", (*allocation).costOptimal},
	{"N_h S_h", (*allocation).neyman},
	{"sqrt(N_h)", (*allocation).squareRoot},
	{"N_h", (*allocation).proportional},
	{"n/H", (*allocation).equal},
}

// allocations holds a sample shared over strata, and the variance it leads to, against ours.
func allocations(e *entry) outcome {
	a := &allocation{}
	if e.inputs(a); len(a.Vars) != 1 || a.StratumVar == "" {
		return unsupported("an allocation for %d variables", len(a.Vars))
	}
	a.strata = stratify(readTable(e.path(a.Dataset)), a.StratumVar)
	a.moments = a.strata.moments(a.Vars[0])
	a.bounds()
	for _, rule := range allocationRules {
		if strings.Contains(a.Call, rule.text) {
			return a.compare(e, rule.share)
		}
	}
	return unsupported("allocation by %s", a.Call)
}

// bounds are min(m, Nh) and min(M, Nh), Nh where there is a minimum alone, and none where the entry has neither.
func (a *allocation) bounds() {
	if a.Min == nil && a.Max == nil {
		return
	}
	a.least, a.most = plan.OrAll(0, a.strata.units), a.strata.units
	if a.Min != nil {
		a.least = plan.OrAll(*a.Min, a.strata.units)
	}
	if a.Max != nil {
		a.most = plan.OrAll(*a.Max, a.strata.units)
	}
}

func (a *allocation) compare(e *entry, share func(*allocation) ([]float64, error)) outcome {
	n, err := share(a)
	if err != nil {
		return disagree("%v", err)
	}
	f := newFigures(e, "stratum_var", "vars", "n", "min", "max", "q", "costs")
	f.vector("allocation", n)
	f.number("variance_total", a.variance(n))
	return f.outcome()
}

// variance is that of the estimated total. Of a stratum that gets nothing it is infinite, which the entries have as
// that of 1e-12 units.
func (a *allocation) variance(n []float64) float64 {
	some := make([]float64, len(n))
	for h, v := range n {
		some[h] = max(v, 1e-12)
	}
	return plan.TotalVariance(a.strata.units, a.moments.SD, some)
}

func (a *allocation) equal() ([]float64, error) {
	return plan.Equal(a.N, len(a.strata.units), a.least, a.most)
}

func (a *allocation) proportional() ([]float64, error) {
	return plan.Proportional(a.N, a.strata.units, a.least, a.most)
}

func (a *allocation) squareRoot() ([]float64, error) {
	return plan.SquareRoot(a.N, a.strata.units, a.least, a.most)
}

func (a *allocation) neyman() ([]float64, error) {
	return plan.Neyman(a.N, a.strata.units, a.moments.SD, a.least, a.most)
}

func (a *allocation) costOptimal() ([]float64, error) {
	return plan.CostOptimal(a.N, a.strata.units, a.moments.SD, a.Costs, a.least, a.most)
}

func (a *allocation) power() ([]float64, error) {
	cv := make([]float64, len(a.moments.SD))
	for h, s := range a.moments.SD {
		cv[h] = s / a.moments.Mean[h]
	}
	return plan.Power(a.N, a.Q, a.moments.Total, cv, a.least, a.most)
}

func (a *allocation) integerProportional() ([]float64, error) {
	n, err := plan.IntegerProportional(a.strata.whole(), int(a.N), 0)
	return asFloats(n), err
}

func (a *allocation) integerNeyman() ([]float64, error) {
	n, err := plan.IntegerNeyman(int(a.N), a.strata.whole(), a.moments.SD, asInts(a.least), asInts(a.most))
	return asFloats(n), err
}

func asFloats(whole []int) []float64 {
	out := make([]float64, len(whole))
	for i, v := range whole {
		out[i] = float64(v)
	}
	return out
}

func asInts(v []float64) []int {
	if v == nil {
		return nil
	}
	out := make([]int, len(v))
	for i, x := range v {
		out[i] = int(x)
	}
	return out
}
