package analysis

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// An areaFit is generalised least squares at a given variance of the area effects. All that the estimation of A
// and the mean squared errors need of (X'V⁻¹X)⁻¹ are the leverages and a triangular factor, X'V⁻¹X = R'R.
type areaFit struct {
	weighted
	a        float64
	v        []float64 // A + Dd
	residual []float64 // yd - xd'β̂
	leverage []float64 // xd'(X'V⁻¹X)⁻¹xd / (A + Dd), between 0 and 1
}

// weighted is least squares with weights.
type weighted struct {
	beta  []float64
	upper *mat.Dense // R, of the rows of X each times the root of its weight
}

// leastSquares solves by the QR decomposition, which keeps the digits that the normal equations lose.
func (s *sampledAreas) leastSquares(root func(i int) float64) weighted {
	x, y := mat.NewDense(len(s.y), s.p, nil), mat.NewVecDense(len(s.y), nil)
	for i, row := range s.x {
		w := root(i)
		for j, v := range row {
			x.Set(i, j, w*v)
		}
		y.SetVec(i, w*s.y[i])
	}
	var qr mat.QR
	var upper mat.Dense
	beta := mat.NewVecDense(s.p, nil)
	qr.Factorize(x)
	qr.RTo(&upper)
	_ = qr.SolveVecTo(beta, false, y) // its error is a judgement of the condition, for which see dependent
	return weighted{beta.RawVector().Data, mat.DenseCopyOf(upper.Slice(0, s.p, 0, s.p))}
}

// at fits the coefficients with A = a.
func (s *sampledAreas) at(a float64) areaFit {
	m := len(s.y)
	f := areaFit{a: a, v: make([]float64, m), residual: make([]float64, m), leverage: make([]float64, m)}
	for i, d := range s.d {
		f.v[i] = a + d
	}
	f.weighted = s.leastSquares(func(i int) float64 { return 1 / math.Sqrt(f.v[i]) })
	for i, row := range s.x {
		f.residual[i] = s.y[i] - dot(row, f.beta)
		f.leverage[i] = f.scaled(row) / f.v[i]
	}
	return f
}

// scaled is x'(X'V⁻¹X)⁻¹x = |R⁻ᵀx|², the variance of x'β̂.
func (f weighted) scaled(x []float64) float64 {
	z := f.forward(x)
	return dot(z, z)
}

// forward solves R'z = x.
func (f weighted) forward(x []float64) []float64 {
	z := make([]float64, len(x))
	for j := range x {
		sum := x[j]
		for i := range j {
			sum -= f.upper.At(i, j) * z[i]
		}
		z[j] = sum / f.upper.At(j, j)
	}
	return z
}

// betaCovariance is (X'V⁻¹X)⁻¹ = R⁻¹R⁻ᵀ, by the solutions for the unit vectors.
func (f weighted) betaCovariance() *mat.SymDense {
	p := len(f.beta)
	z, c := make([][]float64, p), mat.NewSymDense(p, nil)
	for i := range p {
		unit := make([]float64, p)
		unit[i] = 1
		z[i] = f.forward(unit)
		for j := range i + 1 {
			c.SetSym(i, j, dot(z[i], z[j]))
		}
	}
	return c
}

// standardErrors are the roots of the diagonal of a covariance matrix.
func standardErrors(c *mat.SymDense) []float64 {
	se := make([]float64, c.SymmetricDim())
	for j := range se {
		se[j] = math.Sqrt(c.At(j, j))
	}
	return se
}

// quadratic is Σ (yd - xd'β̂)²/(A + Dd).
func (f areaFit) quadratic() (sum float64) {
	for i, r := range f.residual {
		sum += r * r / f.v[i]
	}
	return sum
}

// logDeterminant is Σ log(A + Dd).
func (f areaFit) logDeterminant() (sum float64) {
	for _, v := range f.v {
		sum += math.Log(v)
	}
	return sum
}

// logLikelihood is that of independent normal values with means xd'β̂ and variances A + Dd.
func (f areaFit) logLikelihood() float64 {
	return -(float64(len(f.v))*math.Log(2*math.Pi) + f.logDeterminant() + f.quadratic()) / 2
}

// restrictedLogLikelihood is that of the contrasts without β, up to a constant: the likelihood times
// |X'V⁻¹X|^(-1/2).
func (f areaFit) restrictedLogLikelihood() float64 {
	l := f.logLikelihood()
	for j := range f.beta {
		l -= math.Log(math.Abs(f.upper.At(j, j)))
	}
	return l
}
