package plan

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// integral is the integral of a smooth function, by Gauss-Legendre rules on ever more panels until two results agree.
// A rule of 16 points gains so many digits with each halving that the last result is far better than the agreement.
func integral(f func(float64) float64, low, high float64) float64 {
	const agreement, mostPanels = 1e-11, 1 << 18
	before := math.NaN()
	for panels := 8; ; panels *= 2 {
		now := overPanels(f, low, high, panels)
		if math.Abs(now-before) <= agreement*math.Abs(now) || panels == mostPanels {
			return now
		}
		before = now
	}
}

func overPanels(f func(float64) float64, low, high float64, panels int) float64 {
	const points = 16
	var x, weight [points]float64
	quad.Legendre{}.FixedLocations(x[:], weight[:], -1, 1)
	half := (high - low) / float64(2*panels)
	sum := 0.0
	for p := range panels {
		middle := low + half*float64(2*p+1)
		for i := range points {
			sum += weight[i] * f(middle+half*x[i])
		}
	}
	return sum * half
}

// significant is an interval outside which a function with one mode adds nothing: e^-45 of the height at the mode. The
// logarithm is given. The mode is sought from 0 by steps that start at the given width.
func significant(log func(float64) float64, width float64) (low, high float64) {
	mode := climb(log, width)
	floor := log(mode) - 45
	reach := func(step float64) float64 {
		for log(mode+step) > floor {
			step *= 1.25
		}
		return mode + step
	}
	return reach(-width), reach(width)
}

// climb finds the mode: it walks uphill in growing steps, then turns back in smaller ones.
func climb(log func(float64) float64, width float64) float64 {
	x, at := 0.0, log(0)
	for step := width; math.Abs(step) > width*1e-3; {
		if next := log(x + step); next > at {
			x, at = x+step, next
			step *= 2
		} else {
			step *= -0.4
		}
	}
	return x
}
