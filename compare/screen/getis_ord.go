package screen

import "math"

// GetisOrd are the scores Gi* of areas with their neighbours, high in the middle of high values and low in that of
// low ones:
//
//	(Σj wij xj - Wi x̄) / (s √((n Σj wij² - Wi²)/(n-1)))
//
// where the area is its own neighbour with weight 1 and every neighbour has weight 1, too, and s has divisor n. It
// tells hot from cold spots, which the local Moran tells from exceptions. Areas without a value or without a
// neighbour that has one have NaN. It panics where values and neighbours differ in length.
//
// Ord and Getis (1995), Geographical Analysis 27:286-306.
func GetisOrd(x []float64, neighbours Neighbours) []float64 {
	w, values, kept := neighbours.valued(x)
	out := make([]float64, len(x))
	for i := range out {
		out[i] = nan
	}
	c, n := centred(values), float64(len(kept))
	for k, i := range kept {
		to, _ := w.Of(k)
		sum, weights := c.z[k], float64(len(to)+1)
		for _, j := range to {
			sum += c.z[j]
		}
		out[i] = sum / math.Sqrt(c.second*(n*weights-weights*weights)/(n-1))
	}
	return out
}
