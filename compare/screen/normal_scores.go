package screen

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// NormalScores replace values by the quantiles of the normal distribution at their ranks, (rank - 3/8)/(n + 1/4),
// ties at their mean rank. Their order stays, and how far off the farthest are does not count. NaN stays.
//
// Blom (1958), Statistical Estimates and Transformed Beta-Variables.
func NormalScores(x []float64) []float64 {
	out := make([]float64, len(x))
	var order []int
	for i, v := range x {
		if out[i] = nan; !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	sort.Slice(order, func(a, b int) bool { return x[order[a]] < x[order[b]] })
	for first := 0; first < len(order); {
		last := first
		for last < len(order) && x[order[last]] == x[order[first]] {
			last++
		}
		rank := float64(first+1+last) / 2
		score := distuv.UnitNormal.Quantile((rank - 0.375) / (float64(len(order)) + 0.25))
		for _, i := range order[first:last] {
			out[i] = score
		}
		first = last
	}
	return out
}
