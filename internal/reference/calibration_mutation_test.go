package reference

import "testing"

// TestCalibrationHoldsEveryFigure changes the figures of every entry on calibration, one by one. Not held are bounds
// that no g comes to, and the level and degrees of freedom of intervals.
func TestCalibrationHoldsEveryFigure(t *testing.T) {
	holdEveryFigure(t, "calibration", "tolerance", "design", "bounds[0]", "bounds[1]", "ci.level", "ci.df")
}
