package sampling

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// ConditionalPoisson draws a sample of fixed size by conditional Poisson sampling, which of all designs with the
// inclusion probabilities π has the largest entropy. A sample s of n units has probability
//
//	P(s) ∝ Π_{k∈s} p_k/(1-p_k)
//
// where the p, with Σp = n, are such that unit k is in s with probability π_k, as near as ConditionalPoissonOdds says.
// The draw is rejective: Poisson samples with probabilities p are drawn until one has n units, about √(2πd) of them
// with d = Σ p(1-p), 130 for 5,000 of 10,000 units.
//
// Units with π = 1 are always drawn, those with π = 0 never; positions ascend. ConditionalPoisson panics if a π is
// outside [0, 1] or NaN, or Σπ is not whole.
//
// Hájek (1981), Sampling from a Finite Population, chapters 3 and 7; Chen, Dempster and Liu (1994), Biometrika
// 81:457-469; Tillé (2006), Sampling Algorithms, section 5.6.
func ConditionalPoisson(rng *rand.Rand, pi []float64) []int {
	f := newFixedSize(pi)
	p := poissonOdds(f.p, f.n)
	for k, odds := range p {
		p[k] = odds / (1 + odds)
	}
	for {
		if chosen, ok := poissonOfSize(rng, p, f.n, noUnit); ok {
			return f.sample(chosen)
		}
	}
}

// noUnit is the position of no unit.
const noUnit = -1

// poissonOfSize draws a Poisson sample from all units but one, and says whether it has n units. It stops where there
// are more.
func poissonOfSize(rng *rand.Rand, p []float64, n, without int) (chosen []int, ok bool) {
	chosen = make([]int, 0, n)
	for k := range p {
		if k == without || rng.Float64() >= p[k] {
			continue
		}
		if len(chosen) == n {
			return nil, false
		}
		chosen = append(chosen, k)
	}
	return chosen, len(chosen) == n
}

// ConditionalPoissonOdds gives the odds p/(1-p) of the units in ConditionalPoisson, scaled so that Σp = n; +Inf for a
// unit with π = 1 and 0 for one with π = 0. In a design conditional on the size only their ratios count.
//
// The inclusion probabilities by the odds are within 1e-11·π(1-π) + 1e-14 of π, and within 1e-10 in frames with some π
// nearer to 0 or 1 than 1e-9; π stands for π scaled to a whole sum, should Σπ be off by more. The time is of order N,
// whatever n is. It panics as ConditionalPoisson does.
func ConditionalPoissonOdds(pi []float64) []float64 {
	f := newFixedSize(pi)
	odds := make([]float64, len(pi))
	for _, i := range f.certain {
		odds[i] = math.Inf(1)
	}
	for k, o := range poissonOdds(f.p, f.n) {
		odds[f.open[k]] = o
	}
	return odds
}

// JointConditionalPoisson gives the joint inclusion probabilities of ConditionalPoisson:
//
//	π_kl = p_k·p_l·P(n-2 of the units other than k and l)/P(n units)
//
// with P by Poisson sampling with p. They are below π_k·π_l (Sen-Yates-Grundy), and exact within about 1e-12, as far
// as p is. JointConditionalPoisson panics as ConditionalPoisson does.
//
// Chen, Dempster and Liu (1994), Biometrika 81:457-469.
func JointConditionalPoisson(pi []float64) *mat.SymDense { return PairsConditionalPoisson(pi).All() }

// PairsConditionalPoisson is JointConditionalPoisson pair by pair.
func PairsConditionalPoisson(pi []float64) Pairs {
	f := newFixedSize(pi)
	if f.n == 0 {
		return f.conditionedPairs(nil)
	}
	p, q := make([]float64, len(f.p)), make([]float64, len(f.p))
	for k, o := range poissonOdds(f.p, f.n) {
		p[k], q[k] = o/(1+o), 1/(1+o)
	}
	return f.conditionedPairs(newConditioned(p, q, f.n, 1, nil))
}
