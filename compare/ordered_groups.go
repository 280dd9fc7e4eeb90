package compare

import (
	"fmt"
	"math"
)

// overCumulated adds up a function of the difference of cumulated shares, over all categories but the last.
func overCumulated(p, q []float64, term func(cut int, difference float64)) {
	t, cp, cq := paired(p, q), 0.0, 0.0
	for i := 0; i < len(p)-1; i++ {
		a, b := t.of(p[i], q[i])
		cp, cq = cp+a, cq+b
		term(i, cp-cq)
	}
}

// KolmogorovGroups is the largest difference of cumulated shares over ordered groups, max |P - Q|: that of Kolmogorov
// and Smirnov as far as groups can show it. Within a group it sees nothing, so that wide groups make it smaller.
func KolmogorovGroups(p, q []float64) float64 {
	most := 0.0
	overCumulated(p, q, func(_ int, d float64) { most = math.Max(most, math.Abs(d)) })
	return most
}

// CramerVonMisesGroups is the sum of squared differences of cumulated shares over ordered groups, Σ (P - Q)². It grows
// with the number of groups that the same range is cut into.
func CramerVonMisesGroups(p, q []float64) (sum float64) {
	overCumulated(p, q, func(_ int, d float64) { sum += d * d })
	return sum
}

// EarthMover is the earth mover's distance over ordered groups one apart: the least number of steps from a group to the
// next that a person takes on average to turn one distribution into the other,
//
//	Σ |P - Q|
//
// Divided by the number of groups less one it is between 0 and 1. Groups of different width are not one apart: see
// EarthMoverAt.
//
// Vallender (1974), Theory of Probability and Its Applications 18:784-786; Rubner, Tomasi and Guibas (2000),
// International Journal of Computer Vision 40:99-121.
func EarthMover(p, q []float64) (sum float64) {
	overCumulated(p, q, func(_ int, d float64) { sum += math.Abs(d) })
	return sum
}

// EarthMoverAt is the earth mover's distance in the unit of the positions of groups, say the means or midpoints of
// ages:
//
//	Σ |P - Q| (xᵢ₊₁ - xᵢ)
//
// All that a position stands for is taken to be there: persons that move within a group move nowhere. It panics where
// positions are not one a group, in rising order.
func EarthMoverAt(p, q, positions []float64) (sum float64) {
	if len(positions) != len(p) {
		panic(fmt.Sprintf("compare: %d positions of %d groups", len(positions), len(p)))
	}
	overCumulated(p, q, func(i int, d float64) {
		step := positions[i+1] - positions[i]
		if !(step >= 0) {
			panic("compare: positions of groups that do not rise")
		}
		sum += math.Abs(d) * step
	})
	return sum
}

// EarthMoverWithin is the earth mover's distance where persons are spread evenly within groups of the widths given, in
// the unit of these: the area between two cumulated shares that are straight within a group. Two groups that cross
// within it count with both triangles. It panics where widths are not one a group.
func EarthMoverWithin(p, q, widths []float64) (sum float64) {
	if len(widths) != len(p) {
		panic(fmt.Sprintf("compare: %d widths of %d groups", len(widths), len(p)))
	}
	t, from := paired(p, q), 0.0
	for i := range p {
		a, b := t.of(p[i], q[i])
		to := from + a - b
		if i == len(p)-1 {
			to = 0
		}
		sum += widths[i] * areaBetween(from, to)
		from = to
	}
	return sum
}

// areaBetween is the area between a line and 0 over a unit.
func areaBetween(from, to float64) float64 {
	if from*to >= 0 {
		return math.Abs(from+to) / 2
	}
	return (from*from + to*to) / (2 * math.Abs(from-to))
}
