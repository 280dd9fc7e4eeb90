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
	return d.tree().ratios(sumCells(d.Units(), k, t.Unit, cell, t.N, y, x))
}

// ratios estimates the ratios of the first variable to the second.
func (t *tree) ratios(s *cellSums) []Estimate {
	r := s.ratios()
	return t.finish(s, r.ratio, r.persons, r.u)
}

// cellRatios are the ratios of cells.
type cellRatios struct {
	ratio, below []float64 // by cell
	persons      []int64
	u            []float64 // weighted and linearised, by unit and cell
}

// ratios are those of the first variable to the second. A ratio is linear in the sums of units once R̂ is known, so
// that the rows need not be gone through again.
func (s *cellSums) ratios() *cellRatios {
	values, persons := s.totals()
	above, below := values[0], values[1]
	r := &cellRatios{ratio: make([]float64, s.k), below: below, persons: persons, u: make([]float64, len(s.cell))}
	for c := range r.ratio {
		r.ratio[c] = above[c] / below[c]
	}
	for e, c := range s.cell {
		// The conversion forbids a fused multiply-add, which would leave a residual where y is x.
		r.u[e] = (s.sums[0][e] - float64(r.ratio[c]*s.sums[1][e])) / below[c]
	}
	return r
}

// coefficients are those of the linearised ratios, from those of their parts: see adjustedCells.
func (r *cellRatios) coefficients(above, below []sparse) []sparse {
	out := make([]sparse, len(above))
	for c := range out {
		out[c] = merged(above[c].times(1/r.below[c]), below[c].times(-r.ratio[c]/r.below[c]))
	}
	return out
}
