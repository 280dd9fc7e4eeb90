package analysis

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// median estimates the median age of a sample.
func (m Measure) median(c CellEstimator, dims []Dim, cell []int32, k int, level float64) ([]Measured, error) {
	a, err := m.ages(dims, len(cell))
	if err != nil {
		return nil, err
	}
	curves := make([]ageCurve, k)
	for i, e := range c.Totals(nil, crossed(a.group, len(a.first), cell, k), len(a.first)*k) {
		curves[i/len(a.first)].add(a, e.Value, e.N)
	}
	medians := make([]float64, k)
	for i := range curves {
		medians[i] = curves[i].age(a, 0.5)
	}
	younger, known := make([]float64, len(cell)), cellsOf(cell, a.known)
	for i, c := range known {
		if c >= 0 {
			younger[i] = a.younger(a.group[i], medians[c])
		}
	}
	list := make([]Measured, k)
	for i, e := range c.Ratios(younger, nil, known, k) {
		share := Proportion{e}
		list[i] = curves[i].measured(a, e, share.Wilson(level))
	}
	for i, n := range personsIn(c, cellsOf(cell, a.unknown), k) {
		list[i].Unknown = n
	}
	return list, nil
}

// completeMedian is the median age of a complete count.
func (m Measure) completeMedian(t *Tally, cell []int32, k int, level float64) ([]Measured, error) {
	a, err := m.ages(t.Dims, len(cell))
	if err != nil {
		return nil, err
	}
	curves := make([]ageCurve, k)
	for i, n := range t.Counts(crossed(a.group, len(a.first), cell, k), len(a.first)*k) {
		curves[i/len(a.first)].add(a, float64(n), n)
	}
	unknown := t.Counts(cellsOf(cell, a.unknown), k)
	list := make([]Measured, k)
	for i, c := range curves {
		e := Estimate{SE: math.NaN(), DF: math.Inf(1), N: c.n}
		if c.n == 0 {
			e.DF, e.Notes = 0, Unsampled
		}
		list[i] = c.measured(a, e, Wilson(float64(c.n)/2, float64(c.n), level))
		list[i].Unknown = unknown[i]
	}
	return list, nil
}

// ages are the age groups of some rows, the youngest first.
type ages struct {
	first, width   []float64
	open           bool    // whether the last group is
	group          []int32 // of every row, -1 where the age is missing or the row does not count
	known, unknown []bool  // rows that count; rows that may, had we the missing level
}

// ages works out the age groups of the rows that count below.
func (m Measure) ages(dims []Dim, rows int) (*ages, error) {
	counts, err := m.Below.values(dims, rows)
	if err != nil {
		return nil, m.wrap(err)
	}
	d, err := dimension(dims, "age", rows)
	if err != nil {
		return nil, m.wrap(err)
	}
	a := &ages{group: make([]int32, rows), known: make([]bool, rows), unknown: make([]bool, rows)}
	of, err := a.levels(d)
	if err != nil {
		return nil, m.wrap(err)
	}
	for i, code := range d.Code {
		a.group[i] = -1
		switch {
		case counts[i] == 0:
		case math.IsNaN(counts[i]) || of[code] < 0:
			a.unknown[i] = true
		default:
			a.group[i], a.known[i] = of[code], true
		}
	}
	return a, nil
}

// levels gives the group of every level, -1 for Missing.
func (a *ages) levels(d *Dim) ([]int32, error) {
	type span struct {
		level      int
		first, end float64
	}
	var spans []span
	for l, level := range d.Levels {
		if level == Missing {
			continue
		}
		first, end, err := ageSpan(level)
		if err != nil {
			return nil, err
		}
		spans = append(spans, span{l, float64(first), end})
	}
	slices.SortFunc(spans, func(x, y span) int { return cmp.Compare(x.first, y.first) })
	of := slices.Repeat([]int32{-1}, len(d.Levels))
	for g, s := range spans {
		if g > 0 && s.first < spans[g-1].end {
			return nil, fmt.Errorf("analysis: ages %s and %s overlap", d.Levels[spans[g-1].level], d.Levels[s.level])
		}
		of[s.level] = int32(g)
		a.open = math.IsInf(s.end, 1)
		a.first, a.width = append(a.first, s.first), append(a.width, math.Min(s.end-s.first, openWidth(a.open)))
	}
	return of, nil
}

func openWidth(open bool) float64 {
	if open {
		return openYears
	}
	return math.Inf(1)
}

// younger is the part of a group that is younger than an age.
func (a *ages) younger(group int32, age float64) float64 {
	return math.Max(0, math.Min(1, (age-a.first[group])/a.width[group]))
}

// An ageCurve is the age distribution of a cell.
type ageCurve struct {
	persons []float64 // by group
	total   float64
	n       int64
	nOpen   int64
}

// add puts in the next age group.
func (c *ageCurve) add(a *ages, persons float64, n int64) {
	c.persons = append(c.persons, persons)
	c.total += persons
	c.n += n
	if a.open && len(c.persons) == len(a.first) {
		c.nOpen = n
	}
}

// age is the age below which the share p of persons is, NaN where there are none.
func (c *ageCurve) age(a *ages, p float64) float64 {
	if !(c.total > 0) || math.IsNaN(p) {
		return math.NaN()
	}
	younger, last := 0.0, 0.0
	for g, f := range c.persons {
		if f == 0 {
			continue
		}
		if younger+f >= p*c.total {
			return a.first[g] + a.width[g]*(p*c.total-younger)/f
		}
		younger += f
		last = a.first[g] + a.width[g]
	}
	return last // rounding left p·N above the sum
}

// density is the share of persons a year of age at an age.
func (c *ageCurve) density(a *ages, age float64) float64 {
	for g, f := range c.persons {
		if f > 0 && age >= a.first[g] && age <= a.first[g]+a.width[g] {
			return f / a.width[g] / c.total
		}
	}
	return math.NaN()
}

// measured is the median with the interval of the share carried over. e is the estimate of the share.
func (c *ageCurve) measured(a *ages, e Estimate, share Interval) Measured {
	e.Value = c.age(a, 0.5)
	e.SE /= c.density(a, e.Value)
	i := share
	i.Lower, i.Upper = c.age(a, share.Lower), c.age(a, share.Upper)
	m := Measured{Estimate: e, Interval: i}
	if c.nOpen > 0 && i.Upper > a.first[len(a.first)-1] {
		m.Assumed = c.nOpen
	}
	return m
}
