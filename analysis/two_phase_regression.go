package analysis

import (
	"errors"

	"gonum.org/v1/gonum/mat"
)

// Regressed fits the weights of the second phase to the totals that the first one estimates of some variables x, by the
// regression estimator: with d = 1/(π1 π2) and sums over the rows taken,
//
//	w = d (1 + x'λ),  Σ d xx' λ = X̂1 - Σ dx,  X̂1 = Σ x/π1 over all rows of the first phase
//
// x has one column a variable and one value a row of the first phase; a column of ones, for which there are the rows of
// the first phase, is up to the caller. The second term of the variance is then that of the residuals of u by x,
//
//	e = u - x'β,  Σ d xx' β = Σ d xu
//
// while the first term, for what the first phase does not know, is of u itself. An error says that variables depend on
// each other, or that weights were fitted before. It panics where a variable has not one value a row.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 9.7; R survey, calibrate(phase = 2).
func (t *TwoPhase) Regressed(x ...[]float64) (*TwoPhase, error) {
	if t.fit != nil {
		return nil, errors.New("analysis: weights of the second phase were fitted before")
	}
	f := &phaseFit{d: t.weights, x: x}
	if err := f.factorise(); err != nil {
		return nil, err
	}
	gap := make([]float64, len(x))
	for j, v := range x {
		gap[j] = weightedSum(t.first.weights, v) - weightedSum(t.weights, v)
	}
	more := f.fitted(f.solve(gap))
	out := *t
	out.fit, out.weights = f, make([]float64, len(t.weights))
	for i, d := range t.weights {
		out.weights[i] = d * (1 + more[i])
	}
	return &out, nil
}

// A phaseFit is a regression on x with the weights d.
type phaseFit struct {
	d      []float64
	x      [][]float64
	moment mat.Cholesky // Σ d xx'
}

func (f *phaseFit) factorise() error {
	for _, v := range f.x {
		mustHave(v, len(f.d))
	}
	const enough = 1e12
	ok := f.moment.Factorize(symmetric(len(f.x), func(i, j int) float64 {
		return weightedSum(f.d, products(f.x[i], f.x[j]))
	}))
	if !ok || f.moment.Cond() > enough {
		return errors.New("analysis: variables of the regression depend on each other: leave one out")
	}
	return nil
}

func (f *phaseFit) solve(right []float64) []float64 {
	var out mat.VecDense
	if err := f.moment.SolveVecTo(&out, mat.NewVecDense(len(right), right)); err != nil {
		panic(err) // the condition was looked at
	}
	return out.RawVector().Data
}

// fitted is x'β of every row taken.
func (f *phaseFit) fitted(beta []float64) []float64 {
	out := make([]float64, len(f.d))
	for j, v := range f.x {
		for i, d := range f.d {
			if d != 0 {
				out[i] += beta[j] * v[i]
			}
		}
	}
	return out
}

// residuals are those of u, which is 0 outside the domain.
func (f *phaseFit) residuals(u []float64) []float64 {
	right := make([]float64, len(f.x))
	for j, v := range f.x {
		right[j] = weightedSum(f.d, products(v, u))
	}
	out := make([]float64, len(u))
	for i, fit := range f.fitted(f.solve(right)) {
		out[i] = u[i] - fit
	}
	return out
}
