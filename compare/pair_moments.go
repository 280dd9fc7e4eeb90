package compare

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/analysis"
)

// pairMoments are the moments of two sources that have a figure of the same areas each.
type pairMoments struct {
	n            int
	meanX, meanY float64
	xx, yy, xy   float64 // sums of squares and products about the means
}

// momentsOf takes two passes, lest digits be lost where areas are large and differ little, and adds up in no order of
// areas.
func momentsOf(x, y []float64) pairMoments {
	mustPair(x, y)
	m := pairMoments{n: len(x), meanX: meanOf(x), meanY: meanOf(y)}
	at := make([]float64, len(x))
	total := func(value func(dx, dy float64) float64) float64 {
		for i := range x {
			at[i] = value(x[i]-m.meanX, y[i]-m.meanY)
		}
		return analysis.Sum(at)
	}
	m.xx = total(func(dx, _ float64) float64 { return dx * dx })
	m.yy = total(func(_, dy float64) float64 { return dy * dy })
	m.xy = total(func(dx, dy float64) float64 { return dx * dy })
	return m
}

// correlation is Pearson's, NaN where a side does not vary. Rounding does not take it past 1.
func (m pairMoments) correlation() float64 {
	r := m.xy / math.Sqrt(m.xx) / math.Sqrt(m.yy)
	return math.Max(-1, math.Min(1, r))
}

func meanOf(v []float64) float64 { return analysis.Sum(v) / float64(len(v)) }

// meanEstimate is the mean of values of areas, with the error it has if the areas are independent outcomes.
func meanEstimate(v []float64) (mean analysis.Estimate, sd float64) {
	n, center := float64(len(v)), meanOf(v)
	squares := make([]float64, len(v))
	for i, x := range v {
		squares[i] = (x - center) * (x - center)
	}
	df := math.Max(0, n-1)
	sd = math.Sqrt(analysis.Sum(squares) / df)
	return analysis.Estimate{Value: center, SE: sd / math.Sqrt(n), DF: df, N: int64(len(v))}, sd
}

func mustPair(x, y []float64) {
	if len(x) != len(y) {
		panic(fmt.Sprintf("compare: %d and %d figures of the same areas", len(x), len(y)))
	}
}

// mustBeLevel panics where the level of an interval is not inside (0, 1).
func mustBeLevel(level float64) {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("compare: level %v, want above 0 and below 1", level))
	}
}
