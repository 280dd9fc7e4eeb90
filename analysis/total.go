package analysis

import "math"

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
// all cells. A stratum with one sampled PSU of several makes the standard error of its cells NaN; a PSU with one sampled
// second-stage unit of several adds nothing to the second sum, which the notes say.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, results 2.6.1 and 4.3.1; conventions of R
// survey 4.1 (svytotal, svyby).
func (d *Design) Totals(t *Tally, cell []int32, k int) []Estimate {
	acc := newTotaller(d, k)
	order, first := t.byUnit(d.Units())
	unit := 0
	for psu := 0; psu < len(d.PSUs); psu++ {
		for ; unit < d.Units() && d.psuOf(int32(unit)) == int32(psu); unit++ {
			for _, row := range order[first[unit]:first[unit+1]] {
				acc.add(cell[row], t.W[row], t.N[row])
			}
			acc.endSSU()
		}
		acc.endPSU(psu)
		if psu+1 == len(d.PSUs) || d.PSUs[psu+1].Stratum != d.PSUs[psu].Stratum {
			acc.endStratum(d.PSUs[psu].Stratum)
		}
	}
	return acc.finish()
}

// byUnit orders the rows by unit, keeping their order within one: rows order[first[u]:first[u+1]] belong to u.
func (t *Tally) byUnit(units int) (order []int32, first []int32) {
	first = make([]int32, units+1)
	for _, u := range t.Unit {
		first[u+1]++
	}
	for u := range units {
		first[u+1] += first[u]
	}
	next := append([]int32(nil), first[:units]...)
	order = make([]int32, len(t.Unit))
	for row, u := range t.Unit {
		order[next[u]] = int32(row)
		next[u]++
	}
	return order, first
}

// A totaller carries the sums of Totals up the stages: rows into second-stage units, those into PSUs, those into
// strata. A single-stage design has one "second-stage unit" a PSU and no second variance term.
type totaller struct {
	d         *Design
	est       []Estimate
	variance  []float64
	psus      []float64 // PSUs with a member, less strata with one, by cell
	ssu, psu  sums
	withinPSU spread
	inStratum spread
	ssuCount  int // second-stage units seen in this PSU
	psuCount  int // PSUs seen in this stratum
	second    []cellValue
}

// A cellValue is a value of one cell.
type cellValue struct {
	cell int32
	v    float64
}

func newTotaller(d *Design, k int) *totaller {
	return &totaller{
		d: d, est: make([]Estimate, k), variance: make([]float64, k), psus: make([]float64, k),
		ssu: newSums(k), psu: newSums(k), withinPSU: newSpread(k), inStratum: newSpread(k),
	}
}

func (a *totaller) add(cell int32, w float64, n int64) {
	if cell < 0 {
		return
	}
	a.ssu.add(cell, w)
	a.est[cell].Value += w
	a.est[cell].N += n
}

func (a *totaller) endSSU() {
	a.ssuCount++
	a.ssu.drain(func(cell int32, z float64) {
		a.psu.add(cell, z)
		if a.d.SSUs != nil {
			a.withinPSU.add(cell, z)
		}
	})
}

func (a *totaller) endPSU(psu int) {
	m, of := float64(a.ssuCount), a.d.PSUs[psu].Population
	a.withinPSU.drain(a.ssuCount, func(cell int32, ss float64, _ int) {
		switch {
		case of == 0:
			a.est[cell].Notes |= FirstStage
		case m == of: // every unit was taken: nothing is left to chance at this stage
		case m == 1:
			a.est[cell].Notes |= SingleSSU
		default:
			a.second = append(a.second, cellValue{cell, (1 - m/of) * m / (m - 1) * ss})
		}
	})
	a.psu.drain(a.inStratum.add)
	a.ssuCount = 0
	a.psuCount++
}

func (a *totaller) endStratum(h int32) {
	n, of := float64(a.psuCount), a.d.Strata[h].Population
	f := 0.0
	if of > 0 {
		f = n / of
	}
	a.inStratum.drain(a.psuCount, func(cell int32, ss float64, members int) {
		a.psus[cell] += float64(members) - 1
		switch {
		case of == 0:
			a.est[cell].Notes |= NoFPC
		case a.d.SSUs == nil:
			a.est[cell].Notes |= FirstStage
		}
		switch {
		case f == 1: // every PSU was taken: nothing is left to chance at this stage
		case a.psuCount == 1:
			a.est[cell].Notes |= SinglePSU
			a.variance[cell] = math.NaN()
		default:
			a.variance[cell] += (1 - f) * n / (n - 1) * ss
		}
	})
	for _, s := range a.second {
		a.variance[s.cell] += f * s.v
	}
	a.second, a.psuCount = a.second[:0], 0
}

func (a *totaller) finish() []Estimate {
	for c := range a.est {
		e := &a.est[c]
		e.SE, e.DF = math.Sqrt(a.variance[c]), a.psus[c]
		switch {
		case e.N == 0:
			e.SE, e.DF, e.Notes = math.NaN(), 0, Unsampled
		case e.DF <= 0:
			e.Notes |= FewPSUs
		}
	}
	return a.est
}
