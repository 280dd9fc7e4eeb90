package compare

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSortRankedP: many tests are sorted as few are.
func TestSortRankedP(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	tests := make([]rankedP, 3*fewTests)
	for i := range tests {
		tests[i] = rankedP{rng.Float64(), i}
		if i%3 == 0 {
			tests[i].p = float64(rng.IntN(5)) / 4 // ties, 0 and 1
		}
	}
	want := slices.Clone(tests)
	slices.SortStableFunc(want, func(a, b rankedP) int {
		if a.p < b.p {
			return -1
		}
		if a.p > b.p {
			return 1
		}
		return 0
	})
	sortRankedP(tests)
	if !slices.Equal(tests, want) {
		t.Error("another order")
	}
}
