package analysis_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

// TestDifferencesPublished holds the intervals against Newcombe (1998), Statistics in Medicine 17:873-890, Table II,
// methods 1 and 10, printed to four decimals, hence tol.
func TestDifferencesPublished(t *testing.T) {
	const tol = 0.5e-4 + 1e-9
	for _, tt := range []struct{ x1, n1, x2, n2, wald, upWald, hybrid, upHybrid float64 }{
		{56, 70, 48, 80, 0.0575, 0.3425, 0.0524, 0.3339},
		{9, 10, 3, 10, 0.2605, 0.9395, 0.1705, 0.8090},
		{5, 56, 0, 29, 0.0146, 0.1640, -0.0381, 0.1926},
		{0, 10, 0, 20, 0, 0, -0.1611, 0.2775},
		{10, 10, 0, 20, 1, 1, 0.6791, 1},
	} {
		if got := analysis.WaldDifference(tt.x1, tt.n1, tt.x2, tt.n2, 0.95); !within(got, tt.wald, tt.upWald, tol) {
			t.Errorf("WaldDifference of %v = %v", tt, got)
		}
		if got := analysis.NewcombeDifference(tt.x1, tt.n1, tt.x2, tt.n2, 0.95); !within(got, tt.hybrid, tt.upHybrid, tol) {
			t.Errorf("NewcombeDifference of %v = %v", tt, got)
		}
	}
}

// drawTwo draws two groups of at most 40.
func drawTwo(t *rapid.T) (x1, n1, x2, n2 int) {
	n1, n2 = rapid.IntRange(1, 40).Draw(t, "n1"), rapid.IntRange(1, 40).Draw(t, "n2")
	return rapid.IntRange(0, n1).Draw(t, "x1"), n1, rapid.IntRange(0, n2).Draw(t, "x2"), n2
}

// TestDifferencesTurn: groups that change places, or traits, change the sign; the difference is inside, and Newcombe's
// interval stays in [-1, 1].
func TestDifferencesTurn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c, d := drawTwo(t)
		x1, n1, x2, n2 := float64(a), float64(b), float64(c), float64(d)
		for name, method := range map[string]func(x1, n1, x2, n2, level float64) analysis.Interval{
			"Wald": analysis.WaldDifference, "Newcombe": analysis.NewcombeDifference,
		} {
			i := method(x1, n1, x2, n2, 0.9)
			groups, traits := method(x2, n2, x1, n1, 0.9), method(n1-x1, n1, n2-x2, n2, 0.9)
			if !within(groups, -i.Upper, -i.Lower, 1e-14) || !within(traits, -i.Upper, -i.Lower, 1e-13) {
				t.Errorf("%s: %v, groups turned %v, traits turned %v", name, i, groups, traits)
			}
			if diff := x1/n1 - x2/n2; i.Lower > diff || diff > i.Upper || i.Basis != analysis.Superpopulation {
				t.Errorf("%s: %v does not hold %v", name, i, diff)
			}
			if name == "Newcombe" && (i.Lower < -1-1e-15 || i.Upper > 1+1e-15) {
				t.Errorf("%s leaves [-1, 1]: %v", name, i)
			}
		}
	})
}

func TestDifferencesOfNobody(t *testing.T) {
	for _, i := range []analysis.Interval{
		analysis.WaldDifference(0, 0, 1, 2, 0.95), analysis.NewcombeDifference(1, 2, 0, 0, 0.95),
	} {
		if !math.IsNaN(i.Lower) || !math.IsNaN(i.Upper) {
			t.Errorf("a group of nobody: %v", i)
		}
	}
	if !panics(func() { analysis.WaldDifference(1, 2, 3, 2, 0.95) }) {
		t.Error("three of two persons do not panic")
	}
}
