package analysis

import (
	"math"
	"math/cmplx"
)

// ChiSquareMixtureTail is P(Σ λj χ²j > x) for independent chi-squares on one degree of freedom each: the distribution
// of Pearson's statistic under a complex design. Weights must not be negative, zeros do nothing. It is NaN without a
// weight above 0. The probability is the integral
//
//	P = 1/2πi ∫ exp(-sx) Π (1-2sλj)^-½ ds/s
//
// along a parabola through the point of the real axis where the integrand is least, to some thirteen figures however
// small P is.
//
// Rice (1980), SIAM Journal on Scientific and Statistical Computing 1:438-448, for the integral; Imhof (1961),
// Biometrika 48:419-426, for the distribution.
func ChiSquareMixtureTail(x float64, lambda []float64) float64 {
	return mixtureOfChiSquares(x, lambda).tail()
}

// FMixtureTail is P(Σ λj χ²j > x χ²/ddf), the chi-square on the right on ddf degrees of freedom: the distribution where
// the covariance from which weights are reckoned is itself estimated. A ddf of +Inf is ChiSquareMixtureTail.
func FMixtureTail(x float64, lambda []float64, ddf float64) float64 {
	return mixtureOfF(x, lambda, ddf).tail()
}

// A mixture is the event that a weighted sum of chi-squares exceeds x. df are the degrees of freedom of each.
type mixture struct {
	lambda, df []float64
	x          float64
	largest    float64 // weight
}

func mixtureOfChiSquares(x float64, lambda []float64) mixture {
	m := mixture{x: x}
	for _, l := range lambda {
		m.largest = larger(m.largest, l)
	}
	for _, l := range lambda {
		if math.Abs(l) > 1e-13*m.largest { // else the rounding of a zero
			m.lambda, m.df = append(m.lambda, l/m.largest), append(m.df, 1)
		}
	}
	m.x /= m.largest
	return m
}

func mixtureOfF(x float64, lambda []float64, ddf float64) mixture {
	m := mixtureOfChiSquares(x, lambda)
	if !math.IsInf(ddf, 1) && !math.IsInf(m.x, 1) {
		m.lambda, m.df, m.x = append(m.lambda, -m.x/ddf), append(m.df, ddf), 0
	}
	return m
}

// isNone tells whether there is no such distribution.
func (m mixture) isNone() bool {
	bad := !(m.largest > 0) || math.IsInf(m.largest, 1) || math.IsNaN(m.x)
	for i := range m.lambda {
		bad = bad || math.IsNaN(m.lambda[i]) || !(m.df[i] > 0)
	}
	return bad
}

// certain tells whether the sum exceeds x for certain: no weight is negative, and x is not above 0.
func (m mixture) certain() bool {
	for _, l := range m.lambda {
		if l < 0 {
			return false
		}
	}
	return m.x <= 0
}

// cumulant is K(s) - sx for real s, with its first two derivatives: K is the logarithm of the moment generating
// function, -½ Σ df log(1-2sλ).
func (m mixture) cumulant(s float64) (k, slope, bend float64) {
	k, slope = -s*m.x, -m.x
	for i, l := range m.lambda {
		d := 1 - 2*s*l
		k -= m.df[i] / 2 * math.Log1p(-2*s*l)
		slope += m.df[i] * l / d
		bend += 2 * m.df[i] * (l / d) * (l / d)
	}
	return k, slope, bend
}

// tail is P by the integral. The trapezoidal rule converges geometrically, so that halving its step is done until the
// last halving changed nothing.
func (m mixture) tail() float64 {
	switch {
	case m.isNone():
		return math.NaN()
	case m.certain():
		return 1
	case math.IsInf(m.x, 1):
		return 0
	}
	c := m.lowest()
	scale := math.Min(c, 0.5-c)
	height, _, _ := m.cumulant(c)
	at := func(v float64) float64 { return m.integrand(c, scale, height, v) }
	step, last := 0.25, math.NaN()
	total := at(0) / 2
	total += trapezoid(at, step, step)
	for range 12 {
		value := total * step
		if math.Abs(value-last) <= 1e-14*math.Abs(value) {
			break
		}
		last = value
		total += trapezoid(at, step/2, step)
		step /= 2
	}
	return math.Min(1, math.Exp(height)*total*step/math.Pi)
}

// trapezoid adds up a function from the first point on until it is gone.
func trapezoid(f func(float64) float64, first, step float64) (total float64) {
	const farthest = 60
	for v := first; v < farthest; v += step {
		total += f(v)
	}
	return total
}

// integrand is that over v, where the path is s = c + it + t²/2b with t = a sinh v, without exp of the height.
func (m mixture) integrand(c, a, height, v float64) float64 {
	t, dt := a*math.Sinh(v), a*math.Cosh(v)
	bend := 1 / (4 * (0.5 - c))
	s := complex(c+bend*t*t, t)
	k := -s * complex(m.x, 0)
	for i, l := range m.lambda {
		k -= complex(m.df[i]/2, 0) * cmplx.Log(1-2*s*complex(l, 0))
	}
	f := cmplx.Exp(k-complex(height, 0)) / s * complex(2*bend*t, 1)
	if out := imag(f) * dt; !math.IsNaN(out) {
		return out
	}
	return 0 // far out, where it is 0 times infinity
}

// lowest is where on the real axis, between its singularities at 0 and at the first ½, exp(K(s)-sx)/s is least.
func (m mixture) lowest() float64 {
	return bisect(0, 0.5, func(s float64) bool {
		_, slope, _ := m.cumulant(s)
		return s > 0 && (s >= 0.5 || slope >= 1/s)
	})
}
