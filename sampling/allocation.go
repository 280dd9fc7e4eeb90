package sampling

import (
	"fmt"
	"math"
)

// ProportionalAllocation shares a sample of n over strata in proportion to their numbers of units by largest remainder,
// with at least `least` units in each (or all of them where a stratum has fewer). The shares add up to n and none exceeds
// its stratum; ties go to the earlier stratum. An error says why when that is impossible.
func ProportionalAllocation(units []int, n, least int) ([]int, error) {
	total, floor := 0, 0
	share := make([]int, len(units))
	for h, u := range units {
		total += u
		share[h] = min(least, u)
		floor += share[h]
	}
	if n > total || n < floor {
		return nil, fmt.Errorf("sampling: a sample of %d cannot be shared over %d units in %d strata with at least %d from each",
			n, total, len(units), least)
	}
	for left := n - floor; left > 0; left-- {
		share[neediest(units, share, float64(n)/float64(total))]++
	}
	return share, nil
}

// neediest is the stratum, not yet exhausted, that lacks most of its proportional share.
func neediest(units, share []int, fraction float64) int {
	best, most := -1, math.Inf(-1)
	for h := range units {
		lack := fraction*float64(units[h]) - float64(share[h])
		if share[h] < units[h] && lack > most {
			best, most = h, lack
		}
	}
	return best
}
