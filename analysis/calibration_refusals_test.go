package analysis_test

import (
	"math"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
)

// TestCalibrationRefusals: what is wrong with a request is said, with the row.
func TestCalibrationRefusals(t *testing.T) {
	s := drawSurveyed(3, 1)
	missing := append([]float64(nil), s.x...)
	missing[7] = math.NaN()
	apart := make([]int32, len(s.y)) // every unit is in several parts, and rows of a unit have several weights
	for _, tt := range []struct {
		c    analysis.Calibration
		says string
	}{
		{analysis.Calibration{}, "without terms"},
		{analysis.Calibration{Method: analysis.LogitCalibration, Terms: s.terms(), Lower: 1.1, Upper: 2}, "bounds 1.1 and 2"},
		{analysis.Calibration{Terms: s.terms(), Q: make([]float64, len(s.y))}, "q is 0 on row 0"},
		{analysis.Calibration{Terms: []analysis.Term{{Name: "x", X: missing, Totals: []float64{1}}}}, "x is NaN on row 7"},
		{analysis.Calibration{Terms: []analysis.Term{{Name: "x", Totals: []float64{math.Inf(1)}}}}, "total of x is +Inf"},
		{analysis.Calibration{Method: analysis.IterativeFitting, Terms: s.terms()}, "x is no margin"},
		{analysis.Calibration{Terms: s.terms(), Unit: apart}, "units of one weight begin with one"},
		{analysis.Calibration{Terms: []analysis.Term{{Name: "n", Totals: []float64{1, 1}}}, Unit: apart, Part: s.b,
			Parts: []string{"left", "right"}}, "a unit of one weight is in one"},
	} {
		if _, _, err := s.sample().Calibrate(tt.c); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%q, want one that says %q", err, tt.says)
		}
	}
	s.x[4] = -100
	negative, _ := mustCalibrate(t, s.sample(), analysis.Calibration{Terms: []analysis.Term{s.total("x", s.x)}})
	weights := negative.Weights()
	weights[4] = -1
	k, err := analysis.NewCalibrator(analysis.Calibration{Terms: s.terms()}, len(s.y))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := k.Fit(weights); err == nil || !strings.Contains(err.Error(), "-1 on row 4") {
		t.Errorf("weights below 0: %v", err)
	}
}

// TestTrim: trimmed weights add up to what they did, keep to the bounds where that is asked for, and what cannot be
// done is refused.
func TestTrim(t *testing.T) {
	w := []float64{1, 0, 2, 3, 4, 30}
	for _, strict := range []bool{false, true} {
		got, cut, err := analysis.Trimming{Lower: 2, Upper: 10, Strict: strict}.Apply(w)
		if err != nil {
			t.Fatal(err)
		}
		total, most := 0.0, 0.0
		for i, v := range got {
			total, most = total+v, math.Max(most, v)
			if (v == 0) != (w[i] == 0) {
				t.Errorf("row %d: %v from %v", i, v, w[i])
			}
		}
		if math.Abs(total-40) > 1e-12 || strict && most > 10 || cut < 2 {
			t.Errorf("strict %v: %v, %d cut", strict, got, cut)
		}
	}
	s := drawSurveyed(1, 1).sample()
	trimmed, cut, err := s.Trim(analysis.Trimming{Lower: 2, Upper: math.Inf(1)})
	if err != nil || cut == 0 || trimmed.Weights()[0] == s.Weights()[0] {
		t.Errorf("%d cut, error %v", cut, err)
	}
	for _, bad := range []analysis.Trimming{{Lower: 5, Upper: 5}, {Lower: 0, Upper: 7, Strict: true}, {Lower: 50, Upper: 60}} {
		if got, _, err := bad.Apply(w); err == nil {
			t.Errorf("%+v: %v", bad, got)
		}
	}
}
