package analysis

// totalsCellByCell estimates totals of cells one after the other, for surveys whose covariance leaves no pass to share.
func totalsCellByCell(s Survey, y []float64, cell []int32, k int) []Estimate {
	if y == nil {
		y = ones(len(s.Weights()))
	}
	return cellByCell(s, TotalOf(y), cell, k)
}

// ratiosCellByCell does the same for ratios.
func ratiosCellByCell(s Survey, y, x []float64, cell []int32, k int) []Estimate {
	if y == nil {
		y = ones(len(s.Weights()))
	}
	if x == nil {
		x = ones(len(s.Weights()))
	}
	return cellByCell(s, RatioOf(y, x), cell, k)
}

// cellByCell estimates a statistic of one value in every cell.
func cellByCell(s Survey, st Statistic, cell []int32, k int) []Estimate {
	estimates, domain := make([]Estimate, k), make([]bool, len(cell))
	for c := range estimates {
		for i := range domain {
			domain[i] = cell[i] == int32(c)
		}
		estimates[c] = s.Estimate(st, domain).At(0)
	}
	return estimates
}
