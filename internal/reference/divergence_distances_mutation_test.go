package reference

import "testing"

// TestDistancesHoldEveryFigure changes the figures of every entry of these methods, one by one: none may agree then.
// Not held is the last of the values that are groups in order, which stays the last.
func TestDistancesHoldEveryFigure(t *testing.T) {
	ours := func(e *entry) bool {
		var method string
		e.into("method", &method)
		return distances[method] != nil
	}
	holdFiguresOf(t, "divergence", ours, "tolerance", "published", "input.all_values[8]")
}
