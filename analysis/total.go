package analysis

// Totals estimates the total of every cell of a sample tally, with its standard error by Taylor linearisation:
//
//	t̂    = Σ w
//	v(t̂) = Σh (1-fh) nh/(nh-1) Σi (zhi - z̄h)²  +  Σh fh Σi (1-fhi) mhi/(mhi-1) Σj (zhij - z̄hi)²
//
// zhi is the weighted sum over the persons of PSU i of stratum h that fall in the cell, zhij the same for its
// second-stage unit j, fh = nh/Nh and fhi = mhi/Mhi. Cells are domains: a sampled unit without a member counts zero, so
// nh and mhi are those of the whole design. The second sum is taken where the counts of both stages are known;
// without Nh, fh is 0 and the first sum alone is the with-replacement estimator. Degrees of freedom are the PSUs with
// a member in the cell less the strata with one.
//
// cell[i] is the cell of row i, -1 for none, as Cells gives it; k is the number of cells. One pass over the rows serves
// all cells. A stratum with one sampled PSU of several is treated by the policy of the design, by default the standard
// error of its cells is NaN; a PSU with one sampled second-stage unit of several adds nothing to the second sum, which
// the notes say.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, results 2.6.1 and 4.3.1; conventions of R
// survey 4.5 (svytotal, svyby).
func (d *Design) Totals(t *Tally, cell []int32, k int) []Estimate {
	return d.tree().totals(sumCells(d.Units(), k, t.Unit, cell, t.N, t.W))
}

// totals estimates the totals of the first variable.
func (t *tree) totals(s *cellSums) []Estimate {
	values, persons := s.totals()
	return t.finish(s, values[0], persons, s.sums[0])
}

// finish puts the values of cells together with the variance of the total of z.
func (t *tree) finish(s *cellSums, values []float64, persons []int64, z []float64) []Estimate {
	estimates := make([]Estimate, s.k)
	for c, v := range t.variances(s, z) {
		estimates[c] = v.finish(values[c], persons[c])
	}
	return estimates
}

// totals adds up the variables, and the persons, over all units by cell. Any order of units gives the same bits.
func (s *cellSums) totals() (values [][]float64, persons []int64) {
	values, persons = make([][]float64, len(s.sums)), make([]int64, s.k)
	for e, c := range s.cell {
		persons[c] += s.n[e]
	}
	for j, column := range s.sums {
		values[j] = sumByCell(column, s.cell, s.k)
	}
	return values, persons
}
