package explain

import "math"

// unit of the figures of parts: 2⁻²⁰ persons.
const perUnit = 1 << 20

// exact is the nearest whole multiple of 2⁻²⁰ persons.
func exact(persons float64) float64 { return math.RoundToEven(persons*perUnit) / perUnit }

func sumOf(v []float64) (sum float64) {
	for _, x := range v {
		sum += x
	}
	return sum
}

// grossOf is how many persons have to be added, taken away or moved for a part to come about: the larger of what goes
// up and what goes down over the ages. A part that sums to zero moves half the sum of its absolute values.
func grossOf(persons []float64) float64 {
	up, down := 0.0, 0.0
	for _, v := range persons {
		up, down = up+math.Max(v, 0), down+math.Max(-v, 0)
	}
	return math.Max(up, down)
}
