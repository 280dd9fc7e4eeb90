package plan_test

import (
	"math"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling/plan"
	"pgregory.net/rapid"
)

func TestIntegerProportional(t *testing.T) {
	for _, tt := range []struct {
		units    []int
		n, least int
		want     []int
	}{
		// Largest remainder of n·Nh/N, computed in R: the communes of the seven regions of Switzerland, n = 300.
		{[]int{589, 913, 321, 171, 471, 186, 245}, 300, 0, []int{61, 95, 33, 18, 49, 19, 25}},
		{[]int{10, 10, 10}, 4, 0, []int{2, 1, 1}},           // ties go to the earlier
		{[]int{10, 10, 10}, 0, 0, []int{0, 0, 0}},           // nothing to share
		{[]int{3, 0, 2}, 5, 2, []int{3, 0, 2}},              // everybody
		{[]int{1, 5, 94}, 10, 2, []int{1, 2, 7}},            // a stratum smaller than the minimum
		{[]int{1000, 100, 4, 4}, 58, 2, []int{49, 5, 2, 2}}, // minima come out of the others in proportion
	} {
		got, err := plan.IntegerProportional(tt.units, tt.n, tt.least)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%d over %v, at least %d: %v, %v, want %v", tt.n, tt.units, tt.least, got, err, tt.want)
		}
	}
	for _, n := range []int{-1, 5, 31} {
		if got, err := plan.IntegerProportional([]int{10, 10, 10}, n, 2); err == nil {
			t.Errorf("%d over 3 strata of 10, at least 2: %v, want an error", n, got)
		}
	}
}

// TestIntegerProportionalProperties: within a unit of the shares max(k·Nh, min(least, Nh)), never below the minimum
// or above the stratum, and adding up to n.
func TestIntegerProportionalProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(0, 100_000)), 1, 30).Draw(t, "units")
		least := rapid.IntRange(0, 5).Draw(t, "least")
		total, floor := 0, 0
		for _, u := range units {
			total, floor = total+u, floor+min(least, u)
		}
		n := rapid.IntRange(floor, total).Draw(t, "n")
		got, err := plan.IntegerProportional(units, n, least)
		if err != nil {
			t.Fatal(err)
		}
		exact, sum := clamped(units, n, least), 0
		for h, share := range got {
			sum += share
			if share < min(least, units[h]) || share > units[h] || math.Abs(float64(share)-exact[h]) > 1+1e-6 {
				t.Fatalf("%d of %d units, want about %v and at least %d (of %v)", share, units[h], exact[h], least, got)
			}
		}
		if sum != n {
			t.Fatalf("shares %v add up to %d, want %d", got, sum, n)
		}
	})
}

// clamped finds k by bisection.
func clamped(units []int, n, least int) []float64 {
	shares := make([]float64, len(units))
	low, high := 0.0, 1.0
	for range 200 {
		k, sum := (low+high)/2, 0.0
		for h, u := range units {
			shares[h] = max(k*float64(u), float64(min(least, u)))
			sum += shares[h]
		}
		if sum < float64(n) {
			low = k
		} else {
			high = k
		}
	}
	return shares
}
