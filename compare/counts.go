package compare

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/concord-stat/concord/analysis"
)

// smallSum is up to which sum two counts are compared exactly; beyond, the score statistic is as near as makes no
// difference, and does not depend on how the sum falls.
const smallSum = 200

// counts compares two complete counts r and c as independent Poisson variables, given their sum n. Under a ratio ρ of
// their means r is then binomial,
//
//	r ~ Bin(n, ρ/(1+ρ))
//
// which is tested at ρ = 1 and at the margins 1-m and 1+m. Up to a sum of 200 the tails are exact and never fall short,
// the two-sided p-value is twice the smaller tail, and the interval of the ratio is that of Clopper and Pearson. Beyond,
// tails and interval are those of the score statistic
//
//	(r - ρc) / √(ρn)
//
// The interval of the difference puts Byar's of both counts together. With n = 0 nothing can be told.
//
// Przyborowski and Wilenski (1940), Biometrika 31:313-323; Zou and Donner (2008), Statistics in Medicine 27:1693-1702.
func (t *tester) counts(x *bothSides, m float64, j *Judgement) {
	between := analysis.RateDifference(x.r, 1, x.c, 1, analysis.PoissonByar, t.plan.Level)
	j.Lower, j.Upper = between.Lower, between.Upper
	j.PValue = math.Min(1, 2*math.Min(fewer(x.r, x.c, 1), fewer(x.c, x.r, 1)))
	j.EquivalenceP = math.Max(more(x.r, x.c, 1-m), fewer(x.r, x.c, 1+m))
	j.equivalent = j.EquivalenceP < t.plan.Alpha
	half := (x.r + x.c) / 2
	j.uncertain = !(m*half > t.normal().sized(t.plan.Alpha)*math.Sqrt((1+m)*2*half))
	if x.c > 0 {
		j.RatioLow, j.RatioHigh = t.countRatio(x.r, x.c)
	}
	if x.r > 0 && x.c > 0 {
		j.LogRatioSE = math.Sqrt(1/x.r + 1/x.c)
	}
}

func (t *tester) normal() *student { return t.students.of(math.Inf(1)) }

// fewer is the probability of r or less given r + c, under a ratio ρ.
func fewer(r, c, ratio float64) float64 {
	switch n := r + c; {
	case n > smallSum:
		return math.Erfc(-(r-ratio*c)/math.Sqrt(ratio*n)/math.Sqrt2) / 2
	case c == 0:
		return 1
	}
	return mathext.RegIncBeta(c, r+1, 1/(1+ratio))
}

// more is the probability of r or more given r + c, under a ratio ρ, of which one of 0 or less lets nobody be in r.
func more(r, c, ratio float64) float64 {
	switch n := r + c; {
	case r == 0:
		return 1
	case ratio <= 0:
		return 0
	case n > smallSum:
		return math.Erfc((r-ratio*c)/math.Sqrt(ratio*n)/math.Sqrt2) / 2
	}
	return mathext.RegIncBeta(r, c+1, ratio/(1+ratio))
}

// countRatio is the interval of the ratio of two counts, the second above 0.
func (t *tester) countRatio(r, c float64) (low, high float64) {
	if r+c > smallSum {
		return scoreRatio(r, c, t.normal().critical)
	}
	beyond := (1 - t.plan.Level) / 2
	if r > 0 {
		p := mathext.InvRegIncBeta(r, c+1, beyond)
		low = p / (1 - p)
	}
	q := mathext.InvRegIncBeta(c, r+1, beyond) // of being in the second
	return low, (1 - q) / q
}

// scoreRatio are the ratios ρ with (r - ρc)² = z²ρ(r+c).
func scoreRatio(r, c, z float64) (low, high float64) {
	chance := z * z * (r + c)
	b := 2*r*c + chance
	root := math.Sqrt(chance * (4*r*c + chance)) // of b² - 4r²c²
	return 2 * r * r / (b + root), (b + root) / (2 * c * c)
}
