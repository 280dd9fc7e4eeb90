package analysis

import (
	"fmt"
	"math"
)

// A Standard is the population by age to which a measure is standardised.
type Standard struct {
	Starts  []int     // ages at which groups begin, rising; the last group is open
	Weights []float64 // of every group, above 0; their sum is of no matter
}

// of gives the group of every row, -1 where the age is missing or below the first group.
func (s *Standard) of(dims []Dim, rows int) (group []int32, groups int, err error) {
	group = make([]int32, rows)
	if s == nil {
		return group, 1, nil
	}
	if len(s.Starts) != len(s.Weights) || len(s.Starts) == 0 {
		panic(fmt.Sprintf("analysis: a standard of %d age groups with %d weights", len(s.Starts), len(s.Weights)))
	}
	d, err := dimension(dims, "age", rows)
	if err != nil {
		return nil, 0, err
	}
	of := make([]int32, len(d.Levels))
	for l, level := range d.Levels {
		if of[l], err = s.level(level); err != nil {
			return nil, 0, err
		}
	}
	for i, code := range d.Code {
		group[i] = of[code]
	}
	return group, len(s.Starts), nil
}

// level is the group of a level of age.
func (s *Standard) level(level string) (int32, error) {
	if level == Missing {
		return -1, nil
	}
	for g, from := range s.Starts {
		before := 0
		if g+1 < len(s.Starts) {
			before = s.Starts[g+1]
		}
		is, err := Aged(from, before).Of(level)
		if err != nil {
			return 0, err
		}
		if is == 1 {
			return int32(g), nil
		}
	}
	return -1, nil
}

// estimates are the standardised ratios of every cell. The linearised variable is known by row once the ratios of the
// groups are, and is gone through like any other.
func (s *Standard) estimates(c CellEstimator, y, x []float64, cell []int32, k int, group []int32) []Estimate {
	g := len(s.Weights)
	at := crossed(group, g, cell, k)
	above, below := c.Totals(y, at, g*k), c.Totals(x, at, g*k)
	values, shares := make([]float64, k), sharesOf(s.Weights)
	for i := range k {
		for a, w := range shares {
			values[i] += w * above[i*g+a].Value / below[i*g+a].Value
		}
	}
	u := make([]float64, len(cell))
	for i, c := range at {
		if c >= 0 {
			w, x0 := shares[group[i]], below[c].Value
			u[i] = w * (y[i] - float64(above[c].Value/x0*x[i])) / x0
		}
	}
	list := c.Totals(u, cell, k)
	for i := range list {
		list[i].Value = values[i]
		if !isFinite(values[i]) {
			list[i].SE = math.NaN()
		}
	}
	return list
}

// sharesOf are weights as shares of their sum.
func sharesOf(weights []float64) []float64 {
	whole, out := sum(weights), make([]float64, len(weights))
	for a, w := range weights {
		out[a] = w / whole
	}
	return out
}

// StandardisedOf is a ratio directly standardised: that of every group weighted by the size of the group in a standard
// population,
//
//	M = Σa Wa Ra / Σ Wa,  Ra = Ya/Xa
//
// with the linearised variable, for a row of group a,
//
//	u = Wa/ΣW · (y - Ra x)/Xa
//
// group[i] is the group of row i, -1 for none. M is NaN where a group of the standard has nobody below the line. It
// panics where slices have not one value a row.
//
// Chiang (1984), The Life Table and its Applications, chapter 4; Korn and Graubard (1999), Analysis of Health Surveys,
// section 2.7.
func StandardisedOf(y, x []float64, group []int32, weights []float64) Statistic {
	if len(y) != len(x) || len(y) != len(group) {
		panic(fmt.Sprintf("analysis: %d and %d values and %d groups of rows", len(y), len(x), len(group)))
	}
	return standardisedOf{y, x, group, weights}
}

type standardisedOf struct {
	y, x    []float64
	group   []int32
	weights []float64
}

func (s standardisedOf) Values(w []float64) []float64 {
	mustHave(s.y, len(w))
	above, below := s.totals(w)
	value := 0.0
	for a, share := range sharesOf(s.weights) {
		value += share * above[a] / below[a]
	}
	return []float64{value}
}

func (s standardisedOf) Influence(w, _ []float64) [][]float64 {
	above, below := s.totals(w)
	u, shares := make([]float64, len(w)), sharesOf(s.weights)
	for i, a := range s.group {
		if a >= 0 {
			u[i] = shares[a] * (s.y[i] - float64(above[a]/below[a]*s.x[i])) / below[a]
		}
	}
	return [][]float64{u}
}

// totals are those of every group.
func (s standardisedOf) totals(w []float64) (above, below []float64) {
	k := len(s.weights)
	return weightedByCell(w, s.y, s.group, k), weightedByCell(w, s.x, s.group, k)
}
