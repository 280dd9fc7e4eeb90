package screen_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/concord-stat/concord/compare/screen"
)

// TestPoissonLimitsAreExact: a mean at the upper limit gives as few as were expected with probability α/2, and one at
// the lower limit as many (Garwood 1936).
func TestPoissonLimitsAreExact(t *testing.T) {
	for _, target := range []float64{0.8, 1, 1.25} {
		for _, expected := range []float64{20, 40, 1000} {
			l, n := screen.PoissonLimits(expected, target, screen.OuterLimits), expected*target
			atMost := distuv.Poisson{Lambda: l.Upper * expected}.CDF(n)
			atLeast := 1 - distuv.Poisson{Lambda: l.Lower * expected}.CDF(n-1)
			if !scalar.EqualWithinAbs(atMost, 0.001, 1e-9) || !scalar.EqualWithinAbs(atLeast, 0.001, 1e-9) {
				t.Errorf("target %v, %v expected: %v, tails %v and %v", target, expected, l, atLeast, atMost)
			}
		}
	}
	if l := screen.PoissonLimits(0, 1, 0.95); !math.IsNaN(l.Lower) || !math.IsNaN(l.Upper) {
		t.Errorf("nothing expected: %v", l)
	}
}

func TestProportionLimits(t *testing.T) {
	if l := screen.ProportionLimits(0.5, 100, 0.95); !scalar.EqualWithinAbs(l.Upper, 0.5+1.959964*0.05, 1e-6) ||
		!scalar.EqualWithinAbs(l.Lower, 0.5-1.959964*0.05, 1e-6) {
		t.Errorf("%v", l)
	}
	if l := screen.ProportionLimits(0.99, 2, 0.95); l.Upper != 1 {
		t.Errorf("%v is not cut", l)
	}
	for _, l := range []screen.Limit{screen.ProportionLimits(0, 2, 0.95), screen.ProportionLimits(0.5, 0, 0.95)} {
		if !math.IsNaN(l.Lower) {
			t.Errorf("%v", l)
		}
	}
}

// TestOverdispersion: of 4,000 areas with standard errors between 0.02 and 0.1 and a spread of 0.05 between them, 95
// % limits with τ² hold nearly 95 %, without it far fewer, and no more if 20 areas are gross. The share has a
// standard error of 0.0035; winsorising takes a little from τ².
func TestOverdispersion(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var y, se []float64
	for range 4000 {
		s := 0.02 + 0.08*rng.Float64()
		y, se = append(y, 0.05*rng.NormFloat64()+s*rng.NormFloat64()), append(se, s)
	}
	inside := func(d screen.Dispersion, way screen.Widening) (share float64) {
		for i := range y {
			l := screen.NormalLimits(0, d.SE(se[i], way), screen.InnerLimits)
			if l.Lower <= y[i] && y[i] <= l.Upper {
				share += 1. / 4000
			}
		}
		return share
	}
	d := screen.Overdispersion(y, se, 0, 0.1)
	if s := inside(d, screen.Additive); s < 0.88 || s > 0.96 {
		t.Errorf("with τ² %.3f inside", s)
	}
	if s := inside(d, screen.Multiplicative); s < 0.8 || s > 0.96 {
		t.Errorf("with φ %.3f inside", s)
	}
	if s := inside(screen.Dispersion{}, screen.Additive); s > 0.85 {
		t.Errorf("naively %.3f inside", s)
	}
	for i := range 20 {
		y[i*7] = 1.1
	}
	if gross := screen.Overdispersion(y, se, 0, 0.1); gross.Tau2 > 1.1*d.Tau2 || gross.Phi > 1.1*d.Phi {
		t.Errorf("τ² %v and φ %v with gross areas, %v and %v without", gross.Tau2, gross.Phi, d.Tau2, d.Phi)
	}
	if got, want := d.Score(0.1, 0.05, screen.Additive), 0.1/math.Sqrt(0.0025+d.Tau2); got != want {
		t.Errorf("score %v, want %v", got, want)
	}
}

func TestOverdispersionOfFew(t *testing.T) {
	d := screen.Overdispersion([]float64{1, nan, 3}, []float64{1, 1, nan}, 0, 0.1)
	if d.Areas != 1 || d.Phi != 1 || !math.IsNaN(d.Tau2) || !math.IsNaN(d.Z[1]) || !math.IsNaN(d.Winsorised[2]) {
		t.Errorf("%+v", d)
	}
	if d := screen.Overdispersion(nil, nil, 0, 0.1); !math.IsNaN(d.Phi) {
		t.Errorf("%+v", d)
	}
	// Alike to the last digit: nothing beyond chance, and limits are not made narrower.
	same := screen.Overdispersion([]float64{1, 1, 1}, []float64{1, 1, 1}, 1, 0)
	if same.Phi != 0 || same.Tau2 != 0 || same.SE(2, screen.Multiplicative) != 2 || same.SE(2, screen.Additive) != 2 {
		t.Errorf("%+v", same)
	}
}

func TestFunnelPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"lengths": func() { screen.Overdispersion([]float64{1}, nil, 0, 0.1) },
		"cut":     func() { screen.Overdispersion(nil, nil, 0, 0.5) },
		"way":     func() { screen.Dispersion{}.SE(1, 0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func TestLogRatio(t *testing.T) {
	y, v := screen.LogRatio(200, 4, 100, 9)
	if !scalar.EqualWithinAbs(y, math.Ln2, 1e-15) || !scalar.EqualWithinAbs(v, 1e-4+9e-4, 1e-15) {
		t.Errorf("%v, %v", y, v)
	}
	for _, tt := range [][2]float64{{0, 100}, {100, 0}, {nan, 1}, {1, nan}} {
		if y, v := screen.LogRatio(tt[0], 0, tt[1], 0); !math.IsNaN(y) || !math.IsNaN(v) {
			t.Errorf("%v: %v, %v", tt, y, v)
		}
	}
	// A complete count of 10,000 against another with 2 % of persons in one alone.
	if _, v := screen.LogRatio(10000, screen.CountVariance(10000, 0.02), 10000, screen.CountVariance(10000,
		0.02)); !scalar.EqualWithinRel(v, 0.02/10000, 1e-12) {
		t.Errorf("%v", v)
	}
}
