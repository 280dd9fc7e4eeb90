package analysis

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// An assistedFit is the work on assisted estimates.
type assistedFit struct {
	s    *Sample
	y    []float64
	a    *Assistance
	cell []int32
	k    int
	gap  [][]float64 // T - X̂, by cell and variable
}

func newAssistedFit(s *Sample, y []float64, a *Assistance, cell []int32, k int) *assistedFit {
	f := &assistedFit{s: s, y: y, a: a, cell: s.counting(cell), k: k}
	if y == nil {
		f.y = ones(s.Rows())
	}
	mustHave(f.y, s.Rows())
	f.gap = make([][]float64, k)
	for c := range f.gap {
		f.gap[c] = make([]float64, len(a.X))
	}
	for j, x := range a.X {
		for c, v := range f.sums(x, f.cell, k) {
			f.gap[c][j] = a.Totals[j][c] - v
		}
	}
	return f
}

// sums are Σ wv over the rows of every cell.
func (f *assistedFit) sums(v []float64, cell []int32, k int) []float64 {
	return weightedByCell(f.s.weights, v, cell, k)
}

// unassisted are the plain estimates.
func (f *assistedFit) unassisted() []AssistedEstimate {
	out := make([]AssistedEstimate, f.k)
	for c, e := range f.s.Totals(f.y, f.cell, f.k) {
		out[c] = AssistedEstimate{Estimate: e, Plain: e}
	}
	return out
}

// own helps every cell by itself.
func (f *assistedFit) own(out []AssistedEstimate) {
	r := f.regressions(f.cell, f.k)
	z, values, weight := make([]float64, len(f.y)), make([]float64, f.k), make([][]float64, f.k)
	for c := range out {
		values[c] = out[c].Value
		if r[c] == nil {
			continue
		}
		weight[c] = r[c].solve(f.gap[c])
		values[c] += r[c].predict(f.gap[c])
		out[c].Assistant, out[c].B = f.a.Assistant, r[c].b
	}
	instruments := f.instruments()
	for i, c := range f.cell {
		switch {
		case c < 0:
		case r[c] == nil:
			z[i] = f.s.weights[i] * f.y[i]
		default:
			g := 1.0
			for j, h := range weight[c] {
				g += h * instruments[j][i]
			}
			z[i] = f.s.weights[i] * g * f.residual(i, r[c])
		}
	}
	sums := f.s.rows.sumCells(f.k, f.cell, nil, z)
	_, persons := sums.totals()
	for c, e := range f.s.finish(sums, values, persons, sums.sums[0], func(a *adjustedCells) []sparse {
		return a.coefficients(z, f.cell, f.k)
	}) {
		out[c].Estimate = e
	}
}

// at is x'v of a row.
func (f *assistedFit) at(row int, v []float64) (sum float64) {
	for j, b := range v {
		if b != 0 {
			sum += f.a.X[j][row] * b
		}
	}
	return sum
}

// residual is y - x'B.
func (f *assistedFit) residual(row int, r *cellRegression) float64 {
	return f.y[row] - f.at(row, r.used)
}

// instrument is q x of a row: 1 for the ratio, where q is 1/x, also where x is 0.
func (f *assistedFit) instrument(j int) []float64 {
	if f.a.Assistant == RatioAssisted {
		return ones(f.s.Rows())
	}
	return f.a.X[j]
}

func (f *assistedFit) instruments() [][]float64 {
	out := make([][]float64, len(f.a.X))
	for j := range out {
		out[j] = f.instrument(j)
	}
	return out
}

// A cellRegression is B of a cell or group.
type cellRegression struct {
	b, used []float64 // NaN, and 0, where a variable is told by others
	columns []int
	inverse mat.Cholesky // of M, in those columns; not there where B is given
	given   bool
}

// predict is v'B.
func (r *cellRegression) predict(v []float64) (sum float64) {
	for j, b := range r.used {
		sum += b * v[j]
	}
	return sum
}

// solve is M⁻¹v, 0 where a variable is told by others or B is given.
func (r *cellRegression) solve(v []float64) []float64 {
	out := make([]float64, len(v))
	if r.given {
		return out
	}
	right := make([]float64, len(r.columns))
	for n, j := range r.columns {
		right[n] = v[j]
	}
	var x mat.VecDense
	if err := r.inverse.SolveVecTo(&x, mat.NewVecDense(len(right), right)); err != nil {
		for j := range out {
			out[j] = math.NaN()
		}
		return out
	}
	for n, j := range r.columns {
		out[j] = x.AtVec(n)
	}
	return out
}

// regressions gives B of every class of rows, nil where it has not more rows than variables or none of them varies.
func (f *assistedFit) regressions(class []int32, k int) []*cellRegression {
	out := make([]*cellRegression, k)
	if f.a.Assistant == DifferenceAssisted {
		b := f.a.B
		if b == nil {
			b = ones(len(f.a.X))
		}
		for c := range out {
			out[c] = &cellRegression{b: b, used: b, given: true}
		}
		return out
	}
	moments, right := f.moments(class, k)
	rows := make([]int, k)
	for _, c := range class {
		if c >= 0 {
			rows[c]++
		}
	}
	for c := range out {
		out[c] = regress(moments[c], right[c], rows[c])
	}
	return out
}

// moments are M = Σ w q x x' and Σ w q x y of every class.
func (f *assistedFit) moments(class []int32, k int) ([]*mat.SymDense, [][]float64) {
	p := len(f.a.X)
	moments, right := make([]*mat.SymDense, k), make([][]float64, k)
	for c := range moments {
		moments[c], right[c] = mat.NewSymDense(p, nil), make([]float64, p)
	}
	product := func(a, b []float64) []float64 {
		out := make([]float64, len(a))
		for i, c := range class {
			if c >= 0 {
				out[i] = a[i] * b[i]
			}
		}
		return out
	}
	for j, q := range f.instruments() {
		for c, v := range f.sums(product(q, f.y), class, k) {
			right[c][j] = v
		}
		for l := j; l < p; l++ {
			for c, v := range f.sums(product(q, f.a.X[l]), class, k) {
				moments[c].SetSym(j, l, v)
			}
		}
	}
	return moments, right
}

// regress solves for B in the variables that count.
func regress(m *mat.SymDense, right []float64, rows int) *cellRegression {
	columns, _ := independent(m)
	if len(columns) == 0 || rows <= len(columns) {
		return nil
	}
	r := &cellRegression{columns: columns, b: make([]float64, len(right)), used: make([]float64, len(right))}
	part := mat.NewSymDense(len(columns), nil)
	for n, i := range columns {
		for l, j := range columns {
			part.SetSym(n, l, m.At(i, j))
		}
	}
	if !r.inverse.Factorize(part) {
		return nil
	}
	for j := range r.b {
		r.b[j] = math.NaN()
	}
	b := r.solve(right)
	for _, j := range columns {
		r.b[j], r.used[j] = b[j], b[j]
	}
	return r
}
