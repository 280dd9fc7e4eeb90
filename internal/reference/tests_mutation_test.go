package reference

import "testing"

// TestTestsHoldEveryFigure changes the figures of every entry on tests and models, one by one. Not held is a
// coefficient of -1, which the change leaves as it is.
func TestTestsHoldEveryFigure(t *testing.T) {
	holdEveryFigure(t, "tests", "tolerance", "design", "target.coef[1]")
}
