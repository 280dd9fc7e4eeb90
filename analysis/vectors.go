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
	for i, v := range a {
		out[i] = v * b[i]
	}
	return out
}
