package trends

import (
	"math"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
)

// degrees finds the degrees of freedom that intervals of differences were made with, which the rows of a comparison do not
// hold: half an interval is the t quantile times the standard error. Few numbers occur over and over, and are remembered.
type degrees struct{ known map[float64]float64 }

func newDegrees() *degrees { return &degrees{known: make(map[float64]float64)} }

// of gives the degrees of freedom of a row: 0 where it has an error and no interval.
func (g *degrees) of(d *compare.Discrepancy, level float64) float64 {
	se := math.Hypot(math.Hypot(d.RegisterSE, d.CensusSE), d.NoiseSD)
	switch half := (d.CIUpper - d.CILower) / 2; {
	case se == 0: // no error, or that of a superpopulation, which is normal
		return math.Inf(1)
	case math.IsNaN(half):
		return 0
	}
	q := math.Round((d.CIUpper-d.CILower)/(2*se)*1e8) / 1e8
	df, ok := g.known[q]
	if !ok {
		df = degreesOf(q, level)
		g.known[q] = df
	}
	return df
}

// degreesOf is at how many degrees of freedom the t quantile of a two-sided level is q, +Inf where that is the normal
// quantile or nearly so.
func degreesOf(q, level float64) float64 {
	p := 1 - (1-level)/2
	low, high := 0.05, 1e6
	if q <= analysis.Quantile(p, high) {
		return math.Inf(1)
	}
	for range 60 {
		if mid := math.Sqrt(low * high); analysis.Quantile(p, mid) > q {
			low = mid
		} else {
			high = mid
		}
	}
	return math.Sqrt(low * high)
}
