package reference

import "testing"

// TestProportionsHoldEveryFigure changes the figures of every entry on proportions, one by one. Not held are the target,
// where a threshold between the same two values need not matter, and the level where the sample shows no variance.
func TestProportionsHoldEveryFigure(t *testing.T) {
	holdEveryFigure(t, "proportions", "tolerance", "target", "ci.level")
}
