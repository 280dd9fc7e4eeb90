package reference

import "testing"

// TestReplicatesHoldEveryFigure changes the figures of every entry on replicates, one by one. Not held are thresholds
// between the same two values, what an entry says of the seed R drew from, and level and degrees of freedom of
// intervals without width.
func TestReplicatesHoldEveryFigure(t *testing.T) {
	holdEveryFigure(t, "replicates", "tolerance", "target", "design.seed", "design.domain[0].value", "ci.level", "ci.df")
}
