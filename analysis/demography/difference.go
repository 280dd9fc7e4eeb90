package demography

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// A Difference is an index of one source less that of another.
type Difference struct {
	Value    float64 // without what chance adds to either side
	SE, DF   float64
	Interval analysis.Interval
	PValue   float64 // two-sided, of no difference
}

// Between is the index of one source less that of another, of the same area. Where an index is a Distance chance puts
// the side with fewer persons up the more: what it adds to a true distance c, the same on both sides under no
// difference,
//
//	b(c) = (c^k + Expected^k)^(1/k) - c
//
// is taken off either side, c being the mean of the corrected distances weighed by their variances. k has the curve
// pass through what was found and what it was corrected to (folded normal variables have k of about 2.8, which is
// taken where nothing is left after correction). SE is the root of both variances, on Satterthwaite's degrees of
// freedom: the sources are taken for independent. Two complete counts of the same people are not, and the difference
// is surer than that says.
//
// A side without chance in it (SE 0: a register against a sample of the same people) is what it is.
func (x Index) Between(first, second Quality, level float64) Difference {
	v1, v2 := first.SE*first.SE, second.SE*second.SE
	d := Difference{Value: first.Value - second.Value, SE: math.Sqrt(v1 + v2), DF: satterthwaite(v1, first.DF, v2, second.DF)}
	if x.Kind == Distance {
		c := common(first, second, v1, v2)
		d.Value -= first.added(c) - second.added(c)
	}
	d.Interval = analysis.Interval{Level: level, Basis: basisOf(first, second)}
	d.Interval.Lower, d.Interval.Upper = analysis.Estimate{Value: d.Value, SE: d.SE, DF: d.DF}.Interval(level)
	d.PValue = 2 * analysis.UpperTail(math.Abs(d.Value)/d.SE, d.DF)
	if !(d.SE > 0) {
		d.Interval.Lower, d.Interval.Upper, d.PValue = math.NaN(), math.NaN(), math.NaN()
	}
	return d
}

// Exactly is the quality of counts that are themselves what is asked about.
func Exactly(q Quality) Quality {
	q.SE, q.DF, q.Corrected, q.Expected = 0, math.Inf(1), q.Value, 0
	return q
}

// common is the corrected distance of both sides.
func common(first, second Quality, v1, v2 float64) float64 {
	switch {
	case v1 == 0:
		return first.Corrected
	case v2 == 0:
		return second.Corrected
	}
	return (first.Corrected/v1 + second.Corrected/v2) / (1/v1 + 1/v2)
}

// foldedPower is k for parts that are as large as their errors.
const foldedPower = 2.8

// added is what chance adds to a true distance.
func (q Quality) added(c float64) float64 {
	if q.Expected == 0 {
		return 0
	}
	k := foldedPower
	if r := q.Corrected / q.Value; r > 0 && r < 1 {
		k = powerThrough(r, q.Expected/q.Value)
	}
	return math.Pow(math.Pow(c, k)+math.Pow(q.Expected, k), 1/k) - c
}

// powerThrough is k with a^k + b^k = 1, for a and b below 1 that add up to more.
func powerThrough(a, b float64) float64 {
	low, high := 1.0, 64.0
	for range 50 {
		if k := (low + high) / 2; math.Pow(a, k)+math.Pow(b, k) > 1 {
			low = k
		} else {
			high = k
		}
	}
	return low
}

func satterthwaite(v1, df1, v2, df2 float64) float64 {
	switch {
	case v1 == 0:
		return df2
	case v2 == 0:
		return df1
	}
	return (v1 + v2) * (v1 + v2) / (v1*v1/df1 + v2*v2/df2)
}

func basisOf(first, second Quality) analysis.Basis {
	if first.SE == 0 {
		return second.Interval.Basis
	}
	return first.Interval.Basis
}
