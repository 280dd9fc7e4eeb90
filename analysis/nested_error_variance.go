package analysis

import "gonum.org/v1/gonum/mat"

// varianceErrors finds the covariance matrix and the biases of the variance estimates.
func (m *NestedError) varianceErrors(n *nested, fit, none nestedFit) {
	if m.Method == FittingConstants {
		m.VarianceCov = m.constantsCovariance(n, none)
		return
	}
	m.VarianceCov = m.inverseInformation(n)
	if m.Method == ML {
		m.VarianceBias = m.likelihoodBias(fit)
	}
}

// inverseInformation is the inverse of the information of the two variances, with αd = σe² + ndσu²:
//
//	Iuu = Σ nd²/αd²/2,  Iue = Σ nd/αd²/2,  Iee = Σ {(nd-1)/σe⁴ + 1/αd²}/2
func (m *NestedError) inverseInformation(n *nested) *mat.SymDense {
	var uu, ue, ee float64
	for _, size := range n.size {
		alpha := m.UnitVariance + size*m.AreaVariance
		uu += size * size / (alpha * alpha) / 2
		ue += size / (alpha * alpha) / 2
		ee += ((size-1)/(m.UnitVariance*m.UnitVariance) + 1/(alpha*alpha)) / 2
	}
	det := uu*ee - ue*ue
	return mat.NewSymDense(2, []float64{ee / det, -ue / det, -ue / det, uu / det})
}

// likelihoodBias is the bias of the ML estimates, I⁻¹t/2, with the traces of (X'V⁻¹X)⁻¹ times the derivatives of X'V⁻¹X
// by the two variances:
//
//	tu = -Σ vd hd/σe²,  σu² tu + σe² te = -p
//
// the latter as X'V⁻¹X is homogeneous of degree -1.
func (m *NestedError) likelihoodBias(fit nestedFit) (bias [2]float64) {
	var t [2]float64
	for d, v := range fit.v {
		t[0] -= v * fit.leverage[d] / m.UnitVariance
	}
	t[1] = -(float64(len(fit.beta)) + m.AreaVariance*t[0]) / m.UnitVariance
	for i := range bias {
		bias[i] = (m.VarianceCov.At(i, 0)*t[0] + m.VarianceCov.At(i, 1)*t[1]) / 2
	}
	return bias
}

// constantsCovariance is the covariance of the fitting of constants for normal effects and errors, before the cut at 0.
// ν are the degrees of freedom within areas, n* = tr(Z'MZ), n** = tr((Z'MZ)²):
//
//	Vee = 2σe⁴/ν,  Vue = -(n-p-ν)Vee/n*
//	Vuu = 2{(n-p)(n-p-ν)/ν σe⁴ + 2n*σe²σu² + n**σu⁴}/n*²
//
// Prasad and Rao (1990), Journal of the American Statistical Association 85:163-171, section 5.
func (m *NestedError) constantsCovariance(n *nested, none nestedFit) *mat.SymDense {
	e, u, df := m.UnitVariance, m.AreaVariance, n.degrees(true)
	one, two := none.effective(), n.effectiveSquare(none)
	ee := 2 * e * e / n.freedom
	ue := -(df - n.freedom) * ee / one
	uu := 2 * (df*(df-n.freedom)/n.freedom*e*e + 2*one*e*u + two*u*u) / (one * one)
	return mat.NewSymDense(2, []float64{uu, ue, ue, ee})
}

// effectiveSquare is tr((Z'MZ)²) = Σ nd² - 2 Σ nd² hd + tr(C²), C = Σ nd² R⁻ᵀx̄d x̄d'R⁻¹.
func (n *nested) effectiveSquare(none nestedFit) (trace float64) {
	p := n.rows.p
	c := mat.NewSymDense(p, nil)
	for d, size := range n.size {
		trace += size * size * (1 - 2*none.leverage[d])
		z := mat.NewVecDense(p, none.forward(n.rows.x[p+d]))
		c.SymRankOne(c, size*size, z)
	}
	norm := mat.Norm(c, 2)
	return trace + norm*norm
}
