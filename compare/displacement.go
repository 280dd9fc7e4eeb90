package compare

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/analysis"
)

// Displacement is the index of dissimilarity of two sources over areas, ½ Σ |xᵢ/X - yᵢ/Y|: the share of the persons of
// one that would have to stand in other areas to be spread as those of the other are. Errors of the totals, nil for
// none, are independent between areas; with them it is corrected, and has an interval, as distances between
// distributions are. A total that all areas share, over- or undercounted, does not show. It panics where areas differ
// in number.
func Displacement(x, xSE, y, ySE []float64, level float64) Measured {
	if len(x) != len(y) || xSE != nil && len(xSE) != len(x) || ySE != nil && len(ySE) != len(y) {
		panic(fmt.Sprintf("compare: displacement of %d and %d areas", len(x), len(y)))
	}
	a, b := spreadOver(x, xSE), spreadOver(y, ySE)
	var sum absolute
	squares, signsA, signsB := 0.0, 0.0, 0.0
	for i := range x {
		p, q := x[i]/a.all, y[i]/b.all
		v := a.variance(i, p) + b.variance(i, q)
		sum.add(0.5, p-q, math.Sqrt(v))
		squares += v
		signsA, signsB = signsA+math.Copysign(p, p-q), signsB+math.Copysign(q, p-q)
	}
	if !(sum.scale > 0) {
		return valueAlone(Measured{Value: sum.value})
	}
	null := meanAbsolute * sum.scale
	sum.nullSquare = null*null + (1-2/math.Pi)*squares/4
	sd := 0.0
	for i := range x {
		sign := math.Copysign(1, x[i]/a.all-y[i]/b.all)
		sd = math.Hypot(sd, math.Hypot((sign-signsA)*a.error(i), (sign-signsB)*b.error(i))/2)
	}
	return sum.measure(sd, analysis.Quantile((1+level)/2, math.Inf(1)), math.Inf(1))
}

// A spread is persons over areas with the errors of their numbers.
type spread struct {
	se             []float64
	all, variance2 float64
}

func spreadOver(x, se []float64) spread {
	s := spread{se: se, all: sumOfShares(x)}
	for _, e := range se {
		s.variance2 += e * e
	}
	return s
}

// error is the standard error of an area by the sum of all.
func (s spread) error(i int) float64 {
	if s.se == nil {
		return 0
	}
	return s.se[i] / s.all
}

// variance is that of the share of an area.
func (s spread) variance(i int, share float64) float64 {
	own := s.error(i) * s.error(i)
	return own*(1-2*share) + share*share*s.variance2/(s.all*s.all)
}
