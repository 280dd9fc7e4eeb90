package analysis

import "math"

// rowReplicates are replicate weights by replicate and row.
type rowReplicates [][]float64

func (c rowReplicates) combined(r int, w, to []float64) {
	for i, x := range w {
		to[i] = 0
		if x != 0 {
			to[i] = c[r][i]
		}
	}
}

func (c rowReplicates) rank(w []float64) int {
	return c.rankOf(rowsWithWeight(w))
}

// rankOf is the rank of some rows.
func (c rowReplicates) rankOf(rows []int32) int {
	e, last := newEchelon(len(c)), make([]float64, len(c))
	for _, i := range rows {
		if e.full() {
			break
		}
		for r := range c {
			e.row[r] = c[r][i]
		}
		if !alike(e.row, last) {
			copy(last, e.row)
			e.add()
		}
	}
	return e.rank()
}

// alike tells whether a row is a multiple of another, as those of a PSU mostly are.
func alike(row, last []float64) bool {
	const near = 1e-9 // far below rankTolerance
	by := euclidean(row) / euclidean(last)
	for r, x := range row {
		if !(math.Abs(x-by*last[r]) <= near*x) {
			return false
		}
	}
	return true
}

// estimates goes over the rows in cells once a replicate.
func (c rowReplicates) estimates(r *Replicates, st cellStatistic, cell []int32, k int, vs ...[]float64) []Estimate {
	rows, first := rowsInCells(r.weights, cell, k)
	of := pick(cell, rows)
	variables, totals := make([][]float64, len(vs)), make([][]float64, len(vs))
	for j, v := range vs {
		variables[j] = pick(v, rows)
		totals[j] = sumByCell(variables[j], of, k)
	}
	theta := c.thetas(r.weights, rows, of, k, st, variables)
	at := make([]float64, len(variables))
	out := make([]Estimate, k)
	for cell := range out {
		value := st.value(across(totals, cell, at))
		in := rows[first[cell]:first[cell+1]]
		out[cell] = r.variance.spread(theta[cell], value).finish(value, c.rankOf(in), int64(len(in)))
	}
	return out
}

// thetas are the estimates by cell and replicate.
func (c rowReplicates) thetas(w []float64, rows, of []int32, k int, st cellStatistic, vs [][]float64) [][]float64 {
	theta := make([][]float64, k)
	for cell := range theta {
		theta[cell] = make([]float64, len(c))
	}
	sums, at := make([][]float64, len(vs)), make([]float64, len(vs))
	scaled := make([]float64, len(rows))
	for r, column := range c {
		for j, v := range vs {
			for n, i := range rows {
				scaled[n] = v[n] / w[i] * column[i]
			}
			sums[j] = sumByCell(scaled, of, k)
		}
		for cell := range theta {
			theta[cell][r] = st.value(across(sums, cell, at))
		}
	}
	return theta
}
