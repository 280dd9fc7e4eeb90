package sampling

import "math"

// Probabilities about the size S of a Poisson sample come from its generating function
//
//	φ(z) = E z^S = Π_k (q_k + p_k·z),  q = 1 - p
//
// by a mean over M points of the unit circle, z_j = exp(iπ(2j+1)/M), which is exact where M > N:
//
//	P(S = n) = 1/M Σ_j z_j^-n φ(z_j)
//
// Fewer points do, as P(S = n ± M) is all that goes astray. Of these only those near 1 count, as
// |φ(z)| ≤ exp(-d(1 - Re z)) with d = Σ p_k·q_k. Some 30 of them serve a frame of any length, where the recursion over
// units and sizes takes N·n steps. The points lie between the M-th roots of unity so that none is -1, where q + p·z may
// be 0.
//
// Products are rounded before they are added (never fused), so that the parameters of a design, and with them its
// samples, are the same on every machine.

// negligible is an exponent for which exp(-x) is not seen beside 1 in float64, with room to spare.
const negligible = 50

// A contourPoint is a point of the upper half circle with what does not depend on the units.
type contourPoint struct {
	cos, sin float64
	versine  float64       // 1 - cos
	share    complexNumber // 2/M·z^-n: the conjugate of the point counts with it
}

// contour gives the points that count for samples of n of N units with d = Σ pq. By Bernstein's inequality
//
//	P(|S - n| ≥ t) ≤ 2·exp(-t²/(2d + 2t/3)),
//
// which is 2·exp(-negligible) for the t below, and 2 more allow for two units left out.
func contour(units, n int, d float64) []contourPoint {
	t := negligible/3.0 + math.Sqrt(negligible*negligible/9.0+float64(2*negligible*d))
	m := 4
	for m <= units && float64(m) < t+2 {
		m *= 2
	}
	angles := newHalvedAngles(2 * m)
	var points []contourPoint
	for j := 1; j < m; j += 2 {
		z := angles.turn(j)
		if d*(1-z.re) > negligible {
			break
		}
		power := angles.turn(n % (2 * m) * j % (2 * m))
		power.im = -power.im
		points = append(points, contourPoint{z.re, z.im, 1 - z.re, power.times(2 / float64(m))})
	}
	return points
}

// generating is φ(z).
func (z contourPoint) generating(p, q []float64) complexNumber {
	phi := complexNumber{1, 0}
	for k := range p {
		phi = phi.product(complexNumber{q[k] + float64(p[k]*z.cos), p[k] * z.sin})
	}
	return phi
}

// member is G = p·z/(q + p·z), the factor that puts a unit into the sample:
//
//	G = p·(p + q·z)/(1 - 2pq(1 - Re z))
func (z contourPoint) member(p, q float64) complexNumber {
	scale := p / (1 - float64(2*p*q*z.versine))
	return complexNumber{scale * (p + float64(q*z.cos)), scale * float64(q*z.sin)}
}
