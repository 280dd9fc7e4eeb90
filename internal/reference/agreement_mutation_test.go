package reference

import (
	"slices"
	"testing"
)

// TestAgreementHoldsEveryFigure changes the figures of every entry on agreement of pairs, of persons and of lists, one by
// one.
func TestAgreementHoldsEveryFigure(t *testing.T) {
	for _, field := range []string{"mean_difference", "kappa_ase1", "raters", "cc", "chapman"} {
		holdFiguresOf(t, "agreement", func(e *entry) bool { return e.has(field) }, "tolerance")
	}
}

// TestExplainedDivergenceHoldsEveryFigure changes the figures of every entry on limits of agreement, decomposition and
// standardisation, one by one.
func TestExplainedDivergenceHoldsEveryFigure(t *testing.T) {
	ours := []string{
		"bland_altman", "kitagawa", "das_gupta_product", "direct_standardisation", "indirect_standardisation",
		"level_structure_split",
	}
	of := func(e *entry) bool {
		var method string
		e.into("method", &method)
		return slices.Contains(ours, method)
	}
	holdFiguresOf(t, "divergence", of, "tolerance", "published")
}
