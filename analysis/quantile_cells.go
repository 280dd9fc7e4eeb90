package analysis

// Quantiles estimates the quantiles of y in every cell, with intervals by Woodruff: result [c][j] is that of cell c at
// probability j of the request. One sort of the rows by value and one pass for the shares serve all cells. The estimates
// are those that the function Quantiles gives with a cell for domain. Arguments are those of Totals, but y is needed. It
// panics where Totals does, and where the interval is not one of Woodruff's.
func (s *Sample) Quantiles(y []float64, cell []int32, k int, r QuantileRequest) [][]QuantileEstimate {
	if s.Calibrated() {
		panic("analysis: quantiles of cells of a sample whose weights were fitted to totals")
	}
	mustHave(y, s.Rows())
	q := cellQuantiles{tree: s.tree, y: y, w: s.weights, cell: cell, k: k, request: r.filled()}
	return q.estimates(func(columns ...[]float64) *cellSums { return s.rows.sumCells(k, cell, nil, columns...) })
}

// Quantiles estimates the quantiles of y, which has one value a row of the tally, in every cell of a sample tally. It is to
// the last digits what Sample.Quantiles makes of the persons themselves. It panics where the rule needs more than a tally
// has, see QuantileRule.FromSums, and where the interval is not one of Woodruff's.
func (d *Design) Quantiles(t *Tally, y []float64, cell []int32, k int, r QuantileRequest) [][]QuantileEstimate {
	if !r.Rule.FromSums() {
		panic("analysis: quantiles of a tally by " + r.Rule.String() + ", which needs persons one by one")
	}
	mustHave(y, t.Rows())
	q := cellQuantiles{tree: d.tree(), y: y, w: t.W, cell: cell, k: k, request: r.filled()}
	return q.estimates(func(columns ...[]float64) *cellSums { return sumCells(d.Units(), k, t.Unit, cell, t.N, columns...) })
}

// cellQuantiles are the quantiles of rows by cell.
type cellQuantiles struct {
	tree    *tree
	y, w    []float64
	cell    []int32
	k       int
	request QuantileRequest

	cells  []*distribution
	values [][]float64 // by probability and cell
}

// estimates gives the estimates from the sums of columns, one value a row, by unit and cell.
func (q *cellQuantiles) estimates(sums func(columns ...[]float64) *cellSums) [][]QuantileEstimate {
	if !q.request.Interval.Woodruff() {
		panic("analysis: quantiles of cells with interval " + q.request.Interval.String())
	}
	q.distributions()
	s := sums(append(q.upTo(), q.w)...)
	out := make([][]QuantileEstimate, q.k)
	for j := range q.values {
		share := q.tree.ratios(s.of(j, len(q.values)))
		for c, d := range q.cells {
			out[c] = append(out[c], q.request.woodruff(j, q.values[j][c], share[c], d))
		}
	}
	return out
}

// distributions sets the distributions of cells and their quantiles.
func (q *cellQuantiles) distributions() {
	order, first := valueOrder(q.y, q.cell, q.k)
	y, w, c := gathered(q.y, order), gathered(q.w, order), make([]float64, len(order))
	q.cells, q.values = make([]*distribution, q.k), make([][]float64, len(q.request.P))
	for j := range q.values {
		q.values[j] = make([]float64, q.k)
	}
	for i := range q.cells {
		from, to := first[i], first[i+1]
		q.cells[i] = newDistribution(y[from:to], w[from:to], c[from:to], q.request.Rule)
		for j, v := range q.cells[i].quantiles(q.request.P, q.request.Rule) {
			q.values[j][i] = v
		}
	}
}

func gathered(v []float64, order []int32) []float64 {
	out := make([]float64, len(order))
	for k, i := range order {
		out[k] = v[i]
	}
	return out
}

// upTo are the weights of the rows up to the quantile of their cell, 0 on others, for every probability.
func (q *cellQuantiles) upTo() [][]float64 {
	columns := make([][]float64, len(q.values))
	for j, at := range q.values {
		columns[j] = make([]float64, len(q.y))
		for i, c := range q.cell {
			if c >= 0 && q.y[i] <= at[c] {
				columns[j][i] = q.w[i]
			}
		}
	}
	return columns
}

// of are the sums of some of the variables.
func (s *cellSums) of(variables ...int) *cellSums {
	some := *s
	some.sums = nil
	for _, j := range variables {
		some.sums = append(some.sums, s.sums[j])
	}
	return &some
}
