package plan

import "fmt"

// A Survey says how a survey departs from a simple random sample of an infinite population in which everybody answers,
// which is its zero value. Sizes and tests panic if a field is out of its range.
//
// A sample of n invited units is worth
//
//	n·r / d
//
// units of a simple random sample without replacement, r the response rate and d the design effect. The finite
// population correction is that of this effective size, 1 - n·r/(d·N): where d is above 1 it corrects for less than the
// share of the population that answers, so that sizes are on the safe side.
type Survey struct {
	Population   float64 // units in the population; 0 means infinite
	DesignEffect float64 // variance over that of a simple random sample of the same size, above 0; 0 means 1
	ResponseRate float64 // share of the invited that answer, in (0, 1]; 0 means 1
}

// Effective is the size of the simple random sample that n invited units are worth.
func (s Survey) Effective(n float64) float64 {
	s.mustBeProper()
	must(n >= 0, "%v units", n)
	return n * orOne(s.ResponseRate) / orOne(s.DesignEffect)
}

// Invited is the number of units to invite for an effective size: the inverse of Effective. Where it is above
// Population, even inviting everybody is not enough.
func (s Survey) Invited(effective float64) float64 {
	s.mustBeProper()
	return effective * orOne(s.DesignEffect) / orOne(s.ResponseRate)
}

// UnitVariance is the variance of the mean of n invited units for a study variable with variance 1 (divisor N-1):
//
//	1/e - 1/N,  e = Effective(n),
//
// and 0 where e is N or more. Nobody invited, it is +Inf.
func (s Survey) UnitVariance(n float64) float64 {
	return max(0, 1/s.Effective(n)-s.perUnit())
}

// shareVariance is the same for a proportion P, in units of P(1-P), which is the variance with divisor N.
func (s Survey) shareVariance(n float64) float64 {
	return s.UnitVariance(n) / (1 - s.perUnit())
}

// perUnit is 1/N.
func (s Survey) perUnit() float64 {
	if s.Population == 0 {
		return 0
	}
	return 1 / s.Population
}

func (s Survey) mustBeProper() {
	must(s.Population == 0 || s.Population > 1, "population of %v", s.Population)
	must(s.DesignEffect >= 0, "design effect of %v", s.DesignEffect)
	must(s.ResponseRate >= 0 && s.ResponseRate <= 1, "response rate of %v", s.ResponseRate)
}

func orOne(x float64) float64 {
	if x == 0 {
		return 1
	}
	return x
}

// must panics with what is wrong in a plan.
func must(ok bool, format string, args ...any) {
	if !ok {
		panic("sampling: " + fmt.Sprintf(format, args...))
	}
}
