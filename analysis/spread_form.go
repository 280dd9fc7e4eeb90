package analysis

// A spreadForm is the variance of the total of z - x'B as a function of B, for cells of which z is known:
//
//	v(z) - 2 B' X'Az + B' X'AX B,  v(z) = z'Az
//
// A is the design's. What goes over all units, AX and X'AX, is the same for all cells.
type spreadForm struct {
	ax  [][]float64 // by column and unit
	xax [][]float64
}

// form is the form where there is one and it pays, else nil: where a stratum is lonely, what is done about it depends
// on the cell; and with many columns and few cells it takes longer than going over the units for every cell.
func (a *adjustedCells) form(k int) *spreadForm {
	p := len(a.x)
	if a.s.tree.mayBeLonely() || p*p > 30*k {
		return nil
	}
	f := &spreadForm{}
	units := a.s.tree.units()
	for _, x := range a.x {
		column := make([]float64, units)
		for e, u := range x.at {
			column[u] = x.v[e]
		}
		f.ax = append(f.ax, a.s.tree.spreads(column))
	}
	for _, x := range a.x {
		row := make([]float64, p)
		for j := range row {
			row[j] = x.dot(f.ax[j])
		}
		f.xax = append(f.xax, row)
	}
	return f
}

// variance is that of a cell, given v(z).
func (f *spreadForm) variance(v float64, z, b sparse) float64 {
	for e, j := range b.at {
		v -= 2 * b.v[e] * z.dot(f.ax[j])
		for i, l := range b.at {
			v += b.v[e] * b.v[i] * f.xax[j][l]
		}
	}
	return v
}

// mayBeLonely tells whether the policy for lonely strata can come into the variance of any cell.
func (t *tree) mayBeLonely() bool {
	level := &t.stages[0]
	for h := range int32(level.strata()) {
		if n := level.sampled(h); t.isLonely(n, n, level.fraction(h)) || t.isLonely(n, 1, level.fraction(h)) {
			return true
		}
	}
	return false
}

// spreads is Az of values by unit of the last stage, for the matrix A of the variance z'Az of their total. Lonely
// strata count nothing.
func (t *tree) spreads(z []float64) []float64 {
	sums := t.sumsByStage(z)
	above := []float64{0} // of the unit above, what every unit of the stage has
	within := []float64{1}
	for s := range t.stages {
		level := &t.stages[s]
		out, fraction := make([]float64, level.units()), make([]float64, level.units())
		for p := range above {
			from, to := t.strata(s, int32(p))
			for h := from; h < to; h++ {
				scale := within[p] * t.scale(s, h)
				units := sums[s][level.firstUnit[h]:level.firstUnit[h+1]]
				mean := sum(units) / float64(len(units))
				for i, v := range units {
					u := int(level.firstUnit[h]) + i
					out[u], fraction[u] = above[p]+scale*(v-mean), within[p]*level.fraction(h)
				}
			}
		}
		above, within = out, fraction
	}
	return above
}

// scale is (1-f) n/(n-1) of a stratum, 0 where nothing of it can be seen or is left to chance.
func (t *tree) scale(s int, h int32) float64 {
	level := &t.stages[s]
	n := level.sampled(h)
	if n < 2 || s > 0 && level.population[h] == 0 || float64(n) == level.population[h] {
		return 0
	}
	return (1 - level.fraction(h)) * expansion(n)
}

// sumsByStage are the sums of values over the units of every stage.
func (t *tree) sumsByStage(z []float64) [][]float64 {
	out := make([][]float64, len(t.stages))
	out[t.last()] = z
	for s := t.last() - 1; s >= 0; s-- {
		below := &t.stages[s+1]
		out[s] = make([]float64, t.stages[s].units())
		for u := range out[s] {
			from, to := t.strata(s+1, int32(u))
			out[s][u] = sum(out[s+1][below.firstUnit[from]:below.firstUnit[to]])
		}
	}
	return out
}
