package analysis

import "math"

// predict fills the areas and notes what is remarkable about them.
func (m *NestedError) predict(n *nested, fit nestedFit, pop AreaPopulation) {
	m.Areas = make([]AreaEstimate, len(pop.Means))
	for d, means := range pop.Means {
		size := math.Inf(1)
		if pop.Sizes != nil {
			size = pop.Sizes[d]
		}
		m.Areas[d] = m.predictArea(n, fit, n.place[d], means, size)
	}
	m.Notes |= areaNotes(m.Areas)
}

// predictArea is the estimate of an area of which so many persons are known, +Inf where their number is not; at is its
// place among the sampled ones.
func (m *NestedError) predictArea(n *nested, fit nestedFit, at int, means []float64, size float64) AreaEstimate {
	switch {
	case at >= 0 && size == n.size[at]:
		return directArea(n.rows.y[n.rows.p+at], 0)
	case hasNaN(means):
		e := refused(NoCovariates)
		if at >= 0 {
			e.Direct = n.rows.y[n.rows.p+at]
		}
		return e
	case at < 0:
		return m.unsampledArea(fit, means, size)
	}
	return m.sampledArea(n, fit, at, means, size)
}

// unsampledArea is the limit of few persons.
func (m *NestedError) unsampledArea(fit nestedFit, means []float64, size float64) AreaEstimate {
	e := AreaEstimate{
		Kind: Synthetic, Value: dot(means, fit.beta), Direct: math.NaN(), Shrinkage: 1,
		G1: m.AreaVariance, G2: m.UnitVariance * fit.scaled(means), G4: m.UnitVariance / size,
	}
	e.Synthetic = e.Value
	e.MSE = e.G1 + e.G2 + e.G4 - m.VarianceBias[0]
	return e
}

func (m *NestedError) sampledArea(n *nested, fit nestedFit, at int, means []float64, size float64) AreaEstimate {
	count, y, x := n.size[at], n.rows.y[n.rows.p+at], n.rows.x[n.rows.p+at]
	f, alpha := count/size, m.UnitVariance+count*m.AreaVariance
	gamma := count * m.AreaVariance / alpha
	rest, lean := make([]float64, len(x)), make([]float64, len(x)) // x̄r and x̄r - γx̄
	for j := range x {
		rest[j] = means[j] + (means[j]-x[j])*(f/(1-f))
		lean[j] = rest[j] - gamma*x[j]
	}
	e := AreaEstimate{Kind: UnitEBLUP, Direct: y, Synthetic: dot(means, fit.beta), Shrinkage: 1 - gamma}
	e.Value = f*y + (1-f)*(dot(rest, fit.beta)+gamma*fit.residual[at])
	others := (1 - f) * (1 - f)
	e.G1 = others * (1 - gamma) * m.AreaVariance
	e.G2 = others * m.UnitVariance * fit.scaled(lean)
	e.G3 = others * m.spread() * count / (alpha * alpha * alpha)
	e.G4 = (1 - f) / size * m.UnitVariance
	bias := m.VarianceBias[0]*(1-gamma)*(1-gamma) + m.VarianceBias[1]*gamma*gamma/count
	e.MSE = e.G1 + e.G2 + 2*e.G3 + e.G4 - others*bias
	return e
}

// spread is σe⁴ Vuu + σu⁴ Vee - 2σe²σu² Vue.
func (m *NestedError) spread() float64 {
	u, e, v := m.AreaVariance, m.UnitVariance, m.VarianceCov
	return e*e*v.At(0, 0) + u*u*v.At(1, 1) - 2*e*u*v.At(0, 1)
}

// BetaSE are the standard errors of the coefficients.
func (m *NestedError) BetaSE() []float64 { return standardErrors(m.BetaCov) }

// Intraclass is the correlation of two persons of an area, σu²/(σu² + σe²).
func (m *NestedError) Intraclass() float64 { return m.AreaVariance / (m.AreaVariance + m.UnitVariance) }

// Standardised are the residuals of the means of the sampled areas, in the order of the population,
//
//	(ȳd - x̄d'β̂)/√(σu² + σe²/nd)
//
// nearly standard normal where the model holds: one beyond 3 is an area, or a person, to be looked at.
func (m *NestedError) Standardised() []float64 { return m.standardised }

// AreaEffectTest is the likelihood ratio statistic for σu² = 0, of the restricted likelihood under REML, and its
// p-value. As σu² is then at the edge of what it can be, the statistic is 0 half of the time and else chi-squared on
// one degree of freedom. Both are NaN for FittingConstants.
//
// Self and Liang (1987), Journal of the American Statistical Association 82:605-610.
func (m *NestedError) AreaEffectTest() (statistic, p float64) {
	if m.ratio == 0 {
		return 0, 1
	}
	return m.ratio, ChiSquareTail(m.ratio, 1) / 2
}
