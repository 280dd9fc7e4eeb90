package analysis

import (
	"cmp"
	"math"
	"slices"
)

// A valueRow is a row with its value as a whole number of the same order.
type valueRow struct {
	key uint64
	row int32
}

// byValue orders all rows by value. Rows of the same value stay as they stand, NaN is last.
func byValue(y []float64) []int32 {
	rows := make([]valueRow, len(y))
	for i, v := range y {
		rows[i] = valueRow{orderedBits(v), int32(i)}
	}
	order := make([]int32, len(y))
	for k, r := range sortedRows(rows, make([]valueRow, len(y))) {
		order[k] = r.row
	}
	return order
}

// sortedRows sorts rows that stand in order of their numbers by their keys, keeping that order where keys are the
// same. spare is as long; the result is in one of the two. Every digit in which keys differ takes a pass, so that the
// time is in proportion to the number of rows. A few rows are compared, since a pass takes some time to set up.
//
// Knuth (1998), The Art of Computer Programming, volume 3, section 5.2.5, algorithm R.
func sortedRows(rows, spare []valueRow) []valueRow {
	const few = 64
	if len(rows) < few {
		slices.SortFunc(rows, func(a, b valueRow) int {
			return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.row, b.row))
		})
		return rows
	}
	differ := uint64(0)
	for _, r := range rows {
		differ |= r.key ^ rows[0].key
	}
	d := digitFor(len(rows))
	for shift := 0; shift < 64; shift += d.bits {
		if differ>>shift&d.mask != 0 {
			d.pass(rows, spare, shift)
			rows, spare = spare, rows
		}
	}
	return rows
}

// A digit is the bits that a pass goes by, with a count for each of its values. Few counts are soon set to 0 for few
// rows; more make for fewer passes, as long as they stay in the cache.
type digit struct {
	bits int
	mask uint64
	next []int32
}

func digitFor(rows int) digit {
	bits := 11
	if rows < 4096 {
		bits = 7
	}
	return digit{bits: bits, mask: 1<<bits - 1, next: make([]int32, 1<<bits+1)}
}

// pass puts rows into out in order of one digit, keeping their order where it is the same.
func (d digit) pass(rows, out []valueRow, shift int) {
	next := d.next
	clear(next)
	for _, r := range rows {
		next[r.key>>shift&d.mask+1]++
	}
	accumulate(next)
	for _, r := range rows {
		at := r.key >> shift & d.mask
		out[next[at]] = r
		next[at]++
	}
}

// orderedBits maps numbers to whole numbers in the same order, both zeros to one and NaN to the last.
func orderedBits(v float64) uint64 {
	switch {
	case v == 0:
		return 1 << 63
	case v != v:
		return math.MaxUint64
	}
	b := math.Float64bits(v)
	if b>>63 == 1 {
		return ^b
	}
	return b | 1<<63
}
