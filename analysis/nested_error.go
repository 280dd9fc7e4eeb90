package analysis

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A NestedError is a fitted unit-level model of Battese, Harter and Fuller, for person j of area d:
//
//	ydj = xdj'β + ud + edj,  var(ud) = σu²,  var(edj) = σe²
//
// All effects and errors are independent. The model knows no weights and no design: where persons of an area were drawn
// with unequal probabilities, what these depend on belongs into the covariates.
//
// Battese, Harter and Fuller (1988), Journal of the American Statistical Association 83:28-36.
type NestedError struct {
	Method       AreaMethod
	AreaVariance float64        // σu², at least 0
	UnitVariance float64        // σe²
	Beta         []float64      // coefficients, by generalised least squares at the variances
	BetaCov      *mat.SymDense  // their covariance (X'V⁻¹X)⁻¹; what the variances' own errors add is not in it
	Areas        []AreaEstimate // of the mean of y in every area, in the order of the population
	Units        int            // persons in the fit
	Sampled      int            // areas with one of them or more

	// VarianceCov is the covariance matrix of the estimates of σu² and σe², in this order. VarianceBias are their
	// biases, to terms of order 1/m; only ML has any.
	VarianceCov  *mat.SymDense
	VarianceBias [2]float64

	// LogLikelihood is that of the marginal normal distribution of y, the full one under REML as well.
	LogLikelihood float64

	Notes AreaNotes

	ratio        float64   // likelihood ratio for σu² = 0
	standardised []float64 // residuals of the means of areas
}

// FitNestedError estimates the model from persons and predicts the mean of every area from the means of the covariates
// in its population:
//
//	X̄d'β̂ + γd (ȳd - x̄d'β̂),  γd = σu²/(σu² + σe²/nd)
//
// which is the empirical best linear unbiased predictor, of kind UnitEBLUP. Where the size Nd of the population is
// known, persons of the sample count as they are and only the others are predicted:
//
//	{nd ȳd + (Nd-nd)(x̄r'β̂ + γd (ȳd - x̄d'β̂))}/Nd,  x̄r = (Nd X̄d - nd x̄d)/(Nd-nd)
//
// An area without a person in the sample gets X̄d'β̂, of kind Synthetic; one of which everybody is in the sample has
// its mean, of kind Direct; and one whose means are missing, NaN, is refused.
//
// The variances are estimated by REML, ML or FittingConstants. The mean squared error is that of Prasad and Rao,
//
//	G1 + G2 + 2·G3 + G4,  fd = nd/Nd, 0 where Nd is unknown
//	G1 = (1-fd)² (1-γd)σu²                              what would remain if β and the variances were known
//	G2 = (1-fd)² (x̄r-γd x̄d)'(X'V⁻¹X)⁻¹(x̄r-γd x̄d)      for the estimation of β
//	G3 = (1-fd)² (σe⁴ Vuu + σu⁴ Vee - 2σe²σu² Vue)/{nd² (σu² + σe²/nd)³}   for that of the variances
//	G4 = (Nd-nd)/Nd² σe²                                for the errors of those who are not in the sample
//
// with the covariance V of the variance estimates. Under ML the bias of G1, (1-fd)² times its gradient by the variances
// times their bias, is taken off. Without Nd the estimate is of X̄d'β + ud, the mean of a population without end.
//
// Errors name the person or area with an impossible figure, or the first covariate that depends on those before it.
// There must be more sampled areas than covariates, and areas with several persons who differ. FitNestedError panics
// where slices differ in length, an area has no place in the population, or the method is none of the three.
//
// Prasad and Rao (1990), Journal of the American Statistical Association 85:163-171; Datta and Lahiri (2000),
// Statistica Sinica 10:613-627; Rao and Molina (2015), Small Area Estimation, second edition, sections 7.1 and 7.2.
func FitNestedError(units UnitData, population AreaPopulation, method AreaMethod) (*NestedError, error) {
	if method != REML && method != ML && method != FittingConstants {
		panic("analysis: unknown method for the variances of the model of persons")
	}
	n, err := newNested(units, population)
	if err != nil {
		return nil, err
	}
	m := &NestedError{Method: method, Units: n.units, Sampled: len(n.size)}
	fit := m.estimate(n)
	if l := m.LogLikelihood; math.IsNaN(l) || math.IsInf(l, 0) {
		return nil, errors.New("analysis: the model cannot be computed: figures of persons are too unequal")
	}
	if m.AreaVariance == 0 {
		m.Notes |= ZeroAreaVariance
	}
	m.predict(n, fit, population)
	return m, nil
}

// estimate fills all but the areas.
func (m *NestedError) estimate(n *nested) nestedFit {
	none := n.at(0)
	fit, restricted := none, m.Method == REML
	switch m.Method {
	case REML, ML:
		fit = n.at(n.maximise(restricted))
		m.UnitVariance = fit.rss / n.degrees(restricted)
		m.AreaVariance = fit.lambda * m.UnitVariance
		m.ratio = max(0, 2*(n.profile(fit, restricted)-n.profile(none, restricted)))
	case FittingConstants:
		m.AreaVariance, m.UnitVariance = n.constants(none)
		fit = n.at(m.AreaVariance / m.UnitVariance)
		m.ratio = math.NaN()
	}
	m.Beta = fit.beta
	m.BetaCov = fit.betaCovariance()
	m.BetaCov.ScaleSym(m.UnitVariance, m.BetaCov)
	m.LogLikelihood = n.logLikelihood(fit, m.UnitVariance)
	m.varianceErrors(n, fit, none)
	for d, r := range fit.residual {
		m.standardised = append(m.standardised, r/math.Sqrt(m.AreaVariance+m.UnitVariance/n.size[d]))
	}
	return fit
}
