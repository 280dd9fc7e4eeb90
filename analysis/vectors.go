package analysis

import "slices"

// sortedVectors puts units that have no names in an order that depends on their values alone.
func sortedVectors(z [][]float64) [][]float64 {
	out := slices.Clone(z)
	slices.SortFunc(out, slices.Compare[[]float64])
	return out
}

// products are those of two columns, value by value. It panics where the lengths differ.
func products(a, b []float64) []float64 {
	mustHave(b, len(a))
	out := make([]float64, len(a))
	inParts(len(a), len(a), func(from, to int) struct{} {
		for i, v := range a[from:to] {
			out[from+i] = v * b[from+i]
		}
		return struct{}{}
	})
	return out
}

// rowOf is what all columns have in a row.
func rowOf[N int | int32](columns [][]float64, row N) []float64 {
	return across(columns, int(row), make([]float64, len(columns)))
}

// across is rowOf, put into at.
func across(columns [][]float64, row int, at []float64) []float64 {
	for j := range columns {
		at[j] = columns[j][row]
	}
	return at
}
