package explain

import "math"

// A grid is a binary place to which the figures of one area are rounded, so that they add up without rounding, in any
// order: parts of a difference are then the difference, to the last bit. The place is so low that it is 2^-50 of the
// largest figure at most; whole numbers below 2^48 are on every grid that holds them, and stay as they are.
type grid float64

// gridFor is the grid for figures whose sizes add up to no more than largest.
func gridFor(largest float64) grid {
	if !(largest > 0) || math.IsInf(largest, 1) {
		return 0
	}
	return grid(math.Ldexp(1.5, math.Ilogb(largest)+2))
}

// round is v on the grid, to the nearest place and of two that are as near to the even one.
func (g grid) round(v float64) float64 { return (v + float64(g)) - float64(g) }

// close rounds parts so that they add up to the whole, which is rounded, too. What rounding leaves over goes to the
// largest part, the first of several.
func (g grid) close(parts []float64, whole float64) float64 {
	whole = g.round(whole)
	rest, largest := whole, 0
	for i, p := range parts {
		parts[i] = g.round(p)
		rest -= parts[i]
		if math.Abs(parts[i]) > math.Abs(parts[largest]) {
			largest = i
		}
	}
	if len(parts) > 0 {
		parts[largest] += rest
	}
	return whole
}

// sizes is the sum of the sizes of some numbers.
func sizes(v []float64) (sum float64) {
	for _, x := range v {
		sum += math.Abs(x)
	}
	return sum
}
