package analysis

import "math"

// ChiSquareMixtureSaddlepoint is ChiSquareMixtureTail by the saddlepoint approximation
//
//	P ≈ 1 - Φ(w + log(v/w)/w),  w = ±√(2(ζx - K(ζ))),  v = ζ √K″(ζ),  K′(ζ) = x
//
// K is the cumulant generating function of the sum. Far out it is some per cent too large, at most 17 where the largest
// weight is there once.
//
// Kuonen (1999), Biometrika 86:929-935.
func ChiSquareMixtureSaddlepoint(x float64, lambda []float64) float64 {
	return mixtureOfChiSquares(x, lambda).saddlepoint()
}

// FMixtureSaddlepoint is FMixtureTail by the saddlepoint approximation.
func FMixtureSaddlepoint(x float64, lambda []float64, ddf float64) float64 {
	return mixtureOfF(x, lambda, ddf).saddlepoint()
}

func (m mixture) saddlepoint() float64 {
	switch {
	case m.isNone():
		return math.NaN()
	case m.certain():
		return 1
	case math.IsInf(m.x, 1):
		return 0
	}
	zeta := bisect(m.leftmost(), 0.5, func(s float64) bool {
		_, slope, _ := m.cumulant(s)
		return s >= 0.5 || slope >= 0
	})
	k, _, bend := m.cumulant(zeta)
	w := math.Copysign(math.Sqrt(math.Max(0, -2*k)), zeta)
	v := zeta * math.Sqrt(bend)
	if math.Abs(v) < 1e-4 {
		return UpperTail(m.nearMean(), math.Inf(1))
	}
	return UpperTail(w+math.Log(v/w)/w, math.Inf(1))
}

// nearMean is what w + log(v/w)/w comes to where x is the mean, and v and w are 0: a sixth of the skewness.
func (m mixture) nearMean() float64 {
	_, _, bend := m.cumulant(0)
	third := 0.0
	for i, l := range m.lambda {
		third += 8 * m.df[i] * l * l * l
	}
	return third / (6 * math.Pow(bend, 1.5))
}

// leftmost is a point left of which K′ is below x: the singularity of the negative weight that is largest, or far out.
func (m mixture) leftmost() float64 {
	left, df := math.Inf(-1), 0.0
	for i, l := range m.lambda {
		df += m.df[i]
		if l < 0 {
			left = math.Max(left, 1/(2*l))
		}
	}
	if math.IsInf(left, -1) {
		return -df / (2 * m.x) // Σ df λ/(1-2sλ) < Σ df/(-2s)
	}
	return left
}
