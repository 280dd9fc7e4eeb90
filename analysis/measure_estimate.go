package analysis

import (
	"errors"
	"fmt"
)

// Estimate estimates the measure in every cell of a sample, with design-based intervals at the level. dims are the
// dimensions of the rows: those of a tally with Design.Cells for the sample, or columns of microdata beside a Sample
// or an UnequalDesign. cell[i] is the cell of row i, -1 for none, and k the number of cells. One pass over the rows
// serves all cells; a standardised measure takes three. Age groups among the classes of the cells make the measure
// age-specific.
//
// Persons whose age or sex is missing are left out where it matters, and counted as Unknown: the measure is that of the
// others. The error says which dimension is not there, or which level is no age or lies on both sides of a limit of the
// measure.
func (m Measure) Estimate(c CellEstimator, dims []Dim, cell []int32, k int, level float64) ([]Measured, error) {
	if m.Relation == Median {
		return m.median(c, dims, cell, k, level)
	}
	of, err := m.rows(dims, len(cell))
	if err != nil {
		return nil, err
	}
	list := make([]Measured, k)
	for i, e := range m.estimates(c, of, cellsOf(cell, of.use), k) {
		e.Value, e.SE = m.Per*e.Value, m.Per*e.SE
		list[i] = Measured{Estimate: e, Interval: m.Bounds(e, level)}
	}
	for i, n := range personsIn(c, cellsOf(cell, of.unknown), k) {
		list[i].Unknown = n
	}
	for i, n := range personsIn(c, cellsOf(cell, both(of.assumed, of.use)), k) {
		list[i].Assumed = n
	}
	return list, nil
}

// estimates are those of the measure over Per.
func (m Measure) estimates(c CellEstimator, of *measureRows, cell []int32, k int) []Estimate {
	if m.Standard != nil {
		return m.Standard.estimates(c, of.above, of.below, cell, k, of.group)
	}
	return c.Ratios(of.above, of.below, cell, k)
}

// personsIn counts those of every cell; nil where nobody is in any.
func personsIn(c CellEstimator, cell []int32, k int) (n []int64) {
	any := false
	for _, v := range cell {
		any = any || v >= 0
	}
	if !any {
		return nil
	}
	for _, e := range c.Totals(nil, cell, k) {
		n = append(n, e.N)
	}
	return n
}

func both(a, b []bool) []bool {
	out := make([]bool, len(a))
	for i := range a {
		out[i] = a[i] && b[i]
	}
	return out
}

// Statistic is the measure as a statistic of microdata, for estimates with covariances, or under replicate weights; in
// a domain, and in those alone who are marked as known, it is what Estimate gives. The error is as there, and for a
// median.
//
//	st, known, err := measure.Statistic(dims, sample.Rows())
//	e := sample.Estimate(st, known).At(0)
//	interval := measure.Bounds(e, 0.95)
func (m Measure) Statistic(dims []Dim, rows int) (st Statistic, known []bool, err error) {
	if m.Relation == Median {
		return nil, nil, m.wrap(errors.New("analysis: the median of age groups is no statistic of rows: take Estimate, or quantiles"))
	}
	of, err := m.rows(dims, rows)
	if err != nil {
		return nil, nil, err
	}
	st = RatioOf(of.above, of.below)
	if m.Standard != nil {
		st = StandardisedOf(of.above, of.below, of.group, m.Standard.Weights)
	}
	return times{st, m.Per}, of.use, nil
}

// times is a statistic multiplied by a constant.
type times struct {
	st Statistic
	by float64
}

func (t times) Values(w []float64) []float64 { return scaled(t.st.Values(w), t.by) }

func (t times) Influence(w, _ []float64) [][]float64 {
	u := t.st.Influence(w, t.st.Values(w))
	for j := range u {
		u[j] = scaled(u[j], t.by)
	}
	return u
}

func (m Measure) wrap(err error) error { return fmt.Errorf("%s: %w", m.Name, err) }
