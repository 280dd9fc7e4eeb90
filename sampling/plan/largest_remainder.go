package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// LargestRemainder makes an allocation whole: every share is cut to the whole number below, and the units that are
// missing go one each to the strata with the largest remainders, ties to the earlier (Hamilton's method). No share
// moves by 1 or more, and bounds that are whole still hold. It panics unless the shares add up to a whole number to
// 1e-6. [IntegerNeyman] gives the optimum instead; [IntegerProportional] counts in whole numbers throughout.
func LargestRemainder(share []float64) []int {
	whole, sum := make([]int, len(share)), 0.0
	order := make([]int, len(share))
	for h, s := range share {
		whole[h], order[h] = int(math.Floor(s)), h
		sum += s
	}
	left := math.Round(sum)
	if !(math.Abs(sum-left) <= 1e-6) {
		panic(fmt.Sprintf("sampling: shares add up to %v, want a whole number", sum))
	}
	for _, w := range whole {
		left -= float64(w)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return -cmp.Compare(share[a]-math.Floor(share[a]), share[b]-math.Floor(share[b]))
	})
	for _, h := range order[:int(left)] {
		whole[h]++
	}
	return whole
}
