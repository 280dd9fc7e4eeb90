package reference

import (
	"slices"
	"testing"
)

// TestScreeningHoldsEveryFigure changes the figures of every entry on funnels and shrinkage, one by one.
func TestScreeningHoldsEveryFigure(t *testing.T) {
	ours := []string{
		"funnel_poisson_limits", "funnel_proportion_limits", "funnel_overdispersion", "james_stein",
		"hierarchical_shrinkage_dl", "fay_herriot_reml",
	}
	held := 0
	holdFiguresOf(t, "divergence", func(e *entry) bool {
		var method string
		e.into("method", &method)
		if !slices.Contains(ours, method) {
			return false
		}
		held++
		return true
	}, "tolerance", "published")
	if held < len(ours) {
		t.Errorf("%d entries, want one a method or more", held)
	}
}
