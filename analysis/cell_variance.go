package analysis

import (
	"cmp"
	"math"
	"slices"
)

// A cellVariance is the variance of the total of one cell, with what else the design says of the cell.
type cellVariance struct {
	variance float64
	psus     int // PSUs with a row in the cell
	strata   int // strata with one
	notes    Notes
}

// variances gives the variance of Σ z for every cell: z has one value an entry of s, the weighted and linearised sum of
// a unit and cell,
//
//	v = Σh (1-fh) nh/(nh-1) Σi (zhi - z̄h)²  +  Σh fh Σi (1-fhi) mhi/(mhi-1) Σj (zhij - z̄hi)²  +  …
//
// zhi is the sum of z over the units of the last stage in PSU i. A cell is a domain: units without a row in it count
// zero. A stage enters where the frame counts of all stages up to it are known; without any, fh is 0.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, results 2.6.1 and 4.3.1.
func (t *tree) variances(s *cellSums, z []float64) []cellVariance {
	w := &varianceWalk{t: t, s: s, z: z, cells: make([]cellVariance, s.k), lonely: newLonelyCells(t, s.k)}
	for range t.stages {
		w.sums = append(w.sums, newSums(s.k))
		w.spreads = append(w.spreads, newSpread(s.k))
	}
	for h := range t.stages[0].strata() {
		w.stratum(0, int32(h), 1)
	}
	w.lonely.settle(w.cells)
	return w.cells
}

// A varianceWalk carries sums up the stages: units of the last stage into those above, and so on into strata.
type varianceWalk struct {
	t       *tree
	s       *cellSums
	z       []float64
	cells   []cellVariance
	sums    []sums   // by stage: of the unit that is being gone through
	spreads []spread // by stage: of the stratum that is being gone through
	lonely  *lonelyCells
}

// stratum goes through a stratum; within is the product of the sampling fractions of the strata above.
func (w *varianceWalk) stratum(s int, h int32, within float64) {
	level := &w.t.stages[s]
	for u := level.firstUnit[h]; u < level.firstUnit[h+1]; u++ {
		if s == w.t.last() {
			for e := w.s.first[u]; e < w.s.first[u+1]; e++ {
				w.spreads[s].add(w.s.cell[e], w.z[e])
			}
			continue
		}
		from, to := w.t.strata(s+1, u)
		for g := from; g < to; g++ {
			w.stratum(s+1, g, within*level.fraction(h))
		}
		w.sums[s+1].drain(w.spreads[s].add)
	}
	if w.t.anonymous && s == w.t.last() {
		w.spreads[s].sort()
	}
	if s == 0 {
		w.first(h)
	} else {
		w.further(s, h, within)
	}
}

// first closes a stratum of the first stage.
func (w *varianceWalk) first(h int32) {
	level := &w.t.stages[0]
	n, f := level.sampled(h), level.fraction(h)
	w.spreads[0].drain(n, func(c int32, ss, sum float64, members int) {
		cell := &w.cells[c]
		cell.psus += members
		cell.strata++
		cell.notes |= w.t.notes(h)
		switch {
		case w.t.isLonely(n, members, f):
			w.lonely.add(c, f, n, sum, ss)
		case f < 1 && n > 1:
			cell.variance += (1 - f) * expansion(n) * ss
		}
		w.lonely.count(c, n, sum)
	})
}

// further closes a stratum of a later stage, and adds it to the unit above.
func (w *varianceWalk) further(s int, h int32, within float64) {
	level := &w.t.stages[s]
	n, notes := level.sampled(h), level.notes(h)
	scale := 0.0
	if n > 1 && level.population[h] > 0 {
		scale = within * (1 - level.fraction(h)) * expansion(n)
	}
	for _, e := range w.spreads[s].entries {
		w.sums[s].add(e.cell, e.v)
	}
	w.spreads[s].drain(n, func(c int32, ss, _ float64, _ int) {
		if within > 0 {
			w.cells[c].notes |= notes
			w.lonely.within[c] += scale * ss
		}
	})
}

