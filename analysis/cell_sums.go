package analysis

import (
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

// sumCells adds up the values of every variable over the rows of a unit and cell. Any order of rows gives the same bits.
// unit[i] is the unit of row i, cell[i] its cell or -1; n[i] its persons, nil for one each. Values of rows outside all
// cells are not looked at.
func sumCells(units, k int, unit, cell []int32, n []int64, values ...[]float64) *cellSums {
	order, first := byUnit(unit, units)
	folds := make([]fold, len(values))
	for j, v := range values {
		largest := 0.0
		for i, c := range cell {
			if c >= 0 {
				largest = larger(largest, math.Abs(v[i]))
			}
		}
		folds[j] = newFold(largest, longest(first))
	}
	s := newCellSums(units, k, len(values), min(len(unit), units*min(k, 16)))
	a := newCellAdder(k, len(values))
	for u := range units {
		for at := first[u]; at < first[u+1]; at++ {
			row := at
			if order != nil {
				row = order[at]
			}
			c := cell[row]
			if c < 0 {
				continue
			}
			a.touch(c)
			a.n[c] += persons(n, row)
			for j, v := range values {
				high, low := folds[j].split(v[row])
				a.high[j][c] += high
				a.low[j][c] += low
			}
		}
		a.drain(s)
		s.first[u+1] = int32(len(s.cell))
	}
	return s
}

func persons(n []int64, row int32) int64 {
	if n == nil {
		return 1
	}
	return n[row]
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

// A cellAdder adds up the rows of one unit by cell, and remembers which cells it touched, so that emptying it costs what
// was put in, not the number of cells.
type cellAdder struct {
	n         []int64
	high, low [][]float64
	seen      []bool
	touched   []int32
}

func newCellAdder(k, variables int) *cellAdder {
	a := &cellAdder{n: make([]int64, k), seen: make([]bool, k)}
	for range variables {
		a.high, a.low = append(a.high, make([]float64, k)), append(a.low, make([]float64, k))
	}
	return a
}

func (a *cellAdder) touch(c int32) {
	if !a.seen[c] {
		a.seen[c] = true
		a.touched = append(a.touched, c)
	}
}

// drain appends what was added to s, in order of cell, and empties a.
func (a *cellAdder) drain(s *cellSums) {
	slices.Sort(a.touched)
	for _, c := range a.touched {
		s.cell, s.n = append(s.cell, c), append(s.n, a.n[c])
		for j := range s.sums {
			s.sums[j] = append(s.sums[j], a.high[j][c]+a.low[j][c])
			a.high[j][c], a.low[j][c] = 0, 0
		}
		a.n[c], a.seen[c] = 0, false
	}
	a.touched = a.touched[:0]
}
