package demography

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// IntercensalSurvival gives the ratios of those alive at a second census to those of the same cohort at a first, over
// closed groups of one width, with the time between the two a whole number of widths, steps:
//
//	ratioᵢ = second₍ᵢ₊steps₎ / firstᵢ
//
// The derivatives are by first, then second. Without migration, and with both censuses right, it is the chance to
// survive; it is above 1 where people came in, or where the first census missed some or took them for another age, and
// then no survival at all. In a commune moves outweigh deaths: read it as net change of a cohort. A group of nobody
// gives NaN. It panics when the two differ in length, or steps is below 1.
//
// United Nations (1983), Manual X, chapter IX.
func IntercensalSurvival(first, second []float64, steps int) Carried {
	if len(first) != len(second) || steps < 1 {
		panic("demography: the censuses differ in length, or are at one time")
	}
	n, k := len(first), max(len(first)-steps, 0)
	out := undefined(max(k, 1), max(2*n, 1))
	out.Value = out.Value[:k]
	for i := range k {
		if !(first[i] > 0) {
			continue
		}
		r := second[i+steps] / first[i]
		row := make([]float64, 2*n)
		row[i], row[n+i+steps] = -r/first[i], 1/first[i]
		out.Value[i] = r
		out.Jacobian.SetRow(i, row)
	}
	return out
}

// Chain makes a life table's survivors of ratios over two groups' width (ten years of five-year groups): of everybody
// in the first group, the share that comes to the middle of every later one,
//
//	l₀ = 1, l₁ = (l₀ + l₂)/2, l₍ᵢ₊₂₎ = lᵢ ratioᵢ
//
// There are two more of them than ratios; the derivatives are by ratio.
//
// Preston and Bennett (1983), Population Studies 37:91-104; United Nations (1983), Manual X, chapter IX.
func Chain(ratio []float64) Carried {
	n := len(ratio)
	l := make([]figure, n+2)
	l[0] = figure{1, make([]float64, n)}
	for i := 0; i < n; i += 2 {
		l[i+2] = product(l[i], figure{ratio[i], unit(n, i)})
	}
	if n == 0 {
		return Carried{Value: []float64{1, math.NaN()}, Jacobian: mat.NewDense(2, 1, nil)}
	}
	l[1] = combine([]float64{0.5, 0.5}, l[0], l[2])
	for i := 1; i < n; i += 2 {
		l[i+2] = product(l[i], figure{ratio[i], unit(n, i)})
	}
	return gather(l)
}

func gather(figures []figure) Carried {
	out := undefined(len(figures), len(figures[0].by))
	for i, f := range figures {
		out.Value[i] = f.value
		out.Jacobian.SetRow(i, f.by)
	}
	return out
}

// LifeExpectancy gives the years still to live at the bounds between groups of a width, from the survivors at the
// middles of the groups, as Chain gives them, and the expectancy at the last bound, which a survival table does not
// reach:
//
//	l at a bound = mean of the two middles,  e = (Σ width/2 (l + l next) + l last · e last) / l
//
// It runs over the bounds from the first to the last.
func LifeExpectancy(middles []float64, width, last float64) []float64 {
	n := len(middles) - 1
	if n < 1 {
		return nil
	}
	e := make([]float64, n)
	bound := func(i int) float64 { return (middles[i] + middles[i+1]) / 2 }
	years := bound(n-1) * last
	e[n-1] = last
	for i := n - 2; i >= 0; i-- {
		years += width / 2 * (bound(i) + bound(i+1))
		e[i] = years / bound(i)
	}
	return e
}
