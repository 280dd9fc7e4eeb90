package analysis

import "math"

// An AreaKind says what an estimate of an area is made of. The zero value is no kind.
type AreaKind uint8

const (
	Direct    AreaKind = 1 + iota // the sample of the area alone
	Synthetic                     // other areas alone: nobody was sampled in the area, or its sample is not used
	Composite                     // direct and synthetic estimate, weighed without a model of the areas
	AreaEBLUP                     // direct estimate and model of the areas, weighed by their variances: FitFayHerriot
	UnitEBLUP                     // persons of the area and model of the persons, weighed likewise: FitNestedError
	Refused                       // no estimate; Refusal says why
)

// String is the kind in words.
func (k AreaKind) String() string {
	switch k {
	case Direct:
		return "direct"
	case Synthetic:
		return "synthetic"
	case Composite:
		return "composite"
	case AreaEBLUP:
		return "EBLUP, area level"
	case UnitEBLUP:
		return "EBLUP, unit level"
	case Refused:
		return "refused"
	}
	return "unknown kind"
}

// A Refusal is the reason why an area has no estimate.
type Refusal uint8

const (
	NotRefused           Refusal = iota
	NoSample                     // nobody was sampled, and no model was asked
	UnknownVariance              // the design cannot give the variance of the direct estimate
	NoCovariates                 // a model needs covariates of the area, and one of them is missing
	NeitherEstimate              // neither a direct nor a synthetic estimate is there to be put together
	UnknownSyntheticBias         // of no area are both estimates known, so the bias of synthetic ones is unknown
)

// String is the reason in words.
func (r Refusal) String() string {
	switch r {
	case NotRefused:
		return "not refused"
	case NoSample:
		return "nobody sampled"
	case UnknownVariance:
		return "variance unknown"
	case NoCovariates:
		return "covariates missing"
	case NeitherEstimate:
		return "neither a direct nor a synthetic estimate"
	case UnknownSyntheticBias:
		return "bias of synthetic estimates unknown"
	}
	return "unknown reason"
}

// An AreaEstimate is the estimate of one area, of any kind. Values are in the unit of the direct estimates, and
// variances in its square. The parts of the mean squared error depend on the kind: see FitFayHerriot, FitNestedError,
// SyntheticAreas and OptimalComposite. What an estimate does not have is NaN.
type AreaEstimate struct {
	Kind           AreaKind
	Refusal        Refusal   // why there is no estimate, where the kind is Refused
	Benchmark      Benchmark // how it was made to agree with a published total, if it was
	Value          float64   // the estimate
	MSE            float64   // its mean squared error, estimated; the variance of a direct estimate
	Direct         float64   // the direct estimate; of persons, their plain mean
	Synthetic      float64   // the synthetic estimate; of a model, that without the effect of the area
	Shrinkage      float64   // the weight of the synthetic part: 0 is the direct estimate, 1 the synthetic one
	G1, G2, G3, G4 float64   // parts of the mean squared error
}

// Label says in words what kind of estimate it is, and why there is none.
func (e AreaEstimate) Label() string {
	switch {
	case e.Kind == Refused:
		return e.Kind.String() + ": " + e.Refusal.String()
	case e.Benchmark == NotBenchmarked:
		return e.Kind.String()
	}
	return e.Kind.String() + ", " + e.Benchmark.String()
}

// Interval is Value ∓ z √MSE, z the quantile of the normal distribution. That of a direct estimate is design-based, any
// other model-based. Both ends are NaN where the mean squared error is negative or unknown. It panics where the level
// is not inside (0, 1).
//
// For few areas, or where A is estimated near 0, model-based intervals cover less than their level.
func (e AreaEstimate) Interval(level float64) Interval {
	half := twoSided(level, math.Inf(1)) * math.Sqrt(e.MSE)
	i := Interval{Lower: e.Value - half, Upper: e.Value + half, Level: level, Basis: ModelBased}
	if e.Kind == Direct {
		i.Basis = DesignBased
	}
	return i
}

// refused is an area without an estimate.
func refused(why Refusal) AreaEstimate {
	nan := math.NaN()
	return AreaEstimate{
		Kind: Refused, Refusal: why, Value: nan, MSE: nan, Direct: nan, Synthetic: nan, Shrinkage: nan,
		G1: nan, G2: nan, G3: nan, G4: nan,
	}
}

// directArea is a direct estimate with its variance.
func directArea(value, variance float64) AreaEstimate {
	return AreaEstimate{
		Kind: Direct, Value: value, MSE: variance, Direct: value, Synthetic: math.NaN(), G1: variance,
	}
}

// DirectAreas are direct estimates as estimates of areas. Those of areas in which nobody was sampled are refused, and
// so are those whose standard error is unknown; the latter keep their value as Direct. A direct estimate of variance 0
// stays: the units sampled in a small area are often all alike, and VarianceFunction has a better variance for it.
func DirectAreas(estimates []Estimate) []AreaEstimate {
	out := make([]AreaEstimate, len(estimates))
	for d, e := range estimates {
		switch {
		case e.N == 0 || math.IsNaN(e.Value):
			out[d] = refused(NoSample)
		case math.IsNaN(e.SE):
			out[d] = refused(UnknownVariance)
			out[d].Direct = e.Value
		default:
			out[d] = directArea(e.Value, e.SE*e.SE)
		}
	}
	return out
}

// FirstOf gives every area the first of its estimates that is not refused, and its last refusal where all are: so that
// a commune has its direct estimate, or else that of a model, or else a reason. It panics where the lists differ in
// length, or there is none.
func FirstOf(lists ...[]AreaEstimate) []AreaEstimate {
	out := make([]AreaEstimate, len(lists[0]))
	for _, list := range lists {
		if len(list) != len(out) {
			panic("analysis: lists of estimates of areas differ in length")
		}
		for d, e := range list {
			if out[d].Kind == 0 || out[d].Kind == Refused {
				out[d] = e
			}
		}
	}
	return out
}

// AreaNotes says what a reader of the estimates of areas must know. The zero value says nothing.
type AreaNotes uint8

const (
	ZeroAreaVariance   AreaNotes = 1 << iota // the variance of the area effects was cut off at 0: every EBLUP is synthetic
	AreasWithoutSample                       // some areas have a synthetic estimate
	NegativeMSE                              // an estimated mean squared error is below 0
	AreasRefused                             // some areas have no estimate
	AreasOutOfModel                          // some areas are sampled but lack covariates: they keep their direct estimate
)

// Texts are the notes in words, in a fixed order.
func (n AreaNotes) Texts() []string {
	var texts []string
	for i, text := range [...]string{
		"the variance of the area effects is estimated as 0: every estimate is the synthetic one",
		"areas without a sample have a synthetic estimate",
		"an estimated mean squared error is negative",
		"some areas have no estimate",
		"areas without covariates keep their direct estimate",
	} {
		if n&(1<<i) != 0 {
			texts = append(texts, text)
		}
	}
	return texts
}

// areaNotes are the notes that follow from the kinds of the estimates of a model.
func areaNotes(areas []AreaEstimate) (notes AreaNotes) {
	for _, e := range areas {
		switch {
		case e.Kind == Synthetic:
			notes |= AreasWithoutSample
		case e.Kind == Refused:
			notes |= AreasRefused
		case e.Kind == Direct && e.MSE > 0: // without error it is that of a model that saw everybody
			notes |= AreasOutOfModel
		}
		if e.MSE < 0 {
			notes |= NegativeMSE
		}
	}
	return notes
}
