package analysis

import (
	"math"
	"slices"
	"sort"
)

// tieShare is how near, as a share of all weight, a sum of weights must come to pC to be equal to it. What p and the
// weights lose as binary fractions is 1e-16 of themselves; no row that counts has so small a share.
const tieShare = 1e-12

// A distribution is the values y of some rows in rising order, with their weights w. c is the largest sum of weights
// up to a row or one before it: the sum itself, but where a calibration left weights below 0.
type distribution struct {
	y, w, c []float64
	total   float64
}

func (d *distribution) len() int                { return len(d.y) }
func (d *distribution) tie() float64            { return tieShare * d.total }
func (d *distribution) reach(p float64) float64 { return p * d.total }

// missing tells whether a value is missing; these stand last.
func (d *distribution) missing() bool { return math.IsNaN(d.y[len(d.y)-1]) }

// newDistribution takes over rows in order of their values; w has the weight of each, c room for the sums. Where the
// rule asks for it, rows of the same value are put in order of their weights. Any order of these gives the same bits.
func newDistribution(y, w, c []float64, rule QuantileRule) *distribution {
	d := &distribution{y: y, w: w, c: c}
	if rule.ordersTies() {
		d.orderTies()
	}
	f := newFold(largestOf(w), len(w))
	high, low := 0.0, 0.0
	for k, x := range w {
		h, l := f.split(x)
		high += h
		low += l
		d.total = high + low
		c[k] = d.total
		if k > 0 && c[k-1] > c[k] {
			c[k] = c[k-1]
		}
	}
	return d
}

func (d *distribution) orderTies() {
	for from := 0; from < len(d.y); {
		to := from + 1
		for to < len(d.y) && d.y[to] == d.y[from] {
			to++
		}
		slices.Sort(d.w[from:to])
		from = to
	}
}

// at is the p-quantile by a rule, NaN where there are no rows or p is NaN.
func (d *distribution) at(p float64, rule QuantileRule) float64 {
	switch {
	case d.len() == 0 || d.missing() || math.IsNaN(p):
		return math.NaN()
	case rule&asSurvey != 0:
		return d.asSurvey(p, rule&^asSurvey)
	}
	return d.quantile(p, rule)
}

// quantile is the p-quantile by a rule as QuantileRule states it.
func (d *distribution) quantile(p float64, rule QuantileRule) float64 {
	switch rule {
	case HF1:
		return d.y[d.inverse(p)]
	case HF2:
		return d.school(p)
	case HF3:
		return d.nearest(p)
	case ShahVaish:
		return d.shahVaish(p)
	}
	return d.between(p, plotting[rule])
}

// inverse is the first row k with Cₖ ≥ pC.
func (d *distribution) inverse(p float64) int {
	least := d.reach(p) - d.tie()
	return min(sort.Search(d.len(), func(k int) bool { return d.c[k] >= least }), d.len()-1)
}

func (d *distribution) school(p float64) float64 {
	k := d.inverse(p)
	if k+1 < d.len() && d.c[k] <= d.reach(p)+d.tie() {
		return d.y[k] + (d.y[k+1]-d.y[k])/2
	}
	return d.y[k]
}

func (d *distribution) nearest(p float64) float64 {
	k := d.inverse(p)
	if k == 0 {
		return d.y[0]
	}
	// k and k-1 count from 0, so that an odd one is at an even position.
	closer := (d.c[k] - d.reach(p)) - (d.reach(p) - d.c[k-1])
	if closer > d.tie() || closer >= -d.tie() && k%2 == 0 {
		k--
	}
	return d.y[k]
}

func (d *distribution) shahVaish(p float64) float64 {
	n := float64(d.len())
	least := (p*(n+1)-0.5)*d.total/n - d.tie()
	k := sort.Search(d.len(), func(k int) bool { return d.c[k]-d.w[k]/2 >= least })
	return d.y[min(k, d.len()-1)]
}

// plotting are a and b of pₖ = (Cₖ - a·wₖ)/(C + b·wₙ) by rule.
var plotting = [...]struct{ a, b float64 }{
	HF4: {0, 0}, HF5: {1. / 2, 0}, HF6: {0, 1}, HF7: {1, -1}, HF8: {1. / 3, 1. / 3}, HF9: {3. / 8, 1. / 4},
}

// between is on the line between the two points about p. At a point it is just the value there, since what is asked of
// it next may be the share of rows up to it.
func (d *distribution) between(p float64, by struct{ a, b float64 }) float64 {
	n := d.len()
	reach := p * (d.total + by.b*d.w[n-1])
	point := func(k int) float64 { return d.c[k] - by.a*d.w[k] }
	k := sort.Search(n, func(k int) bool { return point(k) >= reach-d.tie() })
	switch {
	case k == n:
		return d.y[n-1]
	case k == 0 || point(k) <= reach+d.tie():
		return d.y[k]
	}
	share := (reach - point(k-1)) / (point(k) - point(k-1))
	return d.y[k-1] + share*(d.y[k]-d.y[k-1])
}

// WeightedQuantiles are the p-quantiles of y by a rule, one a probability; w are sampling weights, nil for all ones.
// Rows of weight 0 are not looked at. They are NaN where no row has weight, or a value is missing. It panics where p
// is outside [0, 1] or w has another length than y. See QuantileRule.
func WeightedQuantiles(p, y, w []float64, rule QuantileRule) []float64 {
	if w == nil {
		w = ones(len(y))
	}
	return QuantilesOf(y, rule, p...).Values(w)
}

func mustBeProbabilities(p []float64) {
	for _, x := range p {
		if !(x >= 0 && x <= 1) {
			panic("analysis: a quantile at a probability outside [0, 1]")
		}
	}
}
