package sampling

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Tille draws a sample of fixed size by Tillé's elimination: from all units one is taken away at a time until n are
// left, unit k at the step to i units with probability 1 - π(k|i)/π(k|i+1) if it is still there. π(k|i) are the
// inclusion probabilities of samples of i units in proportion to π, and π(k|n) = π_k. It takes the time of a sort and
// N random numbers.
//
// Units with π = 1 are always drawn, those with π = 0 never; positions ascend. Tille panics if a π is outside [0, 1] or
// NaN, or Σπ is not whole.
//
// Tillé (1996), Biometrika 83:238-241; Tillé (2006), Sampling Algorithms, chapter 6.
func Tille(rng *rand.Rand, pi []float64) []int {
	f := newFixedSize(pi)
	return f.sample(newElimination(f.p, f.n).draw(rng))
}

// JointTille gives the joint inclusion probabilities of Tille:
//
//	π_kl = Π_{i=n}^{N-1} (1 - r_k(i) - r_l(i)),  r_k(i) = 1 - π(k|i)/π(k|i+1)
//
// They are at most π_k·π_l (Sen-Yates-Grundy), and may be 0. Small units come together much less often than in
// conditional Poisson sampling. JointTille panics as Tille does.
//
// Tillé (1996), Biometrika 83:238-241.
func JointTille(pi []float64) *mat.SymDense { return PairsTille(pi).All() }

// PairsTille is JointTille pair by pair.
func PairsTille(pi []float64) Pairs {
	f := newFixedSize(pi)
	e := newEliminationPairs(f.p, f.n)
	return f.pairs(func(k, l int) float64 {
		_, none := e.fates(k, l)
		return none
	})
}
