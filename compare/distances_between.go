package compare

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/analysis"
)

// A DistanceNote says what a reader of distances must know.
type DistanceNote uint8

const (
	HalfPersons DistanceNote = 1 << iota // an empty category counts half a person in Kullback-Leibler and stability index
	FewPersons                           // fewer than five effective persons a category: the smooth distances are unsure
	TooFew                               // fewer than one: no intervals
	NoPrecision                          // the error of a side is not known: no correction, interval or test
	OneCategory                          // fewer than two categories have anybody
	NobodyThere                          // a side has nobody at all
)

var distanceNotes = [...]string{
	"an empty category counts half a person in kl and psi, which then have no interval where it is of a sample",
	"fewer than five effective persons a category: kl, psi and their like are unsure",
	"too few persons for so many categories: no intervals",
	"the error of the distribution is not known",
	"fewer than two categories have anybody",
	"nobody on one side",
}

// Texts are the notes in words, in a fixed order.
func (n DistanceNote) Texts() (texts []string) {
	for i, text := range distanceNotes {
		if n&(1<<i) != 0 {
			texts = append(texts, text)
		}
	}
	return texts
}

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
	N        float64 // effective number of persons: of one side where the other has no error, else the harmonic sum of both
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

// A setting is what holds of all distances of a pair of compositions.
type setting struct {
	p, q       []float64
	all        [2]float64 // persons
	n          [2]float64 // effective
	oneBy      [2]float64 // 1/n
	total      float64    // 1/n of both: the variance of a difference of shares is p(1-p) times it
	categories float64    // that are not empty on both sides
	freedom    float64    // categories - 1
	df         float64    // of the scale
	empty      [2]bool    // a category that the other side has
}

// share are the shares of a category. near are those that errors are worked out at: the side with an error borrows half
// a person a category from the other, so that an empty category of a sample is not taken for surely empty.
func (c *setting) share(i int) (p, q, nearP, nearQ float64) {
	p, q = c.p[i]/c.all[0], c.q[i]/c.all[1]
	return p, q, c.borrowed(p, q, 0), c.borrowed(q, p, 1)
}

func (c *setting) borrowed(own, other float64, side int) float64 {
	if c.oneBy[side] == 0 {
		return own
	}
	half := c.categories / 2 * c.oneBy[side]
	return (own + half*other) / (1 + half)
}

// Between measures all distances between two compositions; ordered says whether categories are groups in order. With V
// the working covariance of shares, each divergence f of the figures has the bias ½ tr(HV), with H its second
// derivatives, and an interval by noncentral chi-square with that bias, so that it holds where the true divergence is 0
// or small. Absolute distances are corrected and bounded by folded normal distributions, the largest difference by all
// of them together. The error of the design is that of DF, as F has it.
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

// settingOf looks at both compositions.
func settingOf(p, q Composition) (c setting, notes DistanceNote) {
	c = setting{p: p.Persons, q: q.Persons, n: [2]float64{p.N, q.N}, oneBy: [2]float64{1 / p.N, 1 / q.N}}
	c.total = c.oneBy[0] + c.oneBy[1]
	for i, x := range c.p {
		y := c.q[i]
		c.all[0], c.all[1] = c.all[0]+x, c.all[1]+y
		if x > 0 || y > 0 {
			c.categories++
		}
		c.empty[0], c.empty[1] = c.empty[0] || x == 0 && y > 0, c.empty[1] || y == 0 && x > 0
	}
	c.freedom = c.categories - 1
	c.df = c.freedom * degreesOf(p, q)
	if !(c.all[0] > 0) || !(c.all[1] > 0) {
		return c, NobodyThere
	}
	return c, c.notes()
}

func (c *setting) notes() (notes DistanceNote) {
	if c.freedom < 1 {
		return OneCategory
	}
	if c.empty[0] || c.empty[1] {
		notes |= HalfPersons
	}
	switch perCategory := 1 / (c.total * c.categories); {
	case !(c.df > 0) || math.IsNaN(c.total):
		notes |= NoPrecision
		c.oneBy, c.total = [2]float64{}, 0
	case perCategory < 1:
		notes |= TooFew
	case perCategory < 5:
		notes |= FewPersons
	}
	return notes
}

// degreesOf are the degrees of freedom of the sum of both errors, by Satterthwaite.
func degreesOf(p, q Composition) float64 {
	a, b := 1/p.N, 1/q.N
	switch {
	case !(a > 0) && !(b > 0):
		return math.Inf(1)
	case !(a > 0):
		return q.DF
	case !(b > 0):
		return p.DF
	}
	return (a + b) * (a + b) / (a*a/p.DF + b*b/q.DF)
}

// withoutIntervals takes away what needs an error that is not known, or more persons.
func (d *Distances) withoutIntervals(notes DistanceNote) {
	for _, m := range []*Measured{&d.Dissimilarity, &d.Hellinger, &d.JensenShannon, &d.Kullback, &d.Stability, &d.CramersV,
		&d.Kolmogorov, &d.VonMises, &d.EarthMover} {
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

// halved is a share with half a person more in every category, where the side has an empty one.
func (c *setting) halved(share float64, side int) float64 {
	if !c.empty[side] {
		return share
	}
	n := c.n[side]
	if c.oneBy[side] == 0 {
		n = c.all[side] // a complete count has its persons
	}
	return (n*share + 0.5) / (n + c.categories/2)
}

// sure takes away the slopes of a side without an error, which may be infinite.
func (c *setting) sure(s slopes) slopes {
	if c.oneBy[0] == 0 {
		s.p, s.pp = 0, 0
	}
	if c.oneBy[1] == 0 {
		s.q, s.qq = 0, 0
	}
	return s
}

// few brings second derivatives to what they say in categories of few persons.
func (c *setting) few(ratios []float64, p, q float64, s slopes) slopes {
	s = c.sure(s)
	if c.oneBy[0] > 0 {
		s.pp *= at(ratios, p/c.oneBy[0])
	}
	if c.oneBy[1] > 0 {
		s.qq *= at(ratios, q/c.oneBy[1])
	}
	return s
}

// variance is that of a difference of shares, or of cumulated ones.
func (c *setting) variance(p, q float64) float64 { return p*(1-p)*c.oneBy[0] + q*(1-q)*c.oneBy[1] }

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

// test refers Pearson's statistic to F.
func (d *Distances) test(c *setting) {
	d.X2, d.G = 0, 0
	if c.total == 0 {
		d.X2, d.G = math.NaN(), math.NaN()
		return
	}
	weight := c.oneBy[1] / c.total // of p in the pooled shares
	for i := range c.p {
		p, q := c.certain(c.p[i]/c.all[0], 0), c.certain(c.q[i]/c.all[1], 1)
		m := weight*p + (1-weight)*q
		if m == 0 {
			continue
		}
		d.X2 += (p - q) * (p - q) / m / c.total
		d.G += c.likelihood(p, m, 0) + c.likelihood(q, m, 1)
	}
	d.NDF, d.DDF = c.freedom, c.df
	d.P = analysis.FTail(d.X2/d.NDF, d.NDF, d.DDF)
}

// certain is a share; of a side without an error, with half a person more in every category where one is empty, since
// chance is then measured by its shares.
func (c *setting) certain(share float64, side int) float64 {
	if c.oneBy[side] != 0 {
		return share
	}
	return c.halved(share, side)
}

// likelihood is 2n s log(s/m) of a side with an error.
func (c *setting) likelihood(share, pooled float64, side int) float64 {
	if c.oneBy[side] == 0 {
		return 0
	}
	return 2 * timesLog(share, share/pooled) / c.oneBy[side]
}
