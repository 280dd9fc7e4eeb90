package sampling

import "fmt"

// Balance returns how far a sample s is from balance: for every variable j, the relative deviation of its
// Horvitz–Thompson total from its total in the frame
//
//	(Σ_s x_ij/π_i - Σ_U x_ij) / Σ_U x_ij
//
// x[j] is the column of variable j. The deviation is 0 if both totals are 0, ±Inf if only that of the frame is. Balance
// panics if a column has another length than π, and if a unit of the sample is not in the frame or has π = 0.
//
// Tillé (2006), Sampling Algorithms, chapter 8.
func Balance(pi []float64, x [][]float64, sample []int) []float64 {
	deviation := make([]float64, len(x))
	for j, xj := range x {
		if len(xj) != len(pi) {
			panic(fmt.Sprintf("sampling: balancing variable %d has %d values for %d units", j, len(xj), len(pi)))
		}
		total, estimate := 0.0, 0.0
		for _, v := range xj {
			total += v
		}
		for _, i := range sample {
			mustBeDrawable(pi, i)
			estimate += xj[i] / pi[i]
		}
		if estimate != total {
			deviation[j] = (estimate - total) / total
		}
	}
	return deviation
}

func mustBeDrawable(pi []float64, unit int) {
	if unit < 0 || unit >= len(pi) || !(pi[unit] > 0) {
		panic(fmt.Sprintf("sampling: unit %d of the sample has no inclusion probability above 0", unit))
	}
}
