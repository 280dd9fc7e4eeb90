package analysis

import (
	"fmt"
	"math"
	"slices"
)

// cellSums are weighted sums of rows by sampling unit and cell, for the cells that a unit has a row in: what variances
// need of a sample, whatever the number of rows. Entries first[u]:first[u+1] are those of unit u, in order of cell.
type cellSums struct {
	first []int32
	cell  []int32
	n     []int64     // persons
	sums  [][]float64 // of every variable
	k     int         // cells
}

// newCellSums has room for some entries; there may be more.
func newCellSums(units, k, variables, entries int) *cellSums {
	s := &cellSums{first: make([]int32, units+1), cell: make([]int32, 0, entries), n: make([]int64, 0, entries), k: k}
	for range variables {
		s.sums = append(s.sums, make([]float64, 0, entries))
	}
	return s
}

// sumCells adds up the values of every variable over the rows of a unit and cell. Any order of rows gives the same
// bits. unit[i] is the unit of row i, cell[i] its cell or -1; n[i] its persons, nil for one each. Values of rows
// outside all cells are not looked at.
func sumCells(units, k int, unit, cell []int32, n []int64, values ...[]float64) *cellSums {
	order, first := byUnit(unit, units)
	return rowsByUnit{order, first}.sumCells(k, cell, n, values...)
}

// rowsByUnit are rows in order of their unit: order[first[u]:first[u+1]] belong to u, or just first[u]:first[u+1] where
// order is nil.
type rowsByUnit struct{ order, first []int32 }

func (r rowsByUnit) units() int { return len(r.first) - 1 }

func (r rowsByUnit) sumCells(k int, cell []int32, n []int64, values ...[]float64) *cellSums {
	r.mustNumber(cell, k)
	folds := make([]fold, len(values))
	for j, v := range values {
		folds[j] = newFold(largestIn(cell, v), longest(r.first))
	}
	parts := inParts(r.units(), len(cell), func(from, to int) *cellSums {
		a := &cellAdder{rows: r, cell: cell, n: n, values: values, folds: folds}
		return a.add(from, to, k)
	})
	return joined(parts, k)
}

// mustNumber panics where cells are not one a row, or not below k: here, since nobody could recover from it on another
// core.
func (r rowsByUnit) mustNumber(cell []int32, k int) {
	if rows := int(r.first[r.units()]); len(cell) != rows {
		panic(fmt.Sprintf("analysis: cells of %d rows for a sample of %d", len(cell), rows))
	}
	most := slices.Max(append(inParts(len(cell), len(cell), func(from, to int) int32 {
		most := int32(-1)
		for _, c := range cell[from:to] {
			most = max(most, c)
		}
		return most
	}), -1))
	if int(most) >= k {
		panic(fmt.Sprintf("analysis: cell %d of %d", most, k))
	}
}

// largestIn is the size of the largest value over the rows in a cell, NaN where one is.
func largestIn(cell []int32, v []float64) (largest float64) {
	for _, l := range inParts(len(cell), len(cell), func(from, to int) (largest float64) {
		for i, x := range v[from:to] {
			if cell[from+i] >= 0 {
				largest = larger(largest, math.Abs(x))
			}
		}
		return largest
	}) {
		largest = larger(largest, l)
	}
	return largest
}

// joined puts the sums of neighbouring ranges of units together.
func joined(parts []*cellSums, k int) *cellSums {
	all := parts[0]
	for _, p := range parts[1:] {
		at := int32(len(all.cell))
		all.cell, all.n = append(all.cell, p.cell...), append(all.n, p.n...)
		for j := range all.sums {
			all.sums[j] = append(all.sums[j], p.sums[j]...)
		}
		for _, f := range p.first[1:] {
			all.first = append(all.first, at+f)
		}
	}
	return all
}

// longest is the largest number of rows of a unit.
func longest(first []int32) (n int) {
	for u := range len(first) - 1 {
		n = max(n, int(first[u+1]-first[u]))
	}
	return n
}

