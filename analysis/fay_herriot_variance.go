package analysis

import "math"

// An AreaMethod is a way to estimate A, the variance of the area effects. All cut A off at 0. What is said here of b(A)
// and var(Â) is for the model of areas, FitFayHerriot. The estimates do not depend on where a search starts: where the
// likelihood has several local maxima, A is at the highest.
type AreaMethod uint8

const (
	// REML maximises the restricted likelihood, which allows for the estimation of β. var(Â) = 2/Σ V⁻², b(A) = 0.
	REML AreaMethod = 1 + iota

	// ML maximises the likelihood. Â is too small by about b(A) = -tr{(X'V⁻¹X)⁻¹ X'V⁻²X}/Σ V⁻²; var(Â) = 2/Σ V⁻².
	ML

	// FayHerriotMoment solves Σ (yd - xd'β̂)²/(A + Dd) = m - p, which needs no normal distribution.
	// var(Â) = 2m/(Σ V⁻¹)², b(A) = 2{m Σ V⁻² - (Σ V⁻¹)²}/(Σ V⁻¹)³.
	FayHerriotMoment

	// FittingConstants equates sums of squares of ordinary least squares, with and without an effect of every area,
	// with what they are on average: method 3 of Henderson, for the model of persons alone. See FitNestedError.
	FittingConstants
)

// String is the usual short name.
func (m AreaMethod) String() string {
	switch m {
	case REML:
		return "REML"
	case ML:
		return "ML"
	case FayHerriotMoment:
		return "FH"
	case FittingConstants:
		return "fitting of constants"
	}
	return "unknown method"
}

// variance estimates A.
func (m AreaMethod) variance(s *sampledAreas) float64 {
	switch m {
	case REML:
		return s.maximise(areaFit.restrictedScore, areaFit.restrictedLogLikelihood)
	case ML:
		return s.maximise(areaFit.score, areaFit.logLikelihood)
	}
	return s.moment()
}

// score is twice the derivative of the log-likelihood by A:
//
//	Σ (yd - xd'β̂)²/(A + Dd)² - Σ 1/(A + Dd)
func (f areaFit) score() (sum float64) {
	for i, v := range f.v {
		sum += (f.residual[i]*f.residual[i]/v - 1) / v
	}
	return sum
}

// restrictedScore is the same of the restricted likelihood, where tr P = Σ (1 - hd)/(A + Dd) stands for the last sum.
func (f areaFit) restrictedScore() (sum float64) {
	for i, v := range f.v {
		sum += (f.residual[i]*f.residual[i]/v - 1 + f.leverage[i]) / v
	}
	return sum
}

// maximise finds the A of the greatest likelihood.
//
// The score is negative for good from A = max(most D, 2·spread/(m-p)) on: its first sum is at most spread/A², by the
// residuals of ordinary least squares, and the second at least (m-p)/(A + most D).
func (s *sampledAreas) maximise(score, likelihood func(areaFit) float64) float64 {
	return highest(
		func(a float64) float64 { return score(s.at(a)) },
		func(a float64) float64 { return likelihood(s.at(a)) },
		s.least, max(s.most, 2*s.spread/float64(len(s.y)-s.p)))
}

// highest finds the a at least 0 of the greatest likelihood, of which score is the derivative up to a positive factor.
// The score is looked at on a grid even in log(a + least), where no term 1/(a + d) with d at least least falls by more
// than a third from one point to the next. Where the score falls through 0 is a maximum, and so is 0 if it is negative
// there. From end on it must be negative for good.
func highest(score, likelihood func(float64) float64, least, end float64) float64 {
	const step = 1.5
	best, height := 0.0, math.Inf(-1)
	consider := func(a float64) {
		if l := likelihood(a); l > height {
			best, height = a, l
		}
	}
	before, slope := 0.0, score(0)
	if !(slope > 0) {
		consider(0)
	}
	for before < end {
		a := min(end, (before+least)*step-least)
		next := score(a)
		if slope > 0 && next <= 0 {
			consider(falling(score, point{before, slope}, point{a, next}, least))
		}
		before, slope = a, next
	}
	return best
}

// moment solves the equation of Fay and Herriot. Its left side falls with A, and is at most spread/A.
func (s *sampledAreas) moment() float64 {
	df := float64(len(s.y) - s.p)
	excess := func(a float64) float64 { return s.at(a).quadratic() - df }
	low, end := excess(0), s.spread/df
	if low <= 0 {
		return 0
	}
	return falling(excess, point{0, low}, point{end, excess(end)}, s.least)
}

// A point of a function.
type point struct{ x, y float64 }

// falling finds where f falls through 0 between two points, to the last digits of x + scale, by the Illinois variant of
// the false position: an end that stays twice counts half.
//
// Dowell and Jarratt (1971), BIT 11:168-174.
func falling(f func(float64) float64, low, high point, scale float64) float64 {
	const most = 200
	for stayed, n := 0, 0; n < most && high.x-low.x > 4*0x1p-52*(high.x+scale); n++ {
		x := (low.x*high.y - high.x*low.y) / (high.y - low.y)
		if !(x > low.x && x < high.x) {
			x = low.x + (high.x-low.x)/2
		}
		if y := f(x); y > 0 {
			low, stayed = point{x, y}, max(stayed, 0)+1
		} else {
			high, stayed = point{x, y}, min(stayed, 0)-1
		}
		switch {
		case low.y == 0 || high.y == 0:
			return high.x
		case stayed > 1:
			high.y /= 2
		case stayed < -1:
			low.y /= 2
		}
	}
	return low.x + (high.x-low.x)/2
}

// areaVarianceError is the bias and the variance of Â, to terms of order 1/m.
type areaVarianceError struct{ bias, variance float64 }

func (m AreaMethod) varianceError(f areaFit) areaVarianceError {
	var one, two, lever, count = 0.0, 0.0, 0.0, float64(len(f.v))
	for i, v := range f.v {
		one += 1 / v
		two += 1 / (v * v)
		lever += f.leverage[i] / v
	}
	switch m {
	case REML:
		return areaVarianceError{variance: 2 / two}
	case ML:
		return areaVarianceError{bias: -lever / two, variance: 2 / two}
	}
	return areaVarianceError{bias: 2 * (count*two - one*one) / (one * one * one), variance: 2 * count / (one * one)}
}
