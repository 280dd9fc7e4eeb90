package analysis

import "math"

// Complete gives the measure in every cell of a complete count, with superpopulation intervals at the level: those that
// allow for chance in a process of which the count is one outcome, persons being independent. SE is NaN, since nothing
// was sampled. a and b are the persons above and below:
//
//	PartOf  Wilson(a, b)    Beside  Wilson(a, a+b) as odds    Mean  M ∓ z s/√n
//
// A standardised share has M·exp(∓ z √v/M), v = Σ (Wa/ΣW)² pa(1-pa)/na. There is no interval for Holds, since persons
// of one household are not independent, nor for a Rate, whose events are Poisson's: take that of the events and
// persons of Totals. They are NaN. Unknown persons and errors are as in Estimate.
func (m Measure) Complete(t *Tally, cell []int32, k int, level float64) ([]Measured, error) {
	if m.Relation == Median {
		return m.completeMedian(t, cell, k, level)
	}
	z := twoSided(level, math.Inf(1))
	of, err := m.rows(t.Dims, t.Rows())
	if err != nil {
		return nil, err
	}
	used := cellsOf(cell, of.use)
	n, unknown := t.Counts(used, k), t.Counts(cellsOf(cell, of.unknown), k)
	assumed := t.Counts(cellsOf(cell, both(of.assumed, of.use)), k)
	groups := of.byGroup(t, used, k)
	list := make([]Measured, k)
	for c := range list {
		e := Estimate{SE: math.NaN(), DF: math.Inf(1), N: n[c]}
		i := Interval{Lower: math.NaN(), Upper: math.NaN(), Level: level, Basis: Superpopulation}
		if n[c] == 0 {
			e.Value, e.DF, e.Notes = math.NaN(), 0, Unsampled
		} else {
			e.Value = m.value(groups[c])
			i.Lower, i.Upper = m.chance(groups[c], e, z, level)
		}
		list[c] = Measured{Estimate: e, Interval: i, Unknown: unknown[c], Assumed: assumed[c]}
	}
	return list, nil
}

// counts are the sums of a cell, or of an age group in it.
type counts struct{ above, squares, below float64 }

// byGroup adds up what persons count, by cell and group of the standard.
func (of *measureRows) byGroup(t *Tally, cell []int32, k int) [][]counts {
	out := make([][]counts, k)
	for c := range out {
		out[c] = make([]counts, of.groups)
	}
	for i, c := range cell {
		if c >= 0 {
			at, n := &out[c][of.group[i]], float64(t.N[i])
			at.above += n * of.above[i]
			at.squares += n * of.above[i] * of.above[i]
			at.below += n * of.below[i]
		}
	}
	return out
}

// value is the measure of some groups.
func (m Measure) value(groups []counts) (value float64) {
	for a, g := range groups {
		value += m.weight(a) * m.Per * g.above / g.below
	}
	return value
}

// weight is the part that a group has in the standard, 1 without one.
func (m Measure) weight(a int) float64 {
	if m.Standard == nil {
		return 1
	}
	return m.Standard.Weights[a] / sum(m.Standard.Weights)
}

// chance is the interval that allows for chance.
func (m Measure) chance(groups []counts, e Estimate, z, level float64) (lower, upper float64) {
	g := groups[0]
	switch {
	case m.Standard != nil && m.Relation == PartOf:
		return onLog(e.Value, z*m.Per*math.Sqrt(m.binomial(groups)))
	case m.Standard != nil:
	case m.Relation == PartOf:
		return m.fromShare(Wilson(g.above, g.below, level))
	case m.Relation == Beside:
		return m.fromShare(Wilson(g.above, g.above+g.below, level))
	case m.Relation == Mean:
		n := g.below
		variance := math.Max(0, g.squares-g.above*g.above/n) / (n - 1)
		half := z * m.Per * math.Sqrt(variance/n)
		return e.Value - half, e.Value + half
	}
	return math.NaN(), math.NaN()
}

// binomial is the variance of a standardised share.
func (m Measure) binomial(groups []counts) (v float64) {
	for a, g := range groups {
		p := g.above / g.below
		v += m.weight(a) * m.weight(a) * p * (1 - p) / g.below
	}
	return v
}

// Totals are the persons above and below of a complete count, by cell, as rates need them: the intervals of Poisson
// counts take both.
func (m Measure) Totals(t *Tally, cell []int32, k int) (above, below []float64, err error) {
	of, err := m.rows(t.Dims, t.Rows())
	if err != nil {
		return nil, nil, err
	}
	above, below = make([]float64, k), make([]float64, k)
	for c, groups := range of.byGroup(t, cellsOf(cell, of.use), k) {
		for _, g := range groups {
			above[c], below[c] = above[c]+g.above, below[c]+g.below
		}
	}
	return above, below, nil
}
