package sampling

import "math"

// covarianceWeights gives the b for which the matrix
//
//	V_kk = b_k - b_k²/B,  V_kl = -b_k·b_l/B,  B = Σ b
//
// has the diagonal π_k(1-π_k) of the covariances of membership in a sample of fixed size and, as these have, rows that
// add up to 0. It is near the covariances of conditional Poisson sampling, and equal to them where one unit is drawn,
// b = π, or one left out, b = 1-π. p are the π of open units, and n is their sum.
//
// In general, with x = 1/B and c = π(1-π), b_k·x is a root of s(1-s) = c_k·x, and the roots add up to 1. Let
//
//	s_k(x) = (1 - √(1 - 4c_k·x))/2
//
// Either all are such smaller roots, Σ s_k(x) = 1; or, if that is not reached before x = 1/(4·max c), the unit m with
// the largest c has the other root, 1 - s_m(x), so that Σ_{k≠m} s_k(x) = s_m(x). One of the two exists, as
// c_m ≤ Σ_{k≠m} c_k: conditional Poisson sampling has these π and no positive covariance.
//
// Deville and Tillé (2005), Journal of Statistical Planning and Inference 128:569-591, where b is found by a
// fixed-point iteration, for c_k < Σc/2.
func covarianceWeights(p []float64, n int) []float64 {
	b, c, m := make([]float64, len(p)), make([]float64, len(p)), 0
	for k, v := range p {
		c[k] = v * (1 - v)
		if c[k] > c[m] {
			m = k
		}
		switch n {
		case 1:
			b[k] = v
		case len(p) - 1:
			b[k] = 1 - v
		}
	}
	if n > 1 && n < len(p)-1 {
		setCovarianceWeights(b, c, m)
	}
	return b
}

func setCovarianceWeights(b, c []float64, m int) {
	limit := 1 / (4 * c[m])
	half := sumOfRoots(c, limit) < 1 // b_m is more than half of B
	x := lastBelow(limit, func(x float64) bool {
		if half {
			return sumOfRoots(c, x) > 2*smallerRoot(c[m]*x)
		}
		return sumOfRoots(c, x) < 1
	})
	for k := range b {
		b[k] = smallerRoot(c[k]*x) / x
	}
	if half {
		b[m] = 1/x - b[m]
	}
}

// smallerRoot is the root of s(1-s) = y that is at most 1/2, for 0 ≤ y ≤ 1/4.
func smallerRoot(y float64) float64 {
	return 2 * y / (1 + math.Sqrt(math.Max(0, 1-4*y)))
}

func sumOfRoots(c []float64, x float64) float64 {
	sum := 0.0
	for _, v := range c {
		sum += smallerRoot(v * x)
	}
	return sum
}

// lastBelow bisects for the largest x up to the limit where `below` holds, which it does for small x. It gives up at
// x = limit/2^60: there rounding hides the root, and the matrix V has its limit, that of one unit with all the others.
func lastBelow(limit float64, below func(x float64) bool) float64 {
	low, high := limit*0x1p-60, limit
	for {
		x := low + (high-low)/2
		if x <= low || x >= high {
			return x
		}
		if below(x) {
			low = x
		} else {
			high = x
		}
	}
}
