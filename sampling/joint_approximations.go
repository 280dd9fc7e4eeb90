package sampling

import "gonum.org/v1/gonum/mat"

// The formulas in this file are approximations that need π alone and get better as d = Σ π(1-π) grows. Hájek's and
// Deville's are for conditional Poisson, Sampford and Pareto sampling; Brewer's, Overton's and that of Hartley and Rao
// for systematic sampling in random order. The two families differ: by 1 % of π_kl, for large π, among 200 units. None
// is for systematic sampling of an ordered list, nor for Tillé's or Midzuno's design, in which small units come
// together much less often. Certain and impossible units are set aside first, as in the designs: n, N and the sums are
// those of the other units. Where one of these is drawn, π_kl = 0. All panic if a π is outside [0, 1] or NaN, or Σπ is
// not whole.

// JointHajek gives the approximation of Hájek for conditional Poisson sampling:
//
//	π_kl ≈ π_k·π_l (1 - (1-π_k)(1-π_l)/d),  d = Σ π(1-π)
//
// Row sums are not exact: Σ_l π_kl = n·π_k + (π_k(1-π_k))²/d. A π_kl may be negative where d < 1.
//
// Hájek (1964), Annals of Mathematical Statistics 35:1491-1523, section 5.
func JointHajek(pi []float64) *mat.SymDense { return PairsHajek(pi).All() }

// PairsHajek is JointHajek pair by pair.
func PairsHajek(pi []float64) Pairs {
	f := newFixedSize(pi)
	q := complements(f.p)
	d := dot(f.p, q)
	return f.pairs(func(k, l int) float64 { return f.p[k] * f.p[l] * (1 - q[k]*q[l]/d) })
}

// JointDeville gives the fixed-point approximation of Deville and Tillé:
//
//	π_kl ≈ π_k·π_l - b_k·b_l/Σb,  b_k - b_k²/Σb = π_k(1-π_k)
//
// The equations for b make the row sums exact, Σ_l π_kl = n·π_k. They have a solution for all π; where one unit is
// drawn, or one left out, the approximation is exact. A π_kl may be a little negative in small frames.
//
// Deville and Tillé (2005), Journal of Statistical Planning and Inference 128:569-591.
func JointDeville(pi []float64) *mat.SymDense { return PairsDeville(pi).All() }

// PairsDeville is JointDeville pair by pair.
func PairsDeville(pi []float64) Pairs {
	f := newFixedSize(pi)
	if f.n == 0 {
		return f.pairs(nil)
	}
	b := covarianceWeights(f.p, f.n)
	sum := sumOf(b)
	return f.pairs(func(k, l int) float64 { return f.p[k]*f.p[l] - b[k]*(b[l]/sum) })
}

// JointBrewer gives the approximation of Brewer that is formula (18) of Brewer and Donadio:
//
//	π_kl ≈ π_k·π_l (c_k + c_l)/2,  c_k = (n-1)/(n - (2n-1)/(n-1)·π_k + Σπ²/(n-1))
//
// It is exact for equal π. Row sums are not quite exact. Of the four formulas of this form there it was, in trials with
// 50 units and more, the nearest to systematic sampling in random order as Hartley and Rao have it.
//
// Brewer (2002), Combined Survey Sampling Inference, chapter 9; Brewer and Donadio (2003), Survey Methodology
// 29:189-196.
func JointBrewer(pi []float64) *mat.SymDense { return PairsBrewer(pi).All() }

// PairsBrewer is JointBrewer pair by pair.
func PairsBrewer(pi []float64) Pairs {
	f := newFixedSize(pi)
	n, squares := float64(f.n), dot(f.p, f.p)
	c := make([]float64, len(f.p))
	for k, p := range f.p {
		c[k] = (n - 1) / (n - (2*n-1)/(n-1)*p + squares/(n-1))
	}
	return f.pairs(func(k, l int) float64 { return f.p[k] * f.p[l] * (c[k] + c[l]) / 2 })
}

// JointOverton gives the approximation of Overton for systematic sampling in random order:
//
//	π_kl ≈ π_k·π_l·(n-1)/(n - (π_k + π_l)/2)
//
// It is exact for equal π. Row sums are not exact. It needs no sum over the frame: the units of a sample are enough,
// provided n is right.
//
// Overton (1985), A Sampling Plan for Streams in the National Stream Survey, Oregon State University, Technical Report
// 114; Stehman and Overton (1994), Handbook of Statistics 12:263-306.
func JointOverton(pi []float64) *mat.SymDense { return PairsOverton(pi).All() }

// PairsOverton is JointOverton pair by pair.
func PairsOverton(pi []float64) Pairs {
	f := newFixedSize(pi)
	n := float64(f.n)
	return f.pairs(func(k, l int) float64 {
		return f.p[k] * f.p[l] * (n - 1) / (n - (f.p[k]+f.p[l])/2)
	})
}

// JointHartleyRao gives the approximation of Hartley and Rao for systematic sampling in random order. With Σ2 = Σπ²,
// Σ3 = Σπ³, in relation to ρ = (n-1)/n·π_k·π_l:
//
//	π_kl/ρ ≈ 1 + (π_k + π_l)/n - Σ2/n²
//	           + 2(π_k² + π_l² + π_k·π_l)/n² - 3(π_k + π_l)·Σ2/n³ + 3·Σ2²/n⁴ - 2·Σ3/n³
//
// The terms of the second line are smaller by 1/N than those of the first. It is for π well below 1: with 4 or 5 of 16
// units it was off by 0.001 where no π exceeded 0.5, and by 0.01 where one was 0.9.
//
// Hartley and Rao (1962), Annals of Mathematical Statistics 33:350-374, equation 5.15, page 369.
func JointHartleyRao(pi []float64) *mat.SymDense { return PairsHartleyRao(pi).All() }

// PairsHartleyRao is JointHartleyRao pair by pair.
func PairsHartleyRao(pi []float64) Pairs {
	f := newFixedSize(pi)
	n, cubes := float64(f.n), 0.0
	for _, p := range f.p {
		cubes += p * p * p
	}
	s2, s3 := dot(f.p, f.p)/(n*n), cubes/(n*n*n)
	return f.pairs(func(k, l int) float64 {
		a, b := f.p[k]/n, f.p[l]/n // chances at one draw
		first := 1 + a + b - s2
		second := 2*(a*a+b*b+a*b) - 3*(a+b)*s2 + 3*s2*s2 - 2*s3
		return (n - 1) / n * f.p[k] * f.p[l] * (first + second)
	})
}
