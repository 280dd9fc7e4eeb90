package analysis

import (
	"fmt"
	"math"
)

// A Basis says what an interval allows for. They are never to be mixed unsaid.
type Basis uint8

const (
	// DesignBased intervals allow for the sample: another one would have been drawn from the same population.
	DesignBased Basis = iota + 1
	// Superpopulation intervals allow for chance in a complete count, taken as one outcome of a process in which
	// persons are independent.
	Superpopulation
	// ModelBased intervals allow for the error of a model of areas: the area is one of many that are alike but for its
	// covariates and an effect of its own.
	ModelBased
)

// String is the basis in words.
func (b Basis) String() string {
	switch b {
	case DesignBased:
		return "design-based"
	case Superpopulation:
		return "superpopulation"
	case ModelBased:
		return "model-based"
	}
	return fmt.Sprintf("Basis(%d)", b)
}

// An Interval is a two-sided confidence interval with what it allows for. Both ends are NaN where the method gives
// none.
type Interval struct {
	Lower, Upper float64
	Level        float64 // 0.95 for 95 %
	Basis        Basis
	Notes        Notes
}

// twoSided is the quantile that leaves (1-level)/2 above it: of Student's distribution, or the normal where df is +Inf.
// It panics where the level is not inside (0, 1).
func twoSided(level, df float64) float64 { return Quantile(1-tail(level), df) }

// tail is the probability on either side of an interval.
func tail(level float64) float64 {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("analysis: level %v, want above 0 and below 1", level))
	}
	return (1 - level) / 2
}

// bisect gives the point in [low, high] from which on reached holds, to the last bit.
func bisect(low, high float64, reached func(float64) bool) float64 {
	for {
		mid := low + (high-low)/2
		if mid <= low || mid >= high {
			return high
		}
		if reached(mid) {
			high = mid
		} else {
			low = mid
		}
	}
}

// scoreLower is the lower limit of the score interval for a proportion p = 1 - q of n: the smaller root L of
//
//	(p - L)² = z² L (1-L)/n
//
// in the form that loses no digits where p is small. The upper limit is 1 - scoreLower(q, p, n, z).
func scoreLower(p, q, n, z float64) float64 {
	if p == 0 && n > 0 {
		return 0
	}
	a := z * z / (2 * n)
	return p * p / (p + a + z*math.Sqrt(p*q/n+a/(2*n)))
}
