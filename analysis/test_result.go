package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// A Distribution is that of a test statistic where the hypothesis holds.
type Distribution uint8

const (
	StudentT         Distribution = iota + 1 // on DDF degrees of freedom, both tails
	FisherF                                  // on NDF and DDF degrees of freedom, upper tail
	ChiSquare                                // on NDF degrees of freedom, upper tail
	ChiSquareMixture                         // a weighted sum of chi-squares, upper tail
	FMixture                                 // such a sum over a chi-square on DDF degrees of freedom, upper tail
)

var distributionNames = [...]string{"", "t", "F", "chi-square", "mixture of chi-squares", "mixture of F"}

// String is the distribution in words.
func (d Distribution) String() string {
	if d > 0 && int(d) < len(distributionNames) {
		return distributionNames[d]
	}
	return fmt.Sprintf("Distribution(%d)", d)
}

// A TestResult is a test statistic with its distribution and the probability of one at least as extreme.
type TestResult struct {
	Statistic    float64
	Distribution Distribution
	NDF, DDF     float64 // degrees of freedom, as the distribution has them; else 0
	P            float64 // NaN where there is no test, as without degrees of freedom
	Notes        Notes
}

// studentTest is the two-sided test that an estimate is a value.
func studentTest(e Estimate, value float64) TestResult {
	t := (e.Value - value) / e.SE
	return TestResult{
		Statistic: t, Distribution: StudentT, DDF: e.DF, P: 2 * UpperTail(math.Abs(t), e.DF), Notes: e.Notes,
	}
}

// fTest is a test by an F statistic.
func fTest(f, ndf, ddf float64, notes Notes) TestResult {
	return TestResult{Statistic: f, Distribution: FisherF, NDF: ndf, DDF: ddf, P: FTail(f, ndf, ddf), Notes: notes}
}

// chiSquareTest is a test by a chi-square statistic.
func chiSquareTest(x, df float64, notes Notes) TestResult {
	return TestResult{Statistic: x, Distribution: ChiSquare, NDF: df, P: ChiSquareTail(x, df), Notes: notes}
}

// FTail is P(F > x) for an F distribution on ndf and ddf degrees of freedom, to full relative accuracy however small; a
// ddf of +Inf is that of chi-square over ndf. It is NaN where one is not positive.
func FTail(x, ndf, ddf float64) float64 {
	switch {
	case !(ndf > 0) || !(ddf > 0) || math.IsNaN(x):
		return math.NaN()
	case x <= 0:
		return 1
	case math.IsInf(x, 1):
		return 0
	case math.IsInf(ddf, 1):
		return ChiSquareTail(x*ndf, ndf)
	}
	return mathext.RegIncBeta(ddf/2, ndf/2, ddf/(ddf+ndf*x))
}

// ChiSquareTail is P(χ² > x) for chi-square on df degrees of freedom, NaN where df is not positive.
func ChiSquareTail(x, df float64) float64 {
	switch {
	case !(df > 0) || math.IsNaN(x):
		return math.NaN()
	case x <= 0:
		return 1
	case math.IsInf(x, 1):
		return 0
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}
