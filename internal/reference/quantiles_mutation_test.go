package reference

import "testing"

// TestQuantilesHoldEveryFigure changes the figures of every entry on quantiles, one by one. Not held are figures of
// other versions, a threshold between the same two values, and the numbers of lists, of which a step rule picks one
// whatever the others are.
func TestQuantilesHoldEveryFigure(t *testing.T) {
	holdEveryFigure(t, "quantiles", "tolerance", "design", "survey_4_1_1", "x", "w", "p")
}
