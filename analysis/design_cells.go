package analysis

// Cells is a sample tally under the design as a CellEstimator: variables have the value of a person of every row, and
// cells are as in Design.Totals.
func (d *Design) Cells(t *Tally) CellEstimator { return tallyCells{d, t} }

type tallyCells struct {
	d *Design
	t *Tally
}

func (c tallyCells) Totals(y []float64, cell []int32, k int) []Estimate {
	return c.d.tree().totals(sumCells(c.d.Units(), k, c.t.Unit, cell, c.t.N, c.weighted(y)))
}

func (c tallyCells) Ratios(y, x []float64, cell []int32, k int) []Estimate {
	return c.d.Ratios(c.t, c.weighted(y), c.weighted(x), cell, k)
}

func (c tallyCells) weighted(y []float64) []float64 {
	if y == nil {
		return c.t.W
	}
	return products(c.t.W, y)
}
