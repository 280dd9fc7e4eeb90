package analysis

import (
	"math"
	"slices"
)

// predictArea is the estimate of an area. The error of the coefficients in x'β̂ has variance |R⁻ᵀx|².
func (m *FayHerriot) predictArea(y, sampling float64, x []float64, fit areaFit, u areaVarianceError) AreaEstimate {
	unsampled := math.IsNaN(y)
	switch missing := hasNaN(x); {
	case missing && unsampled:
		return refused(NoCovariates)
	case missing:
		return directArea(y, sampling)
	}
	e := AreaEstimate{Kind: AreaEBLUP, Direct: y, Synthetic: dot(x, fit.beta), Shrinkage: sampling / (fit.a + sampling)}
	if unsampled {
		e.Kind, e.Shrinkage, e.Value = Synthetic, 1, e.Synthetic
	} else {
		e.Value = e.Synthetic + (1-e.Shrinkage)*(y-e.Synthetic)
		e.G3 = e.Shrinkage * e.Shrinkage / (fit.a + sampling) * u.variance
	}
	e.G1 = fit.a * e.Shrinkage
	e.G2 = e.Shrinkage * e.Shrinkage * fit.scaled(x)
	e.MSE = e.G1 + e.G2 + 2*e.G3 - u.bias*e.Shrinkage*e.Shrinkage
	return e
}

// SyntheticArea is the estimate of an area with covariates x by the model alone, of which no sample is used. Its mean
// squared error is A + x'cov(β̂)x, that of FitFayHerriot where the area has no direct estimate, but for the bias of Â that
// ML and moments allow for.
func (m *FayHerriot) SyntheticArea(x []float64) AreaEstimate {
	value := dot(x, m.Beta)
	e := AreaEstimate{Kind: Synthetic, Direct: math.NaN(), Value: value, Synthetic: value, Shrinkage: 1, G1: m.A}
	for i, v := range x {
		for j, w := range x {
			e.G2 += v * w * m.BetaCov.At(i, j)
		}
	}
	e.MSE = e.G1 + e.G2
	return e
}

func hasNaN(x []float64) bool { return slices.ContainsFunc(x, math.IsNaN) }

func dot(x, y []float64) (sum float64) {
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}
