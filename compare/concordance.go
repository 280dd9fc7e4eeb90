package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// A Concordance is Lin's concordance correlation: how near the pairs of two sources are to the line of equality,
//
//	ρc = 2 sxy/(s²x + s²y + (x̄-ȳ)²) = ρ · Cb,  moments over n
//
// It is the product of Precision ρ, Pearson's correlation (how near to some line), and Accuracy Cb in (0, 1] (how near
// that line is to equality); it is 1 only where the sources are equal. The standard error is on n-2. It misleads where
// areas differ by orders of magnitude: nearly any two counts of communes agree in what is large and what is small, and
// ρc is then near 1 though every commune is off by 5 %. Compare it between cells of the same areas, and read it beside
// the limits of agreement. It is NaN where neither side varies and both have the same mean.
//
// Lin (1989), Biometrics 45:255-268, with the corrections of Biometrics 56:324-325 (2000).
type Concordance struct {
	analysis.Estimate // ρc
	Precision         float64
	Accuracy          float64

	seZ float64 // of Fisher's z = atanh ρc
}

// ConcordanceOf is the concordance of the figures of two sources, area by area. It panics where they differ in length.
func ConcordanceOf(x, y []float64) Concordance {
	m := momentsOf(x, y)
	n := float64(m.n)
	shift := m.meanX - m.meanY
	apart := m.xx + m.yy + n*shift*shift
	c := Concordance{
		Estimate:  analysis.Estimate{Value: 2 * m.xy / apart, DF: math.Inf(1), N: int64(m.n)},
		Precision: m.correlation(),
		Accuracy:  2 * math.Sqrt(m.xx) * math.Sqrt(m.yy) / apart,
	}
	c.seZ = math.Sqrt(c.varianceZ(n*shift*shift/math.Sqrt(m.xx)/math.Sqrt(m.yy)) / (n - 2))
	c.SE = c.seZ * (1 - c.Value) * (1 + c.Value)
	if !(n > 2) {
		c.SE, c.seZ = math.NaN(), math.NaN()
	}
	return c
}

// varianceZ is n-2 times the variance of Fisher's z, u² being (x̄-ȳ)²/(sx sy):
//
//	(1-ρ²)Cb²/(1-ρc²) + 2ρc²(1-ρc)Cb u²/(1-ρc²)² - ρc²Cb²u⁴/(2(1-ρc²)²)
//
// which is Lin's with ρc/ρ written as Cb, so that ρ may be 0.
func (c Concordance) varianceZ(u2 float64) float64 {
	v, b := c.Value, c.Accuracy
	left := (1 - v) * (1 + v)
	r := (1 - c.Precision) * (1 + c.Precision)
	return r*b*b/left + 2*v*v*(1-v)*b*u2/(left*left) - v*v*b*b*u2*u2/(2*left*left)
}

// FisherInterval is the interval tanh(atanh ρc ∓ z·SE(atanh ρc)), which takes areas as independent outcomes
// (superpopulation) and pairs as normal. Both ends are NaN for less than three areas and where the sources are equal.
// It panics where the level is not inside (0, 1).
//
// Lin (1989), section 3.
func (c Concordance) FisherInterval(level float64) analysis.Interval {
	mustBeLevel(level)
	z, half := math.Atanh(c.Value), analysis.Quantile((1+level)/2, c.DF)*c.seZ
	return analysis.Interval{
		Lower: math.Tanh(z - half), Upper: math.Tanh(z + half), Level: level, Basis: analysis.Superpopulation,
	}
}
