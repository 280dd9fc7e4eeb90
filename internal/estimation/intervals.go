package estimation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

// proportionMethods are the intervals of proportions.
var proportionMethods = map[string]func(analysis.Proportion, float64) analysis.Interval{
	"wald":          analysis.Proportion.Wald,
	"logit":         analysis.Proportion.Logit,
	"wilson":        analysis.Proportion.Wilson,
	"arcsine":       analysis.Proportion.Arcsine,
	"likelihood":    analysis.Proportion.Likelihood,
	"korn-graubard": analysis.Proportion.KornGraubard,
}

// Methods are the intervals of proportions by name.
func Methods() []string {
	return []string{"wald", "logit", "wilson", "arcsine", "likelihood", "korn-graubard"}
}

// Intervals are the intervals of totals and ratios by name.
func Intervals() []string { return []string{"auto", "t", "log"} }

func (o *Options) checkIntervals() error {
	if _, ok := proportionMethods[o.Method]; !ok {
		return fmt.Errorf("--method %q is not one of %s", o.Method, strings.Join(Methods(), ", "))
	}
	if !slices.Contains(Intervals(), o.Interval) {
		return fmt.Errorf("--interval %q is not one of %s", o.Interval, strings.Join(Intervals(), ", "))
	}
	if _, ok := quantileIntervals[o.QuantileInterval]; !ok {
		return fmt.Errorf("--quantile-interval %q is not one of %s", o.QuantileInterval,
			strings.Join(QuantileIntervals(), ", "))
	}
	return nil
}

// The automatic interval is on the scale of logarithms above skewCV, a coefficient of variation: below it the two are
// nearly the same. It is so from skewDF degrees of freedom on: with 1 or 2 Student's quantile is 12.7 or 4.3, and
// exponentials of multiples of that say nothing.
const (
	skewCV = 0.10
	skewDF = 3
)

// An intervalRule gives the ends of the interval of an estimate, and its name.
type intervalRule func(analysis.Estimate) (lower, upper float64, name string)

// symmetric is estimate ∓ t·SE.
func (o *Options) symmetric(e analysis.Estimate) (lower, upper float64, name string) {
	lower, upper = e.Interval(o.Level)
	return lower, upper, "t"
}

// skew is the rule for a total or ratio of some variables. There is no interval on the scale of logarithms where the
// estimate is not above 0, and it is wrong where the truth might be below: auto takes it only where no value is.
func (o *Options) skew(variables ...[]float64) intervalRule {
	switch {
	case o.Interval == "log":
		return o.logarithmic
	case o.Interval == "t" || slices.ContainsFunc(variables, anyNegative):
		return o.symmetric
	}
	return func(e analysis.Estimate) (lower, upper float64, name string) {
		if e.SE > skewCV*e.Value && e.DF >= skewDF {
			return o.logarithmic(e)
		}
		return o.symmetric(e)
	}
}

// logarithmic is estimate · exp(∓ t·SE/estimate), where that is a number.
func (o *Options) logarithmic(e analysis.Estimate) (lower, upper float64, name string) {
	if !(e.Value > 0) {
		return o.symmetric(e)
	}
	i := e.LogInterval(o.Level)
	return i.Lower, i.Upper, "log"
}

func anyNegative(values []float64) bool {
	return slices.ContainsFunc(values, func(v float64) bool { return v < 0 })
}

// proportionInterval is the interval of a share, and its name. Where nobody or everybody has the trait, the others have
// none, but for Wald's, and Korn and Graubard's stands in.
func (o *Options) proportionInterval(p analysis.Proportion) (analysis.Interval, string) {
	name := o.Method
	if (p.Value == 0 || p.Value == 1) && name != "wald" {
		name = "korn-graubard"
	}
	return proportionMethods[name](p, o.Level), name
}
