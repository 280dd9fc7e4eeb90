package screen

import (
	"math"
	"slices"

	"github.com/concord-stat/concord/analysis"
)

// A Dispersion says by how much areas differ beyond chance.
type Dispersion struct {
	Target     float64   // about which the scores are
	Z          []float64 // naive scores (y - target)/se
	Winsorised []float64 // the same with the tails pulled in
	Phi        float64   // factor of the variance, the mean square of the winsorised scores
	Tau2       float64   // additive variance between areas, at least 0
	Areas      int       // with a score
}

// Overdispersion measures how much wider than chance a funnel is. Scores are pulled in to their quantiles at the
// share cut and 1 - cut (type 7 of Hyndman and Fan), so that the areas to be found do not widen the limits that are
// to find them:
//
//	φ = Σ z²/k,  τ² = max(0, (kφ - (k-1)) / (Σw - Σw²/Σw)),  w = 1/se²
//
// NaN figures have no score and are left out. φ below 1 is as it is; limits are never made narrower by it. φ is NaN
// without a score, τ² with fewer than two. With a cut of 0.1 scores that are normal have φ of 0.68 rather than 1, so
// that mild over-dispersion is passed over, as it is meant to be. It panics where the slices differ in length, or cut
// is not in [0, 0.5).
//
// Spiegelhalter (2005), Quality and Safety in Health Care 14:347-351, and Statistics in Medicine 24:1185-1202,
// section 4.
func Overdispersion(y, se []float64, target, cut float64) Dispersion {
	if len(y) != len(se) {
		panic("screen: figures and standard errors differ in length")
	}
	if !(cut >= 0 && cut < 0.5) {
		panic("screen: the share of scores pulled in must be in [0, 0.5)")
	}
	d := Dispersion{Target: target, Z: make([]float64, len(y))}
	var sum, squares float64
	for i := range y {
		d.Z[i] = (y[i] - target) / se[i]
		if !math.IsNaN(d.Z[i]) {
			w := 1 / (se[i] * se[i])
			sum, squares, d.Areas = sum+w, squares+w*w, d.Areas+1
		}
	}
	d.Winsorised = winsorised(d.Z, cut)
	for _, z := range d.Winsorised {
		if !math.IsNaN(z) {
			d.Phi += z * z
		}
	}
	k := float64(d.Areas)
	if d.Tau2 = nan; d.Areas > 1 {
		d.Tau2 = math.Max(0, (d.Phi-(k-1))/(sum-squares/sum))
	}
	d.Phi /= k
	return d
}

// winsorised pulls the tails in; NaN stays.
func winsorised(z []float64, cut float64) []float64 {
	known := slices.DeleteFunc(slices.Clone(z), math.IsNaN)
	q := analysis.WeightedQuantiles([]float64{cut, 1 - cut}, known, nil, analysis.HF7)
	low, high := q[0], q[1]
	out := make([]float64, len(z))
	for i, v := range z {
		out[i] = math.Max(low, math.Min(high, v))
	}
	return out
}

// A Widening is a way to make a funnel allow for over-dispersion.
type Widening uint8

const (
	// Additive adds τ² to every variance: large areas differ for reasons of their own, too, and no limit goes to 0. It
	// is what a model of areas says, and the usual choice.
	Additive Widening = 1 + iota

	// Multiplicative multiplies every variance by φ, where it is above 1: all errors are larger than stated by one
	// factor.
	Multiplicative
)

// SE is the standard error with over-dispersion in it. It panics where the way is unknown.
func (d Dispersion) SE(se float64, way Widening) float64 {
	switch way {
	case Additive:
		return math.Sqrt(se*se + d.Tau2)
	case Multiplicative:
		return se * math.Sqrt(math.Max(1, d.Phi))
	}
	panic("screen: unknown way to widen a funnel")
}

// Score is the score of a figure with over-dispersion in its error.
func (d Dispersion) Score(y, se float64, way Widening) float64 { return (y - d.Target) / d.SE(se, way) }
