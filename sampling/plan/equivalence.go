package plan

import "math"

// EquivalentMeans is the test that the means of two groups differ by less than a margin: two one-sided t tests, each of
// size Alpha, that both must reject. Its power at n invited in the first group is exact for normal data,
//
//	P(Z < (Margin-Difference)/σ - t·s and Z > t·s - (Margin+Difference)/σ),  s = √(χ²/df)
//
// with σ = SD·√(u1 + u2) as in [TwoMeans], df = e1 + e2 - 2 and t the quantile 1-Alpha of Student's t.
//
// Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15:657-680; the power of Phillips (1990), same
// journal, 18:137-144.
type EquivalentMeans struct {
	Difference float64 // true difference of the means, between -Margin and Margin
	Margin     float64 // largest difference that does not matter, above 0; same unit
	SD         float64 // in either group, above 0; same unit
	Alpha      float64 // size of each one-sided test, below ½
	Groups
}

// Power is the probability that equivalence is shown when n units are invited in the first group. It is 0 where a group
// is worth fewer than two units.
func (t EquivalentMeans) Power(n float64) float64 {
	must(t.SD > 0, "standard deviation of %v", t.SD)
	if n < t.worth(2) {
		return 0
	}
	return equivalence(t.Difference, t.Margin, t.SD*math.Sqrt(t.unitVariance(n)), t.Alpha, t.degrees(n))
}

// Size is the number to invite in the first group for a power, at least what two effective units in either group need.
// Where no size has the power, as when the difference reaches the margin, an error says so.
func (t EquivalentMeans) Size(power float64) (float64, error) {
	return sizeFor(power, t.worth(2), t.Power)
}

// EquivalentMean is the test that a mean differs from a figure known without error, such as the register's, by less
// than a margin: [EquivalentMeans] with one sample, with e - 1 degrees of freedom.
type EquivalentMean struct {
	Difference float64 // true difference between mean and known figure, between -Margin and Margin
	Margin     float64 // largest difference that does not matter, above 0; same unit
	SD         float64 // above 0; same unit
	Alpha      float64 // size of each one-sided test, below ½
	Survey
}

// Power is the probability that equivalence is shown when n units are invited. It is 0 where they are worth fewer than
// two units.
func (t EquivalentMean) Power(n float64) float64 {
	must(t.SD > 0, "standard deviation of %v", t.SD)
	if n < t.Invited(2) {
		return 0
	}
	return equivalence(t.Difference, t.Margin, t.SD*math.Sqrt(t.UnitVariance(n)), t.Alpha, t.Effective(n)-1)
}

// Size is the number to invite for a power, at least what two effective units need. Where no size has the power, an
// error says so.
func (t EquivalentMean) Size(power float64) (float64, error) {
	return sizeFor(power, t.Invited(2), t.Power)
}

// EquivalentProportions is the test that two proportions differ by less than a margin: two one-sided normal tests with
// unpooled variance. Its power at n invited in the first group is
//
//	Φ((Margin-D)/σ - z) + Φ((Margin+D)/σ - z) - 1,  D = P1 - P2,  σ² = P1(1-P1)·u1 + P2(1-P2)·u2
//
// or 0 if that is negative, with z the normal quantile 1-Alpha and u as for [TwoProportions].
//
// Chow, Shao and Wang (2008), Sample Size Calculations in Clinical Research, section 4.2.
type EquivalentProportions struct {
	P1, P2 float64
	Margin float64 // largest difference that does not matter, above 0
	Alpha  float64 // size of each one-sided test, below ½
	Groups
}

// Power is the probability that equivalence is shown when n units are invited in the first group.
func (t EquivalentProportions) Power(n float64) float64 {
	mustBeShares(t.P1, t.P2)
	u1, u2 := t.shareVariances(n)
	se := math.Sqrt(binary(t.P1)*u1 + binary(t.P2)*u2)
	return equivalence(t.P1-t.P2, t.Margin, se, t.Alpha, math.Inf(1))
}

// Size is the number to invite in the first group for a power, at least what one effective unit in either group needs.
// Where no size has the power, an error says so.
func (t EquivalentProportions) Size(power float64) (float64, error) {
	return sizeFor(power, t.worth(1), t.Power)
}

// EquivalentProportion is the test that a proportion differs from a figure known without error, such as the register's,
// by less than a margin: [EquivalentProportions] with one sample.
type EquivalentProportion struct {
	P, Known float64
	Margin   float64 // largest difference that does not matter, above 0
	Alpha    float64 // size of each one-sided test, below ½
	Survey
}

// Power is the probability that equivalence is shown when n units are invited.
func (t EquivalentProportion) Power(n float64) float64 {
	mustBeShares(t.P, t.Known)
	return equivalence(t.P-t.Known, t.Margin, math.Sqrt(binary(t.P)*t.shareVariance(n)), t.Alpha, math.Inf(1))
}

// Size is the number to invite for a power, at least what one effective unit needs. Where no size has the power, an
// error says so.
func (t EquivalentProportion) Size(power float64) (float64, error) {
	return sizeFor(power, t.Invited(1), t.Power)
}

// equivalence is the power of two one-sided tests. An estimate without error decides by the margin alone.
func equivalence(difference, margin, se, alpha, df float64) float64 {
	must(alpha > 0 && alpha < 0.5, "one-sided test of size %v", alpha)
	must(margin > 0, "margin of %v", margin)
	if se == 0 && math.Abs(difference) >= margin {
		return 0
	}
	return bothReject((margin-difference)/se, (margin+difference)/se, upperT(alpha, df), df)
}

// bothReject is P(Z < above - t·s and Z > t·s - below), s = √(χ²/df) independent of the normal Z.
func bothReject(above, below, t, df float64) float64 {
	given := func(s float64) float64 { return max(0, normalCDF(above-t*s)-normalCDF(t*s-below)) }
	if math.IsInf(df, 1) {
		return given(1)
	}
	chi := newLogChi(df)
	low, high := significant(chi.logDensity, chi.width())
	high = min(high, math.Log(max(0, above+below)/(2*t))) // beyond, the two bounds of Z have crossed
	if high <= low {
		return 0
	}
	return integral(func(v float64) float64 { return given(math.Exp(v)) * math.Exp(chi.logDensity(v)) }, low, high)
}
