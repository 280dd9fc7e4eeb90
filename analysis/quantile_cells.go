package analysis

// Quantiles estimates the quantiles of y in every cell, with intervals by Woodruff: result [c][j] is that of cell c at
// probability j of the request. One sort of the rows by value serves all cells, and one pass of Ratios for the shares
// of a probability. The estimates are those that the function Quantiles gives with a cell for domain. Arguments are
// those of Totals, but y is needed. It panics where Ratios does, and where the interval is not one of Woodruff's.
func (s *Sample) Quantiles(y []float64, cell []int32, k int, r QuantileRequest) [][]QuantileEstimate {
	return quantilesByCell(s, y, cell, k, r)
}

// Quantiles estimates the quantiles of y in every cell, as Sample.Quantiles does: with Woodruff's intervals, for which
// the replicates give the variance of shares alone.
func (r *Replicates) Quantiles(y []float64, cell []int32, k int, request QuantileRequest) [][]QuantileEstimate {
	return quantilesByCell(r, y, cell, k, request)
}

// A cellSurvey is a survey that serves all cells at once.
type cellSurvey interface {
	Survey
	CellEstimator
}

func quantilesByCell(sv cellSurvey, y []float64, cell []int32, k int, r QuantileRequest) [][]QuantileEstimate {
	w := sv.Weights()
	mustHave(y, len(w))
	q := cellQuantiles{y: y, w: w, cell: cell, k: k, request: r.filled()}
	return q.estimates(func(upTo []float64) []Estimate { return sv.Ratios(upTo, nil, cell, k) })
}

// Quantiles estimates the quantiles of y, which has one value a row of the tally, in every cell of a sample tally. It
// is to the last digits what Sample.Quantiles makes of the persons themselves. It panics where the rule needs more
// than a tally has, see QuantileRule.FromSums, and where the interval is not one of Woodruff's.
func (d *Design) Quantiles(t *Tally, y []float64, cell []int32, k int, r QuantileRequest) [][]QuantileEstimate {
	if !r.Rule.FromSums() {
		panic("analysis: quantiles of a tally by " + r.Rule.String() + ", which needs persons one by one")
	}
	mustHave(y, t.Rows())
	q := cellQuantiles{y: y, w: t.W, cell: cell, k: k, request: r.filled()}
	return q.estimates(func(upTo []float64) []Estimate {
		for i, w := range t.W {
			upTo[i] *= w
		}
		return d.Ratios(t, upTo, t.W, cell, k)
	})
}

// cellQuantiles are the quantiles of rows by cell.
type cellQuantiles struct {
	y, w    []float64
	cell    []int32
	k       int
	request QuantileRequest

	cells  []*distribution
	values [][]float64 // by cell and probability
	upTo   [][]float64 // by probability and row: 1 up to the quantile of its cell, else 0
}

// estimates gives the estimates; share is the share of every cell that the rows marked 1 have.
func (q *cellQuantiles) estimates(share func(upTo []float64) []Estimate) [][]QuantileEstimate {
	if !q.request.Interval.Woodruff() {
		panic("analysis: quantiles of cells with interval " + q.request.Interval.String())
	}
	q.distributions()
	student := q.request.student()
	out := make([][]QuantileEstimate, q.k)
	for j, upTo := range q.upTo {
		for c, e := range share(upTo) {
			out[c] = append(out[c], q.request.woodruff(j, q.values[c][j], e, q.cells[c], student))
		}
	}
	return out
}

// distributions sets the distributions of cells, their quantiles and the rows up to these.
func (q *cellQuantiles) distributions() {
	order, first := rowsInCells(q.w, q.cell, q.k)
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
			q.upTo[j][rows[k].row] = 1
		}
	}
}
