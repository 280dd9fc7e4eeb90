package analysis

import (
	"math"
	"slices"
)

// A ModelFit is a model fitted to a survey: the coefficients in the order of the columns, with their covariance.
type ModelFit struct {
	*Estimates
	Model Model

	// ResidualDF is DF + 1 - p for p coefficients: what tests and intervals of coefficients go by.
	ResidualDF float64

	// Deviance is the sum over rows of w/w̄ times twice the log likelihood lost, w̄ the mean of the weights: with
	// weights that are all alike it is the usual deviance. It is in square units of the response for a Gaussian model.
	Deviance float64

	Steps int // of the iteration
}

// Fit fits the model to the rows of a domain, nil for all, by weighted pseudo-likelihood: the coefficients solve
//
//	Σ w x(y-μ) = 0
//
// and their linearised variables are u = (Σ wV(μ)xx')⁻¹ x(y-μ), with V the variance function. Multiplying the weights
// by a constant changes nothing. An iteration that has no end is a note, NotConverged. Errors: a value that is
// missing or no response, fewer rows than columns, *CollinearError, ErrSeparated. It panics where a column has not one
// value a row.
//
// Binder (1983), International Statistical Review 51:279-292; Fuller (1975), Sankhyā C 37:117-132. R survey, svyglm.
func (m Model) Fit(sv Survey, domain []bool) (*ModelFit, error) {
	w := inDomain(sv.Weights(), domain)
	if err := m.check(w); err != nil {
		return nil, err
	}
	f, err := m.fit(w, nil)
	if err != nil {
		return nil, err
	}
	est := sv.Estimate(modelCoefficients{m, f.beta}, domain)
	est.Values = f.beta // under weights that stop early another step would have moved them
	if !f.converged {
		est.Notes |= NotConverged
	}
	return &ModelFit{
		Estimates: est, Model: m, ResidualDF: est.DF + 1 - float64(len(m.Columns)),
		Deviance: f.deviance / (sum(f.w) / float64(len(f.w))), Steps: f.steps,
	}, nil
}

// Coefficients are the coefficients of the model as a statistic, NaN under weights with which it cannot be fitted. Of
// several domains they are ByDomain(m.Coefficients(), …).
func (m Model) Coefficients() Statistic { return modelCoefficients{m: m} }

// modelCoefficients are fitted beginning at those under other weights, where there are any.
type modelCoefficients struct {
	m     Model
	begin []float64
}

func (c modelCoefficients) Values(w []float64) []float64 {
	if c.m.check(w) == nil {
		if f, err := c.m.fit(w, c.begin); err == nil {
			return f.beta
		}
	}
	return slices.Repeat([]float64{math.NaN()}, len(c.m.Columns))
}

func (c modelCoefficients) Influence(w, values []float64) [][]float64 {
	u := make([][]float64, len(values))
	f := c.at(w, values)
	if f == nil {
		for j := range u {
			u[j] = slices.Repeat([]float64{math.NaN()}, len(w))
		}
		return u
	}
	for j, score := range f.basis.scores() {
		u[j] = make([]float64, len(w))
		for n, i := range f.rows {
			_, variance := f.m.Family.mean(f.eta[n])
			u[j][i] = score[n] * f.m.Family.residual(f.y[n], f.eta[n]) * (f.variance[n] / variance)
		}
	}
	return u
}

// at is the fit at some coefficients, with the working weights there, or those of the step before where the model stops
// early; nil where there is none.
func (c modelCoefficients) at(w, values []float64) *modelFit {
	if c.m.Stop > 0 {
		f, err := c.m.fit(w, nil)
		if err != nil {
			return nil
		}
		return f
	}
	f := c.m.inRows(w)
	f.moveTo(values)
	if !f.reweigh() {
		return nil
	}
	return f
}

// At is coefficient i by itself, on the residual degrees of freedom.
func (f *ModelFit) At(i int) Estimate {
	e := f.Estimates.At(i)
	e.DF = f.ResidualDF
	return e
}

// Test is the test that coefficient i is 0, on the residual degrees of freedom.
func (f *ModelFit) Test(i int) TestResult { return studentTest(f.At(i), 0) }

// Wald is the test that some coefficients are all 0, such as those of the columns of a term, on the residual degrees of
// freedom. See Estimates.Wald.
func (f *ModelFit) Wald(which ...int) (TestResult, error) {
	return f.Estimates.Wald(f.ResidualDF, which...)
}

// TermColumns are the places of the columns that belong to a term of ModelColumns.
func (m Model) TermColumns(term int) (places []int) {
	for j, c := range m.Columns {
		if c.Term == term {
			places = append(places, j)
		}
	}
	return places
}
