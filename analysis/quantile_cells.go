package analysis

// Quantiles estimates the quantiles of y in every cell, with intervals by Woodruff: result [c][j] is that of cell c at
// probability j of the request. One sort of the rows by value and one pass for the shares serve all cells. The
// estimates are those that the function Quantiles gives with a cell for domain. Arguments are those of Totals, but y
// is needed. It panics where Totals does, and where the interval is not one of Woodruff's.
func (s *Sample) Quantiles(y []float64, cell []int32, k int, r QuantileRequest) [][]QuantileEstimate {
	if s.Calibrated() {
		panic("analysis: quantiles of cells of a sample whose weights were fitted to totals")
	}
	mustHave(y, s.Rows())
	q := cellQuantiles{tree: s.tree, y: y, w: s.weights, cell: cell, k: k, request: r.filled()}
	return q.estimates(func(columns ...[]float64) *cellSums { return s.rows.sumCells(k, cell, nil, columns...) })
}

// Quantiles estimates the quantiles of y, which has one value a row of the tally, in every cell of a sample tally. It
// is to the last digits what Sample.Quantiles makes of the persons themselves. It panics where the rule needs more
// than a tally has, see QuantileRule.FromSums, and where the interval is not one of Woodruff's.
func (d *Design) Quantiles(t *Tally, y []float64, cell []int32, k int, r QuantileRequest) [][]QuantileEstimate {
	if !r.Rule.FromSums() {
		panic("analysis: quantiles of a tally by " + r.Rule.String() + ", which needs persons one by one")
	}
	mustHave(y, t.Rows())
	q := cellQuantiles{tree: d.tree(), y: y, w: t.W, cell: cell, k: k, request: r.filled()}
	return q.estimates(func(columns ...[]float64) *cellSums {
		return sumCells(d.Units(), k, t.Unit, cell, t.N, columns...)
	})
}

// cellQuantiles are the quantiles of rows by cell.
type cellQuantiles struct {
	tree    *tree
	y, w    []float64
	cell    []int32
	k       int
	request QuantileRequest

	cells  []*distribution
	values [][]float64 // by cell and probability
	upTo   [][]float64 // by probability and row: the weight of a row up to the quantile of its cell, else 0
}

// estimates gives the estimates from the sums of columns, one value a row, by unit and cell.
func (q *cellQuantiles) estimates(sums func(columns ...[]float64) *cellSums) [][]QuantileEstimate {
	if !q.request.Interval.Woodruff() {
		panic("analysis: quantiles of cells with interval " + q.request.Interval.String())
	}
	q.distributions()
	s := sums(append(q.upTo, q.w)...)
	student := q.request.student()
	out := make([][]QuantileEstimate, q.k)
	for j := range q.upTo {
		share := q.tree.ratios(s.of(j, len(q.upTo)))
		for c, d := range q.cells {
			out[c] = append(out[c], q.request.woodruff(j, q.values[c][j], share[c], d, student))
		}
	}
	return out
}

// distributions sets the distributions of cells, their quantiles and the rows up to these.
func (q *cellQuantiles) distributions() {
	order, first := byCell(q.cell, q.k)
	for range q.request.P {
		q.upTo = append(q.upTo, make([]float64, len(q.y)))
	}
	q.cells, q.values = make([]*distribution, q.k), make([][]float64, q.k)
	y, w, c := make([]float64, len(order)), make([]float64, len(order)), make([]float64, len(order))
	inParts(q.k, len(order), func(from, to int) struct{} {
		n := longest(first[from : to+1])
		rows, spare := make([]valueRow, n), make([]valueRow, n)
		for i := from; i < to; i++ {
			at, end := first[i], first[i+1]
			sorted := q.sorted(order[at:end], rows[:end-at], spare[:end-at])
			q.distribution(i, sorted, y[at:end], w[at:end], c[at:end])
		}
		return struct{}{}
	})
}

// sorted are rows in order of their values.
func (q *cellQuantiles) sorted(order []int32, rows, spare []valueRow) []valueRow {
	for k, i := range order {
		rows[k] = valueRow{orderedBits(q.y[i]), i}
	}
	return sortedRows(rows, spare)
}

// distribution sets the distribution of a cell, whose rows stand in order of their values.
func (q *cellQuantiles) distribution(i int, rows []valueRow, y, w, c []float64) {
	for k, r := range rows {
		y[k], w[k] = q.y[r.row], q.w[r.row]
	}
	d := newDistribution(y, w, c, q.request.Rule)
	q.cells[i], q.values[i] = d, d.quantiles(q.request.P, q.request.Rule)
	for j, at := range q.values[i] {
		for k := 0; k < len(rows) && y[k] <= at; k++ {
			q.upTo[j][rows[k].row] = q.w[rows[k].row]
		}
	}
}

// byCell orders rows by cell: rows order[first[c]:first[c+1]] are those of cell c. Rows in no cell are left out.
func byCell(cell []int32, k int) (order, first []int32) {
	first = make([]int32, k+1)
	for _, c := range cell {
		if c >= 0 {
			first[c+1]++
		}
	}
	accumulate(first)
	next := append([]int32(nil), first[:k]...)
	order = make([]int32, first[k])
	for i, c := range cell {
		if c >= 0 {
			order[next[c]] = int32(i)
			next[c]++
		}
	}
	return order, first
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
