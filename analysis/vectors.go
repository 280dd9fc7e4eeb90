package analysis

import "slices"

// sortedVectors puts units that have no names in an order that depends on their values alone.
func sortedVectors(z [][]float64) [][]float64 {
	out := slices.Clone(z)
	slices.SortFunc(out, slices.Compare[[]float64])
	return out
}
