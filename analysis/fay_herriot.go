package analysis

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A FayHerriot is a fitted area-level model of Fay and Herriot:
//
//	yd = xd'β + ud + ed,  var(ud) = A,  var(ed) = Dd
//
// yd is the direct estimate of area d, xd its covariates, ud the effect of the area and ed the sampling error. A is
// estimated and Dd is taken as known.
//
// Fay and Herriot (1979), Journal of the American Statistical Association 74:269-277.
type FayHerriot struct {
	Method  AreaMethod     // by which A was estimated
	A       float64        // variance of the area effects, at least 0
	Beta    []float64      // coefficients, by generalised least squares at A
	BetaCov *mat.SymDense  // their covariance (X'V⁻¹X)⁻¹, V = diag(A + Dd); what A's own error adds is not in it
	Areas   []AreaEstimate // one an area, in the order of the data
	Sampled int            // areas with a direct estimate, and covariates, from which the model was fitted

	// LogLikelihood is that of the marginal normal distribution of the direct estimates at A and Beta. It is the full
	// one, under REML as well, so models with other covariates may be compared by the criteria.
	LogLikelihood float64

	Notes AreaNotes

	standardised []float64
}

// FitFayHerriot estimates the model from the areas that have a direct estimate, and predicts all areas:
//
//	θ̂d = xd'β̂ + (1 - Bd)(yd - xd'β̂),  Bd = Dd/(A + Dd)
//
// which is the empirical best linear unbiased predictor, of kind AreaEBLUP. An area without a direct estimate gets
// xd'β̂, of kind Synthetic. A covariate that is NaN is missing: the area is not in the fit, and keeps its direct
// estimate, of kind Direct, or is refused where it has none. See AreaMethod for A.
//
// The mean squared error is that of Prasad and Rao, unbiased to terms smaller than 1/m for m areas:
//
//	G1 + G2 + 2·G3 - b(A) Bd²
//	G1 = A·Bd                           what would remain if β and A were known
//	G2 = Bd² xd'(X'V⁻¹X)⁻¹xd            for the estimation of β
//	G3 = Bd² var(Â)/(A + Dd)            for the estimation of A
//
// with the bias b(A) and the variance var(Â) of the method. An area without a direct estimate is the limit of large
// Dd, where Bd = 1 and G3 = 0. Bd is the Shrinkage of an area.
//
// The error names the first area whose figures are impossible, or the first covariate that depends on those before
// it, both by position from 0. There must be more sampled areas than covariates. FitFayHerriot panics where the slices
// of the data differ in length or the method is unknown.
//
// Rao and Molina (2015), Small Area Estimation, second edition, sections 6.1 and 6.2; Prasad and Rao (1990), Journal of
// the American Statistical Association 85:163-171; Datta and Lahiri (2000), Statistica Sinica 10:613-627; Datta, Rao
// and Smith (2005), Biometrika 92:183-196.
func FitFayHerriot(data AreaData, method AreaMethod) (*FayHerriot, error) {
	if method != REML && method != ML && method != FayHerriotMoment {
		panic("analysis: unknown method for the variance of area effects")
	}
	s, err := data.sampled()
	if err != nil {
		return nil, err
	}
	fit := s.at(method.variance(s))
	if l := fit.logLikelihood(); math.IsNaN(l) || math.IsInf(l, 0) {
		return nil, errors.New("analysis: the model cannot be computed: figures of areas are too unequal")
	}
	m := &FayHerriot{
		Method: method, A: fit.a, Beta: fit.beta, BetaCov: fit.betaCovariance(),
		Sampled: len(s.y), LogLikelihood: fit.logLikelihood(),
	}
	if m.A == 0 {
		m.Notes |= ZeroAreaVariance
	}
	m.predict(data, fit)
	return m, nil
}

// predict fills the areas and notes what is remarkable about them.
func (m *FayHerriot) predict(data AreaData, fit areaFit) {
	unsure := m.Method.varianceError(fit)
	m.Areas = make([]AreaEstimate, len(data.Direct))
	for d, y := range data.Direct {
		e := m.predictArea(y, data.Variance[d], data.X[d], fit, unsure)
		z := math.NaN()
		if e.Kind == AreaEBLUP {
			z = (y - e.Synthetic) / math.Sqrt(fit.a+data.Variance[d])
		}
		m.Areas[d], m.standardised = e, append(m.standardised, z)
	}
	m.Notes |= areaNotes(m.Areas)
}

// BetaSE are the standard errors of the coefficients.
func (m *FayHerriot) BetaSE() []float64 { return standardErrors(m.BetaCov) }

// AIC is the criterion of Akaike, -2l + 2(p+1) for p covariates and A.
func (m *FayHerriot) AIC() float64 { return m.criterion(2) }

// BIC is the criterion of Schwarz, -2l + (p+1) log m for m sampled areas.
func (m *FayHerriot) BIC() float64 { return m.criterion(math.Log(float64(m.Sampled))) }

// KIC is the criterion of Cavanaugh, -2l + 3(p+1).
//
// Cavanaugh (1999), Statistics and Probability Letters 42:333-343.
func (m *FayHerriot) KIC() float64 { return m.criterion(3) }

func (m *FayHerriot) criterion(penalty float64) float64 {
	return -2*m.LogLikelihood + penalty*float64(len(m.Beta)+1)
}

// Standardised are the residuals of the areas in the model, (yd - xd'β̂)/√(A + Dd), NaN for all others: nearly standard
// normal where the model and the sampling variances hold.
func (m *FayHerriot) Standardised() []float64 { return m.standardised }
