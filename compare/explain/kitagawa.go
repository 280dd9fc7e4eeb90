package explain

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/analysis"
)

// A Population is groups with a size and a rate each, such as age groups with the share of heads of households. A nil
// slice of standard errors is for figures without error. Errors of different groups, and of sizes and rates, are
// independent; so are those of two populations. Poisson counts have the errors of their square roots, and the
// composition of a multinomial sample the same as that of Poisson counts.
type Population struct {
	Size, SizeSE []float64 // in any unit: their sum is of no matter
	Rate, RateSE []float64
}

// A Kitagawa is the difference of the crude rates of two populations, second minus first, as what comes of their
// composition and what of their rates. With s the shares of the groups and r their rates,
//
//	Composition Σ (s2-s1)(r1+r2)/2,  Rate Σ (r2-r1)(s1+s2)/2
//
// and with the first population as the standard, in three parts,
//
//	Composition Σ (s2-s1)r1,  Rate Σ (r2-r1)s1,  Interaction Σ (s2-s1)(r2-r1)
//
// RateStandardised are the crude rates that either composition has with the mean rates; their difference is
// Composition. Standard errors are by the delta method, of normal theory. Parts add up to the Difference, to the last
// bit: they are rounded to a binary place some 2^-50 of the crude rates, and what rounding leaves over goes to the
// largest part.
//
// The parts depend on the groups: finer groups find more composition. They describe, and say nothing of causes.
//
// Kitagawa (1955), Journal of the American Statistical Association 50:1168-1194.
type Kitagawa struct {
	Crude             [2]analysis.Estimate
	RateStandardised  [2]analysis.Estimate
	Difference        analysis.Estimate
	Composition, Rate analysis.Estimate
	ThreePart         ThreeParts
}

// ThreeParts are those of a difference with the first population as the standard.
type ThreeParts struct{ Composition, Rate, Interaction analysis.Estimate }

// CompositionPct is the part of the composition as a percentage of the difference. It may be below 0 or above 100, and
// means little where the difference is near 0.
func (k Kitagawa) CompositionPct() float64 { return 100 * k.Composition.Value / k.Difference.Value }

// NewKitagawa parts the difference of two populations. An error names the group whose size is below 0 or not finite, or
// whose rate is not finite, and says so where a population has nobody. It panics where slices differ in length.
func NewKitagawa(first, second Population) (Kitagawa, error) {
	if len(first.Size) != len(second.Size) {
		panic(fmt.Sprintf("explain: populations of %d and %d groups", len(first.Size), len(second.Size)))
	}
	c := crossed{first: first, second: second}
	var err error
	if c.s1, c.n1, err = first.shares("first"); err != nil {
		return Kitagawa{}, err
	}
	if c.s2, c.n2, err = second.shares("second"); err != nil {
		return Kitagawa{}, err
	}
	k := Kitagawa{
		Crude:            [2]analysis.Estimate{c.sum(1, 0, 0, 0), c.sum(0, 0, 0, 1)},
		RateStandardised: [2]analysis.Estimate{c.sum(.5, .5, 0, 0), c.sum(0, 0, .5, .5)},
		Difference:       c.sum(-1, 0, 0, 1),
		Composition:      c.sum(-.5, -.5, .5, .5),
		Rate:             c.sum(-.5, .5, -.5, .5),
		ThreePart:        ThreeParts{c.sum(-1, 0, 1, 0), c.sum(-1, 1, 0, 0), c.sum(1, -1, -1, 1)},
	}
	k.close()
	return k, nil
}

// close makes the parts add up to the difference.
func (k *Kitagawa) close() {
	three := &k.ThreePart
	parts := []*analysis.Estimate{&three.Composition, &three.Rate, &three.Interaction, &k.Composition, &k.Rate}
	values := make([]float64, len(parts))
	for i, p := range parts {
		values[i] = p.Value
	}
	g := gridFor(sizes(values) + math.Abs(k.Crude[0].Value) + math.Abs(k.Crude[1].Value))
	g.close(values[:3], k.Difference.Value)
	k.Difference.Value = g.close(values[3:], k.Difference.Value)
	for i, p := range parts {
		p.Value = values[i]
	}
}

// shares are the sizes of the groups as shares of their sum.
func (p Population) shares(which string) (shares []float64, total float64, err error) {
	if len(p.Rate) != len(p.Size) || p.SizeSE != nil && len(p.SizeSE) != len(p.Size) ||
		p.RateSE != nil && len(p.RateSE) != len(p.Size) {
		panic("explain: sizes, rates and standard errors of groups differ in length")
	}
	for i, n := range p.Size {
		if !(n >= 0) || math.IsInf(n, 1) || math.IsNaN(p.Rate[i]) || math.IsInf(p.Rate[i], 0) {
			return nil, 0, fmt.Errorf("explain: group %d of the %s population has a size of %v and a rate of %v, "+
				"want a size of at least 0, and both finite", i+1, which, n, p.Rate[i])
		}
		total += n
	}
	if total == 0 {
		return nil, 0, fmt.Errorf("explain: the %s population has nobody", which)
	}
	shares = make([]float64, len(p.Size))
	for i, n := range p.Size {
		shares[i] = n / total
	}
	return shares, total, nil
}

// crossed are two populations, from which everything here is a sum of the crude rates that the compositions and the
// rates of either have together.
type crossed struct {
	first, second Population
	s1, s2        []float64
	n1, n2        float64
}

// sum is Σ s1(a·r1 + b·r2) + s2(c·r1 + d·r2) with its error.
func (x crossed) sum(a, b, c, d float64) analysis.Estimate {
	var value, variance, mean1, mean2 float64
	rates := func(i int) (of1, of2 float64) {
		r1, r2 := x.first.Rate[i], x.second.Rate[i]
		return a*r1 + b*r2, c*r1 + d*r2
	}
	for i := range x.s1 {
		of1, of2 := rates(i)
		mean1, mean2 = mean1+x.s1[i]*of1, mean2+x.s2[i]*of2
		variance += squared((a*x.s1[i] + c*x.s2[i]) * at(x.first.RateSE, i))
		variance += squared((b*x.s1[i] + d*x.s2[i]) * at(x.second.RateSE, i))
	}
	value = mean1 + mean2
	for i := range x.s1 {
		of1, of2 := rates(i)
		variance += squared((of1 - mean1) / x.n1 * at(x.first.SizeSE, i))
		variance += squared((of2 - mean2) / x.n2 * at(x.second.SizeSE, i))
	}
	return analysis.Estimate{Value: value, SE: math.Sqrt(variance), DF: math.Inf(1)}
}

func squared(v float64) float64 { return v * v }

// at is a value of a slice that may be nil for all 0.
func at(v []float64, i int) float64 {
	if v == nil {
		return 0
	}
	return v[i]
}
