package analysis_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// shareMethods are the intervals for a share estimated from a sample.
var shareMethods = map[string]func(analysis.Proportion, float64) analysis.Interval{
	"Wald":         analysis.Proportion.Wald,
	"Logit":        analysis.Proportion.Logit,
	"Arcsine":      analysis.Proportion.Arcsine,
	"Wilson":       analysis.Proportion.Wilson,
	"Likelihood":   analysis.Proportion.Likelihood,
	"KornGraubard": analysis.Proportion.KornGraubard,
}

func share(value, se, df float64, n int64) analysis.Proportion {
	return analysis.Proportion{Estimate: analysis.Estimate{Value: value, SE: se, DF: df, N: n}}
}

// TestProportionBinomial: with the standard error of n independent persons and normal theory, the intervals are those
// for x of n. The two that know n as well are Clopper and Pearson's, once t on n-1 degrees of freedom stands in either
// place, and the likelihood interval of Newcombe (1998), Table I, method 7, printed to four decimals.
func TestProportionBinomial(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 2000).Draw(t, "n")
		x := rapid.IntRange(1, n-1).Draw(t, "x")
		level := rapid.Float64Range(0.5, 0.99).Draw(t, "level")
		p := float64(x) / float64(n)
		of := share(p, math.Sqrt(p*(1-p)/float64(n)), math.Inf(1), int64(n))
		asPersons := of
		asPersons.DF = float64(n - 1)
		for name, pair := range map[string][2]analysis.Interval{
			"Wald":    {of.Wald(level), analysis.Wald(float64(x), float64(n), level)},
			"Logit":   {of.Logit(level), analysis.LogOdds(float64(x), float64(n), level)},
			"Arcsine": {of.Arcsine(level), analysis.Arcsine(float64(x), float64(n), level)},
			"Wilson":  {of.Wilson(level), analysis.Wilson(float64(x), float64(n), level)},
			"exact":   {asPersons.KornGraubard(level), analysis.ClopperPearson(float64(x), float64(n), level)},
		} {
			if !within(pair[0], pair[1].Lower, pair[1].Upper, 1e-11) {
				t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
			}
		}
	})
	for _, tt := range []struct{ x, n, lower, upper float64 }{
		{81, 263, 0.2542, 0.3655}, {15, 148, 0.0596, 0.1567}, {1, 29, 0.0020, 0.1432},
	} {
		p := tt.x / tt.n
		const many = 1 << 40 // leaves out the dispersion
		got := share(p, math.Sqrt(p*(1-p)/tt.n), math.Inf(1), many).Likelihood(0.95)
		if !within(got, tt.lower, tt.upper, 0.5e-4) {
			t.Errorf("likelihood of %v of %v: %v, want [%v, %v]", tt.x, tt.n, got, tt.lower, tt.upper)
		}
	}
}

// TestProportionShape: those without the trait have the mirrored interval, the share is inside, fewer degrees of
// freedom are wider and so is a higher level (but Korn and Graubard's number of persons changes with the level: in very
// small samples theirs need not be), and all but Wald's stay in [0, 1].
func TestProportionShape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Float64Range(0.001, 0.999).Draw(t, "p")
		n := rapid.IntRange(3, 5000).Draw(t, "n")
		deff := rapid.Float64Range(0.5, 20).Draw(t, "deff")
		df := float64(rapid.IntRange(2, 300).Draw(t, "df"))
		level := rapid.Float64Range(0.5, 0.98).Draw(t, "level")
		se := math.Sqrt(deff * p * (1 - p) / float64(n))
		for name, method := range shareMethods {
			i := method(share(p, se, df, int64(n)), level)
			mirrored := method(share(1-p, se, df, int64(n)), level)
			if !within(mirrored, 1-i.Upper, 1-i.Lower, 1e-9) {
				t.Errorf("%s: %v, mirrored %v", name, i, mirrored)
			}
			if !(i.Lower <= p && p <= i.Upper) || i.Basis != analysis.DesignBased || i.Level != level {
				t.Errorf("%s: %v for %v", name, i, p)
			}
			if name != "Wald" && (i.Lower < 0 || i.Upper > 1) {
				t.Errorf("%s leaves [0, 1]: %v", name, i)
			}
			if fewer := method(share(p, se, df-1, int64(n)), level); fewer.Lower > i.Lower || fewer.Upper < i.Upper {
				t.Errorf("%s: %v, with fewer degrees of freedom %v", name, i, fewer)
			}
			wider := method(share(p, se, df, int64(n)), level+0.01)
			if name != "KornGraubard" && (wider.Lower > i.Lower || wider.Upper < i.Upper) {
				t.Errorf("%s: %v, at a higher level %v", name, i, wider)
			}
		}
	})
}

