package sampling

import (
	"math/rand/v2"
	"sort"

	"gonum.org/v1/gonum/mat"
)

// Sampford draws a sample of fixed size by the Rao-Sampford design, in which a sample s of n units has probability
//
//	P(s) ∝ Σ_{l∉s} π_l Π_{k∈s} π_k/(1-π_k)
//
// and unit k is in it with probability π_k exactly. Sampford's own procedure draws n units with replacement until all
// differ, which for large n may never happen. Here a unit l is drawn with probability ∝ π_l(1-π_l), and a Poisson
// sample with probabilities π from all others, both anew until the Poisson sample has n units: by that P(s) is the sum
// over l of what the formula has for it. About √(2πd) samples are needed, d = Σ π(1-π), 130 for 5,000 of 10,000 units.
//
// Units with π = 1 are always drawn, those with π = 0 never; positions ascend. Sampford panics if a π is outside [0, 1]
// or NaN, or Σπ is not whole.
//
// Sampford (1967), Biometrika 54:499-513; Rao (1965), Journal of the Indian Statistical Association 3:173-180, for n =
// 2; Tillé (2006), Sampling Algorithms, section 7.4.
func Sampford(rng *rand.Rand, pi []float64) []int {
	f := newFixedSize(pi)
	if f.n == 0 {
		return f.sample(nil)
	}
	cumulated, sum := make([]float64, len(f.p)), 0.0
	for k, p := range f.p {
		sum += float64(p * (1 - p))
		cumulated[k] = sum
	}
	for {
		left := proportional(rng, cumulated)
		if chosen, ok := poissonOfSize(rng, f.p, f.n, left); ok {
			return f.sample(chosen)
		}
	}
}

// proportional draws an index with probability in proportion to what it adds to the cumulated sizes, which rise.
func proportional(rng *rand.Rand, cumulated []float64) int {
	last := len(cumulated) - 1
	at := rng.Float64() * cumulated[last]
	return min(last, sort.Search(last, func(k int) bool { return at < cumulated[k] }))
}

// JointSampford gives the joint inclusion probabilities of Sampford:
//
//	π_kl ∝ π_k·π_l Σ_s (n - π_k - π_l - Σ_{m∈s} π_m) Π_{m∈s} π_m Π_{m∉s} (1-π_m)
//
// with s any n-2 of the units other than k and l. They are below π_k·π_l (Sen-Yates-Grundy), and exact but for
// rounding, within about 1e-14. It panics as Sampford does.
//
// Sampford (1967), Biometrika 54:499-513.
func JointSampford(pi []float64) *mat.SymDense { return PairsSampford(pi).All() }

// PairsSampford is JointSampford pair by pair.
func PairsSampford(pi []float64) Pairs {
	f := newFixedSize(pi)
	if f.n == 0 {
		return f.conditionedPairs(nil)
	}
	q := complements(f.p)
	return f.conditionedPairs(newConditioned(f.p, q, f.n, 0, q))
}
