package reference

import "testing"

// TestQuantilesHoldEveryFigure changes the figures of every entry on quantiles, one by one. Not held are figures of other
// versions and a threshold between the same two values.
func TestQuantilesHoldEveryFigure(t *testing.T) {
	holdEveryFigure(t, "quantiles", "tolerance", "design", "survey_4_1_1")
}
