package sampling

import "math/rand/v2"

// StreamBernoulli draws as Bernoulli does from a stream of any length, which need not be known. Take does not look at
// its argument. It panics unless 0 ≤ p ≤ 1.
func StreamBernoulli(rng *rand.Rand, p float64) Selector {
	mustBeProbability(0, p)
	s := &bernoulliStream{skips: geometric{rng, lnComplement(p)}}
	s.left = s.skips.next()
	return s
}

type bernoulliStream struct {
	skips geometric
	left  int // units to pass over before the next one drawn
}

func (s *bernoulliStream) Take(float64) bool {
	if s.left > 0 {
		s.left--
		return false
	}
	s.left = s.skips.next()
	return true
}

func (s *bernoulliStream) End() error { return nil }

// StreamPoisson draws as Poisson does from a stream of any length. The argument of Take is π of the unit; Take panics
// where it is outside [0, 1] or NaN.
func StreamPoisson(rng *rand.Rand) Selector { return &poissonStream{rng: rng} }

type poissonStream struct {
	rng *rand.Rand
	at  int
}

func (s *poissonStream) Take(pi float64) bool {
	mustBeProbability(s.at, pi)
	s.at++
	return happens(s.rng, pi)
}

func (s *poissonStream) End() error { return nil }
