package analysis

// Totals estimates the total of y in every cell, with its standard error as in Design.Totals: one pass over the rows
// serves all cells. y has one value a row, nil is 1 for each; cell[i] is the cell of row i, -1 for none, and k the number
// of cells. Values of rows in no cell are not looked at. It panics where a slice has another length, or the weights were
// fitted to totals: an estimate of such a sample draws on rows outside its cell, see Estimate.
func (s *Sample) Totals(y []float64, cell []int32, k int) []Estimate {
	return s.tree.totals(s.cells(cell, k, y))
}

// Ratios estimates the ratio of the totals of y and x in every cell, as in Design.Ratios. x nil is 1 for each row, so
// that the ratio is the mean of y. The rest is as in Totals.
func (s *Sample) Ratios(y, x []float64, cell []int32, k int) []Estimate {
	return s.tree.ratios(s.cells(cell, k, y, x))
}

// cells adds up weighted variables by unit and cell.
func (s *Sample) cells(cell []int32, k int, variables ...[]float64) *cellSums {
	if len(s.adjust) > 0 {
		panic("analysis: cells of a sample whose weights were fitted to totals")
	}
	weighted := make([][]float64, len(variables))
	for j, y := range variables {
		weighted[j] = s.weightedColumn(y)
	}
	return s.rows.sumCells(k, cell, nil, weighted...)
}

func (s *Sample) weightedColumn(y []float64) []float64 {
	if y == nil {
		return s.weights
	}
	return products(s.weights, y)
}
