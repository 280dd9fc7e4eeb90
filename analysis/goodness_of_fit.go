package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// A GoodnessOfFit is what a sample says on given probabilities of some categories.
type GoodnessOfFit struct {
	// X2 is Pearson's statistic on estimated totals, in persons of the population.
	X2 float64

	// Lambda are the weights of the chi-squares on one degree of freedom whose sum X2 is distributed as, one a
	// category: the eigenvalues of the covariance of (O-E)/√E. The largest comes first, and the last is 0 but for
	// rounding.
	Lambda []float64

	N     int64   // rows used
	DF    float64 // design degrees of freedom of the domain
	Notes Notes
}

// NewGoodnessOfFit estimates what is needed to test that the categories of a variable have given probabilities in a
// domain, nil for all: category[i] is that of row i, -1 where it is missing, and p[c] the probability of category c, up
// to a factor that all share. With totals Oc and N = Σ O,
//
//	X² = Σ (Oc - Ec)²/Ec,  Ec = pc N
//
// The covariance of (O-E)/√E is by the delta method, E with its error. The probabilities go with the categories as they
// are numbered, never by name. Multiplying the weights by a constant changes X² and λ by it, and no P. The error is of
// a probability that is not above 0. It panics where categories are not one a row below len(p).
//
// Rao and Scott (1981), Journal of the American Statistical Association 76:221-230. R survey, svygofchisq.
func NewGoodnessOfFit(sv Survey, category []int32, p []float64, domain []bool) (*GoodnessOfFit, error) {
	if len(category) != len(sv.Weights()) {
		panic(fmt.Sprintf("analysis: categories of %d rows for a sample of %d", len(category), len(sv.Weights())))
	}
	mustBeBelow(category, len(p))
	for c, x := range p {
		if !(x > 0) || math.IsInf(x, 1) {
			return nil, fmt.Errorf("analysis: the probability of category %d is %v: it must be above 0; leave out what cannot be",
				c, x)
		}
	}
	p = scaled(p, 1/floats.Sum(p))
	totals := sv.Estimate(TotalOf(codeIndicators(category, len(p))...), withCodes(domain, category))
	g := &GoodnessOfFit{N: totals.N, DF: totals.DF, Notes: totals.Notes}
	residuals, slopes := pearsonResiduals(totals.Values, p)
	g.X2 = floats.Dot(residuals, residuals)
	g.Lambda = eigenvalues(totals.transformed(residuals, slopes).Cov)
	return g, nil
}

// pearsonResiduals are (O-E)/√E, with their derivatives by the totals.
func pearsonResiduals(observed, p []float64) (residuals []float64, slopes [][]float64) {
	all := floats.Sum(observed)
	for c, o := range observed {
		e := p[c] * all
		by := make([]float64, len(p))
		for k := range by {
			by[k] = -p[c] * (o + e) / (2 * e * math.Sqrt(e)) // through E
		}
		by[c] += 1 / math.Sqrt(e)
		residuals, slopes = append(residuals, (o-e)/math.Sqrt(e)), append(slopes, by)
	}
	return residuals, slopes
}

// Satterthwaite refers X²/s to chi-square on d degrees of freedom, with s = Σλ²/Σλ and d = (Σλ)²/Σλ².
func (g *GoodnessOfFit) Satterthwaite() TestResult {
	total := sum(g.Lambda)
	return chiSquareTest(g.X2/g.Scale(), total/g.Scale(), g.Notes)
}

// Scale is s of Satterthwaite: a chi-square on its degrees of freedom times s has the mean and variance of X2.
func (g *GoodnessOfFit) Scale() float64 { return weightedSum(g.Lambda, g.Lambda) / sum(g.Lambda) }

// Exact refers X² to the weighted sum of chi-squares itself.
func (g *GoodnessOfFit) Exact() TestResult {
	return g.mixture(ChiSquareMixtureTail(g.X2, g.Lambda))
}

// Saddlepoint is Exact by the saddlepoint approximation.
func (g *GoodnessOfFit) Saddlepoint() TestResult {
	return g.mixture(ChiSquareMixtureSaddlepoint(g.X2, g.Lambda))
}

func (g *GoodnessOfFit) mixture(p float64) TestResult {
	return TestResult{Statistic: g.X2, Distribution: ChiSquareMixture, P: p, Notes: g.Notes}
}
