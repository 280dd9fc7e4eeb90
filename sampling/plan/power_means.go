package plan

import "math"

// TwoMeans is the two-sided t test that the means of two groups are equal. Its power at n invited in the first group is
//
//	P(T > t),  T noncentral t with NCP = |Difference| / (SD·√(u1 + u2))
//
// with t the quantile 1-Alpha/2 of Student's t, and u1, u2 the unit variances of the groups ([Survey.UnitVariance]);
// both distributions have e1 + e2 - 2 degrees of freedom, e1 and e2 the effective sizes. The small chance of a
// rejection in the wrong direction does not count, as in R's power.t.test with strict = FALSE.
//
// Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, chapter 2.
type TwoMeans struct {
	Difference float64 // between the means
	SD         float64 // in either group, above 0; same unit
	Alpha      float64 // size of the test, both sides together
	Groups
}

// Power is the probability of rejection when n units are invited in the first group. It is 0 where a group is worth
// fewer than two units.
func (t TwoMeans) Power(n float64) float64 {
	mustBeSize(t.Alpha)
	must(t.SD > 0, "standard deviation of %v", t.SD)
	if n < t.worth(2) {
		return 0
	}
	se := t.SD * math.Sqrt(t.unitVariance(n))
	return tPower(inStandardErrors(t.Difference, se), t.Alpha/2, t.degrees(n))
}

// Size is the number to invite in the first group for a power, at least what two effective units in either group need.
// It is not whole; round up. Where no size has the power, an error says so.
func (t TwoMeans) Size(power float64) (float64, error) { return sizeFor(power, t.worth(2), t.Power) }

// OneMean is the two-sided t test of a mean against a figure that is known without error, such as the register's:
// [TwoMeans] with one sample, with e - 1 degrees of freedom.
type OneMean struct {
	Difference float64 // between the mean and the known figure
	SD         float64 // above 0; same unit
	Alpha      float64 // size of the test, both sides together
	Survey
}

// Power is the probability of rejection when n units are invited. It is 0 where they are worth fewer than two units.
func (t OneMean) Power(n float64) float64 {
	mustBeSize(t.Alpha)
	must(t.SD > 0, "standard deviation of %v", t.SD)
	if n < t.Invited(2) {
		return 0
	}
	se := t.SD * math.Sqrt(t.UnitVariance(n))
	return tPower(inStandardErrors(t.Difference, se), t.Alpha/2, t.Effective(n)-1)
}

// Size is the number to invite for a power, at least what two effective units need. Where no size has the power, an
// error says so.
func (t OneMean) Size(power float64) (float64, error) { return sizeFor(power, t.Invited(2), t.Power) }
