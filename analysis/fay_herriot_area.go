package analysis

import "math"

// An AreaKind says what an estimate of an area is made of. The zero value is no kind.
type AreaKind uint8

const (
	EBLUP     AreaKind = 1 + iota // direct estimate and model, weighed by their variances
	Synthetic                     // the model alone: nobody was sampled in the area
)

// String is the kind in words.
func (k AreaKind) String() string {
	switch k {
	case EBLUP:
		return "EBLUP"
	case Synthetic:
		return "synthetic"
	}
	return "unknown kind"
}

// An AreaEstimate is the prediction of one area by a model. Values are in the unit of the direct estimates, and
// variances in its square. The mean squared error is that of Prasad and Rao, unbiased to terms smaller than 1/m for m
// areas:
//
//	G1 + G2 + 2·G3 - b(A) Bd²
//	G1 = A·Bd                           what would remain if β and A were known
//	G2 = Bd² xd'(X'V⁻¹X)⁻¹xd            for the estimation of β
//	G3 = Bd² var(Â)/(A + Dd)            for the estimation of A
//
// with the bias b(A) and the variance var(Â) of the method. An area without a direct estimate is the limit of large
// Dd, where Bd = 1 and G3 = 0.
//
// Prasad and Rao (1990), Journal of the American Statistical Association 85:163-171; Datta and Lahiri (2000),
// Statistica Sinica 10:613-627; Datta, Rao and Smith (2005), Biometrika 92:183-196.
type AreaEstimate struct {
	Kind       AreaKind
	Benchmark  Benchmark // how it was made to agree with a published total, if it was
	Value      float64   // the estimate
	MSE        float64   // its mean squared error, estimated
	Direct     float64   // NaN where the area has none
	Synthetic  float64   // xd'β̂
	Shrinkage  float64   // Bd, the weight of the synthetic part: 0 is the direct estimate, 1 the synthetic one
	G1, G2, G3 float64
}

// Label says in words what kind of estimate it is.
func (e AreaEstimate) Label() string {
	if e.Benchmark == NotBenchmarked {
		return e.Kind.String()
	}
	return e.Kind.String() + ", " + e.Benchmark.String()
}

// AreaNotes says what a reader of the estimates of areas must know. The zero value says nothing.
type AreaNotes uint8

const (
	ZeroAreaVariance   AreaNotes = 1 << iota // A was cut off at 0: every EBLUP equals its synthetic estimate
	AreasWithoutSample                       // some areas have a synthetic estimate
	NegativeMSE                              // an estimated mean squared error is below 0
)

// Texts are the notes in words, in a fixed order.
func (n AreaNotes) Texts() []string {
	var texts []string
	for i, text := range [...]string{
		"the variance of the area effects is estimated as 0: every estimate is the synthetic one",
		"areas without a sample have a synthetic estimate",
		"an estimated mean squared error is negative",
	} {
		if n&(1<<i) != 0 {
			texts = append(texts, text)
		}
	}
	return texts
}

// predictArea is the prediction of an area without its mean squared error. The error of the coefficients in x'β̂ has
// variance |R⁻ᵀx|².
func predictArea(y, sampling float64, x []float64, fit areaFit) AreaEstimate {
	e := AreaEstimate{Kind: EBLUP, Direct: y, Synthetic: dot(x, fit.beta), Shrinkage: sampling / (fit.a + sampling)}
	if math.IsNaN(y) {
		e.Kind, e.Shrinkage, e.Value = Synthetic, 1, e.Synthetic
	} else {
		e.Value = e.Synthetic + (1-e.Shrinkage)*(y-e.Synthetic)
	}
	e.G1 = fit.a * e.Shrinkage
	e.G2 = e.Shrinkage * e.Shrinkage * fit.scaled(x)
	if e.Kind == EBLUP {
		e.G3 = e.Shrinkage * e.Shrinkage / (fit.a + sampling) // times var(Â), which addMSE knows
	}
	return e
}

// addMSE completes G3 and puts the parts together.
func (e *AreaEstimate) addMSE(u areaVarianceError) {
	e.G3 *= u.variance
	e.MSE = e.G1 + e.G2 + 2*e.G3 - u.bias*e.Shrinkage*e.Shrinkage
}

func dot(x, y []float64) (sum float64) {
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}
