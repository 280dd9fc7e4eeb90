package sampling

import (
	"math/bits"

	"gonum.org/v1/gonum/mat"
)

// RandomSystematicExact is the largest number of units, not counting certain and impossible ones, for which
// JointRandomSystematic is exact.
const RandomSystematicExact = 16

// JointRandomSystematic gives the joint inclusion probabilities of RandomSystematic. They are exact for frames of up to
// RandomSystematicExact units and, beyond, the approximation JointHartleyRao.
//
// On a circle of length n in random order, the units between k and l are equally likely to be none, one, … or all N-2
// others, and any set A of a given size; and systematic sampling does not mind where the circle begins. With the arcs
// of JointSystematic,
//
//	π_kl = Σ_A 1/((N-1)·C(N-2, |A|))·share(k, l, gap = π_k + Σ_{m∈A} π_m)
//
// over all 2^(N-2) sets A. JointRandomSystematic panics as RandomSystematic does.
//
// Connor (1966), Journal of the American Statistical Association 61:384-390, for exact values.
func JointRandomSystematic(pi []float64) *mat.SymDense { return PairsRandomSystematic(pi).All() }

// PairsRandomSystematic is JointRandomSystematic pair by pair.
func PairsRandomSystematic(pi []float64) Pairs {
	f := newFixedSize(pi)
	if len(f.p) > RandomSystematicExact {
		return PairsHartleyRao(pi)
	}
	return f.pairs(func(k, l int) float64 {
		between := make([]float64, 0, len(f.p))
		for m, p := range f.p {
			if m != k && m != l {
				between = append(between, p)
			}
		}
		return overOrders(f.p[k], f.p[l], between)
	})
}

// overOrders is the mean of the arc shared by two units over the sets of units that lie between them.
func overOrders(a, b float64, between []float64) float64 {
	share := make([]float64, len(between)+1) // by number of units between
	sum := make([]float64, 1<<len(between))  // of π over the set of bits
	for set := range sum {
		if set > 0 {
			lowest := bits.TrailingZeros(uint(set))
			sum[set] = sum[set&(set-1)] + between[lowest]
		}
		share[bits.OnesCount(uint(set))] += sharedArc(a, b, a+sum[set])
	}
	mean, sets := 0.0, 1.0 // C(N-2, m)
	for m, s := range share {
		mean += s / (sets * float64(len(share)))
		sets *= float64(len(between)-m) / float64(m+1)
	}
	return mean
}
