package explain_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare/explain"
	"gonum.org/v1/gonum/stat/distuv"
)

// TestStandardisedComparison draws events of two populations of other composition with the same rates: crude rates
// differ, standardised ones do not, and the intervals of difference and ratio hold 0 and 1 at their level. The
// tolerance is the normal quantile that leaves falseAlarm, times the binomial standard error, and a point for normal
// theory.
func TestStandardisedComparison(t *testing.T) {
	const draws = 4000
	rng := rand.New(rand.NewPCG(61, 61))
	rates, standard := []float64{0.01, 0.02, 0.06}, []float64{3, 2, 1}
	first, second := []float64{9000, 6000, 2000}, []float64{2000, 5000, 8000}
	events := func(exposure []float64) (x []float64) {
		for i, t := range exposure {
			x = append(x, distuv.Poisson{Lambda: t * rates[i], Src: rng}.Rand())
		}
		return x
	}
	rate := func(exposure []float64) analysis.StandardisedRate {
		r, err := analysis.DirectlyStandardised(events(exposure), exposure, standard)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	var difference, ratio float64
	for range draws {
		c := explain.StandardisedComparison{First: rate(first), Second: rate(second)}
		d := c.Difference()
		if lower, upper := d.Interval(0.95); lower <= 0 && 0 <= upper {
			difference += 1. / draws
		}
		if i := c.Ratio().LogInterval(0.95); i.Lower <= 1 && 1 <= i.Upper {
			ratio += 1. / draws
		}
	}
	t.Logf("covered: difference %.4f, ratio %.4f", difference, ratio)
	limit := 0.01 + distuv.UnitNormal.Quantile(1-falseAlarm/4)*math.Sqrt(0.95*0.05/draws)
	if math.Abs(difference-0.95) > limit || math.Abs(ratio-0.95) > limit {
		t.Errorf("covered: difference %v, ratio %v", difference, ratio)
	}
	if e := (explain.StandardisedComparison{}).Ratio(); !math.IsNaN(e.Value) || !math.IsNaN(e.SE) {
		t.Errorf("ratio to no rate: %v", e.Value)
	}
}
