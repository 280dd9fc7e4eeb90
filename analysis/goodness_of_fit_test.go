package analysis_test

import (
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

func goodness(t interface{ Fatal(...any) }, sv analysis.Survey, category []int32, p []float64) *analysis.GoodnessOfFit {
	g, err := analysis.NewGoodnessOfFit(sv, category, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestGoodnessOfFitInvariance: tests do not change with the numbers of categories if probabilities go with them, nor
// with a constant times probabilities or weights; rows in another order give the same bits.
func TestGoodnessOfFitInvariance(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		want := goodness(rt, m.sample(t), m.first, []float64{0.2, 0.3, 0.5})
		reversed := make([]int32, len(m.first))
		for i, c := range m.first {
			reversed[i] = 2 - c
		}
		for name, got := range map[string]*analysis.GoodnessOfFit{
			"reversed":        goodness(rt, m.sample(t), reversed, []float64{5, 3, 2}),
			"weights times 3": goodness(rt, m.rescaled(3).sample(t), m.first, []float64{0.2, 0.3, 0.5}),
		} {
			for i, p := range [][2]float64{
				{got.Satterthwaite().P, want.Satterthwaite().P}, {got.Exact().P, want.Exact().P},
				{got.Saddlepoint().P, want.Saddlepoint().P},
			} {
				if !closeTo(p[0], p[1], 1e-8) {
					rt.Errorf("%s, test %d: P = %v, want %v", name, i, p[0], p[1])
				}
			}
		}
		other := m.reordered(drawOrder(rt, len(m.y)))
		got := goodness(rt, other.sample(t), other.first, []float64{0.2, 0.3, 0.5})
		if got.X2 != want.X2 || got.Exact() != want.Exact() {
			rt.Errorf("in another order %+v, want %+v", got, want)
		}
	})
}

// TestGoodnessOfFitOfSelf: at the estimated shares X² is 0, and Exact with two categories is chi-square on one degree
// of freedom, as Satterthwaite is.
func TestGoodnessOfFitOfSelf(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		s := m.sample(t)
		shares := s.Estimate(analysis.ByDomain(analysis.TotalOf(ones(len(m.y))), m.firstDomains()...), nil).Values
		if g := goodness(rt, s, m.first, shares); g.X2 > 1e-20*g.Lambda[0] || g.Exact().P < 1-1e-9 {
			rt.Errorf("%+v at the estimated shares", g)
		}
		g := goodness(rt, s, m.second, []float64{0.4, 0.6})
		if got, want := g.Exact(), g.Satterthwaite(); !closeTo(got.P, want.P, 1e-9) || !closeTo(want.NDF, 1, 1e-9) {
			rt.Errorf("exact %+v, Satterthwaite %+v", got, want)
		}
	})
}

// TestGoodnessOfFitRefusal: a probability of 0 is refused.
func TestGoodnessOfFitRefusal(t *testing.T) {
	s := newSample(t, analysis.SampleColumns{Rows: 3, Weights: ones(3)})
	if _, err := analysis.NewGoodnessOfFit(s, []int32{0, 1, 1}, []float64{0, 1}, nil); err == nil {
		t.Error("a probability of 0 is taken")
	}
}
