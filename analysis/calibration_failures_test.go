package analysis_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
)

// TestCalibrationFailures: what cannot be fitted is refused by name, and bounds that are said to do can be met.
func TestCalibrationFailures(t *testing.T) {
	s := drawSurveyed(1, 1)
	failure := func(c analysis.Calibration) *analysis.CalibrationError {
		t.Helper()
		_, _, err := s.sample().Calibrate(c)
		var failed *analysis.CalibrationError
		if !errors.As(err, &failed) {
			t.Fatalf("%v: error %v", c.Method, err)
		}
		return failed
	}
	empty := s.margin("a", s.a, 3)
	empty.Levels, empty.Totals = append(empty.Levels, "nowhere"), append(empty.Totals, 12)
	conflict := []analysis.Term{s.margin("a", s.a, 3), s.margin("b", s.b, 2)}
	conflict[1].Totals[1] += 3
	absent := s.margin("a", s.a, 3)
	absent.Totals[2] = 0
	far := s.margin("a", s.a, 3)
	far.Totals[2] *= 4
	bounded := func(m analysis.CalibrationMethod) analysis.Calibration {
		return analysis.Calibration{Method: m, Lower: 0.5, Upper: 2, Terms: []analysis.Term{far}}
	}
	for _, tt := range []struct {
		c       analysis.Calibration
		failure analysis.CalibrationFailure
		names   string
	}{
		{analysis.Calibration{Terms: []analysis.Term{empty}}, analysis.EmptyCell, "a nowhere"},
		{analysis.Calibration{Terms: conflict}, analysis.ConflictingTotals, "b 1"},
		{analysis.Calibration{Method: analysis.IterativeFitting, Terms: conflict}, analysis.ConflictingTotals, "b 1"},
		{analysis.Calibration{Terms: []analysis.Term{absent}}, analysis.AbsentCell, "a 2"},
		{bounded(analysis.TruncatedCalibration), analysis.OutOfReach, "a 2"},
		{bounded(analysis.LogitCalibration), analysis.OutOfReach, "a 2"},
	} {
		e := failure(tt.c)
		p := e.Problems[0]
		if p.Failure != tt.failure || p.Terms[0].Term != tt.names || !strings.Contains(e.Error(), tt.names) {
			t.Errorf("%v: %v", tt.names, e)
		}
		if tt.failure == analysis.OutOfReach {
			wider := tt.c
			wider.Lower, wider.Upper = e.Problems[0].Lower, e.Problems[0].Upper
			mustCalibrate(t, s.sample(), wider)
			wider.Upper -= 0.01 * (wider.Upper - 1)
			failure(wider)
		}
	}
	negative := s.total("x", s.x)
	negative.Totals[0] = -5
	e := failure(analysis.Calibration{Method: analysis.ExponentialCalibration, Terms: []analysis.Term{negative}})
	if e.Problems[0].Failure != analysis.OutOfReach {
		t.Errorf("a negative total of a positive variable: %v", e)
	}
}
