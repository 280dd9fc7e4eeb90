package sampling

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// arcTolerance is the length below which an overlap of two stretches of cumulated π is taken for 0. Sums of decimal
// fractions in float64 miss each other by some 1e-16; a frame of 10,000 units has no true overlap so short.
const arcTolerance = 1e-12

// JointSystematic gives the joint inclusion probabilities of Systematic for the order of units given. With V the
// cumulated π, unit k is drawn if the start u falls into the stretch from V_(k-1) to V_k, taken modulo 1 as an arc of a
// circle of length 1, and
//
//	π_kl = length of the part that the arcs of k and l share
//
// Many are 0, since units near in the list do not come together; then no unbiased estimate of variance exists.
// Overlaps below 1e-12 are given as 0, being rounding of π. Σπ need not be whole. JointSystematic panics if a π is
// outside [0, 1] or NaN.
//
// Madow (1949), Annals of Mathematical Statistics 20:333-354; Tillé (2006), Sampling Algorithms, section 7.1.
func JointSystematic(pi []float64) *mat.SymDense { return PairsSystematic(pi).All() }

// PairsSystematic is JointSystematic pair by pair.
func PairsSystematic(pi []float64) Pairs {
	f := openUnits(pi)
	start := make([]float64, len(f.p)+1) // V modulo 1
	lost := 0.0                          // what rounding took from the last sum (Kahan)
	for k, p := range f.p {
		more := p - lost
		sum := start[k] + more
		lost = (sum - start[k]) - more
		start[k+1] = sum - math.Floor(sum)
	}
	return f.pairs(func(k, l int) float64 {
		return sharedArc(f.p[k], f.p[l], start[l]-start[k])
	})
}

// sharedArc is the length two arcs of a circle of length 1 share, of lengths a and b and with the second beginning
// `gap` after the first.
func sharedArc(a, b, gap float64) float64 {
	gap -= math.Floor(gap)
	if gap > 1-arcTolerance {
		gap = 0
	}
	ahead := math.Min(a-gap, b)    // from the beginning of b to the end of the first to end
	around := math.Min(gap+b-1, a) // from the beginning of a to the end of b
	return beyondRounding(ahead) + beyondRounding(around)
}

func beyondRounding(length float64) float64 {
	if length < arcTolerance {
		return 0
	}
	return length
}
