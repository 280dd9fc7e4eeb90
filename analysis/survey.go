package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A Statistic is a vector of estimates as a function of the weights of a sample. It looks at no row whose weight is 0,
// so that a domain is a sample with weights of 0 outside it.
type Statistic interface {
	// Values are the estimates under the weights w, one a row.
	Values(w []float64) []float64

	// Influence gives for every estimate the linearised variable u, one value a row: the error of the estimate is
	// nearly that of the total Σ wu. values are Values(w). Rows without weight may hold anything.
	Influence(w, values []float64) [][]float64
}

// A Survey is a sample with a way to estimate the covariance of its statistics: by linearisation (Sample), from
// replicate weights, or by joint probabilities.
type Survey interface {
	Weights() []float64

	// Estimate gives the estimates of a statistic in a domain, all rows where it is nil, with their covariance. A
	// domain is no sample of its own: units without a row in it count zero.
	Estimate(st Statistic, domain []bool) *Estimates

	// DF are the degrees of freedom of a domain.
	DF(domain []bool) float64
}

// Estimates are a vector of estimates with what is known of their error.
type Estimates struct {
	Values []float64
	Cov    *mat.SymDense // covariance matrix; NaN where the design cannot give it
	DF     float64       // design degrees of freedom of the domain; +Inf means normal theory
	N      int64         // rows used
	Notes  Notes

	// Simple are the variances that simple random samples of N rows with replacement would have had. SumWeights is the
	// size of the population by the weights.
	Simple     []float64
	SumWeights float64
}

// newEstimates are estimates under the weights w with linearised variables u, without covariance and degrees of
// freedom.
func newEstimates(w, values []float64, u [][]float64) *Estimates {
	e := &Estimates{Values: values, N: counted(w), SumWeights: sum(w)}
	for _, v := range u {
		e.Simple = append(e.Simple, simpleVariance(w, v))
	}
	return e
}

// settle says of estimates what their degrees of freedom mean. Nothing is known of the error where nobody was sampled,
// that of a total included, nor of a value that is no number.
func (e *Estimates) settle() {
	e.DF, e.Notes = settled(e.N, e.DF, e.Notes)
	for i, v := range e.Values {
		if e.N > 0 && isFinite(v) {
			continue
		}
		for j := range e.Values {
			e.Cov.SetSym(i, j, math.NaN())
		}
	}
}

// settled does for one estimate what Estimates.settle does.
func (e Estimate) settled() Estimate {
	e.DF, e.Notes = settled(e.N, e.DF, e.Notes)
	if e.N == 0 || !isFinite(e.Value) {
		e.SE = math.NaN()
	}
	return e
}

func settled(n int64, df float64, notes Notes) (float64, Notes) {
	switch {
	case n == 0:
		return 0, Unsampled
	case df <= 0:
		notes |= FewPSUs
	}
	return df, notes
}

func isFinite(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }

// Len is the number of estimates.
func (e *Estimates) Len() int { return len(e.Values) }

// SE is the standard error of estimate i, NaN where its variance is negative.
func (e *Estimates) SE(i int) float64 { return math.Sqrt(e.Cov.At(i, i)) }

// At is estimate i by itself.
func (e *Estimates) At(i int) Estimate {
	return Estimate{Value: e.Values[i], SE: e.SE(i), DF: e.DF, N: e.N, Notes: e.Notes}
}

// Deff is the design effect of estimate i: its variance over that of a simple random sample without replacement of as
// many rows, from a population of the size the weights add up to. It is ±Inf or NaN where that variance is 0.
//
// Kish (1965), Survey Sampling, section 8.2; R survey, deff = TRUE.
func (e *Estimates) Deff(i int) float64 {
	return e.DeffReplace(i) / ((e.SumWeights - float64(e.N)) / e.SumWeights)
}

// DeffReplace is the design effect of estimate i over a simple random sample with replacement. R survey, deff =
// "replace".
func (e *Estimates) DeffReplace(i int) float64 { return e.Cov.At(i, i) / e.Simple[i] }

// inDomain are the weights with 0 outside the domain. It panics where the domain has not one value a row.
func inDomain(w []float64, domain []bool) []float64 {
	if domain == nil {
		return w
	}
	if len(domain) != len(w) {
		panic(fmt.Sprintf("analysis: a domain of %d rows for a sample of %d", len(domain), len(w)))
	}
	out := make([]float64, len(w))
	for i, in := range domain {
		if in {
			out[i] = w[i]
		}
	}
	return out
}

// counted is the number of rows with weight.
func counted(w []float64) (n int64) {
	for _, x := range w {
		if x != 0 {
			n++
		}
	}
	return n
}

// simpleVariance is the variance of the total of u in a simple random sample with replacement of n rows,
//
//	N² S²u/n,  S²u = Σ w(u-ū)²/N · n/(n-1),  N = Σ w
func simpleVariance(w, u []float64) float64 {
	size, n := sum(w), float64(counted(w))
	mean := weightedSum(w, u) / size
	squares := make([]float64, len(w))
	for i, x := range w {
		if x != 0 {
			squares[i] = (u[i] - mean) * (u[i] - mean)
		}
	}
	return size * weightedSum(w, squares) / (n - 1)
}

// ByDomain is a statistic estimated in several domains at once, so that the estimates have covariances between domains:
// those of the first domain come first. Each domain has one value a row.
func ByDomain(st Statistic, domains ...[]bool) Statistic {
	each := make([]Statistic, len(domains))
	for n := range each {
		each[n] = st
	}
	return byDomain{each, domains}
}

type byDomain struct {
	each    []Statistic // in every domain
	domains [][]bool
}

// hold holds the statistic of every domain.
func (b byDomain) hold(w []float64) Statistic {
	each := make([]Statistic, len(b.each))
	for n, st := range b.each {
		each[n] = held(st, inDomain(w, b.domains[n]))
	}
	return byDomain{each, b.domains}
}

func (b byDomain) Values(w []float64) (values []float64) {
	for n, d := range b.domains {
		values = append(values, b.each[n].Values(inDomain(w, d))...)
	}
	return values
}

func (b byDomain) Influence(w, values []float64) (u [][]float64) {
	p := len(values) / len(b.domains)
	for n, d := range b.domains {
		for _, column := range b.each[n].Influence(inDomain(w, d), values[n*p:(n+1)*p]) {
			u = append(u, inDomain(column, d))
		}
	}
	return u
}

// A CellEstimator estimates totals and ratios of many cells at once, at a cost that does not grow with the number of
// cells times that of rows. See Sample.Totals and Sample.Ratios for the arguments.
type CellEstimator interface {
	Totals(y []float64, cell []int32, k int) []Estimate
	Ratios(y, x []float64, cell []int32, k int) []Estimate
}
