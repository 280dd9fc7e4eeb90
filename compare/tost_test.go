package compare_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
)

// TestTOSTIsItsInterval: equivalence is shown just where the interval lies between the margins, and turning all about
// changes sides.
func TestTOSTIsItsInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := estimate(rapid.Float64Range(-5, 5).Draw(t, "difference"), rapid.Float64Range(0.01, 3).Draw(t, "se"),
			rapid.SampledFrom([]float64{2, 11.5, inf}).Draw(t, "df"))
		lower := rapid.Float64Range(-6, 4).Draw(t, "lower")
		upper := lower + rapid.Float64Range(0.1, 9).Draw(t, "width")
		alpha := rapid.Float64Range(0.01, 0.3).Draw(t, "alpha")
		e := compare.TOST(d, lower, upper, alpha)
		if math.Abs(e.P-alpha) > 1e-7 && e.Equivalent() != (lower < e.Interval.Lower && e.Interval.Upper < upper) {
			t.Fatalf("p %v at %v, interval %v to %v in %v to %v", e.P, alpha, e.Interval.Lower, e.Interval.Upper, lower, upper)
		}
		d.Value = -d.Value
		if m := compare.TOST(d, -upper, -lower, alpha); !scalar.EqualWithinRel(m.P, e.P, 1e-12) || m.PSide[0] != e.PSide[1] {
			t.Fatalf("p %v, turned about %v", e.P, m.P)
		}
	})
}

// TestJudgedAsTOST: with a census without error the verdict's p-values are those of TOST about it.
func TestJudgedAsTOST(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, se := rapid.Float64Range(900, 1100).Draw(t, "register"), rapid.Float64Range(2, 60).Draw(t, "se")
		df := rapid.SampledFrom([]float64{3, 14.5, 199, inf}).Draw(t, "df")
		j := judge(figures(r, se, df), figures(1000, 0, inf), plan)
		e := compare.TOST(estimate(r-1000, se, df), -50, 50, 0.05)
		if !scalar.EqualWithinRel(j.EquivalenceP, e.P, 1e-8) || !scalar.EqualWithinRel(j.PValue, e.PDifference, 1e-8) {
			t.Fatalf("judged %v and %v, tested %v and %v", j.EquivalenceP, j.PValue, e.P, e.PDifference)
		}
	})
}

func TestDifferencesOfFewValues(t *testing.T) {
	if d := compare.PairedDifference([]float64{1}, []float64{2}); !math.IsNaN(d.SE) {
		t.Errorf("one pair: %+v", d)
	}
	if d := compare.WelchDifference([]float64{1, 2}, []float64{2}); !math.IsNaN(d.SE) {
		t.Errorf("one value: %+v", d)
	}
}

func ExampleTOST() {
	d := analysis.Estimate{Value: 1.4, SE: 0.6, DF: 12} // percent
	e := compare.TOST(d, -1, 3, 0.05)
	fmt.Printf("p %.4f, %.0f %% interval %.2f to %.2f, equivalent: %v\n", e.P, 100*e.Interval.Level, e.Interval.Lower, e.Interval.Upper, e.Equivalent())
	// Output: p 0.0103, 90 % interval 0.33 to 2.47, equivalent: true
}
