package analysis

import "math"

// logisticResponse is g = 1/(1+exp(-u)): the model of response, not a method of calibration.
const logisticResponse CalibrationMethod = 255

// A distance gives g of a unit from its linear predictor u = q x'λ.
type distance struct {
	method       CalibrationMethod
	lower, upper float64 // of g
}

func newDistance(c *Calibration) distance {
	switch c.Method {
	case LogitCalibration, TruncatedCalibration:
		return distance{c.Method, c.Lower, c.Upper}
	case LinearCalibration:
		return distance{c.Method, math.Inf(-1), math.Inf(1)}
	}
	return distance{ExponentialCalibration, 0, math.Inf(1)}
}

// at gives g = F(u), its slope F'(u), and the integral of F from 0, up to a constant.
func (f distance) at(u float64) (g, slope, integral float64) {
	switch f.method {
	case ExponentialCalibration:
		e := math.Exp(u)
		return e, e, e
	case LogitCalibration:
		return f.logit(u)
	case logisticResponse:
		p, softplus := logistic(u)
		return p, p * (1 - p), softplus
	}
	switch g = 1 + u; {
	case g <= f.lower:
		at := f.lower - 1
		return f.lower, 0, at + at*at/2 + f.lower*(u-at)
	case g >= f.upper:
		at := f.upper - 1
		return f.upper, 0, at + at*at/2 + f.upper*(u-at)
	}
	return g, 1, u + u*u/2
}

// logit is g on the scale where the share of the way from the lower bound to the upper one is logistic.
func (f distance) logit(u float64) (g, slope, integral float64) {
	below, above := 1-f.lower, f.upper-1
	width := f.upper - f.lower
	a := width / (below * above)
	// share = below·e/(above + below·e), e = exp(au)
	v := a*u + math.Log(below/above)
	share, softplus := logistic(v)
	return f.lower + width*share, width * a * share * (1 - share), f.lower*u + width/a*softplus
}

// logistic is 1/(1+exp(-v)) with its integral log(1+exp(v)).
func logistic(v float64) (p, softplus float64) {
	if v > 0 {
		e := math.Exp(-v)
		return 1 / (1 + e), v + math.Log1p(e)
	}
	e := math.Exp(v)
	return e / (1 + e), math.Log1p(e)
}

// most is the largest a unit can add to Σ d g v under the bounds, for v = x'λ.
func (f distance) most(v float64) float64 {
	switch {
	case v > 0:
		return f.upper * v
	case v < 0:
		return f.lower * v
	}
	return 0
}
