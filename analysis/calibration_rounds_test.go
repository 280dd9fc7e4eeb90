package analysis_test

import (
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// TestResidualsByRounds: the residuals are those of ten rounds of unweighted means by margin, written out.
func TestResidualsByRounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(rapid.Uint64().Draw(t, "seed"), 1)
		fitted, _ := mustCalibrate(t, s.sample(), analysis.Calibration{
			Method: analysis.IterativeFitting, Terms: s.terms()[:2], Residuals: analysis.ResidualsByRounds,
		})
		e := slices.Clone(s.y)
		for range 10 {
			takeMeans(e, s.a)
			takeMeans(e, s.b)
		}
		for i := range e {
			e[i] *= fitted.Weights()[i] / s.columns.Weights[i]
		}
		got := fitted.Estimate(analysis.TotalOf(s.y), nil).SE(0)
		want := s.sample().Estimate(analysis.TotalOf(e), nil).SE(0)
		if !scalar.EqualWithinRel(got, want, 1e-9) {
			t.Fatalf("standard error %v, want %v", got, want)
		}
	})
}

// takeMeans takes from values their means by level.
func takeMeans(e []float64, code []int32) {
	var sum, n [3]float64
	for i, l := range code {
		sum[l] += e[i]
		n[l]++
	}
	for i, l := range code {
		e[i] -= sum[l] / n[l]
	}
}

// TestCalibratedReplicates: replicates are fitted one by one, so that the standard error of what was calibrated to is
// nothing but rounding, and that of other totals is not.
func TestCalibratedReplicates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(rapid.Uint64().Draw(t, "seed"), 1)
		s.columns.Stages[0].Population = nil
		replicates, err := s.sample().Replicates(analysis.JKn())
		if err != nil {
			t.Fatal(err)
		}
		c := analysis.Calibration{Terms: []analysis.Term{s.margin("b", s.b, 2)}}
		fitted, fit, err := replicates.Calibrate(c)
		if err != nil {
			t.Skip(err)
		}
		want, _ := mustCalibrate(t, s.sample(), c)
		if !slices.Equal(fitted.Weights(), want.Weights()) || fit.Worst().Miss() > 1e-9 {
			t.Fatalf("weights of the full sample differ, or miss: %+v", fit.Worst())
		}
		level := make([]float64, len(s.b))
		for i, b := range s.b {
			level[i] = float64(b)
		}
		e := fitted.Estimate(analysis.TotalOf(level, s.y), nil)
		if !(e.SE(0) <= 1e-9*e.Values[0]) || !(e.SE(1) > 0) {
			t.Fatalf("standard errors %v and %v", e.SE(0), e.SE(1))
		}
	})
}
