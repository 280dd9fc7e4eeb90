package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/mathext"
)

// Discordant persons are what tells two sources apart about one category: First have it by the first source alone,
// Second by the second alone, of all Persons in both sources. Tests are of equal chances to be either, and so of equal
// shares of the category in both sources; those who are in both or neither do not matter to them.
type Discordant struct{ First, Second, Persons int64 }

// Discordant are those of a category. It panics where there is none of that number.
func (t CrossTable) Discordant(category int) Discordant {
	both := t.n[category][category]
	return Discordant{t.rows[category] - both, t.cols[category] - both, t.total}
}

// McNemar is the test by
//
//	(b-c)²/(b+c),  b and c the discordant persons
//
// chi-square on one degree of freedom. It is NaN where nobody is discordant, and its size is near the level from ten
// discordant persons on; below, take MidP.
//
// McNemar (1947), Psychometrika 12:153-157.
func (d Discordant) McNemar() analysis.TestResult { return d.test(0) }

// Corrected is McNemar's test with continuity correction, (|b-c|-1)²/(b+c), and without where b = c. It is as
// conservative as the exact test.
//
// Edwards (1948), Psychometrika 13:185-187. R mcnemar.test.
func (d Discordant) Corrected() analysis.TestResult { return d.test(1) }

func (d Discordant) test(correction float64) analysis.TestResult {
	apart := math.Abs(float64(d.First - d.Second))
	apart -= math.Min(apart, correction)
	x := apart * apart / float64(d.First+d.Second)
	return analysis.TestResult{Statistic: x, Distribution: analysis.ChiSquare, NDF: 1, P: analysis.ChiSquareTail(x, 1)}
}

// Exact is the two-sided p-value of the binomial test of b of b + c with the probability 1/2, 1 where nobody is
// discordant. It is conservative.
func (d Discordant) Exact() float64 {
	return math.Min(1, 2*halfBinomialBelow(min(d.First, d.Second), d.First+d.Second))
}

// MidP is the exact p-value in which the probability of what was found counts half,
//
//	2 P(X ≤ min(b, c)) - P(X = min(b, c))
//
// Its size is close to the level on the average.
//
// Fagerland, Lydersen and Laake (2013), BMC Medical Research Methodology 13:91.
func (d Discordant) MidP() float64 {
	least, n := min(d.First, d.Second), d.First+d.Second
	return math.Min(1, halfBinomialBelow(least, n)+halfBinomialBelow(least-1, n))
}

// halfBinomialBelow is P(X ≤ x) for X binomial of n with the probability 1/2.
func halfBinomialBelow(x, n int64) float64 {
	switch {
	case x < 0:
		return 0
	case x >= n:
		return 1
	}
	return mathext.RegIncBeta(float64(n-x), float64(x+1), 0.5)
}

// OddsRatio is b/c, +Inf where c is 0 and NaN where nobody is discordant.
func (d Discordant) OddsRatio() float64 { return float64(d.First) / float64(d.Second) }

// OddsRatioInterval is the exact interval for the odds ratio: that of Clopper and Pearson for the share of b, as odds.
// It panics where the level is not inside (0, 1).
//
// Breslow and Day (1980), Statistical Methods in Cancer Research I, IARC, section 5.2.
func (d Discordant) OddsRatioInterval(level float64) analysis.Interval {
	b, c := float64(d.First), float64(d.Second)
	p, q := analysis.ClopperPearson(b, b+c, level), analysis.ClopperPearson(c, b+c, level)
	p.Lower, p.Upper = p.Lower/q.Upper, p.Upper/q.Lower
	return p
}

// Difference is by how much the share of the category is larger in the first source than in the second,
//
//	(b-c)/n,  SE √(b + c - (b-c)²/n)/n
//
// The interval of a normal with it is too short where few persons are discordant.
//
// Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, section 13.1.
func (d Discordant) Difference() analysis.Estimate {
	b, c, n := float64(d.First), float64(d.Second), float64(d.Persons)
	return analysis.Estimate{
		Value: (b - c) / n, SE: math.Sqrt(b+c-(b-c)*(b-c)/n) / n, DF: math.Inf(1), N: d.Persons,
	}
}