// TestProportionSolves puts the limits of the likelihood interval back into what defines them.
func TestProportionSolves(t *testing.T) {
	p, n := share(0.3, 0.04, 12, 50), 0.3*0.7/(0.04*0.04)
	i, want := p.Likelihood(0.9), math.Pow(analysis.Quantile(0.95, 12), 2)*50/49
	for _, at := range []float64{i.Lower, i.Upper} {
		if got := 2 * n * (0.3*math.Log(0.3/at) + 0.7*math.Log(0.7/(1-at))); !scalar.EqualWithinRel(got, want, 1e-12) {
			t.Errorf("deviance at %v is %v, want %v", at, got, want)
		}
	}
}

// TestProportionWithoutVariance: nobody or everybody sampled has the trait. Of 60 persons and 9 degrees of freedom,
// none with the trait, Korn and Graubard's interval ends at 1 - 0.025^(1/ñ), ñ = 60 (t(59)/t(9))², the closed form.
func TestProportionWithoutVariance(t *testing.T) {
	n := 60 * math.Pow(analysis.Quantile(0.975, 59)/analysis.Quantile(0.975, 9), 2)
	upper, nan := 1-math.Pow(0.025, 1/n), math.NaN()
	for name, method := range shareMethods {
		want := map[string][2]float64{"Wald": {0, 0}, "KornGraubard": {0, upper}}[name]
		if name != "Wald" && name != "KornGraubard" {
			want = [2]float64{nan, nan}
		}
		none, all := method(share(0, 0, 9, 60), 0.95), method(share(1, 0, 9, 60), 0.95)
		if !same(none.Lower, want[0], 1e-12) || !same(none.Upper, want[1], 1e-12) ||
			!same(all.Lower, 1-want[1], 1e-12) || !same(all.Upper, 1-want[0], 1e-12) {
			t.Errorf("%s: nobody %v, everybody %v, want %v", name, none, all, want)
		}
		if none.Notes&analysis.NoVariance == 0 || all.Notes&analysis.NoVariance == 0 {
			t.Errorf("%s has no note", name)
		}
	}
}

// TestProportionUnknown: without a standard error or degrees of freedom there is no interval, and the notes of the
// estimate stay; a census has one of no width.
func TestProportionUnknown(t *testing.T) {
	for name, method := range shareMethods {
		for _, p := range []analysis.Proportion{
			share(0.5, math.NaN(), 5, 9), share(0.5, 0.1, 0, 9), share(math.NaN(), math.NaN(), 0, 0),
		} {
			p.Notes = analysis.FewPSUs
			if i := method(p, 0.95); !math.IsNaN(i.Lower) || !math.IsNaN(i.Upper) || i.Notes != analysis.FewPSUs {
				t.Errorf("%s of %v: %v", name, p, i)
			}
		}
		if i := method(share(0.25, 0, 5, 9), 0.95); !within(i, 0.25, 0.25, 1e-15) {
			t.Errorf("%s of a census: %v", name, i)
		}
		if !panics(func() { method(share(0.5, 0.1, 5, 9), 95) }) {
			t.Errorf("%s at level 95 does not panic", name)
		}
	}
}

func TestBasisString(t *testing.T) {
	for basis, want := range map[analysis.Basis]string{
		analysis.DesignBased: "design-based", analysis.Superpopulation: "superpopulation", 0: "Basis(0)",
	} {
		if got := basis.String(); got != want {
			t.Errorf("%d is %q, want %q", basis, got, want)
		}
	}
}
