package analysis

import "math"

// pooled helps cells by the coefficients of their group.
func (f *assistedFit) pooled(out []AssistedEstimate) {
	groups := 0
	for _, g := range f.a.Group {
		groups = max(groups, int(g)+1)
	}
	class := make([]int32, len(f.cell)) // group of every row
	for i, c := range f.cell {
		if class[i] = -1; c >= 0 {
			class[i] = f.a.Group[c]
		}
	}
	r := f.regressions(class, groups)
	z, values, b := make([]float64, len(f.y)), make([]float64, f.k), make([]sparse, f.k)
	p := len(f.a.X)
	for c, g := range f.a.Group {
		values[c] = out[c].Value
		if r[g] == nil {
			continue
		}
		values[c] += r[g].predict(f.gap[c])
		out[c].Assistant, out[c].Pooled, out[c].B = f.a.Assistant, true, r[g].b
		for j, h := range r[g].solve(f.gap[c]) {
			b[c].at, b[c].v = append(b[c].at, g*int32(p)+int32(j)), append(b[c].v, -h)
		}
	}
	for i, g := range class {
		switch {
		case g < 0:
		case r[g] == nil:
			z[i] = f.s.weights[i] * f.y[i]
		default:
			z[i] = f.s.weights[i] * f.residual(i, r[g])
		}
	}
	f.settlePooled(out, values, z, b, class, groups)
}

// settlePooled gives pooled estimates their standard errors: a cell has z of its own rows, and -b of the sums of
// w q x e over those of its group.
func (f *assistedFit) settlePooled(out []AssistedEstimate, values, z []float64, b []sparse, class []int32, groups int) {
	sums := f.s.rows.sumCells(f.k, f.cell, nil, z)
	_, persons := sums.totals()
	estimates := f.s.tree.finish(sums, values, persons, sums.sums[0])
	cells := &adjustedCells{s: f.s, x: f.scores(z, class, groups)}
	cells.settle(estimates, sums, sums.sums[0], b)
	for c, e := range estimates {
		if e.N == 0 && out[c].Assistant != Unassisted {
			e = f.synthetic(cells, b[c], values[c], class, f.a.Group[c])
			out[c].Assistant = SyntheticAssisted
		}
		out[c].Estimate = e
	}
}

// scores are Σ w q x e over the rows of every unit, by group and variable.
func (f *assistedFit) scores(z []float64, class []int32, groups int) []sparse {
	p := len(f.a.X)
	out := make([]sparse, groups*p)
	for j, x := range f.instruments() {
		v := make([]float64, len(z))
		for i, g := range class {
			if g >= 0 {
				v[i] = z[i] * x[i]
			}
		}
		sums := f.s.rows.sumCells(groups, class, nil, v)
		for g, column := range byCell(sums, sums.sums[0]) {
			out[g*p+j] = column
		}
	}
	return out
}

// synthetic is the estimate of a cell that nobody was sampled in.
func (f *assistedFit) synthetic(cells *adjustedCells, b sparse, value float64, class []int32, group int32) Estimate {
	domain := make([]bool, len(class))
	for i, g := range class {
		domain[i] = g == group
	}
	at := cells.x[int(group)*len(f.a.X)].at // the units of the group
	v, notes := cells.dense(sparse{at, make([]float64, len(at))}, b, 0)
	return Estimate{Value: value, SE: math.Sqrt(v), DF: f.s.DF(domain), Notes: notes | Unsampled}
}
