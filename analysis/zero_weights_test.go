package analysis_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
)

// zeroed is a sample whose rows 0 and 1, all of the first PSU, were calibrated to a weight of 0.
func zeroed(t *testing.T) (*analysis.Sample, analysis.Calibration) {
	s := newSample(t, analysis.SampleColumns{
		Rows: 8, Weights: ones(8), Stages: []analysis.StageColumns{{Unit: []int32{0, 0, 1, 1, 2, 2, 3, 3}}},
	})
	return s, analysis.Calibration{Method: analysis.TruncatedCalibration, Lower: 0, Upper: 9, Terms: []analysis.Term{
		{Name: "rows", Totals: []float64{8}}, {Name: "x", X: []float64{5, 5, 0, 1, 2, 0, 1, 2}, Totals: []float64{4}},
	}}
}

// TestZeroWeights: rows whose weight became 0 do not count, and neither do their PSUs; nobody looks at their values.
func TestZeroWeights(t *testing.T) {
	s, c := zeroed(t)
	fitted, _ := mustCalibrate(t, s, c)
	r, _, err := mustReplicate(t, s, analysis.JKn()).Calibrate(c)
	if err != nil {
		t.Fatal(err)
	}
	y := []float64{math.NaN(), math.NaN(), 1, 2, 3, 5, 4, 7}
	for name, sv := range map[string]interface {
		analysis.Survey
		analysis.CellEstimator
	}{"linearisation": fitted, "replicates": r} {
		sameEstimate(t, name, sv.Totals(y, make([]int32, 8), 1)[0], sv.Estimate(analysis.TotalOf(y), nil).At(0))
		mean := sv.Estimate(analysis.MeanOf(y), nil).At(0)
		sameEstimate(t, name, sv.Ratios(y, nil, make([]int32, 8), 1)[0], mean)
		if mean.N != 6 {
			t.Errorf("%s: %d rows, want 6", name, mean.N)
		}
	}
	if df := fitted.DF(nil); df != 2 {
		t.Errorf("%v degrees of freedom, want 2", df)
	}
	simple := analysis.SimpleTotals(fitted.Weights(), y, make([]int32, 8), 1)[0]
	if want := fitted.Estimate(analysis.TotalOf(y), nil).Simple[0]; !closeTo(simple.Variance, want, 1e-12) {
		t.Errorf("simple variance %v, want %v", simple.Variance, want)
	}
}

// TestFitReplicatesPanics: where the caller can recover, not on another core.
func TestFitReplicatesPanics(t *testing.T) {
	_, c := zeroed(t)
	k, err := analysis.NewCalibrator(c, 8)
	if err != nil {
		t.Fatal(err)
	}
	if !panics(func() { k.FitReplicates([][]float64{ones(8), ones(7)}) }) {
		t.Error("a replicate of 7 rows of 8 is taken")
	}
}
