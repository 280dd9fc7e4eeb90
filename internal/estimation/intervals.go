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

// skewCV is the coefficient of variation above which --interval auto takes the scale of logarithms: below it, the two
// intervals are nearly the same.
const skewCV = 0.10

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
	from := skewCV
	switch {
	case o.Interval == "t" || o.Interval == "auto" && slices.ContainsFunc(variables, anyNegative):
		return o.symmetric
	case o.Interval == "log":
		from = 0
	}
	return func(e analysis.Estimate) (lower, upper float64, name string) {
		if !(e.Value > 0 && e.SE > from*e.Value) {
			return o.symmetric(e)
		}
		i := e.LogInterval(o.Level)
		return i.Lower, i.Upper, "log"
	}
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
