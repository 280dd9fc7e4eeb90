package compare

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/concord-stat/concord/analysis"
)

// An Equivalence is the result of two one-sided tests: of a difference no larger than the lower margin, and of one no
// smaller than the upper margin. Where both are rejected the difference is shown to lie between the margins.
type Equivalence struct {
	analysis.Estimate                   // of the difference
	Margin            [2]float64        // lower and upper, in the unit of the difference
	T, PSide          [2]float64        // statistics and one-sided p-values, against the lower and the upper margin
	P                 float64           // of the two tests together, the larger one
	Interval          analysis.Interval // at 1 - 2·alpha: inside the margins just where P is below alpha
	PDifference       float64           // two-sided, of no difference
}

// Equivalent tells whether equivalence is shown at the size of the interval.
func (e Equivalence) Equivalent() bool { return e.P < (1-e.Interval.Level)/2 }

// TOST holds a difference against margins by two one-sided tests of size alpha each:
//
//	t₁ = (d - lower)/SE,  t₂ = (d - upper)/SE,  P = max(P(T > t₁), P(T < t₂))
//
// on the estimate's degrees of freedom. Margins need not be symmetric, nor hold 0 between them. Equivalence that is not
// shown is no difference shown: with a large error neither is. The margin is to be fixed before the data are seen. All
// figures are NaN where SE is NaN or DF is not positive; an SE of 0 gives p-values of 0 or 1. TOST panics unless lower
// is below upper and alpha inside (0, 1/2).
//
// Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15:657-680.
func TOST(d analysis.Estimate, lower, upper, alpha float64) Equivalence {
	if !(lower < upper) || !(alpha > 0 && alpha < 0.5) {
		panic(fmt.Sprintf("compare: margins %v and %v, size %v: want the lower one first, a size inside (0, 1/2)",
			lower, upper, alpha))
	}
	e := Equivalence{Estimate: d, Margin: [2]float64{lower, upper}}
	e.T = [2]float64{(d.Value - lower) / d.SE, (d.Value - upper) / d.SE}
	e.PSide = [2]float64{analysis.UpperTail(e.T[0], d.DF), analysis.UpperTail(-e.T[1], d.DF)}
	e.P = math.Max(e.PSide[0], e.PSide[1])
	e.PDifference = 2 * analysis.UpperTail(math.Abs(d.Value)/d.SE, d.DF)
	e.Interval = analysis.Interval{Level: 1 - 2*alpha, Basis: analysis.DesignBased, Notes: d.Notes}
	e.Interval.Lower, e.Interval.Upper = d.Interval(e.Interval.Level)
	return e
}

// PairedDifference is the mean of x - y with the standard error s/√n of its n pairs and n-1 degrees of freedom; NaN
// with fewer than two. Pairs count alike: it is not for areas of unequal size whose persons are to count, nor for
// samples with weights. It panics where x and y differ in length.
func PairedDifference(x, y []float64) analysis.Estimate {
	if len(x) != len(y) {
		panic("compare: pairs of different length")
	}
	d := make([]float64, len(x))
	for i := range d {
		d[i] = x[i] - y[i]
	}
	mean, v := stat.MeanVariance(d, nil)
	n := float64(len(d))
	return analysis.Estimate{Value: mean, SE: math.Sqrt(v / n), DF: n - 1, N: int64(len(d))}
}

// WelchDifference is mean(x) - mean(y) of two independent simple random samples, whose variances may differ, with
// Satterthwaite's degrees of freedom:
//
//	SE² = s²x/m + s²y/n,  DF = SE⁴ / ((s²x/m)²/(m-1) + (s²y/n)²/(n-1))
//
// NaN where one has fewer than two values.
//
// Welch (1947), Biometrika 34:28-35.
func WelchDifference(x, y []float64) analysis.Estimate {
	mx, vx := stat.MeanVariance(x, nil)
	my, vy := stat.MeanVariance(y, nil)
	m, n := float64(len(x)), float64(len(y))
	v, w := vx/m, vy/n
	return analysis.Estimate{
		Value: mx - my, SE: math.Sqrt(v + w), DF: (v + w) * (v + w) / (v*v/(m-1) + w*w/(n-1)), N: int64(len(x) + len(y)),
	}
}
