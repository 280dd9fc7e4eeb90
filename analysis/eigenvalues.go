package analysis

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// relativeEigenvalues are those of b⁻¹a, the largest first.
func relativeEigenvalues(a, b *mat.SymDense) ([]float64, error) {
	var c mat.Cholesky
	if !c.Factorize(b) || c.Cond() > 1/nothingLeft {
		return nil, ErrSingular
	}
	var l mat.TriDense
	c.LTo(&l)
	var half, whole mat.Dense
	if half.Solve(&l, a) != nil || whole.Solve(&l, half.T()) != nil {
		return nil, ErrSingular
	}
	return eigenvalues(symmetrized(&whole)), nil
}

func symmetrized(m *mat.Dense) *mat.SymDense {
	n, _ := m.Dims()
	out := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			out.SetSym(i, j, (m.At(i, j)+m.At(j, i))/2)
		}
	}
	return out
}

// eigenvalues of a symmetric matrix, the largest first; all are NaN where the matrix is not known.
func eigenvalues(m *mat.SymDense) []float64 {
	var e mat.EigenSym
	if sum := mat.Sum(m); math.IsNaN(sum-sum) || !e.Factorize(m, false) {
		return slices.Repeat([]float64{math.NaN()}, m.SymmetricDim())
	}
	values := e.Values(nil)
	slices.Reverse(values)
	return values
}
