package plan

import (
	"fmt"
	"slices"
)

// IntegerProportional shares a sample of n over strata in proportion to their numbers of units, with at least
// `least` units in each (or all of them where a stratum has fewer):
//
//	nh = max(k·Nh, min(least, Nh)),  k such that Σ nh = n
//
// The nh that exceed the minimum are made whole by largest remainder, ties going to the earlier stratum. The shares
// add up to n and none exceeds its stratum. An error says why when that is impossible.
func IntegerProportional(units []int, n, least int) ([]int, error) {
	total, floor := 0, 0
	for _, u := range units {
		total += u
		floor += min(least, u)
	}
	if n > total || n < floor {
		return nil, fmt.Errorf(
			"sampling: a sample of %d cannot be shared over %d units in %d strata with at least %d from each",
			n, total, len(units), least)
	}
	share := make([]int, len(units))
	free, left := settleLeast(units, share, n, total, least)
	largestRemainder(units, share, free, left)
	return share, nil
}

// settleLeast gives the minimum to the strata whose proportional share is below it, and returns the other strata and
// what is left for them. Whoever gets more than its share lowers k, so that others may fall below theirs.
func settleLeast(units, share []int, left, total, least int) (free []int, rest int) {
	for h := range units {
		free = append(free, h)
	}
	for before := -1; before != len(free); {
		before = len(free)
		free = slices.DeleteFunc(free, func(h int) bool {
			need := min(least, units[h])
			if left*units[h] >= need*total {
				return false
			}
			share[h] = need
			left, total = left-need, total-units[h]
			return true
		})
	}
	return free, left
}

// largestRemainder shares n over the given strata in proportion to their units, in whole numbers (Hamilton's method).
func largestRemainder(units, share, strata []int, n int) {
	total := 0
	for _, h := range strata {
		total += units[h]
	}
	if total == 0 {
		return
	}
	left := n
	for _, h := range strata {
		share[h] = n * units[h] / total
		left -= share[h]
	}
	remainder := func(h int) int { return n * units[h] % total }
	slices.SortStableFunc(strata, func(a, b int) int { return remainder(b) - remainder(a) })
	for _, h := range strata[:left] {
		share[h]++
	}
}
