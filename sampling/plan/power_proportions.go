package plan

import "math"

// TwoProportions is the two-sided normal test that two proportions are equal, with the variance pooled under equality.
// Its power at n invited in the first group is
//
//	Φ((|P1 - P2| - z·√(P(1-P)(u1 + u2))) / √(P1(1-P1)·u1 + P2(1-P2)·u2)),  P = (e1·P1 + e2·P2)/(e1 + e2)
//
// with z the normal quantile 1-Alpha/2, e1 and e2 the effective sizes, and u their unit variances
// ([Survey.UnitVariance]) times N/(N-1) in a finite population. The small chance of a rejection in the wrong direction
// does not count, as in R's power.prop.test with strict = FALSE.
//
// Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, chapter 4, without continuity
// correction.
type TwoProportions struct {
	P1, P2 float64
	Alpha  float64 // size of the test, both sides together
	Groups
}

// Power is the probability of rejection when n units are invited in the first group.
func (t TwoProportions) Power(n float64) float64 {
	mustBeSize(t.Alpha)
	mustBeShares(t.P1, t.P2)
	u1, u2 := t.shareVariances(n)
	e1, e2 := t.effective(n)
	pooled := (e1*t.P1 + e2*t.P2) / (e1 + e2)
	null := math.Sqrt(binary(pooled) * (u1 + u2))
	return normalPower(math.Abs(t.P1-t.P2), null, math.Sqrt(binary(t.P1)*u1+binary(t.P2)*u2), t.Alpha)
}

// Size is the number to invite in the first group for a power, at least what one effective unit in either group needs.
// It is not whole; round up. Where no size has the power, an error says so.
func (t TwoProportions) Size(power float64) (float64, error) {
	return sizeFor(power, t.worth(1), t.Power)
}

func (g Groups) shareVariances(n float64) (first, second float64) {
	return g.First.shareVariance(n), g.Second.shareVariance(g.second(n))
}

// OneProportion is the two-sided normal test of a proportion P against a figure that is known without error, such as
// the register's. Its power at n invited is
//
//	Φ((|P - Known| - z·√(Known(1-Known)·u)) / √(P(1-P)·u))
//
// with z and u as for [TwoProportions]. Known is not 0 or 1: a single unit would refute it.
//
// Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, chapter 2.
type OneProportion struct {
	P, Known float64
	Alpha    float64 // size of the test, both sides together
	Survey
}

// Power is the probability of rejection when n units are invited.
func (t OneProportion) Power(n float64) float64 {
	mustBeSize(t.Alpha)
	mustBeShares(t.P, t.Known)
	must(binary(t.Known) > 0, "known proportion of %v", t.Known)
	u := t.shareVariance(n)
	return normalPower(math.Abs(t.P-t.Known), math.Sqrt(binary(t.Known)*u), math.Sqrt(binary(t.P)*u), t.Alpha)
}

// Size is the number to invite for a power, at least what one effective unit needs. It is not whole; round up. Where no
// size has the power, an error says so.
func (t OneProportion) Size(power float64) (float64, error) {
	return sizeFor(power, t.Invited(1), t.Power)
}

// normalPower is the power of a normal test whose statistic has one standard error under the null hypothesis and
// another under the alternative. A test without error finds every difference, one without data none.
func normalPower(difference, null, alternative, alpha float64) float64 {
	excess := difference - upperNormal(alpha/2)*null
	switch {
	case !(alternative < math.Inf(1)), excess == 0 && alternative == 0:
		return 0
	case alternative == 0:
		return max(0, math.Copysign(1, excess))
	}
	return normalCDF(excess / alternative)
}

// binary is the variance of a 0-1 variable.
func binary(p float64) float64 { return p * (1 - p) }

func mustBeShares(p ...float64) {
	for _, p := range p {
		must(p >= 0 && p <= 1, "proportion of %v", p)
	}
}
