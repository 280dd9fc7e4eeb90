package explain

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// A StandardisedComparison is two rates standardised to one standard population, so that they differ by their rates in
// groups alone and not by composition. The answer depends on the standard where the rates of groups differ in some and
// not in others.
type StandardisedComparison struct {
	First, Second analysis.StandardisedRate
}

// Difference is second minus first, with SE √(v1+v2): the events of both are independent Poisson counts
// (superpopulation). It is of normal theory, for some ten events or more on either side.
func (c StandardisedComparison) Difference() analysis.Estimate {
	return analysis.Estimate{
		Value: c.Second.Rate - c.First.Rate, SE: math.Sqrt(c.First.Variance + c.Second.Variance), DF: math.Inf(1),
	}
}

// Ratio is second by first, with the standard error by the delta method,
//
//	ρ √(v1/y1² + v2/y2²)
//
// of which Estimate.LogInterval makes the interval that is to be used. It is NaN where the first rate is 0.
//
// Breslow and Day (1987), Statistical Methods in Cancer Research II, IARC, section 2.2.
func (c StandardisedComparison) Ratio() analysis.Estimate {
	a, b := c.First, c.Second
	if a.Rate == 0 {
		return analysis.Estimate{Value: math.NaN(), SE: math.NaN(), DF: math.Inf(1)}
	}
	ratio := b.Rate / a.Rate
	return analysis.Estimate{
		Value: ratio, SE: math.Sqrt(a.Variance*ratio*ratio+b.Variance) / a.Rate, DF: math.Inf(1),
	}
}
