package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// InclusionProbabilities gives π proportional to size for a sample of n units: π = n·size/Σsize, with units for which
// that reaches 1 taken with certainty and the rest shared anew until none exceeds 1. Sizes are not negative; a unit of
// size 0 has π = 0. An error names what is wrong when fewer than n units have a size.
//
// Tillé (2006), Sampling Algorithms, section 2.10.
func InclusionProbabilities(size []float64, n int) ([]float64, error) {
	if err := checkSizes(size); err != nil {
		return nil, err
	}
	positive := 0
	for _, s := range size {
		if s > 0 {
			positive++
		}
	}
	if n < 0 || positive < n {
		return nil, fmt.Errorf("sampling: want %d units, have %d with a size above 0", n, positive)
	}
	pi := make([]float64, len(size))
	for certain := -1; ; {
		taken, rest := 0, 0.0
		for i, s := range size {
			if pi[i] == 1 {
				taken++
			} else {
				rest += s
			}
		}
		if taken == certain || rest == 0 {
			return pi, nil
		}
		certain = taken
		share(pi, size, float64(n-taken), rest)
	}
}

// share sets π of the units that are not certain to n·size/total, cut at 1. Multiplying first keeps whole sizes exact,
// so that a unit whose turn is certain gets 1 and not a little less.
func share(pi, size []float64, n, total float64) {
	for i, s := range size {
		if pi[i] != 1 {
			pi[i] = math.Min(1, n*s/total)
		}
	}
}

// Systematic draws a systematic sample with the inclusion probabilities π in the order given: one random start u in
// [0, 1), and the units in whose stretch of the cumulated π the points u, u+1, u+2, … fall. The size of the sample
// is Σπ when that is a whole number. Units come in ascending order. Systematic panics if a π is outside [0, 1] or NaN.
//
// Madow (1949), Annals of Mathematical Statistics 20:333-354.
func Systematic(rng *rand.Rand, pi []float64) []int {
	mustBeProbabilities(pi)
	total := sumOf(pi)
	// Sums of π that should be whole are not quite; the last point must not fall beyond the last unit.
	want := int(math.Round(total))
	next, sum := rng.Float64(), 0.0
	var units []int
	last := -1
	for i, p := range pi {
		if p > 0 {
			last = i
		}
		sum += p
		if next < sum || p == 1 { // rounding may put the next point at the end of the stretch of a certain unit
			units = append(units, i)
			next++
		}
	}
	if isWhole(total) && len(units) < want && last >= 0 {
		if len(units) == 0 || units[len(units)-1] != last {
			units = append(units, last)
		}
	}
	return units
}
