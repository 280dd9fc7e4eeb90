package analysis

import (
	"errors"
	"fmt"
	"math"
)

// CollinearError names the columns of a model that are combinations of the columns before them.
type CollinearError struct{ Columns []string }

func (e *CollinearError) Error() string {
	return fmt.Sprintf("analysis: %q are combinations of the columns before them: leave them out", e.Columns)
}

// ErrSeparated says that the likelihood has no maximum: there is a combination of the columns by which the fitted means
// go to the limit of what they can be, and coefficients grow without end.
//
// Albert and Anderson (1984), Biometrika 71:1-10.
var ErrSeparated = errors.New("analysis: the columns of the model tell a part of the responses for certain, so that " +
	"coefficients have no finite estimate: join categories, or leave out terms")

// An iteration ends when no linear predictor moves by more than modelSettled relative to its size, or after
// modelSteps. Where predictors still move then and have come to modelExtreme, there is no end to come to.
const (
	modelSettled = 1e-10
	modelSteps   = 50
	modelExtreme = 15 // of the linear predictor on the scale of logarithms: odds and means of three in ten million
)

// A modelFit is a fit in the rows of weight other than 0.
type modelFit struct {
	m       Model
	rows    []int32
	w       []float64 // of the rows
	y       []float64
	columns [][]float64
	offset  []float64 // nil for none

	beta      []float64
	eta       []float64
	variance  []float64        // V(μ) of the working weights
	basis     *orthogonalBasis // of the columns under the working weights
	deviance  float64
	steps     int
	converged bool
}

// fit fits the model by iteratively reweighted least squares, beginning at the coefficients, or at the responses where
// they are nil.
//
// McCullagh and Nelder (1989), Generalized Linear Models, section 2.5.
func (m Model) fit(w []float64, begin []float64) (*modelFit, error) {
	f := m.inRows(w)
	if begin == nil {
		f.begin()
	} else {
		f.moveTo(begin)
	}
	for f.steps < modelSteps && !f.converged {
		f.steps++
		before := f.deviance
		if err := f.step(begin == nil && f.steps == 1); err != nil {
			return nil, err
		}
		f.converged = f.converged || f.stops(before)
	}
	if !f.converged && f.isExtreme() {
		return nil, ErrSeparated
	}
	if m.Stop == 0 {
		f.reweigh()
	}
	return f, nil
}

// stops tells whether the deviance, for weights with a mean of 1, has changed so little that the model says to stop.
func (f *modelFit) stops(before float64) bool {
	mean := sum(f.w) / float64(len(f.w))
	return math.Abs(f.deviance-before) < f.m.Stop*(math.Abs(f.deviance)+0.1*mean)
}

// inRows gathers the rows with weight.
func (m Model) inRows(w []float64) *modelFit {
	f := &modelFit{m: m, rows: rowsWithWeight(w)}
	f.w, f.y = pick(w, f.rows), pick(m.Response, f.rows)
	for _, c := range m.Columns {
		f.columns = append(f.columns, pick(c.Values, f.rows))
	}
	if m.Offset != nil {
		f.offset = pick(m.Offset, f.rows)
	}
	return f
}

// begin takes for means the responses, moved away from the limits of what they can be.
func (f *modelFit) begin() {
	mean := sum(f.w) / float64(len(f.w))
	f.eta = make([]float64, len(f.y))
	for i, y := range f.y {
		f.eta[i] = f.m.Family.link(f.m.Family.inside(y, f.w[i]/mean))
	}
	f.deviance = f.devianceAt(f.eta)
}

// step solves the weighted least squares of the working responses. The first time these are responses, later what they
// are away from the fit, which is solved without loss of digits.
func (f *modelFit) step(first bool) error {
	if !f.reweigh() {
		return f.collinear()
	}
	working := make([]float64, len(f.y))
	for i, y := range f.y {
		working[i] = f.m.Family.residual(y, f.eta[i]) / f.variance[i]
		if first {
			working[i] += f.eta[i] - f.offsetAt(i)
		}
	}
	move := f.basis.solve(working)
	if first {
		f.moveTo(move)
		return nil
	}
	f.moveBy(move)
	return nil
}

// reweigh makes the basis of the columns under the weights wV(μ), and tells whether there is one.
func (f *modelFit) reweigh() bool {
	working := make([]float64, len(f.w))
	f.variance = make([]float64, len(f.w))
	for i, x := range f.w {
		_, f.variance[i] = f.m.Family.mean(f.eta[i])
		working[i] = x * f.variance[i]
	}
	basis, at := newOrthogonalBasis(working, f.columns)
	if at >= 0 {
		return false
	}
	f.basis = basis
	return true
}

// collinear names the columns that are combinations of others. If there is none the working weights are to blame.
func (f *modelFit) collinear() error {
	var kept [][]float64
	e := &CollinearError{}
	for j, c := range f.columns {
		if _, at := newOrthogonalBasis(f.w, append(kept, c)); at >= 0 {
			e.Columns = append(e.Columns, f.m.Columns[j].Name)
		} else {
			kept = append(kept, c)
		}
	}
	if len(e.Columns) == 0 {
		return ErrSeparated
	}
	return e
}

// moveTo puts the fit at some coefficients.
func (f *modelFit) moveTo(beta []float64) {
	f.beta, f.eta = beta, f.predictors(beta)
	f.deviance = f.devianceAt(f.eta)
}

// moveBy changes the coefficients, by half and half again as much as long as the fit gets worse.
func (f *modelFit) moveBy(move []float64) {
	for range modelSteps {
		beta := make([]float64, len(move))
		for j := range move {
			beta[j] = f.beta[j] + move[j]
		}
		eta := f.predictors(beta)
		far := farthest(f.eta, eta)
		deviance := f.devianceAt(eta)
		if deviance <= f.deviance+1e-8*(1+math.Abs(f.deviance)) {
			f.beta, f.eta, f.deviance, f.converged = beta, eta, deviance, far <= modelSettled
			return
		}
		move = scaled(move, 0.5)
	}
}

// farthest is the largest move, relative to where it goes; below 1 it is as it is.
func farthest(from, to []float64) (far float64) {
	for i := range to {
		far = larger(far, math.Abs(to[i]-from[i])/math.Max(1, math.Abs(to[i])))
	}
	return far
}

func (f *modelFit) offsetAt(i int) float64 {
	if f.offset == nil {
		return 0
	}
	return f.offset[i]
}

func (f *modelFit) predictors(beta []float64) []float64 {
	eta := make([]float64, len(f.y))
	for i := range eta {
		eta[i] = f.offsetAt(i)
		for j, c := range f.columns {
			eta[i] += beta[j] * c[i]
		}
	}
	return eta
}

func (f *modelFit) devianceAt(eta []float64) float64 {
	d := make([]float64, len(eta))
	for i, y := range f.y {
		mu, _ := f.m.Family.mean(eta[i])
		d[i] = f.m.Family.deviance(y, mu)
	}
	return weightedSum(f.w, d)
}

// isExtreme tells whether fitted means have come near a limit.
func (f *modelFit) isExtreme() bool {
	for i, eta := range f.eta {
		eta -= f.offsetAt(i)
		if f.m.Family == QuasiBinomial && math.Abs(eta) > modelExtreme ||
			f.m.Family == QuasiPoisson && eta < -modelExtreme {
			return true
		}
	}
	return false
}
