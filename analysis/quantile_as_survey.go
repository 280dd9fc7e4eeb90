package analysis

import (
	"math"
	"slices"
	"sort"
)

// AsSurvey is the rule as R survey 4.5 computes it, to the figure, for comparison with what was published from there.
// It differs from the rule itself as follows.
//
//   - HF2 is the mean of y₁ and y₂ where pC < C₁.
//   - HF3 goes by the distinct values vⱼ in place of the rows: with j the last with Cⱼ ≤ pC, but at least 1 and not the
//     last of all, it is vⱼ where pC ≤ Cⱼ and j is even, else vⱼ₊₁. It is so never v₁.
//   - HF4 goes on before p₁ along the line through the first two points, beyond the values there are, and is NaN at
//     p = 1.
//   - HF4 to HF9 leave equal values in the order of rows, which matters where their weights differ; and where p is a
//     pₖ but for rounding they may fall short of yₖ by as much, so that Woodruff's interval takes the share without yₖ.
//   - ShahVaish takes (Cₖ n/C + 1/2 - wₖ/2)/(n+1) with wₖ as it is for pₖ, and is the value at the largest pₖ ≤ p. It
//     depends on the scale of the weights, is far off where they are large, and may fall as p rises.
//
// Where pC is a sum of weights but for rounding, R goes by what rounding makes of it, which is not imitated. The rules
// themselves are to be preferred.
func (r QuantileRule) AsSurvey() QuantileRule {
	r.mustBe()
	if r == HF1 {
		return r
	}
	return r | asSurvey
}

// asSurvey is the quantile by the rule as R survey computes it.
func (d *distribution) asSurvey(p float64, rule QuantileRule) float64 {
	switch {
	case d.len() == 1:
		return d.y[0]
	case rule == HF2 && d.c[0] > d.reach(p)+d.tie():
		return d.y[0] + (d.y[1]-d.y[0])/2
	case rule == HF3:
		return d.evenPosition(p)
	case rule == HF4 && p == 1:
		return math.NaN()
	case rule == HF4 && d.reach(p) < d.c[0]:
		return d.y[0] + (d.y[1]-d.y[0])*(d.reach(p)-d.c[0])/d.w[1]
	case rule == ShahVaish:
		return d.unscaledShahVaish(p)
	case rule > HF3:
		return d.unrounded(p, plotting[rule])
	}
	return d.quantile(p, rule)
}

// unrounded is on the line between the two points about p, and takes no two numbers for equal that are not.
func (d *distribution) unrounded(p float64, by struct{ a, b float64 }) float64 {
	n := d.len()
	point := func(k int) float64 { return (d.c[k] - by.a*d.w[k]) / (d.total + by.b*d.w[n-1]) }
	switch k := sort.Search(n, func(k int) bool { return point(k) >= p }); k {
	case 0:
		return d.y[0]
	case n:
		return d.y[n-1]
	default:
		return d.y[k-1] + (d.y[k]-d.y[k-1])*((p-point(k-1))/(point(k)-point(k-1)))
	}
}

// evenPosition is HF3 as R survey has it.
func (d *distribution) evenPosition(p float64) float64 {
	y, c := d.distinct()
	if len(y) == 1 {
		return y[0]
	}
	j := 1
	for j < len(y)-1 && c[j] <= d.reach(p)+d.tie() {
		j++
	}
	if d.reach(p) <= c[j-1]+d.tie() && j%2 == 0 {
		return y[j-1]
	}
	return y[j]
}

// distinct are the distinct values and the weight up to each.
func (d *distribution) distinct() (y, c []float64) {
	for k, v := range d.y {
		if k > 0 && v == d.y[k-1] {
			c[len(c)-1] = d.c[k]
			continue
		}
		y, c = append(y, v), append(c, d.c[k])
	}
	return y, c
}

// unscaledShahVaish is ShahVaish as R survey has it.
func (d *distribution) unscaledShahVaish(p float64) float64 {
	n := float64(d.len())
	points := make([]cdfPoint, d.len())
	for k := range points {
		points[k] = cdfPoint{p: (d.c[k]*n/d.total + 0.5 - d.w[k]/2) / (n + 1), y: d.y[k]}
	}
	slices.SortStableFunc(points, func(a, b cdfPoint) int {
		switch {
		case a.p < b.p:
			return -1
		case a.p > b.p:
			return 1
		}
		return 0
	})
	value := points[0].y
	for _, at := range points {
		if at.p <= p+tieShare {
			value = at.y
		}
	}
	return value
}

// A cdfPoint is a point of a distribution function.
type cdfPoint struct{ p, y float64 }
