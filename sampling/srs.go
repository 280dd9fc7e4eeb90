package sampling

import (
	"math/rand/v2"
	"slices"
)

// SRS draws n of the units 0 … size-1 by simple random sampling without replacement and returns them in ascending
// order. Every unit has inclusion probability n/size. It panics unless 0 ≤ n ≤ size.
//
// Floyd's algorithm (Bentley and Floyd 1987, Communications of the ACM 30:754-757): n random numbers, whatever size is.
func SRS(rng *rand.Rand, n, size int) []int {
	mustDraw(n, size)
	drawn := make(map[int]bool, n)
	units := make([]int, 0, n)
	for j := size - n; j < size; j++ {
		u := rng.IntN(j + 1)
		if drawn[u] {
			u = j
		}
		drawn[u] = true
		units = append(units, u)
	}
	slices.Sort(units)
	return units
}
