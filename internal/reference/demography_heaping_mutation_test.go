package reference

import "testing"

// TestAgeQualityHoldsEveryFigure changes the figures of every entry on demography, one by one. Inputs are not held:
// an age outside the span of an index does not matter.
func TestAgeQualityHoldsEveryFigure(t *testing.T) {
	holdEveryFigure(t, "demography", "tolerance", "input", "published")
}
