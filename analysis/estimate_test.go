package analysis_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

var inf = math.Inf(1)

// TestQuantile: NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2, printed to three decimals.
func TestQuantile(t *testing.T) {
	const tol = 0.5001e-3
	for _, tt := range []struct{ p, df, want float64 }{
		{0.95, 1, 6.314}, {0.95, 5, 2.015}, {0.95, 10, 1.812}, {0.95, 30, 1.697}, {0.95, 100, 1.660}, {0.95, inf, 1.645},
		{0.975, 1, 12.706}, {0.975, 2, 4.303}, {0.975, 5, 2.571}, {0.975, 10, 2.228}, {0.975, 30, 2.042}, {0.975, 100, 1.984},
		{0.975, inf, 1.960}, {0.995, 10, 3.169}, {0.995, inf, 2.576}, {0.025, 10, -2.228}, {0.5, 7, 0},
	} {
		if got := analysis.Quantile(tt.p, tt.df); !scalar.EqualWithinAbs(got, tt.want, tol) {
			t.Errorf("Quantile(%v, %v) = %v, want %v", tt.p, tt.df, got, tt.want)
		}
	}
}

// TestQuantileClosed holds the distributions on one and two degrees of freedom against their closed forms (Johnson,
// Kotz and Balakrishnan 1995, Continuous Univariate Distributions 2, chapter 28).
func TestQuantileClosed(t *testing.T) {
	const tol = 1e-11
	for _, p := range []float64{0.001, 0.05, 0.3, 0.6, 0.9, 0.975, 0.9999} {
		if got, want := analysis.Quantile(p, 1), math.Tan(math.Pi*(p-0.5)); !scalar.EqualWithinRel(got, want, tol) {
			t.Errorf("Quantile(%v, 1) = %v, want %v", p, got, want)
		}
		if got, want := analysis.Quantile(p, 2), (2*p-1)/math.Sqrt(2*p*(1-p)); !scalar.EqualWithinRel(got, want, tol) {
			t.Errorf("Quantile(%v, 2) = %v, want %v", p, got, want)
		}
	}
}

// TestUpperTail: R 4.2, pt(x, df, lower.tail = FALSE).
func TestUpperTail(t *testing.T) {
	const tol = 1e-10
	for _, tt := range []struct{ x, df, want float64 }{
		{2.1818181818181817, 29, 0.01868619357227404}, {5.09090909090909, 29, 9.85088994487326e-06},
		{4, 12, 0.0008808481221975134}, {2.666666666666667, 12, 0.010268437497632118},
		{2.9044468696217636, 14.476266360159146, 0.005610169291002903}, {8, inf, 6.220960574271785e-16},
	} {
		if got := analysis.UpperTail(tt.x, tt.df); !scalar.EqualWithinRel(got, tt.want, tol) {
			t.Errorf("UpperTail(%v, %v) = %v, want %v", tt.x, tt.df, got, tt.want)
		}
	}
}

func TestUpperTailUndefined(t *testing.T) {
	nan := math.NaN()
	for _, tt := range [][2]float64{{nan, 5}, {nan, inf}, {1, 0}, {1, -1}, {1, nan}} {
		if got := analysis.UpperTail(tt[0], tt[1]); !math.IsNaN(got) {
			t.Errorf("UpperTail(%v, %v) = %v, want NaN", tt[0], tt[1], got)
		}
	}
	for _, df := range []float64{0, -1, nan} {
		if got := analysis.Quantile(0.9, df); !math.IsNaN(got) {
			t.Errorf("Quantile(0.9, %v) = %v, want NaN", df, got)
		}
	}
}

// TestQuantileInverts: quantile and tail undo each other, for degrees of freedom whole or not.
func TestQuantileInverts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Float64Range(0.5, 0.9999).Draw(t, "p")
		df := rapid.OneOf(rapid.Float64Range(0.5, 50), rapid.Float64Range(50, 1e5), rapid.Just(inf)).Draw(t, "df")
		x := analysis.Quantile(p, df)
		if got := analysis.UpperTail(x, df); !scalar.EqualWithinRel(got, 1-p, 1e-8) {
			t.Fatalf("UpperTail(Quantile(%v, %v)) = %v, want %v", p, df, got, 1-p)
		}
		if got := analysis.UpperTail(-x, df); !scalar.EqualWithinAbs(got, p, 1e-8) {
			t.Fatalf("UpperTail(-Quantile(%v, %v)) = %v, want %v", p, df, got, p)
		}
	})
}

// TestQuantileTendsToNormal: t exceeds z by about (z³+z)/(4ν) (Abramowitz and Stegun 1964, 26.7.5).
func TestQuantileTendsToNormal(t *testing.T) {
	z := analysis.Quantile(0.975, inf)
	for _, df := range []float64{1e3, 1e4, 4e4, 1e6} {
		if got, want := analysis.Quantile(0.975, df), z+(z*z*z+z)/(4*df); !scalar.EqualWithinAbs(got, want, 3/(df*df)+1e-9) {
			t.Errorf("Quantile(0.975, %v) = %v, want about %v", df, got, want)
		}
	}
}

// TestInterval: R survey 4.1-1, confint(svytotal(~enroll, dsrs), df = degf(dsrs)), see TestTotalsAgainstR for dsrs.
func TestInterval(t *testing.T) {
	e := analysis.Estimate{Value: 3621074.34, SE: 169519.65434405906, DF: 199}
	lower, upper := e.Interval(0.95)
	if !scalar.EqualWithinRel(lower, 3286788.9482369376, 1e-10) || !scalar.EqualWithinRel(upper, 3955359.731763062, 1e-10) {
		t.Errorf("interval %v to %v", lower, upper)
	}
	for _, e := range []analysis.Estimate{{SE: math.NaN(), DF: 5}, {SE: 1}, {SE: 1, DF: math.NaN()}} {
		if lower, upper := e.Interval(0.95); !math.IsNaN(lower) || !math.IsNaN(upper) {
			t.Errorf("%+v: interval %v to %v, want none", e, lower, upper)
		}
	}
	if lower, upper := (analysis.Estimate{Value: 7, DF: 3}).Interval(0.95); lower != 7 || upper != 7 {
		t.Errorf("interval of a value without error: %v to %v", lower, upper)
	}
}

func TestNotesTexts(t *testing.T) {
	if texts := analysis.Notes(0).Texts(); texts != nil {
		t.Errorf("nothing to say, and says %v", texts)
	}
	var all []string
	for _, n := range []analysis.Notes{analysis.SinglePSU, analysis.NoFPC, analysis.FirstStage, analysis.Unsampled, analysis.FewPSUs, analysis.SingleSSU} {
		texts := n.Texts()
		if len(texts) != 1 || slices.Contains(all, texts[0]) {
			t.Errorf("note %d says %v", n, texts)
		}
		all = append(all, texts...)
	}
	if got := analysis.Notes(1<<len(all) - 1).Texts(); !slices.Equal(got, all) {
		t.Errorf("all notes say %v", got)
	}
}

func ExampleEstimate_Interval() {
	e := analysis.Estimate{Value: 1000, SE: 50, DF: 10}
	lower, upper := e.Interval(0.95)
	fmt.Printf("%.1f to %.1f\n", lower, upper)
	// Output: 888.6 to 1111.4
}
