package reference

import "testing"

// TestAgreementHoldsEveryFigure changes the figures of every entry on agreement, one by one.
func TestAgreementHoldsEveryFigure(t *testing.T) {
	holdEveryFigure(t, "agreement", "tolerance")
}
