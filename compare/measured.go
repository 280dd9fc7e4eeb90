package compare

import "math"

// A Measured is a distance with what is known of it.
type Measured struct {
	Value        float64 // of the figures as they are: above the truth, since the error of figures makes a distance longer
	Corrected    float64 // for that error; a divergence may be below 0 then, nearer than chance has it
	Lower, Upper float64 // interval of the true distance
}

func noMeasure() Measured {
	nan := math.NaN()
	return Measured{Value: nan, Corrected: nan, Lower: nan, Upper: nan}
}

// valueAlone is a measure of which nothing is known but the value.
func valueAlone(m Measured) Measured {
	v := m.Value
	m = noMeasure()
	m.Value = v
	return m
}

// root is the measure of the root of a squared distance. A corrected square below 0 is no distance.
func (m Measured) root() Measured {
	return Measured{
		math.Sqrt(m.Value), math.Sqrt(math.Max(0, m.Corrected)), math.Sqrt(m.Lower), math.Sqrt(m.Upper),
	}
}

// A squaredLaw is how the square of a distance, or a divergence, is distributed about the true one: as a weighted sum
// of noncentral chi-squares, of which mean and variance are
//
//	f + bias,  noise + slope f
//
// with f the true one. A chi-square on d degrees of freedom of scale a has bias ad, noise 2a²d and slope 4a. Scale is
// known on df degrees of freedom.
type squaredLaw struct {
	bias, noise, slope, df float64
	steepest               float64 // no slope is above it, where slopes in different directions differ; else 0
}

// measure gives the interval whose ends are the true divergences under which one as large, or as small, as the observed
// has the probability of a tail; z is its normal quantile. An end is 0 where there is no such. What is observed below
// its mean at 0 counts as that in the upper end: a sample that happens to fit better than it can know is no surer. That
// end has t, the quantile of Student on the same degrees of freedom: it grows with a scale that is only estimated,
// where the lower one falls.
func (l squaredLaw) measure(observed, z, t float64) Measured {
	m := Measured{Value: observed, Corrected: observed - l.bias, Lower: math.NaN(), Upper: math.NaN()}
	switch {
	case !(l.bias >= 0) || math.IsInf(observed, 0) || math.IsInf(l.bias, 1):
		return m
	case l.bias == 0:
		m.Lower, m.Upper = observed, observed
		return m
	}
	m.Lower = l.solve(observed, z)
	l.slope, l.df = math.Max(l.slope, l.steepest), math.Inf(1)
	m.Upper = l.solve(math.Max(observed, l.bias), -t)
	return m
}

// deviate is the observed divergence as a normal deviate where the true one is f: by the cube root of its ratio to the
// mean, over that of a chi-square of the scale.
//
// Severo and Zelen (1960), Biometrika 47:411-416, for noncentral F, of which this takes mean and variance from
// squaredLaw; Abdel-Aty (1954), Biometrika 41:538-540.
func (l squaredLaw) deviate(observed, f float64) float64 {
	mean := f + l.bias
	v := (l.noise + l.slope*f) / (9 * mean * mean)
	u, w := math.Cbrt(observed/mean), 2/(9*l.df)
	return ((1-w)*u - (1 - v)) / math.Sqrt(v+w*u*u)
}

// solve is the f whose deviate is z, or 0. The deviate falls with f.
func (l squaredLaw) solve(observed, z float64) float64 {
	if l.deviate(observed, 0) <= z {
		return 0
	}
	low, high := 0.0, observed+l.bias
	for l.deviate(observed, high) > z {
		low, high = high, 2*high+4*l.slope
		if high > 1e300 {
			return math.NaN()
		}
	}
	return falsePosition(low, high, func(f float64) float64 { return l.deviate(observed, f) - z })
}

// falsePosition is where a falling function is 0 between two points, to ten figures of the upper one: by the method of
// the Illinois, which halves the weight of an end that stays.
func falsePosition(low, high float64, f func(float64) float64) float64 {
	atLow, atHigh := f(low), f(high)
	side := 0
	for range 60 {
		x := (low*atHigh - high*atLow) / (atHigh - atLow)
		y := f(x)
		switch {
		case y > 0:
			if low, atLow = x, y; side == 1 {
				atHigh /= 2
			}
			side = 1
		default:
			if high, atHigh = x, y; side == -1 {
				atLow /= 2
			}
			side = -1
		}
		if math.Abs(y) < 1e-10 || high-low <= 1e-10*high {
			return x
		}
	}
	return (low + high) / 2
}
