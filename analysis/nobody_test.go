package analysis_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
)

// TestNobodySampled: nothing falls over a sample of nobody.
func TestNobodySampled(t *testing.T) {
	for _, c := range []analysis.SampleColumns{
		{}, {Weights: []float64{}, Stages: []analysis.StageColumns{{Unit: []int32{}}, {Unit: []int32{}}}},
	} {
		s := newSample(t, c)
		e := s.Estimate(analysis.MeanOf([]float64{}), nil)
		if e.N != 0 || !math.IsNaN(e.Values[0]) {
			t.Errorf("%+v", e.At(0))
		}
		s.Totals(nil, []int32{}, 0)
		for _, e := range s.Totals(nil, []int32{}, 2) {
			if e.Value != 0 || !math.IsNaN(e.SE) || e.Notes != analysis.Unsampled {
				t.Errorf("%+v", e)
			}
		}
		s.Shares([]int32{}, 3, []int32{}, 2)
		s.Quantiles([]float64{}, []int32{}, 2, analysis.QuantileRequest{P: []float64{0.5}})
		analysis.Quantiles(s, []float64{}, nil, analysis.QuantileRequest{P: []float64{0.5}})
		for name, m := range replicateMethods() {
			r := mustReplicate(t, s, m)
			if e := r.Estimate(analysis.MeanOf([]float64{}), nil).At(0); !math.IsNaN(e.SE) {
				t.Errorf("%s: %+v", name, e)
			}
			r.Totals(nil, []int32{}, 2)
		}
	}
}

// TestStandardisedNobody: the total of nobody is 0, and nothing is known of its error.
func TestStandardisedNobody(t *testing.T) {
	s := newSample(t, analysis.SampleColumns{Rows: 4, Weights: ones(4)})
	over := standardise(t, s, analysis.Standardisation{By: []int32{0, 1, 0, 1}, Population: []float64{1, 2}})
	e := over.Estimate(analysis.TotalOf(ones(4)), make([]bool, 4)).At(0)
	if e.Value != 0 || !math.IsNaN(e.SE) || e.Notes&analysis.Unsampled == 0 {
		t.Errorf("total of nobody: %+v, want 0 without a standard error", e)
	}
}

// TestRatioWithoutBase: no replicate tells the error of a ratio over 0.
func TestRatioWithoutBase(t *testing.T) {
	s := newSample(t, analysis.SampleColumns{Rows: 6, Weights: ones(6), Stages: []analysis.StageColumns{{
		Stratum: []int32{0, 0, 0, 1, 1, 1}, Unit: []int32{0, 1, 2, 3, 4, 5},
	}}})
	y, x, cell := ones(6), []float64{0, 0, 1, 1, 1, 1}, []int32{0, 0, 1, 1, 1, 1}
	for name, r := range map[string]*analysis.Replicates{
		"jackknife": mustReplicate(t, s, analysis.JKn()), "successive": mustReplicate(t, s, analysis.SuccessiveDifference(8)),
	} {
		for what, e := range map[string]analysis.Estimate{
			"cell": r.Ratios(y, x, cell, 2)[0], "domain": r.Estimate(analysis.RatioOf(y, x), is(cell, 0)).At(0),
		} {
			if !math.IsInf(e.Value, 1) || !math.IsNaN(e.SE) {
				t.Errorf("%s, %s: %+v, want +Inf without a standard error", name, what, e)
			}
		}
	}
}

// TestContrastWithoutUnknown: what a contrast leaves out may be unknown.
func TestContrastWithoutUnknown(t *testing.T) {
	s := newSample(t, analysis.SampleColumns{Rows: 4, Weights: ones(4)})
	means := s.Estimate(analysis.ByDomain(analysis.MeanOf([]float64{1, 2, 3, 5}), []bool{true, true, true, true},
		make([]bool, 4)), nil)
	e := means.Contrasts([]float64{2, 0}).At(0)
	if e.Value != 5.5 || !(e.SE > 0) {
		t.Errorf("%+v, want 5.5", e)
	}
}
