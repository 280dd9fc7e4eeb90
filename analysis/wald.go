package analysis

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// ErrSingular says that a covariance has no inverse: fewer degrees of freedom than are tested, or estimates that go
// together.
var ErrSingular = errors.New("analysis: the covariance of what is tested has no inverse: test fewer estimates, or " +
	"leave out those that are combinations of others")

// Wald is the test that some of the estimates are all 0: of q estimates θ,
//
//	F = θ̂' V(θ̂)⁻¹ θ̂/q
//
// on q and ddf degrees of freedom. The error is ErrSingular where V has no inverse; P is NaN where V is not known.
//
// Korn and Graubard (1990), American Statistician 44:270-276. R survey, regTermTest.
func (e *Estimates) Wald(ddf float64, which ...int) (TestResult, error) {
	q := float64(len(which))
	w, err := e.waldStatistic(which)
	return fTest(w/q, q, ddf, e.Notes), err
}

// waldStatistic is θ̂'V⁻¹θ̂ of some estimates.
func (e *Estimates) waldStatistic(which []int) (float64, error) {
	scale := make([]float64, len(which))
	for i, at := range which {
		if scale[i] = e.SE(at); scale[i] == 0 {
			return math.NaN(), ErrSingular
		}
	}
	v, theta := mat.NewSymDense(len(which), nil), mat.NewVecDense(len(which), nil)
	for i, a := range which {
		theta.SetVec(i, e.Values[a]/scale[i])
		for j := i; j < len(which); j++ {
			v.SetSym(i, j, e.Cov.At(a, which[j])/scale[i]/scale[j])
		}
	}
	if sum := mat.Sum(v); math.IsNaN(sum) {
		return math.NaN(), nil
	}
	var c mat.Cholesky
	if !c.Factorize(v) || c.Cond() > 1/nothingLeft {
		return math.NaN(), ErrSingular
	}
	var solved mat.VecDense
	if err := c.SolveVecTo(&solved, theta); err != nil {
		return math.NaN(), ErrSingular
	}
	return mat.Dot(theta, &solved), nil
}
