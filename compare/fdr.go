package compare

import (
	"math"
	"sort"
)

// BenjaminiHochberg adjusts the p-values of one family so that calling those at or below q significant keeps the
// expected share of false discoveries at or below q when the tests are independent or positively dependent:
//
//	q(i) = min over j ≥ i of min(1, m·p(j)/j),  p(1) ≤ … ≤ p(m)
//
// A NaN is not a test: it stays NaN and does not count in m. p is left as it was.
//
// Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57:289-300.
func BenjaminiHochberg(p []float64) []float64 {
	q := make([]float64, len(p))
	order := make([]int, 0, len(p))
	for i, v := range p {
		q[i] = math.NaN()
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	sort.Slice(order, func(a, b int) bool { return p[order[a]] > p[order[b]] })
	m, lowest := float64(len(order)), 1.0
	for i, at := range order {
		lowest = math.Min(lowest, p[at]*(m/(m-float64(i)))) // a factor of 1 or more: q is not below p in the last bit
		q[at] = lowest
	}
	return q
}