// byUnit orders rows by unit, keeping their order within one: rows order[first[u]:first[u+1]] belong to u. order is nil
// where rows stand so already.
func byUnit(unit []int32, units int) (order []int32, first []int32) {
	first = make([]int32, units+1)
	ordered := true
	for i, u := range unit {
		first[u+1]++
		ordered = ordered && (i == 0 || unit[i-1] <= u)
	}
	accumulate(first)
	if ordered {
		return nil, first
	}
	next := append([]int32(nil), first[:units]...)
	order = make([]int32, len(unit))
	for row, u := range unit {
		order[next[u]] = int32(row)
		next[u]++
	}
	return order, first
}

// A cellAdder adds up the rows of one unit after the other by cell. It remembers which cells of a unit it touched, so
// that emptying them costs what was put in, not the number of cells; and it adds up a run of rows of one cell before
// it touches anything.
type cellAdder struct {
	rows   rowsByUnit
	cell   []int32
	n      []int64
	values [][]float64
	folds  []fold

	persons   []int64     // by cell
	high, low [][]float64 // by variable and cell
	seen      []bool
	touched   []int32
	out       *cellSums
}

// add gives the sums of a range of units.
func (a *cellAdder) add(from, to, k int) *cellSums {
	rows := int(a.rows.first[to] - a.rows.first[from])
	a.out = newCellSums(to-from, k, len(a.values), min(rows, (to-from)*min(k, 16)))
	a.persons, a.seen = make([]int64, k), make([]bool, k)
	for range a.values {
		a.high, a.low = append(a.high, make([]float64, k)), append(a.low, make([]float64, k))
	}
	for u := from; u < to; u++ {
		for at := a.rows.first[u]; at < a.rows.first[u+1]; {
			at = a.run(at, a.rows.first[u+1])
		}
		a.drain()
		a.out.first[u-from+1] = int32(len(a.out.cell))
	}
	return a.out
}

// run adds up the rows of one cell that stand together, and gives the place after them.
func (a *cellAdder) run(at, end int32) int32 {
	c := a.cell[a.row(at)]
	last := at + 1
	for last < end && a.cell[a.row(last)] == c {
		last++
	}
	if c < 0 {
		return last
	}
	if !a.seen[c] {
		a.seen[c] = true
		a.touched = append(a.touched, c)
	}
	a.persons[c] += a.personsOf(at, last)
	for j := range a.values {
		high, low := a.sum(j, at, last)
		a.high[j][c] += high
		a.low[j][c] += low
	}
	return last
}

func (a *cellAdder) row(at int32) int32 {
	if a.rows.order == nil {
		return at
	}
	return a.rows.order[at]
}

func (a *cellAdder) personsOf(at, last int32) (n int64) {
	if a.n == nil {
		return int64(last - at)
	}
	for ; at < last; at++ {
		n += a.n[a.row(at)]
	}
	return n
}

// sum adds up a variable over some rows, in two pieces.
func (a *cellAdder) sum(j int, at, last int32) (high, low float64) {
	f, v := a.folds[j], a.values[j]
	if a.rows.order == nil {
		for _, x := range v[at:last] {
			h, l := f.split(x)
			high += h
			low += l
		}
		return high, low
	}
	for _, row := range a.rows.order[at:last] {
		h, l := f.split(v[row])
		high += h
		low += l
	}
	return high, low
}

// drain appends what was added up of a unit, in order of cell, and empties it.
func (a *cellAdder) drain() {
	slices.Sort(a.touched)
	for _, c := range a.touched {
		a.out.cell, a.out.n = append(a.out.cell, c), append(a.out.n, a.persons[c])
		for j := range a.values {
			a.out.sums[j] = append(a.out.sums[j], a.high[j][c]+a.low[j][c])
			a.high[j][c], a.low[j][c] = 0, 0
		}
		a.persons[c], a.seen[c] = 0, false
	}
	a.touched = a.touched[:0]
}
