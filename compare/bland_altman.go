package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// A BlandAltman is the agreement of two sources over areas, as differences x - y: how far they are apart on average
// (bias), and within which limits the difference of most areas lies. The bias has N areas, and the standard error and
// degrees of freedom of a mean,
//
//	d̄ = Σd/n,  s² = Σ(d - d̄)²/(n-1),  SE s/√n,  n-1
//
// which take the areas as independent outcomes (superpopulation): for areas that are all there are, they say what one
// would expect of further areas like these. s includes the sampling error of either side; where that is most of it, the
// limits say how good the sample is, not the register. Differences of counts are larger in larger areas, so that limits
// in persons fit neither the small nor the large: take the logarithms (LogRatios), where a difference is a percentage.
// Bias and s are NaN for no and for less than two areas.
//
// Bland and Altman (1986), The Lancet 327:307-310; (1999), Statistical Methods in Medical Research 8:135-160.
type BlandAltman struct {
	Bias analysis.Estimate
	SD   float64
}

// BlandAltmanOf is the agreement of the figures of two sources, area by area. It panics where they differ in length.
func BlandAltmanOf(x, y []float64) BlandAltman {
	mustPair(x, y)
	d := make([]float64, len(x))
	for i := range x {
		d[i] = x[i] - y[i]
	}
	bias, sd := meanEstimate(d)
	return BlandAltman{Bias: bias, SD: sd}
}

// Limits are the limits of agreement d̄ ∓ z·s, with the standard error
//
//	s √(1/n + z²/(2(n-1)))
//
// and n-1 degrees of freedom. With z = 1.96, or the exact quantile analysis.Quantile(0.975, +Inf), 95 % of differences
// lie between them if they are normal. One large outlier among a hundred areas makes them wide for all.
//
// Bland and Altman (1999), section 2.1.
func (b BlandAltman) Limits(z float64) (lower, upper analysis.Estimate) {
	n := float64(b.Bias.N)
	return b.limits(z, b.SD*math.Sqrt(1/n+z*z/(2*(n-1))))
}

// TwoSDLimits are the limits d̄ ∓ 2s of the first paper, with its standard error s√(3/n), which is for large n.
//
// Bland and Altman (1986).
func (b BlandAltman) TwoSDLimits() (lower, upper analysis.Estimate) {
	return b.limits(2, b.SD*math.Sqrt(3/float64(b.Bias.N)))
}

func (b BlandAltman) limits(z, se float64) (lower, upper analysis.Estimate) {
	lower, upper = b.Bias, b.Bias
	lower.Value, lower.SE = b.Bias.Value-z*b.SD, se
	upper.Value, upper.SE = b.Bias.Value+z*b.SD, se
	return lower, upper
}

// A ProportionalBias says whether the difference of two sources rises or falls with the size of the area: the
// correlation R of difference x - y and mean (x+y)/2, and the Slope of the straight line of the one on the other, which
// have the same test,
//
//	t = r √(n-2)/√(1-r²)
//
// on n-2 degrees of freedom. R has the sign of s²x - s²y: a side with more error of its own looks like a proportional
// bias, though it has none. On logarithms a slope of 0.01 is a relative difference that grows by one percentage point
// where areas are e times as large. Figures are NaN for less than three areas, and where areas do not differ.
//
// Bland and Altman (1986); Pitman (1939), Biometrika 31:9-12.
type ProportionalBias struct {
	R     float64
	Slope analysis.Estimate
	Test  analysis.TestResult
}

// ProportionalBiasOf is the proportional bias of the figures of two sources. It panics where they differ in length.
func ProportionalBiasOf(x, y []float64) ProportionalBias {
	mustPair(x, y)
	d, mean := make([]float64, len(x)), make([]float64, len(x))
	for i := range x {
		d[i], mean[i] = x[i]-y[i], x[i]+(y[i]-x[i])/2
	}
	m := momentsOf(mean, d)
	r, df := m.correlation(), math.Max(0, float64(m.n-2))
	b := ProportionalBias{R: r, Slope: analysis.Estimate{Value: m.xy / m.xx, DF: df, N: int64(m.n)}}
	b.Slope.SE = math.Sqrt((1-r)*(1+r)/df) * math.Sqrt(m.yy/m.xx)
	t := r * math.Sqrt(df/((1-r)*(1+r)))
	b.Test = analysis.TestResult{
		Statistic: t, Distribution: analysis.StudentT, DDF: df, P: 2 * analysis.UpperTail(math.Abs(t), df),
	}
	return b
}
