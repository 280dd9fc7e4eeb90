package reference

import "testing"

// TestAdjustmentsHoldEveryFigure changes the figures of the entries on multiplicity and equivalence, one by one.
func TestAdjustmentsHoldEveryFigure(t *testing.T) {
	holdFiguresOf(t, "agreement", func(e *entry) bool { return e.has("adjusted") || e.has("p_tost") }, "tolerance",
		"padjust.fifty: p[1]",    // its adjusted values are 1, or the largest p-value
		"tost.asymmetric: lower") // -1, which the change leaves as it is
	holdFiguresOf(t, "divergence", func(e *entry) bool {
		var method string
		e.into("method", &method)
		return method == "multiple_testing" || method == "equivalence_tost"
	}, "tolerance", "published", "input.n_register", "input.deff_register",
		"div.fdr.bh1995: input.p[14]") // 1, which becomes more than 1
}
