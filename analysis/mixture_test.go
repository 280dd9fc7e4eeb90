package analysis_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

// TestImhof: values of Imhof (1961), Biometrika 48:419-426, table 1, to four decimals.
func TestImhof(t *testing.T) {
	for x, p := range map[float64]float64{0.1: 0.9458, 0.7: 0.5064, 2: 0.1240} {
		if got := analysis.ChiSquareMixtureTail(x, []float64{0.6, 0.3, 0.1}); math.Abs(got-p) > 0.5e-4 {
			t.Errorf("P(Q > %v) = %v, want %v", x, got, p)
		}
	}
}

// TestMixturesOfEqualWeights are chi-square and F.
func TestMixturesOfEqualWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, scale := rapid.IntRange(1, 12).Draw(t, "k"), math.Exp(rapid.Float64Range(-9, 9).Draw(t, "scale"))
		x, ddf := math.Exp(rapid.Float64Range(-4, 4.5).Draw(t, "x"))*float64(k), rapid.Float64Range(1, 300).Draw(t, "ddf")
		lambda := make([]float64, k+2) // with zeros, one but for rounding
		for i := range k {
			lambda[i] = scale
		}
		lambda[k] = 1e-16 * scale
		want := analysis.ChiSquareTail(x, float64(k))
		if got := analysis.ChiSquareMixtureTail(x*scale, lambda); !closeRel(got, want, 1e-11) {
			t.Errorf("P(χ²%d > %v) = %v, want %v", k, x, got, want)
		}
		want = analysis.FTail(x/float64(k), float64(k), ddf)
		if got := analysis.FMixtureTail(x*scale, lambda, ddf); !closeRel(got, want, 1e-11) {
			t.Errorf("P(F%d,%v > %v) = %v, want %v", k, ddf, x, got, want)
		}
	})
}

func closeRel(got, want, tol float64) bool { return math.Abs(got-want) <= tol*math.Abs(want) }

// TestMixtureOfPairs: weights in pairs are those of exponentials, whose sum has a closed form: with θ = 2λ,
//
//	P = Σ exp(-x/θi) Π θi/(θi - θj)
func TestMixtureOfPairs(t *testing.T) {
	theta := []float64{5, 2, 0.3, 0.01}
	var lambda []float64
	for _, h := range theta {
		lambda = append(lambda, h/2, h/2)
	}
	for _, x := range []float64{0.1, 1, 5, 20, 100, 1000} {
		want := 0.0
		for i, h := range theta {
			c := math.Exp(-x / h)
			for j, g := range theta {
				if j != i {
					c *= h / (h - g)
				}
			}
			want += c
		}
		if got := analysis.ChiSquareMixtureTail(x, lambda); !closeRel(got, want, 1e-11) {
			t.Errorf("P(Q > %v) = %v, want %v", x, got, want)
		}
	}
}

// TestSaddlepoint: above the mean the approximation is as near to the exact probability as Stirling's formula is to
// Γ(½): far out, where the largest weight alone counts, it puts the formula in the place of the function, which makes
// it 16.6 % too large if that weight is there once. One per cent more is for the denominator of F, by the same
// formula. It goes through the mean without a break.
func TestSaddlepoint(t *testing.T) {
	stirling := math.Gamma(0.5)/(math.Sqrt(2*math.Pi)*math.Exp(-0.5)) - 1
	rapid.Check(t, func(t *rapid.T) {
		lambda := rapid.SliceOfN(rapid.Float64Range(0.05, 1), 3, 8).Draw(t, "lambda")
		mean := 0.0
		for _, l := range lambda {
			mean += l
		}
		x := mean * rapid.Float64Range(1, 60).Draw(t, "x")
		got, want := analysis.ChiSquareMixtureSaddlepoint(x, lambda), analysis.ChiSquareMixtureTail(x, lambda)
		if !closeRel(got, want, stirling) {
			t.Errorf("P(Q%v > %v) ≈ %v, exactly %v", lambda, x, got, want)
		}
		got, want = analysis.FMixtureSaddlepoint(x, lambda, 15.5), analysis.FMixtureTail(x, lambda, 15.5)
		if !closeRel(got, want, stirling+0.01) {
			t.Errorf("P(Q%v > %v F) ≈ %v, exactly %v", lambda, x, got, want)
		}
		at := analysis.ChiSquareMixtureSaddlepoint(mean, lambda)
		above := analysis.ChiSquareMixtureSaddlepoint(mean*1.001, lambda)
		if !closeRel(at, above, 3e-3) {
			t.Errorf("P(Q%v > %v) jumps from %v to %v at the mean", lambda, mean, at, above)
		}
	})
}

// TestMixtureLimits: what has no distribution has no probability.
func TestMixtureLimits(t *testing.T) {
	for _, f := range []func(x float64, lambda []float64) float64{
		analysis.ChiSquareMixtureTail, analysis.ChiSquareMixtureSaddlepoint,
		func(x float64, lambda []float64) float64 { return analysis.FMixtureTail(x, lambda, 7) },
		func(x float64, lambda []float64) float64 { return analysis.FMixtureSaddlepoint(x, lambda, 7) },
	} {
		for _, tt := range []struct {
			x      float64
			lambda []float64
			want   float64
		}{
			{1, nil, math.NaN()}, {1, []float64{0, 0}, math.NaN()}, {1, []float64{math.NaN(), 1}, math.NaN()},
			{math.NaN(), []float64{1}, math.NaN()}, {0, []float64{1, 2}, 1}, {-3, []float64{1}, 1},
			{math.Inf(1), []float64{1, 3}, 0},
			{1, []float64{math.Inf(1)}, math.NaN()},
		} {
			if got := f(tt.x, tt.lambda); got != tt.want && !(math.IsNaN(got) && math.IsNaN(tt.want)) {
				t.Errorf("P(Q%v > %v) = %v, want %v", tt.lambda, tt.x, got, tt.want)
			}
		}
	}
}
