package analysis

// Ratios estimates the ratio of two totals in every cell of a sample tally, with its standard error by Taylor
// linearisation, that of the total of u:
//
//	R̂ = Ŷ/X̂,  u = (y - R̂x)/X̂
//
// y and x hold the weighted sum of either variable over the persons of every row. The mean of a variable has t.W for x,
// the proportion with a trait has for y the weights of those with it and 0 in other rows; wrap that one in a Proportion
// for its intervals. Cells, their notes and their degrees of freedom are those of Totals, and so are the two stages of
// the variance. The ratio is NaN or ±Inf, and its standard error NaN, where X̂ is 0. Weights multiplied by a constant
// change nothing. Ratios panics where y or x has not one value a row.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, sections 5.6 and 5.8; conventions of R survey
// 4.1 (svymean, svyratio, svyby).
func (d *Design) Ratios(t *Tally, y, x []float64, cell []int32, k int) []Estimate {
	if len(y) != t.Rows() || len(x) != t.Rows() {
		panic("analysis: a variable of a ratio has not one value a row")
	}
	above, below := byCell(y, cell, k), byCell(x, cell, k)
	u := make([]float64, t.Rows())
	for row, c := range cell {
		if c >= 0 {
			// The conversion forbids a fused multiply-add, which would leave a residual where y is x.
			u[row] = (y[row] - float64(above[c]/below[c]*x[row])) / below[c]
		}
	}
	estimates := d.Totals(&Tally{N: t.N, W: u, Unit: t.Unit}, cell, k)
	for c := range estimates {
		estimates[c].Value = above[c] / below[c]
	}
	return estimates
}

// byCell adds up values by cell, leaving out those of no cell.
func byCell(v []float64, cell []int32, k int) []float64 {
	sum := make([]float64, k)
	for row, c := range cell {
		if c >= 0 {
			sum[c] += v[row]
		}
	}
	return sum
}
