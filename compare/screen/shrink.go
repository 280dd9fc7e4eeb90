package screen

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// Areas are the discrepancies to be shrunken, one an area.
type Areas struct {
	Value    []float64   // NaN where the area has none: it is then predicted from the others
	Variance []float64   // above 0 where there is a value; known
	X        [][]float64 // covariates of every area without the intercept; nil for none

	// Groups are the units that areas lie in, level by level from below: Groups[l][i] is the number from 0 of the
	// unit of area i. Units nest: areas of one unit are in one unit of every level above. Nil for none.
	Groups [][]int32
}

// A Tail says what is made of areas far from all others. Shrinkage moves an area the more the farther off it is, so a
// commune with everybody registered three times would be taken for a mild case with a large error.
type Tail uint8

const (
	// HeavyTail lets some areas come from a wider distribution, to an extent that the data tell: see Fit.Outliers. The
	// many are shrunken as if the few were not there, and the few stay where they are. It is what is best as a default,
	// since it also gives every area a distribution to rank and to visit by.
	HeavyTail Tail = 1 + iota

	// LimitedTail moves no area by more than Limit standard errors of its own.
	LimitedTail

	// NormalTail is the plain normal model.
	NormalTail
)

// Options of Shrink. The zero value is a good choice.
type Options struct {
	Method analysis.AreaMethod // of the variance between areas; defaults to REML, and is always that with Groups
	Tail   Tail                // defaults to HeavyTail
	Limit  float64             // of LimitedTail, in standard errors; defaults to 1
}

// A Shrunken area is a normal distribution of what its discrepancy may be, given all areas.
type Shrunken struct {
	Prior   float64 // what the other areas lead to expect: covariates and units above
	Value   float64 // between Prior and the area's own figure
	SE      float64 // root of the mean squared error, the estimation of the variances in it
	Kept    float64 // weight of the area's own figure, from 0 to 1; 0 where it has none
	Outlier float64 // probability that the area is not one of the many; 0 unless HeavyTail
	Limited bool    // moved less than the model would: LimitedTail
}

// Interval is Value ∓ z·SE. Over the areas together, not for every one of them, it covers its level.
//
// Morris (1983), Journal of the American Statistical Association 78:47-55.
func (s Shrunken) Interval(level float64) (lower, upper float64) {
	l := NormalLimits(s.Value, s.SE, level)
	return l.Lower, l.Upper
}

// A Fit is areas shrunken together.
type Fit struct {
	Areas    []Shrunken
	Beta     []float64 // intercept and coefficients of the covariates
	Tau2     []float64 // variance between areas of a unit, and between units of every level; 0 is a valid answer
	Outliers Outliers
	Used     int // areas with a value that the variances are from
}

// Shrink draws every area's discrepancy towards what the others lead to expect, the more the less it is known:
//
//	yi = xi'β + units above + ui + ei,  var(ui) = τ²,  var(ei) = vi
//	value = prior + (1-B)(y - prior),  B = v/(τ² + v)
//
// Without units above, τ² and the values are those of analysis.FitFayHerriot. With units, all variances are estimated
// together by REML, and the values are the best linear unbiased predictions. An area without a value gets its prior
// with the variance between areas. See Tail for areas far off.
//
// The mean squared error is that for known variances, the error of β in it, averaged over the variances that the data
// allow, and at each of them the square of what the value would be elsewhere:
//
//	Σ w(τ²) {mse(τ²) + (value(τ²) - value)²},  w ∝ restricted likelihood
//
// with a flat prior for τ² between areas and for the standard deviations between units. It is what that of Prasad and
// Rao is for many areas, and unlike that one it holds where τ² is estimated as 0 or near it.
//
// It misleads where the areas come from two worlds and no covariate tells them apart: then all are drawn to a middle
// where there is none. The error names the first area with an impossible variance, or too few areas. It panics where
// slices differ in length.
//
// Fay and Herriot (1979), Journal of the American Statistical Association 74:269-277; Morris (1983), the same
// 78:47-55, and Christiansen and Morris (1997), the same 92:618-632, for the prior and the error.
func Shrink(a Areas, o Options) (*Fit, error) {
	if o.Method == 0 {
		o.Method = analysis.REML
	}
	if o.Limit == 0 {
		o.Limit = 1
	}
	if len(a.Variance) != len(a.Value) || a.X != nil && len(a.X) != len(a.Value) {
		panic("screen: values, variances and covariates of areas differ in length")
	}
	for _, g := range a.Groups {
		if len(g) != len(a.Value) {
			panic("screen: areas and their units differ in length")
		}
	}
	switch o.Tail {
	case NormalTail:
		return a.fit(o.Method)
	case LimitedTail:
		return a.limited(o)
	case 0, HeavyTail:
		return a.heavy(o)
	}
	panic("screen: unknown tail")
}

// fit is the normal model.
func (a Areas) fit(method analysis.AreaMethod) (*Fit, error) {
	if len(a.Groups) > 0 {
		return a.nested()
	}
	m, err := analysis.FitFayHerriot(analysis.AreaData{Direct: a.Value, Variance: a.Variance, X: a.design()}, method)
	if err != nil {
		return nil, err
	}
	f := &Fit{Areas: make([]Shrunken, len(m.Areas)), Beta: m.Beta, Tau2: []float64{m.A}, Used: m.Sampled}
	for i, e := range m.Areas {
		f.Areas[i] = Shrunken{Prior: e.Synthetic, Value: e.Value, Kept: 1 - e.Shrinkage}
	}
	n, err := a.nestedModel()
	if err == nil {
		a.allowForVariances(n, f)
	}
	return f, err
}

// design is the covariates with an intercept.
func (a Areas) design() [][]float64 {
	x := make([][]float64, len(a.Value))
	for i := range x {
		x[i] = []float64{1}
		if a.X != nil {
			x[i] = append(x[i], a.X[i]...)
		}
	}
	return x
}

// limited is the normal model, held to moving no area by more than o.Limit of its standard errors. An area that is held
// may be one far off, for which the limit itself is an error: its mean squared error is v (1 + limit²).
//
// Efron and Morris (1972), Journal of the American Statistical Association 67:130-139.
func (a Areas) limited(o Options) (*Fit, error) {
	clean, err := a.withoutOutliers(o.Method)
	if err != nil {
		return nil, err
	}
	f := clean.fit
	for i, y := range a.Value {
		if math.IsNaN(y) {
			continue
		}
		s, v := &f.Areas[i], a.Variance[i]
		if clean.out[i] {
			s.own(y, v, f.Tau2[0])
		}
		if most := o.Limit * math.Sqrt(v); math.Abs(s.Value-y) > most {
			s.Value, s.Limited = y+math.Copysign(most, s.Value-y), true
			s.Kept, s.SE = (s.Value-s.Prior)/(y-s.Prior), math.Sqrt(v*(1+o.Limit*o.Limit))
		}
	}
	return f, nil
}

// own gives an area that was left out of a fit its own figure back, weighed as that of any area.
func (s *Shrunken) own(y, v, tau2 float64) {
	between := math.Max(tau2, s.SE*s.SE) // the error of the prediction has τ² in it
	s.Kept = between / (between + v)
	s.Value, s.SE = s.Prior+s.Kept*(y-s.Prior), math.Sqrt(between*v/(between+v))
}
