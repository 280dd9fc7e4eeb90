package demography

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Carried are counts of age groups, or other figures, that were worked out from given ones, with what their variances
// take: row i of Jacobian holds the derivatives of Value[i] by the figures given.
type Carried struct {
	Value    []float64
	Jacobian *mat.Dense
}

// SE gives the standard errors of the values where the given figures are independent with standard errors se:
//
//	√Σⱼ (Jᵢⱼ seⱼ)²
//
// exact for a linear map, and to first order for one that is not. Figures of one sample are not independent: give their
// covariances to Covariance. A standard error that is NaN makes NaN of what depends on its figure. It panics when se
// differs in length from the figures given.
func (c Carried) SE(se []float64) []float64 {
	rows, cols := c.Jacobian.Dims()
	if len(se) != cols {
		panic("demography: standard errors and figures differ in length")
	}
	out := make([]float64, rows)
	for i := range out {
		out[i] = spread(c.Jacobian.RawRowView(i), se)
	}
	return out
}

// spread is √Σ (ds)², over the s whose d is not 0.
func spread(d, se []float64) float64 {
	var v float64
	for j, x := range d {
		if x != 0 {
			v += x * x * se[j] * se[j]
		}
	}
	return math.Sqrt(v)
}

// Covariance gives the covariances J Σ Jᵀ of the values, where Σ are those of the figures given.
func (c Carried) Covariance(sigma mat.Symmetric) *mat.SymDense {
	rows, _ := c.Jacobian.Dims()
	var half, full mat.Dense
	half.Mul(c.Jacobian, sigma)
	full.Mul(&half, c.Jacobian.T())
	out := mat.NewSymDense(rows, nil)
	for i := range rows {
		for j := i; j < rows; j++ {
			out.SetSym(i, j, full.At(i, j))
		}
	}
	return out
}

// linear applies a matrix.
func linear(m *mat.Dense, x []float64) Carried {
	rows, cols := m.Dims()
	value := mat.NewVecDense(rows, nil)
	value.MulVec(m, mat.NewVecDense(cols, x))
	return Carried{Value: value.RawVector().Data, Jacobian: m}
}

// collapse is the matrix that adds groups up into coarser ones, which they must nest in.
func collapse(from, to Groups) *mat.Dense {
	m := mat.NewDense(to.Len(), from.Len(), nil)
	j := 0
	for i, start := range from.Start {
		for j+1 < to.Len() && to.Start[j+1] <= start {
			j++
		}
		m.Set(j, i, 1)
	}
	return m
}
