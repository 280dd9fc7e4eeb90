package analysis

import (
	"math"
	"slices"
)

// A stratumRank is the rank of factors that vary within strata of the first stage and whose mean over a stratum is 1
// in every replicate, as is true of jackknife, balanced and bootstrap weights,
//
//	m - max(F-1, 0),  at most the number of replicates,
//
// for m PSUs in the domain and F strata that are in it with all their sampled PSUs: each of those has the same sum,
// and there is no other relation but by chance.
type stratumRank struct {
	t          *tree
	replicates int
}

func (s stratumRank) of(psus, full int) int { return min(s.replicates, psus-max(full-1, 0)) }

func (s stratumRank) rank(member []bool) int {
	level := &s.t.stages[0]
	psus, full := 0, 0
	for h := range int32(level.strata()) {
		in := 0
		for u := level.firstUnit[h]; u < level.firstUnit[h+1]; u++ {
			if member[u] {
				in++
			}
		}
		psus += in
		if in == level.sampled(h) {
			full++
		}
	}
	return s.of(psus, full)
}

func (s stratumRank) ranks(c *cellSums) []int {
	level := &s.t.stages[0]
	psus, full, in := make([]int, c.k), make([]int, c.k), make([]int, c.k)
	for h := range int32(level.strata()) {
		entries := c.cell[c.first[level.firstUnit[h]]:c.first[level.firstUnit[h+1]]]
		for _, cell := range entries {
			psus[cell]++
			if in[cell]++; in[cell] == level.sampled(h) {
				full[cell]++
			}
		}
		for _, cell := range entries {
			in[cell] = 0
		}
	}
	for cell := range psus {
		psus[cell] = s.of(psus[cell], full[cell])
	}
	return psus
}

// A codedRank is the rank of coded factors as they are.
type codedRank struct{ c *codedFactors }

func (r codedRank) rank(member []bool) int {
	e := newEchelon(r.c.replicates)
	for u, in := range member {
		if in && !e.full() {
			r.c.row(int32(u), e.row)
			e.add()
		}
	}
	return e.rank()
}

func (r codedRank) ranks(s *cellSums) []int {
	units, _, first := s.byCell()
	return slices.Concat(inParts(s.k, len(s.cell)*r.c.replicates, func(from, to int) (out []int) {
		for c := from; c < to; c++ {
			e := newEchelon(r.c.replicates)
			for at := first[c]; at < first[c+1] && !e.full(); at++ {
				r.c.row(units[at], e.row)
				e.add()
			}
			out = append(out, e.rank())
		}
		return out
	})...)
}

// byCell orders entries by cell, and by unit within one: units[first[c]:first[c+1]] and entries are those of cell c.
func (s *cellSums) byCell() (units, entries, first []int32) {
	first = make([]int32, s.k+1)
	for _, c := range s.cell {
		first[c+1]++
	}
	accumulate(first)
	next, units, entries := slices.Clone(first), make([]int32, len(s.cell)), make([]int32, len(s.cell))
	for u := range int32(len(s.first) - 1) {
		for e := s.first[u]; e < s.first[u+1]; e++ {
			at := &next[s.cell[e]]
			units[*at], entries[*at] = u, e
			*at++
		}
	}
	return units, entries, first
}

// An echelon is an orthonormal basis of the rows of a matrix, built row by row, which is done when it is full: a
// matrix of a hundred thousand rows and two hundred columns mostly shows its rank after two hundred rows.
type echelon struct {
	row   []float64 // the row to add
	basis [][]float64
}

// rankTolerance is the part of a row that must be new for it to count, as R survey's degf has it: weights in files are
// rounded.
const rankTolerance = 1e-5

func newEchelon(columns int) *echelon { return &echelon{row: make([]float64, columns)} }

func (e *echelon) rank() int  { return len(e.basis) }
func (e *echelon) full() bool { return len(e.basis) == len(e.row) }

// add takes in the row. Projections are taken off twice, since once leaves rounding of the size of the row.
func (e *echelon) add() {
	before := euclidean(e.row)
	if before == 0 {
		return
	}
	for range 2 {
		for _, b := range e.basis {
			along := dot(b, e.row)
			for r := range e.row {
				e.row[r] -= along * b[r]
			}
		}
	}
	if after := euclidean(e.row); after > rankTolerance*before {
		e.basis = append(e.basis, scaled(e.row, 1/after))
	}
}

func euclidean(v []float64) float64 { return math.Sqrt(dot(v, v)) }
