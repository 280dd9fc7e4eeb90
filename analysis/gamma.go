package analysis

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// gammaQuantile is the mean count m below which a gamma variable of that shape is with probability a, or above which it
// is where below is false: taking the small tail keeps its digits at any level.
func gammaQuantile(shape, a float64, below bool) float64 {
	switch {
	case shape == 0:
		return 0
	case below:
		return onCount(shape, func(m float64) bool { return gammaBelow(shape, m) >= a })
	}
	return onCount(shape, func(m float64) bool { return gammaAbove(shape, m) <= a })
}

// onCount finds the mean count from which on reached holds, for about x events. The search is for √m, on which the
// limits are about as far apart for any x; a tail of 1e-300 is within 40 of √x.
func onCount(x float64, reached func(m float64) bool) float64 {
	const far = 40
	root := math.Sqrt(x)
	at := bisect(max(0, root-far), root+far, func(r float64) bool { return reached(r * r) })
	return at * at
}

// gammaBelow is P(G ≤ m) of a gamma variable, P(X ≥ shape) of a Poisson variable of mean m for a whole shape.
func gammaBelow(shape, m float64) float64 {
	switch {
	case shape == 0:
		return 1
	case shape >= largeShape:
		normal, rest := largeGamma(shape, m, -1)
		return normal - rest
	}
	return mathext.GammaIncReg(shape, m)
}

// gammaAbove is P(G > m).
func gammaAbove(shape, m float64) float64 {
	switch {
	case shape == 0:
		return 0
	case shape >= largeShape:
		normal, rest := largeGamma(shape, m, 1)
		return normal + rest
	}
	return mathext.GammaIncRegComp(shape, m)
}

// largeShape is the shape from which on largeGamma has as many digits as are needed; gonum's series end too early for
// larger ones.
const largeShape = 1e5

// largeGamma is the leading term of the uniform expansion of the tails of a gamma variable of large shape s at m, and
// the rest that is added to it above m and taken off below:
//
//	erfc(±η√(s/2))/2,  e^(-sη²/2)/√(2πs) · c(η),  η²/2 = μ - log(1+μ),  μ = (m-s)/s
//
// with η of the sign of μ, and c(η) = 1/μ - 1/η in powers of η. What is left out is below 1e-9 of either tail out to
// 1e-15, and far tails are lost in rounding as any are.
//
// Temme (1979), SIAM Journal on Mathematical Analysis 10:757-766; NIST Digital Library of Mathematical Functions, 8.12.
func largeGamma(s, m, side float64) (normal, rest float64) {
	half := lessLog((m - s) / s)
	eta := math.Copysign(math.Sqrt(2*half), m-s)
	c := 0.0
	for _, d := range [...]float64{-139. / 777600, 1. / 2835, 1. / 864, -2. / 135, 1. / 12, -1. / 3} {
		c = c*eta + d
	}
	return math.Erfc(side*eta*math.Sqrt(s/2)) / 2, math.Exp(-s*half) / math.Sqrt(2*math.Pi*s) * c
}

// lessLog is μ - log(1+μ), which is near μ²/2 where μ is small.
func lessLog(mu float64) float64 {
	if math.Abs(mu) > 0.1 {
		return mu - math.Log1p(mu)
	}
	sum, power := 0.0, mu*mu
	for k := 2.; math.Abs(power) > 1e-17*sum; k++ {
		sum += power / k
		power *= -mu
	}
	return sum
}
