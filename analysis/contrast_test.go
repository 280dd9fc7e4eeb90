package analysis_test

import (
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

// TestLinearContrast: coefficients and the same combination as an expression give the same, in several domains at once.
func TestLinearContrast(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		means := m.sample(t).Estimate(analysis.ByDomain(analysis.MeanOf(m.y), m.firstDomains()...), nil)
		linear := means.Contrasts([]float64{1, -0.5, -0.5}, []float64{0, 1, -1})
		delta, err := means.Functions([]string{"a", "b", "c"}, parse(t, "a - (b + c)/2"), parse(t, "b - c"))
		if err != nil {
			rt.Fatal(err)
		}
		sameEstimates(rt, delta, linear, 1e-12)
	})
}

// TestRatioOfTotals: the ratio of two totals by the delta method is the ratio by its own linearised variable.
func TestRatioOfTotals(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		s := m.sample(t)
		delta, err := s.Estimate(analysis.TotalOf(m.y, m.x), nil).Functions([]string{"y", "x"}, parse(t, "y/x"))
		if err != nil {
			rt.Fatal(err)
		}
		sameEstimates(rt, delta, s.Estimate(analysis.RatioOf(m.y, m.x), nil), 1e-9)
	})
}

// TestFunctionsOfUnknown: an expression with a name that is no estimate is refused by that name.
func TestFunctionsOfUnknown(t *testing.T) {
	s := newSample(t, analysis.SampleColumns{Rows: 3, Weights: []float64{1, 1, 1}})
	_, err := s.Estimate(analysis.MeanOf([]float64{1, 2, 3}), nil).Functions([]string{"a"}, parse(t, "a/b"))
	if err == nil || !strings.Contains(err.Error(), `"b"`) {
		t.Errorf("%v, want an error that names b", err)
	}
}

// TestWaldWithoutError: a covariance with a variance of 0 has no inverse.
func TestWaldWithoutError(t *testing.T) {
	s := newSample(t, analysis.SampleColumns{Rows: 4, Weights: ones(4)})
	_, err := s.Estimate(analysis.MeanOf([]float64{1, 2, 3, 5}, ones(4)), nil).Wald(3, 0, 1)
	if err != analysis.ErrSingular {
		t.Errorf("an estimate without error: %v, want ErrSingular", err)
	}
}
