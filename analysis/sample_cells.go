package analysis

// Totals estimates the total of y in every cell, with its standard error as in Design.Totals: one pass over the rows
// serves all cells. y has one value a row, nil is 1 for each; cell[i] is the cell of row i, -1 for none, and k the
// number of cells. Values of rows in no cell are not looked at. Where the weights were fitted, standard errors are
// those of residuals, as Estimate has them: see adjustedCells. It panics where a slice has another length.
func (s *Sample) Totals(y []float64, cell []int32, k int) []Estimate {
	cell = s.counting(cell)
	weighted := s.weightedColumn(y)
	sums := s.rows.sumCells(k, cell, nil, weighted)
	values, persons := sums.totals()
	return s.finish(sums, values[0], persons, sums.sums[0], func(a *adjustedCells) []sparse {
		return a.coefficients(weighted, cell, k)
	})
}

// Ratios estimates the ratio of the totals of y and x in every cell, as in Design.Ratios. x nil is 1 for each row, so
// that the ratio is the mean of y. The rest is as in Totals.
func (s *Sample) Ratios(y, x []float64, cell []int32, k int) []Estimate {
	cell = s.counting(cell)
	above, below := s.weightedColumn(y), s.weightedColumn(x)
	sums := s.rows.sumCells(k, cell, nil, above, below)
	r := sums.ratios()
	return s.finish(sums, r.ratio, r.persons, r.u, func(a *adjustedCells) []sparse {
		return r.coefficients(a.coefficients(above, cell, k), a.coefficients(below, cell, k))
	})
}

// finish puts the values of cells together with the variance of the total of z, which is by unit and cell. coefficients
// are asked for where the weights were fitted.
func (s *Sample) finish(sums *cellSums, values []float64, persons []int64, z []float64,
	coefficients func(*adjustedCells) []sparse) []Estimate {
	estimates := s.tree.finish(sums, values, persons, z)
	if len(s.adjust) > 0 {
		a := newAdjustedCells(s)
		a.settle(estimates, sums, z, coefficients(a))
	}
	return estimates
}

// counting takes rows without weight out of their cells.
func (s *Sample) counting(cell []int32) []int32 {
	if !s.silent {
		return cell
	}
	out := make([]int32, len(cell))
	for i, c := range cell {
		if out[i] = c; s.weights[i] == 0 {
			out[i] = -1
		}
	}
	return out
}

func (s *Sample) weightedColumn(y []float64) []float64 {
	if y == nil {
		return s.weights
	}
	return products(s.weights, y)
}
