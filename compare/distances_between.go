package compare

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/analysis"
)

// A Distances is how far two distributions over the same categories are apart. p is the first, q the second.
type Distances struct {
	Dissimilarity Measured // index of dissimilarity, a share
	Hellinger     Measured // between 0 and 1
	JensenShannon Measured // divergence in nats
	Kullback      Measured // divergence of q from p in nats
	Stability     Measured // population stability index, nats
	CramersV      Measured // of the table of two rows

	// Of ordered groups; NaN where they are not.
	Kolmogorov Measured // largest difference of cumulated shares
	VonMises   Measured // sum of squared differences of cumulated shares
	EarthMover Measured // in groups

	X2, G    float64 // Pearson's statistic and the likelihood ratio, divided by the mean generalised design effect
	NDF, DDF float64 // degrees of freedom that X2/NDF is referred to F on
	P        float64 // that both are one distribution: Rao and Scott's first correction, by F
	N        float64 // effective persons: of one side where the other has no error, else the harmonic sum
	Notes    DistanceNote
}

// A DistanceEstimator measures distances at a level of confidence. It remembers quantiles, and is for one goroutine.
type DistanceEstimator struct {
	tail      float64
	z         float64
	quantiles map[[2]float64]float64
	few       smallCounts
}

// NewDistanceEstimator panics where the level is not inside (0, 1).
func NewDistanceEstimator(level float64) *DistanceEstimator {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("compare: level %v, want above 0 and below 1", level))
	}
	tail := (1 - level) / 2
	return &DistanceEstimator{
		tail: tail, z: analysis.Quantile(1-tail, math.Inf(1)), quantiles: make(map[[2]float64]float64),
		few: newSmallCounts(),
	}
}

// quantile is that of Student's distribution above which a tail is.
func (e *DistanceEstimator) quantile(tail, df float64) float64 {
	key := [2]float64{tail, df}
	q, ok := e.quantiles[key]
	if !ok {
		q = analysis.Quantile(1-tail, df)
		e.quantiles[key] = q
	}
	return q
}

// Between measures all distances between two compositions; ordered says whether categories are groups in order. With V
// the working covariance of shares, each divergence f of the figures has the bias ½ tr(HV), with H its second
// derivatives, and an interval by noncentral chi-square with that bias, so that it holds where the true divergence is 0
// or small. Absolute distances are corrected and bounded by folded normal distributions, the largest difference by all
// of them together. The error of the design is that of DF, as F has it. Of two categories, one side complete, intervals
// are those that the interval of a share leads to, which hold for few persons; with more categories and fewer than twenty
// effective persons in each they may miss one true distance in ten, which the notes tell.
//
// Corrections and intervals are of the sampling error alone that the compositions state. They are NaN where N is. It
// panics where the compositions differ in length.
//
// Rao and Scott (1981), Journal of the American Statistical Association 76:221-230; Thomas and Rao (1987), Journal of
// the American Statistical Association 82:630-636, for F.
func (e *DistanceEstimator) Between(p, q Composition, ordered bool) Distances {
	if len(p.Persons) != len(q.Persons) {
		panic(fmt.Sprintf("compare: compositions over %d and %d categories", len(p.Persons), len(q.Persons)))
	}
	d := NoDistances()
	c, notes := settingOf(p, q)
	if d.Notes = notes; notes&(NobodyThere|OneCategory) != 0 {
		return d
	}
	e.smoothOnes(&d, &c)
	e.dissimilarity(&d, &c)
	if ordered {
		e.cumulated(&d, &c)
	}
	if notes&NoPrecision == 0 {
		d.N = 1 / c.total
		d.test(&c)
	}
	if notes&(NoPrecision|TooFew) != 0 {
		d.withoutIntervals(notes)
	} else if c.categories == 2 {
		e.ofTwoCategories(&d, p, q, ordered)
	}
	return d
}