// notes are those of a stratum of a later stage, in units of which some were left out.
func (s *stage) notes(h int32) Notes {
	switch of := s.population[h]; {
	case of == 0:
		return FirstStage
	case s.sampled(h) == 1 && of > 1:
		return SingleSSU
	}
	return 0
}

// expansion is n/(n-1).
func expansion(n int) float64 { return float64(n) / float64(n-1) }

// notes are those of a stratum of the first stage.
func (t *tree) notes(h int32) Notes {
	switch {
	case t.stages[0].population[h] == 0:
		return NoFPC
	case len(t.stages) == 1 && !t.elements:
		return FirstStage
	}
	return 0
}

// sums adds values by cell and remembers which cells it touched, so that emptying it costs what was put in, not the
// number of cells.
type sums struct {
	value   []float64
	seen    []bool
	touched []int32
}

func newSums(k int) sums { return sums{value: make([]float64, k), seen: make([]bool, k)} }

func (s *sums) add(cell int32, v float64) {
	if !s.seen[cell] {
		s.seen[cell] = true
		s.touched = append(s.touched, cell)
	}
	s.value[cell] += v
}

// drain yields the sum of every touched cell, in order of first touch, and empties s.
func (s *sums) drain(yield func(cell int32, v float64)) {
	for _, c := range s.touched {
		yield(c, s.value[c])
	}
	s.clear()
}

// clear empties s.
func (s *sums) clear() {
	for _, c := range s.touched {
		s.value[c], s.seen[c] = 0, false
	}
	s.touched = s.touched[:0]
}

// A cellValue is a value of one cell.
type cellValue struct {
	cell int32
	v    float64
}

// spread gathers one value a unit and cell and gives the sum of squares about the mean over n units, those without a
// value counting zero. The squares are taken in a second pass over the values, since Σz² - (Σz)²/n loses the digits
// that matter when units are alike; and sums are of deviations from the first value, so that nothing is left of units
// that are just alike.
type spread struct {
	entries []cellValue
	begin   []float64 // by cell: the first value
	total   sums      // of the deviations from it
	ss      []float64
	members []int32
}

func newSpread(k int) spread {
	return spread{begin: make([]float64, k), total: newSums(k), ss: make([]float64, k), members: make([]int32, k)}
}

func (s *spread) add(cell int32, z float64) { s.entries = append(s.entries, cellValue{cell, z}) }

// sort puts units that have no names in an order that depends on their values alone.
func (s *spread) sort() {
	slices.SortFunc(s.entries, func(a, b cellValue) int {
		return cmp.Or(cmp.Compare(a.cell, b.cell), cmp.Compare(a.v, b.v))
	})
}

// drain yields, for every cell with a value, Σ(z - z̄)² over the n units, Σz and the number of units with a value, and
// empties s.
func (s *spread) drain(n int, yield func(cell int32, ss, sum float64, members int)) {
	for _, e := range s.entries {
		if !s.total.seen[e.cell] {
			s.begin[e.cell] = e.v
		}
		s.total.add(e.cell, e.v-s.begin[e.cell])
		s.members[e.cell]++
	}
	for _, e := range s.entries {
		dev := e.v - s.mean(e.cell, n)
		s.ss[e.cell] += dev * dev
	}
	s.entries = s.entries[:0]
	for _, cell := range s.total.touched {
		mean, members := s.mean(cell, n), int(s.members[cell])
		yield(cell, s.ss[cell]+float64(n-members)*mean*mean, mean*float64(n), members)
		s.ss[cell], s.members[cell] = 0, 0
	}
	s.total.clear()
}

// mean is the mean of a cell over n units.
func (s *spread) mean(cell int32, n int) float64 {
	absent := float64(n - int(s.members[cell]))
	return s.begin[cell] + (s.total.value[cell]-absent*s.begin[cell])/float64(n)
}

// finish is the estimate of a cell from its value, the persons in it and its variance.
func (c cellVariance) finish(value float64, n int64) Estimate {
	e := Estimate{Value: value, SE: math.Sqrt(c.variance), DF: float64(c.psus - c.strata), N: n, Notes: c.notes}
	return e.settled()
}
