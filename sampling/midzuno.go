package sampling

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Midzuno draws a sample of fixed size by Midzuno's method in the general form of Deville and Tillé: the sample is
// what Tillé's elimination with 1-π takes away, so that units are drawn one by one. It is possible for all π. Where π
// fulfils the condition of Midzuno's own method, which CheckMidzuno has, it is that method: one unit is drawn with
// unequal probabilities and the other n-1 by simple random sampling. Elsewhere it is not, and some pairs of units may
// never come together.
//
// Units with π = 1 are always drawn, those with π = 0 never; positions ascend. Midzuno panics if a π is outside [0, 1]
// or NaN, or Σπ is not whole.
//
// Midzuno (1952), Annals of the Institute of Statistical Mathematics 3:99-107; Deville and Tillé (1998), Biometrika
// 85:89-101; Tillé (2006), Sampling Algorithms, chapter 6.
func Midzuno(rng *rand.Rand, pi []float64) []int {
	f := newFixedSize(pi)
	left := newElimination(complements(f.p), len(f.p)-f.n).draw(rng)
	stays := make([]bool, len(f.p))
	for _, k := range left {
		stays[k] = true
	}
	drawn := make([]int, 0, f.n)
	for k := range f.p {
		if !stays[k] {
			drawn = append(drawn, k)
		}
	}
	return f.sample(drawn)
}

// CheckMidzuno returns an error, which names the first unit at fault, unless π is possible in Midzuno's own method of
// one unequal draw and n-1 equal ones. With N and n the numbers of units and of units drawn, certain and impossible
// units left aside, that is
//
//	π_k ≥ (n-1)/(N-1)
//
// It panics as Midzuno does. Midzuno itself does not need the condition.
func CheckMidzuno(pi []float64) error {
	f := newFixedSize(pi)
	for k, p := range f.p {
		least := float64(f.n-1) / float64(len(f.p)-1)
		if p < least-1e-12 {
			return fmt.Errorf("sampling: π of unit %d is %v, want %v or more for Midzuno's method with %d of %d units",
				f.open[k], p, least, f.n, len(f.p))
		}
	}
	return nil
}

// JointMidzuno gives the joint inclusion probabilities of Midzuno: π_kl is the probability that the elimination with
// 1-π takes both units away,
//
//	π_kl = π_k + π_l - 1 + Π_{i=N-n}^{N-1} (1 - r_k(i) - r_l(i)),
//
// with r as in JointTille. Under the condition of CheckMidzuno, with N and n as there,
//
//	π_kl = (n-1)/(N-2)·(π_k + π_l - n/(N-1))
//
// They are at most π_k·π_l (Sen-Yates-Grundy). It panics as Midzuno does.
//
// Deville and Tillé (1998), Biometrika 85:89-101.
func JointMidzuno(pi []float64) *mat.SymDense { return PairsMidzuno(pi).All() }

// PairsMidzuno is JointMidzuno pair by pair.
func PairsMidzuno(pi []float64) Pairs {
	f := newFixedSize(pi)
	e := newEliminationPairs(complements(f.p), len(f.p)-f.n)
	return f.pairs(func(k, l int) float64 {
		both, _ := e.fates(k, l)
		return both
	})
}
