package compare

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/analysis"
)

// RatioUnbounded says that the interval of a ratio has no end: the denominator is not shown to differ from 0.
const RatioUnbounded = analysis.OpenEnd

// Ratio is x/y with Fieller's interval: the ratios ρ for which x - ρy is not shown to differ from 0,
//
//	(xy ± √(x²y² - (y² - t²v(y))(x² - t²v(x)))) / (y² - t²v(y))
//
// for independent x and y, t the quantile of Student's distribution on Satterthwaite's degrees of freedom of x - y. SE
// is that of the delta method, √(v(x) + (x/y)²v(y))/|y|. The interval is exact for normal errors; it is longer upwards,
// and where y is not shown to differ from 0 it is no interval at all: both ends are NaN then, with the note
// RatioUnbounded. It misleads where the errors are not near normal: a count of few sampled persons. A lower end below 0
// says that the numerator is not shown to differ from 0. All is NaN where y is 0.
//
// Fieller (1954), Journal of the Royal Statistical Society B 16:175-185.
func Ratio(x, y analysis.Estimate, level float64) (analysis.Estimate, analysis.Interval) {
	df := satterthwaite(x.SE*x.SE, x.DF, y.SE*y.SE, y.DF, 0)
	r := analysis.Estimate{Value: x.Value / y.Value, DF: df, N: x.N + y.N, Notes: x.Notes | y.Notes}
	if y.Value == 0 {
		r.Value = math.NaN()
	}
	r.SE = math.Hypot(x.SE, r.Value*y.SE) / math.Abs(y.Value)
	i := analysis.Interval{Level: level, Basis: analysis.DesignBased, Notes: r.Notes}
	i.Lower, i.Upper = fieller(x.Value, y.Value, x.SE*x.SE, y.SE*y.SE, twoSided(level, df))
	if math.IsNaN(i.Lower) && !math.IsNaN(r.SE) {
		i.Notes |= RatioUnbounded
	}
	return r, i
}

// fieller are the ends of the interval of x/y, NaN where it is not one.
func fieller(x, y, vx, vy, t float64) (lower, upper float64) {
	t2 := t * t
	a := y*y - t2*vy
	if !(a > 0) {
		return math.NaN(), math.NaN()
	}
	root := t * math.Sqrt(vx*a+vy*x*x)
	return (x*y - root) / a, (x*y + root) / a
}

// LogRatio is ln(x/y) with the standard error of the delta method,
//
//	SE² = v(x)/x² + v(y)/y²
//
// for independent x and y. Its interval turned back, exp of both ends, is one for the ratio that never reaches 0 and is
// the same whichever of the two is on top. It misleads where a coefficient of variation is above some 30 %, since it is
// then too short, and always has an end where Fieller's has none. NaN unless x and y are above 0.
func LogRatio(x, y analysis.Estimate) analysis.Estimate {
	e := analysis.Estimate{Value: math.NaN(), SE: math.NaN(), N: x.N + y.N, Notes: x.Notes | y.Notes}
	e.DF = satterthwaite(x.SE*x.SE, x.DF, y.SE*y.SE, y.DF, 0)
	if x.Value > 0 && y.Value > 0 {
		e.Value = math.Log(x.Value / y.Value)
		e.SE = math.Hypot(x.SE/x.Value, y.SE/y.Value)
	}
	return e
}

// satterthwaite gives the degrees of freedom of a sum of two variances and of noise, whose variance is known:
//
//	(v + w + noise)² / (v²/dfV + w²/dfW)
//
// A variance of 0 does not count, whatever its degrees of freedom.
//
// Satterthwaite (1946), Biometrics Bulletin 2:110-114.
func satterthwaite(v, dfV, w, dfW, noise float64) float64 {
	switch {
	case noise > 0:
	case !(v > 0):
		return dfW
	case !(w > 0):
		return dfV
	}
	below := 0.0
	if v > 0 {
		below += v * v / dfV
	}
	if w > 0 {
		below += w * w / dfW
	}
	sum := v + w + noise
	return sum * sum / below
}

// twoSided is the quantile that leaves (1-level)/2 above it.
func twoSided(level, df float64) float64 {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("compare: level %v, want above 0 and below 1", level))
	}
	return analysis.Quantile((1+level)/2, df)
}
