package compare_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
)

func estimate(value, se, df float64) analysis.Estimate {
	return analysis.Estimate{Value: value, SE: se, DF: df}
}

// TestRatioEnds: at the ends ρ of Fieller's interval x - ρy is just shown to differ from 0, and the interval of y/x has
// the inverse ends.
func TestRatioEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := rapid.Float64Range(1, 1e6).Draw(t, "x"), rapid.Float64Range(1, 1e6).Draw(t, "y")
		sx, sy := x*rapid.Float64Range(0, 0.2).Draw(t, "cv of x"), y*rapid.Float64Range(0.001, 0.2).Draw(t, "cv of y")
		r, i := compare.Ratio(estimate(x, sx, math.Inf(1)), estimate(y, sy, math.Inf(1)), 0.95)
		z := distuv.UnitNormal.Quantile(0.975)
		for _, end := range []float64{i.Lower, i.Upper} {
			if got := math.Abs(x-end*y) / math.Hypot(sx, end*sy); !scalar.EqualWithinRel(got, z, 1e-6) {
				t.Fatalf("end %v of %v: statistic %v", end, r.Value, got)
			}
		}
		_, other := compare.Ratio(estimate(y, sy, math.Inf(1)), estimate(x, sx, math.Inf(1)), 0.95)
		if !scalar.EqualWithinRel(1/other.Upper, i.Lower, 1e-6) || !scalar.EqualWithinRel(1/other.Lower, i.Upper, 1e-6) {
			t.Fatalf("%v and %v", i, other)
		}
		l := compare.LogRatio(estimate(x, sx, math.Inf(1)), estimate(y, sy, math.Inf(1)))
		if !scalar.EqualWithinRel(math.Exp(l.Value), r.Value, 1e-12) || !scalar.EqualWithinRel(l.SE, r.SE/r.Value, 1e-12) {
			t.Fatalf("log ratio %v ± %v, ratio %v ± %v", l.Value, l.SE, r.Value, r.SE)
		}
	})
}

func TestRatioWithoutEnd(t *testing.T) {
	_, i := compare.Ratio(estimate(100, 5, 20), estimate(10, 6, 20), 0.95)
	if !math.IsNaN(i.Lower) || !math.IsNaN(i.Upper) || i.Notes&compare.RatioUnbounded == 0 {
		t.Errorf("10 ± 6 is not shown to differ from 0, but the ratio has the interval %+v", i)
	}
	r, i := compare.Ratio(estimate(5, 0, math.Inf(1)), estimate(0, 0, math.Inf(1)), 0.95)
	if !math.IsNaN(r.Value) || !math.IsNaN(i.Upper) {
		t.Errorf("5 over 0 is %v, %+v", r.Value, i)
	}
	if l := compare.LogRatio(estimate(0, 1, 5), estimate(3, 1, 5)); !math.IsNaN(l.Value) || !math.IsNaN(l.SE) {
		t.Errorf("the logarithm of 0 is %v", l.Value)
	}
}

// TestCoverageOfCells draws both sides of cells, with sampling errors, few degrees of freedom and noise, and counts how often
// the intervals of difference and ratio hold the truth, and how often no difference is called one: within a normal
// quantile that leaves a false alarm of 1e-6 over all the cases. Satterthwaite's degrees of freedom are an approximation,
// hence the half percent beside.
func TestCoverageOfCells(t *testing.T) {
	const draws, level = 40_000, 0.95
	rng := rand.New(rand.NewPCG(31, 5))
	z := distuv.UnitNormal.Quantile(1 - falseAlarm/40)
	for _, tt := range []struct {
		name                        string
		registerCV, noiseR          float64
		censusCV, noiseC, df, slack float64
	}{
		{"count against sample", 0, 0, 0.03, 0, inf, 0},
		{"large error", 0, 0, 0.15, 0, inf, 0},
		{"few PSUs", 0, 0, 0.05, 0, 6, 0},
		{"noise on both sides of complete counts", 0, 4, 0, 3, inf, 0},
		{"noise and a sample", 0, 25, 0.03, 20, 8, 0.005},
		{"both estimated", 0.02, 0, 0.03, 0, 12, 0.005},
	} {
		register, census := compare.NewFigures(draws), compare.NewFigures(draws)
		draw := func(f compare.Figures, i int, truth, cv, df, noise float64) {
			f.Value[i], f.SE[i] = truth*(1+cv*rng.NormFloat64())+noise*rng.NormFloat64(), truth*cv
			if f.DF[i], f.Noise[i] = df, noise; df < inf {
				f.SE[i] *= math.Sqrt(distuv.ChiSquared{K: df, Src: rng}.Rand() / df)
			}
		}
		for i := range draws {
			draw(register, i, 1000, tt.registerCV, inf, tt.noiseR)
			draw(census, i, 1000, tt.censusCV, tt.df, tt.noiseC)
		}
		var difference, ratio, rejected float64
		for _, j := range compare.Test(register, census, compare.Plan{Level: level, Alpha: 0.05, MarginPct: 5}) {
			if j.Lower <= 0 && 0 <= j.Upper {
				difference++
			}
			if j.RatioLow <= 1 && 1 <= j.RatioHigh {
				ratio++
			}
			if j.PValue > 0.05 {
				rejected++
			}
		}
		limit := z*math.Sqrt(level*(1-level)/draws) + tt.slack
		t.Logf("%s: difference %.4f, ratio %.4f", tt.name, difference/draws, ratio/draws)
		for of, n := range map[string]float64{"difference": difference, "ratio": ratio, "test": rejected} {
			if math.Abs(n/draws-level) > limit {
				t.Errorf("%s: %s right in %.4f of the draws, want %v within %.4f", tt.name, of, n/draws, level, limit)
			}
		}
	}
}

func ExampleRatio() {
	register, census := analysis.Estimate{Value: 9500, DF: math.Inf(1)}, analysis.Estimate{Value: 10000, SE: 400, DF: 25}
	r, i := compare.Ratio(register, census, 0.95)
	fmt.Printf("%.3f (%.3f to %.3f)\n", r.Value, i.Lower, i.Upper)
	// Output: 0.950 (0.878 to 1.035)
}
