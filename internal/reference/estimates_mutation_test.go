package reference

import "testing"

// TestEstimatesHoldEveryFigure changes the figures of every entry on estimates, one by one. Not held are figures of other
// versions, thresholds between the same two values, and the level and degrees of freedom of intervals without width.
func TestEstimatesHoldEveryFigure(t *testing.T) {
	holdEveryFigure(t, "estimates", "tolerance", "design", "survey_4_1_1", "ci.level", "ci.df")
}
