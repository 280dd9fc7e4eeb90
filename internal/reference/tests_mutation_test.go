package reference

import "testing"

// TestTestsHoldEveryFigure changes the figures of every entry on tests and models, one by one.
func TestTestsHoldEveryFigure(t *testing.T) {
	holdEveryFigure(t, "tests", "tolerance", "design")
}