// NoDistances are those of distributions that are not there: NaN.
func NoDistances() Distances {
	nan, none := math.NaN(), noMeasure()
	return Distances{
		none, none, none, none, none, none, none, none, none, nan, nan, nan, nan, nan, nan, 0,
	}
}

// withoutIntervals takes away what needs an error that is not known, or more persons.
func (d *Distances) withoutIntervals(notes DistanceNote) {
	for _, m := range d.measured() {
		corrected := m.Corrected
		if *m = valueAlone(*m); notes&NoPrecision == 0 {
			m.Corrected = corrected
		}
	}
}

// smoothOnes measures the divergences.
func (e *DistanceEstimator) smoothOnes(d *Distances, c *setting) {
	var hellinger, shannon, kullback, stability, cramer smooth
	a := c.all[0] / (c.all[0] + c.all[1])
	b := 1 - a
	for i := range c.p {
		p, q, nearP, nearQ := c.share(i)
		if p == 0 && q == 0 {
			continue
		}
		logP, logQ := c.halved(p, 0), c.halved(q, 1)
		log := math.Log(logP / logQ)
		hellinger.add(hellingerTerm(p, q), nearP, nearQ, c.few(e.few.hellinger, nearP, nearQ, hellingerSlopes(nearP, nearQ)))
		shannon.add(shannonTerm(p, q), nearP, nearQ, c.few(e.few.shannon, nearP, nearQ, shannonSlopes(nearP, nearQ)))
		kullback.add(logP*log, logP, logQ, c.sure(kullbackSlopes(logP, logQ, log)))
		stability.add((logP-logQ)*log, logP, logQ, c.sure(jeffreysSlopes(logP, logQ, log)))
		cramer.add(cramerTerm(p, q, a, b), nearP, nearQ, c.few(e.few.cramer, nearP, nearQ, cramerSlopes(nearP, nearQ, a, b)))
	}
	t := e.quantile(e.tail, c.df)
	measure := func(s *smooth) Measured { return s.law(c).measure(s.value, e.z, t) }
	d.Hellinger, d.CramersV = measure(&hellinger).root(), measure(&cramer).root()
	d.JensenShannon, d.Kullback, d.Stability = measure(&shannon), measure(&kullback), measure(&stability)
	if c.empty[0] && c.oneBy[0] > 0 || c.empty[1] && c.oneBy[1] > 0 {
		d.Kullback, d.Stability = valueAlone(d.Kullback), valueAlone(d.Stability)
	}
}

// dissimilarity measures the sum of absolute differences.
func (e *DistanceEstimator) dissimilarity(d *Distances, c *setting) {
	var a absolute
	signs, squares, h, h2 := [2]float64{}, 0.0, 0.0, 0.0
	for i := range c.p {
		p, q, nearP, nearQ := c.share(i)
		v := c.variance(nearP, nearQ)
		a.add(0.5, p-q, math.Sqrt(v))
		squares += v
		s := math.Copysign(0.5, p-q)
		signs[0], signs[1] = signs[0]+s*nearP, signs[1]+s*nearQ
		x := math.Sqrt(v) * correlation(nearP, nearQ, c)
		h, h2 = h+x, h2+x*x
	}
	null := meanAbsolute * a.scale
	a.nullSquare = null*null + ((1-2/math.Pi)*squares+(h*h-h2)/math.Pi)/4
	v := (0.25-signs[0]*signs[0])*c.oneBy[0] + (0.25-signs[1]*signs[1])*c.oneBy[1]
	d.Dissimilarity = a.measure(math.Sqrt(v), e.quantile(e.tail, c.df), c.df)
}

// correlation is the factor s/(1-s) whose product, of two categories, is the squared correlation of their shares.
func correlation(p, q float64, c *setting) float64 {
	s := (p*c.oneBy[0] + q*c.oneBy[1]) / c.total
	if !(c.total > 0) {
		return 0
	}
	return s / (1 - s)
}
