package analysis_test

import (
	"math"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
)

// TestIndirectlyStandardised: a population with the rates of the standard has a ratio of 1, one with half of them 0.5,
// whatever its composition; the rate is that much of the standard's crude rate.
func TestIndirectlyStandardised(t *testing.T) {
	standard, exposure := []float64{20, 60, 300}, []float64{4000, 3000, 5000}
	for scale, want := range map[float64]float64{1: 1, 0.5: 0.5} {
		events := []float64{100 * scale, 30 * scale, 100 * scale}
		own := []float64{20_000, 1500, 1666.6666666666667}
		r, err := analysis.IndirectlyStandardised(events, own, standard, exposure)
		if err != nil {
			t.Fatal(err)
		}
		if !closeTo(r.Ratio(), want, 1e-12) || !closeTo(r.Rate(), want*380/12_000, 1e-12) ||
			!closeTo(r.RatioSE(), math.Sqrt(r.Observed)/r.Expected, 0) {
			t.Errorf("ratio %v, rate %v, want %v", r.Ratio(), r.Rate(), want)
		}
		if i := r.Interval(0.95); !(i.Lower < want && want < i.Upper) {
			t.Errorf("interval %v to %v", i.Lower, i.Upper)
		}
	}
}

func TestIndirectlyStandardisedRefuses(t *testing.T) {
	one := []float64{1, 1}
	for want, in := range map[string][4][]float64{
		"events of group 1":                       {{1, -1}, one, one, one},
		"exposure of group 0":                     {one, {math.NaN(), 1}, one, one},
		"in the standard":                         {one, one, {-1, 1}, one},
		"the standard has no exposure in group 1": {one, one, one, {1, 0}},
		"no events are expected":                  {one, one, {0, 0}, one},
	} {
		_, err := analysis.IndirectlyStandardised(in[0], in[1], in[2], in[3])
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
