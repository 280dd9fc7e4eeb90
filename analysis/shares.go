package analysis

import (
	"fmt"
	"math"
)

// Shares estimates in every cell the share of each of g categories, with standard errors by linearisation as in Ratios:
// the estimate of category c in cell d is at d·g + c. category[i] is that of row i, -1 where it is missing; such rows
// are left out of their cell. Degrees of freedom and N are those of the cell. The rest is as in Totals. It also panics
// where a category is not below g, or g·k is above 2^31-1.
func (s *Sample) Shares(category []int32, g int, cell []int32, k int) []Estimate {
	cross := crossed(category, g, s.counting(cell), k)
	sums := s.rows.sumCells(g*k, cross, nil, s.weights)
	r := sums.shares(g)
	return s.finish(r.sums, r.share, r.persons, r.u, func(a *adjustedCells) []sparse {
		return r.coefficients(a.coefficients(s.weights, cross, g*k), g)
	})
}

// Shares estimates in every cell of a sample tally the share of each of g categories, as Sample.Shares does.
// category[i] is that of row i, -1 where it is missing; it panics where that does.
func (d *Design) Shares(t *Tally, category []int32, g int, cell []int32, k int) []Estimate {
	return d.tree().shares(sumCells(d.Units(), g*k, t.Unit, crossed(category, g, cell, k), t.N, t.W), g)
}

// crossed numbers the cross of k cells and g categories. It panics where a row has another category, or the numbers do
// not suffice.
func crossed(category []int32, g int, cell []int32, k int) []int32 {
	if len(category) != len(cell) {
		panic(fmt.Sprintf("analysis: categories of %d rows, and cells of %d", len(category), len(cell)))
	}
	mustBeBelow(category, g)
	mustBeCells(int64(g) * int64(k))
	out := make([]int32, len(cell))
	for i, c := range cell {
		out[i] = -1
		if c >= 0 && category[i] >= 0 {
			out[i] = c*int32(g) + category[i]
		}
	}
	return out
}

func mustBeCells(k int64) {
	if k > math.MaxInt32 {
		panic(fmt.Sprintf("analysis: %d cells, want at most %d", k, math.MaxInt32))
	}
}

// shares estimates the share of each of g categories in the cell they belong to.
func (t *tree) shares(s *cellSums, g int) []Estimate {
	r := s.shares(g)
	return t.finish(r.sums, r.share, r.persons, r.u)
}

// cellShares are the shares of categories in cells.
type cellShares struct {
	// A unit with anybody in a cell counts for all of its categories, also for those that nobody there has.
	sums    *cellSums
	share   []float64
	below   []float64 // by cell of g categories
	persons []int64
	u       []float64 // weighted and linearised, by unit and category
}

func (s *cellSums) shares(g int) *cellShares {
	all := s.everyCategory(g)
	values, persons := all.totals()
	r := &cellShares{all, make([]float64, s.k), make([]float64, s.k/g), persons, make([]float64, len(all.cell))}
	for c, v := range values[0] {
		r.below[c/g] += v
	}
	for c, v := range values[0] {
		r.share[c] = v / r.below[c/g]
	}
	for e := 0; e < len(r.u); e += g {
		here := 0.0
		for _, v := range all.sums[0][e : e+g] {
			here += v
		}
		for at := e; at < e+g; at++ {
			c := all.cell[at]
			// The conversion forbids a fused multiply-add, which would leave a residual where everybody has the
			// category.
			r.u[at] = (all.sums[0][at] - float64(r.share[c]*here)) / r.below[int(c)/g]
		}
	}
	return r
}

// coefficients are those of the linearised shares, from those of the categories: see adjustedCells.
func (r *cellShares) coefficients(of []sparse, g int) []sparse {
	out := make([]sparse, len(of))
	for begin := 0; begin < len(of); begin += g {
		var all sparse
		for _, b := range of[begin : begin+g] {
			all = merged(all, b)
		}
		for c := begin; c < begin+g; c++ {
			below := r.below[c/g]
			out[c] = merged(of[c].times(1/below), all.times(-r.share[c]/below))
		}
	}
	return out
}

// everyCategory gives every unit an entry for all categories of the cells it has a row in, with the persons of the
// cell.
func (s *cellSums) everyCategory(g int) *cellSums {
	entries := s.cellsOfUnits(g) * g
	mustBeCells(int64(entries)) // their places are int32
	all := newCellSums(len(s.first)-1, s.k, 1, entries)
	for u := range len(s.first) - 1 {
		for e := s.first[u]; e < s.first[u+1]; {
			begin, n, at := s.cell[e]/int32(g)*int32(g), int64(0), len(all.cell)
			for c := range int32(g) {
				value := 0.0
				if e < s.first[u+1] && s.cell[e] == begin+c {
					value, n = s.sums[0][e], n+s.n[e]
					e++
				}
				all.cell, all.sums[0] = append(all.cell, begin+c), append(all.sums[0], value)
			}
			for ; at < len(all.cell); at++ {
				all.n = append(all.n, n)
			}
		}
		all.first[u+1] = int32(len(all.cell))
	}
	return all
}

// cellsOfUnits counts the cells of g categories that units have a row in.
func (s *cellSums) cellsOfUnits(g int) (n int) {
	for u := range len(s.first) - 1 {
		for e := s.first[u]; e < s.first[u+1]; e++ {
			if e == s.first[u] || s.cell[e]/int32(g) != s.cell[e-1]/int32(g) {
				n++
			}
		}
	}
	return n
}
