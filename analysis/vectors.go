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
