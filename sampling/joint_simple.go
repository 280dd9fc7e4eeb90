package sampling

import "gonum.org/v1/gonum/mat"

// JointSRS gives the joint inclusion probabilities of SRS:
//
//	π_kl = n(n-1)/(N(N-1)),  π_kk = n/N
//
// It panics unless 0 ≤ n ≤ size.
//
// Cochran (1977), Sampling Techniques, section 2.1.
func JointSRS(n, size int) *mat.SymDense {
	mustDraw(n, size)
	pi := make([]float64, size)
	for i := range pi {
		pi[i] = float64(n) / float64(size)
	}
	p := openUnits(pi).pairs(func(_, _ int) float64 {
		return pi[0] * float64(n-1) / float64(size-1)
	})
	return p.All()
}

// JointPoisson gives the joint inclusion probabilities of Poisson sampling, in which each unit is drawn with its π
// independently of the others:
//
//	π_kl = π_k·π_l,  π_kk = π_k
//
// It panics if a π is outside [0, 1] or NaN.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 3.5.
func JointPoisson(pi []float64) *mat.SymDense { return PairsPoisson(pi).All() }

// PairsPoisson is JointPoisson pair by pair.
func PairsPoisson(pi []float64) Pairs {
	f := openUnits(pi)
	return f.pairs(func(k, l int) float64 { return f.p[k] * f.p[l] })
}
