package analysis

import "math"

// A valueRow is a row with its value as a whole number of the same order.
type valueRow struct {
	key uint64
	row int32
}

// digit is the number of bits that a pass of the sort goes by: few enough for the counts to stay in the cache.
const digit = 11

// valueOrder orders rows by cell and value: rows order[first[c]:first[c+1]] are those of cell c. Rows in no cell are left
// out, rows of the same value stay as they stand, NaN is last. A pass for every digit in which values differ takes time in
// proportion to the number of rows.
//
// Knuth (1998), The Art of Computer Programming, volume 3, section 5.2.5, algorithm R.
func valueOrder(y []float64, cell []int32, k int) (order, first []int32) {
	rows := make([]valueRow, 0, len(y))
	first = make([]int32, k+1)
	for i, c := range cell {
		if c >= 0 {
			rows = append(rows, valueRow{orderedBits(y[i]), int32(i)})
			first[c+1]++
		}
	}
	accumulate(first)
	rows = byDigits(rows)
	next := append([]int32(nil), first[:k]...)
	order = make([]int32, len(rows))
	for _, r := range rows {
		c := cell[r.row]
		order[next[c]] = r.row
		next[c]++
	}
	return order, first
}

// byDigits sorts rows by their keys, the lowest digit first.
func byDigits(rows []valueRow) []valueRow {
	differ := uint64(0)
	for _, r := range rows {
		differ |= r.key ^ rows[0].key
	}
	spare := make([]valueRow, len(rows))
	for shift := 0; shift < 64; shift += digit {
		if differ>>shift&(1<<digit-1) != 0 {
			byDigit(rows, spare, shift)
			rows, spare = spare, rows
		}
	}
	return rows
}

// byDigit puts rows into out in order of one digit, keeping their order where it is the same.
func byDigit(rows, out []valueRow, shift int) {
	var next [1<<digit + 1]int32
	for _, r := range rows {
		next[r.key>>shift&(1<<digit-1)+1]++
	}
	accumulate(next[:])
	for _, r := range rows {
		at := r.key >> shift & (1<<digit - 1)
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
