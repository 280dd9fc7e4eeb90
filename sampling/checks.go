package sampling

import (
	"fmt"
	"math"
)

// The checks of this file panic: probabilities, counts and sizes come from a program, which has made a mistake where they
// are out of range.

// whole is the distance from a whole number within which a sum of probabilities is taken for it: far more than the
// rounding of a long sum, far less than a mistake.
const whole = 1e-6

func isWhole(sum float64) bool { return math.Abs(sum-math.Round(sum)) <= whole }

// mustBeWhole gives the whole number next to a sum of probabilities.
func mustBeWhole(sum float64) int {
	if !isWhole(sum) {
		panic(fmt.Sprintf("sampling: π adds up to %v, want a whole number", sum))
	}
	return int(math.Round(sum))
}

func sumOf(v []float64) (sum float64) {
	for _, x := range v {
		sum += x
	}
	return sum
}

func mustBeProbability(unit int, p float64) {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("sampling: π of unit %d is %v, want 0 to 1", unit, p))
	}
}

func mustBeProbabilities(pi []float64) {
	for i, p := range pi {
		mustBeProbability(i, p)
	}
}

// mustDraw panics unless n units can be drawn of size.
func mustDraw(n, size int) {
	if n < 0 || n > size {
		panic(fmt.Sprintf("sampling: cannot draw %d of %d units", n, size))
	}
}

// mustBeSizes gives the sum of the sizes.
func mustBeSizes(size []float64) float64 {
	if err := checkSizes(size); err != nil {
		panic(err.Error())
	}
	return sumOf(size)
}

// checkSizes is for sizes that come from a frame: the error names the first unit with a wrong one.
func checkSizes(size []float64) error {
	for i, s := range size {
		if !(s >= 0) || math.IsInf(s, 1) {
			return fmt.Errorf("sampling: size of unit %d is %v, want a finite number, 0 or more", i, s)
		}
	}
	return nil
}

// mustBeSample panics unless the sample is of positions below size, ascending.
func mustBeSample(sample []int, size int) {
	for k, i := range sample {
		if i < 0 || i >= size || k > 0 && i <= sample[k-1] {
			panic(fmt.Sprintf("sampling: sample %v is not ascending within %d units", sample, size))
		}
	}
}

// mustBeSampleBy panics where a sample cannot have come from the probabilities.
func mustBeSampleBy(pi []float64, sample []int) {
	mustBeProbabilities(pi)
	mustBeSample(sample, len(pi))
	in := membership(sample, len(pi))
	for i, p := range pi {
		if p == 0 && in[i] || p == 1 && !in[i] {
			panic(fmt.Sprintf("sampling: unit %d with probability %v: drawn %v", i, p, in[i]))
		}
	}
}
