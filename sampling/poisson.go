package sampling

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Poisson draws every unit with its own probability π, independently of the others, and returns those drawn in
// ascending order. The size of the sample is random, with mean Σπ and variance Σπ(1-π). It panics where π is outside
// [0, 1] or NaN.
//
// One random number is used for every unit with 0 < π < 1.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 3.5.
func Poisson(rng *rand.Rand, pi []float64) []int {
	var units []int
	for i, p := range pi {
		mustBeProbability(i, p)
		if happens(rng, p) {
			units = append(units, i)
		}
	}
	return units
}

// happens is true with probability p.
func happens(rng *rand.Rand, p float64) bool {
	if p == 0 || p == 1 {
		return p == 1
	}
	return rng.Float64() < p
}

// jointBy fills a symmetric matrix. It is the empty matrix for no units.
func jointBy(units int, joint func(k, l int) float64) *mat.SymDense {
	if units == 0 {
		return new(mat.SymDense)
	}
	m := mat.NewSymDense(units, nil)
	for k := range units {
		for l := k; l < units; l++ {
			m.SetSym(k, l, joint(k, l))
		}
	}
	return m
}
