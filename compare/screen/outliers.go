package screen

import (
	"math"
	"slices"

	"github.com/concord-stat/concord/analysis"
)

// Outliers is the wider distribution of a heavy tail: an area is one of the few with probability Share, and then about
// its prior with variance Tau2 rather than that between the many.
type Outliers struct {
	Share float64
	Tau2  float64
	Found int // areas left out of the fit of the many
}

// farOff is the score from which an area is left out of the fit. Of 10,000 areas of a normal distribution one in 15
// times one is.
const farOff = 4.5

// A cleanFit is the normal model of the areas that are not far off.
type cleanFit struct {
	fit *Fit
	out []bool // left out
}

// withoutOutliers fits the many. The first step needs no fit that the few could spoil: scores about the median, with
// the variance between areas that makes the median square of the scores what it is for a normal distribution. Then
// areas are left out by the fit of the others until the same ones are, six times at most.
func (a Areas) withoutOutliers(method analysis.AreaMethod) (cleanFit, error) {
	const rounds = 6
	c := cleanFit{}
	out := a.farFromMedian()
	for range rounds {
		if c.fit != nil && slices.Equal(out, c.out) {
			break
		}
		c.out = out
		many := a
		many.Value = slices.Clone(a.Value)
		for i := range out {
			if out[i] {
				many.Value[i] = nan
			}
		}
		var err error
		if c.fit, err = many.fit(method); err != nil {
			return c, err
		}
		out = a.farFromPrior(c.fit)
	}
	return c, nil
}

// farFromMedian are the areas far off before anything is fitted.
func (a Areas) farFromMedian() []bool {
	known := slices.DeleteFunc(slices.Clone(a.Value), math.IsNaN)
	centre, tau2 := median(known), 0.0
	squares := make([]float64, 0, len(known))
	medianSquare := func(tau2 float64) float64 {
		squares = squares[:0]
		for i, y := range a.Value {
			if !math.IsNaN(y) {
				squares = append(squares, (y-centre)*(y-centre)/(a.Variance[i]+tau2))
			}
		}
		return median(squares)
	}
	const normal = 0.454936 // median of chi-squared on 1 degree of freedom
	if medianSquare(0) > normal {
		low, high := 0.0, 1.0
		for medianSquare(high) > normal {
			high *= 4
		}
		for range 30 {
			if tau2 = (low + high) / 2; medianSquare(tau2) > normal {
				low = tau2
			} else {
				high = tau2
			}
		}
	}
	return a.far(func(i int) (float64, float64) { return a.Value[i] - centre, a.Variance[i] + tau2 })
}

func median(values []float64) float64 {
	return analysis.WeightedQuantiles([]float64{0.5}, values, nil, analysis.HF7)[0]
}

// farFromPrior are the areas far off from a fit.
func (a Areas) farFromPrior(f *Fit) []bool {
	return a.far(func(i int) (float64, float64) { return a.Value[i] - f.Areas[i].Prior, a.Variance[i] + f.Tau2[0] })
}

// far tells the areas with a score past the bound.
func (a Areas) far(residual func(i int) (r, variance float64)) []bool {
	out := make([]bool, len(a.Value))
	for i := range out {
		if r, v := residual(i); v > 0 {
			out[i] = r*r > farOff*farOff*v
		}
	}
	return out
}

// heavy is the normal model of the many, with every area weighed between them and the few.
func (a Areas) heavy(o Options) (*Fit, error) {
	clean, err := a.withoutOutliers(o.Method)
	if err != nil {
		return nil, err
	}
	f := clean.fit
	f.Outliers = a.fewOf(clean)
	for i, y := range a.Value {
		if math.IsNaN(y) {
			continue
		}
		s, v := &f.Areas[i], a.Variance[i]
		if clean.out[i] {
			s.own(y, v, f.Tau2[0])
		}
		if f.Outliers.Found > 0 {
			s.mix(y, v, f.Tau2[0], f.Outliers)
		}
	}
	return f, nil
}

// mix weighs an area between the many and the few: the posterior is of two normal distributions, given here by its mean
// and variance.
func (s *Shrunken) mix(y, v, tau2 float64, o Outliers) {
	r := y - s.Prior
	s.Outlier = o.probability(r, tau2+v, v)
	kept := o.Tau2 / (o.Tau2 + v)
	wide, wideVariance := s.Prior+kept*r, kept*v
	p, apart := s.Outlier, wide-s.Value
	s.SE = math.Sqrt((1-p)*s.SE*s.SE + p*wideVariance + p*(1-p)*apart*apart)
	s.Value += p * apart
	s.Kept = (1-p)*s.Kept + p*kept
}

// probability that an area with residual r is one of the few; many is its variance if it is not, v its own error.
func (o Outliers) probability(r, many, v float64) float64 {
	few := o.Tau2 + v
	odds := (1 - o.Share) / o.Share * math.Sqrt(few/many) * math.Exp(-r*r/2*(1/many-1/few))
	return 1 / (1 + odds)
}

// fewOf estimates the wider distribution by the EM algorithm, from the areas left out. Its variance is at least that at
// which a typical area is twice as far off as the many, so that the few are not just the ends of the many.
func (a Areas) fewOf(c cleanFit) Outliers {
	var o Outliers
	var typical []float64
	k := 0.0
	for i, y := range a.Value {
		if math.IsNaN(y) {
			continue
		}
		k++
		typical = append(typical, a.Variance[i]+c.fit.Tau2[0])
		if c.out[i] {
			r := y - c.fit.Areas[i].Prior
			o.Found, o.Tau2 = o.Found+1, o.Tau2+math.Max(0, r*r-a.Variance[i])
		}
	}
	if o.Found == 0 {
		return Outliers{}
	}
	least := 4 * median(typical)
	o.Share, o.Tau2 = float64(o.Found)/k, math.Max(least, o.Tau2/float64(o.Found))
	const rounds = 50
	for range rounds {
		share, square := 0.0, 0.0
		for i, y := range a.Value {
			if !math.IsNaN(y) {
				r, v := y-c.fit.Areas[i].Prior, a.Variance[i]
				p, kept := o.probability(r, c.fit.Tau2[0]+v, v), o.Tau2/(o.Tau2+v)
				share, square = share+p, square+p*(kept*kept*r*r+kept*v)
			}
		}
		next := Outliers{Share: share / k, Tau2: math.Max(least, square/share), Found: o.Found}
		done := math.Abs(next.Share-o.Share) < 1e-9 && math.Abs(next.Tau2/o.Tau2-1) < 1e-6
		if o = next; done {
			break
		}
	}
	return o
}
