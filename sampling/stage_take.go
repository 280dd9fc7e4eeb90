package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// A Take gives the inclusion probabilities of the units of a cell, in their order, or an error that names the cell.
type Take func(c Cell) ([]float64, error)

// A Count says how many units to draw from a cell.
type Count func(c Cell) int

// Exactly is n units of every cell; a cell with fewer is an error of the Take.
func Exactly(n int) Count { return func(Cell) int { return n } }

// AtMost is n units of every cell, or all where it has fewer.
func AtMost(n int) Count { return func(c Cell) int { return min(n, len(c.Units)) } }

// PerStratum is an allocation: n[code] units of the stratum with that code, none of a stratum it does not name.
func PerStratum(n map[string]int) Count { return func(c Cell) int { return n[c.Stratum] } }

// TakeAll takes every unit: π = 1.
func TakeAll() Take {
	return func(c Cell) ([]float64, error) { return constant(len(c.Units), 1), nil }
}

// TakeRate gives every unit the probability rate. The number of units drawn is then random unless rate·N is whole. It
// panics unless 0 ≤ rate ≤ 1.
func TakeRate(rate float64) Take {
	mustBeProbability(0, rate)
	return func(c Cell) ([]float64, error) { return constant(len(c.Units), rate), nil }
}

// TakeEqual gives every unit of a cell the same probability n/N, n being the count of the cell and N its units.
func TakeEqual(count Count) Take {
	return func(c Cell) ([]float64, error) {
		n, size := count(c), len(c.Units)
		if n < 0 || n > size {
			return nil, fmt.Errorf("sampling: %s: want %d units, have %d", c.Name, n, size)
		}
		return constant(size, float64(n)/float64(size)), nil
	}
}

// TakePPS gives the units probabilities proportional to size, n in all, as InclusionProbabilities does. It panics
// where the frame has no sizes.
func TakePPS(count Count) Take {
	return func(c Cell) ([]float64, error) {
		if c.Size == nil {
			panic("sampling: probabilities proportional to size need a frame with sizes")
		}
		pi, err := InclusionProbabilities(c.Size, count(c))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		return pi, nil
	}
}

// selfWeighting gives the rate at which a cell must be drawn for an overall probability of f.
func selfWeighting(c Cell, f float64) ([]float64, error) {
	rate := f / c.Overall
	if rate > 1+1e-12 {
		return nil, fmt.Errorf("sampling: %s: an overall probability of %v is above that of the unit drawn, %v",
			c.Name, f, c.Overall)
	}
	return constant(len(c.Units), math.Min(1, rate)), nil
}

func constant(n int, value float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = value
	}
	return values
}

// EqualProbability makes a design with equal probabilities, such as SRS or FractionalSystematic, one that a stage draws
// by: n is Σπ. It panics where the π differ or Σπ is not whole to 1e-6.
func EqualProbability(draw func(rng *rand.Rand, n, size int) []int) func(rng *rand.Rand, pi []float64) []int {
	return func(rng *rand.Rand, pi []float64) []int {
		for _, p := range pi {
			if p != pi[0] {
				panic(fmt.Sprintf("sampling: π of %v and %v where they should be equal", pi[0], p))
			}
		}
		return draw(rng, mustBeWhole(sumOf(pi)), len(pi))
	}
}
