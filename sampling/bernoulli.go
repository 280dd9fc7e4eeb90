package sampling

import (
	"math"
	"math/rand/v2"
)

// Bernoulli draws each of the units 0 … size-1 with probability p, independently of the others, and returns those drawn
// in ascending order. The size of the sample is random, binomial with mean p·size and variance p(1-p)·size. Joint
// inclusion probabilities are p². It panics unless 0 ≤ p ≤ 1 and size ≥ 0.
//
// The number of units passed over before the next one drawn is geometric, so that the work is that of the sample and
// not of the frame: with u uniform in (0, 1],
//
//	skip = ⌊ln u / ln(1-p)⌋
//
// u has 53 bits, so that a skip is never above 36.8/p; a geometric one would be with probability 1e-16.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 3.2; skips: Devroye (1986),
// Non-Uniform Random Variate Generation, section X.2.
func Bernoulli(rng *rand.Rand, p float64, size int) []int {
	mustBeProbability(0, p)
	mustDraw(0, size)
	skips := geometric{rng, lnComplement(p)}
	var units []int
	for left := size; ; {
		skip := skips.next()
		if skip >= left {
			return units
		}
		units = append(units, size-left+skip)
		left -= skip + 1
	}
}

// A geometric source gives the failures before the next success.
type geometric struct {
	rng       *rand.Rand
	lnFailure float64 // ln(1-p), -Inf for p = 1 and -0 for p = 0
}

// unreachable is the end of every frame.
const unreachable = math.MaxInt

func (g *geometric) next() int {
	skip := ln(1-g.rng.Float64()) / g.lnFailure
	if !(skip < unreachable) { // p is 0, or very small
		return unreachable
	}
	return int(skip)
}
