package compare

import "math"

// A cumulation adds up distances of ordered groups, group by group.
type cumulation struct {
	largest, upper float64 // of cumulated differences, and the upper end of its interval
	sign           float64 // of that
	se             float64 // the largest of standard errors
	squares        float64 // Σ Δ²
	variances      float64 // Σ v of Δ
	variances2     float64 // Σ of their squares and twice those of covariances
	shares2        float64 // Σ s² of shares
	mover          absolute
	before2        float64 // Σ S² of the cumulated shares before
}

// cumulated measures the distances of ordered groups.
func (e *DistanceEstimator) cumulated(d *Distances, c *setting) {
	var u cumulation
	sup := kolmogorovQuantile(e.tail) * math.Sqrt(c.total)
	if c.total > 0 {
		sup *= e.quantile(e.tail, c.df) / e.z
	}
	single, each := e.quantile(e.tail, c.df), e.quantile(e.tail/c.freedom, c.df)
	cp, cq, nearCP, nearCQ := 0.0, 0.0, 0.0, 0.0
	for i := 0; i < len(c.p); i++ {
		p, q, nearP, nearQ := c.share(i)
		s := c.mixed(nearP, nearQ)
		u.shares2 += s * s
		if i == len(c.p)-1 {
			break
		}
		cp, cq, nearCP, nearCQ = cp+p, cq+q, nearCP+nearP, nearCQ+nearQ
		u.add(cp-cq, c.variance(nearCP, nearCQ), c.mixed(nearCP, nearCQ), c.total)
		u.ends(math.Abs(cp-cq), math.Sqrt(c.variance(nearCP, nearCQ)), single)
	}
	d.Kolmogorov = u.kolmogorov(c, sup, each)
	moverSD, squareSD := c.cumulatedErrors(u.sign)
	law := u.law(squareSD, c)
	d.VonMises = law.measure(u.squares, e.z, single)
	d.EarthMover = u.mover.measure(moverSD, single, c.df)
}

// mixed is the share that has the variance of a difference.
func (c *setting) mixed(p, q float64) float64 {
	if c.total == 0 {
		return p
	}
	return (p*c.oneBy[0] + q*c.oneBy[1]) / c.total
}

// add adds a cumulated difference with its variance, and the cumulated share that goes with it.
func (u *cumulation) add(difference, v, share, total float64) {
	if math.Abs(difference) > u.largest {
		u.largest, u.sign = math.Abs(difference), math.Copysign(1, difference)
	}
	u.squares += difference * difference
	u.variances += v
	u.variances2 += v*v + 2*total*total*u.before2*(1-share)*(1-share)
	u.before2 += share * share
	u.mover.add(1, difference, math.Sqrt(v))
}

// ends widens the upper end of the largest difference: where the true one is, it is shown but for its own error.
func (u *cumulation) ends(difference, se, single float64) {
	u.upper, u.se = math.Max(u.upper, difference+single*se), math.Max(u.se, se)
}

// kolmogorov gives the largest difference an interval whose lower end allows for the largest error of all, by the law
// of Kolmogorov or by Bonferroni, whichever is less. For its correction it takes from the square of the largest
// difference what is its mean where nothing differs: π²/12 n of a continuous variable, less for steps of the size of
// groups.
//
// Chernoff (1965), Annals of Mathematical Statistics 36:55-68, and Siegmund (1985), Sequential Analysis, chapter 10,
// for steps.
func (u *cumulation) kolmogorov(c *setting, sup, each float64) Measured {
	const step = 0.5826
	null := math.Max(0, math.Pi/math.Sqrt(12)-step*math.Sqrt(u.shares2))
	m := Measured{Value: u.largest, Lower: math.Max(0, u.largest-math.Min(sup, each*u.se)), Upper: math.Min(1, u.upper)}
	m.Corrected = math.Sqrt(math.Max(0, u.largest*u.largest-null*null*c.total))
	m.Corrected = math.Max(m.Corrected, m.Lower)
	null = meanAbsolute * u.mover.scale
	u.mover.nullSquare = null * null * (1.18 + 1.56/(c.categories*c.categories)) // 1.19 of many groups, π/2 of two
	return m
}

// law is the distribution of the sum of squares, whose noise is that of a quadratic form.
func (u *cumulation) law(sd float64, c *setting) squaredLaw {
	l := squaredLaw{bias: u.variances, noise: 2 * u.variances2, df: c.df}
	if l.noise > 0 {
		l.df = 2 * l.bias * l.bias / l.noise * (c.df / c.freedom)
		l.slope = 2 * l.noise / l.bias
		l.steepest = 4 * math.Sqrt(l.noise/2) // the root of the sum of squared scales is no less than the largest
	}
	if u.squares > 0 && sd > 0 {
		l.slope = sd * sd / u.squares
	}
	return l
}

// cumulatedErrors are the standard errors, by the delta method, of Σ|Δ| and ΣΔ²: a share of group j is part of all Δ
// from j on, so that its slope is the sum of theirs.
//
// A difference within one standard error has the sign of the largest: in Σ|Δ| the error is larger so.
func (c *setting) cumulatedErrors(sign float64) (mover, squares float64) {
	var m, s smooth
	last := len(c.p) - 1
	cp, cq, nearCP, nearCQ := 0.0, 0.0, 0.0, 0.0 // of the groups after
	slopeM, slopeS := 0.0, 0.0
	for i := last; i >= 0; i-- {
		p, q, nearP, nearQ := c.share(i)
		m.add(0, nearP, nearQ, slopes{p: slopeM, q: -slopeM})
		s.add(0, nearP, nearQ, slopes{p: slopeS, q: -slopeS})
		cp, cq, nearCP, nearCQ = cp+p, cq+q, nearCP+nearP, nearCQ+nearQ
		if d := cq - cp; d*d < c.variance(nearCP, nearCQ) {
			slopeM += sign
		} else {
			slopeM += math.Copysign(1, d)
		}
		slopeS += 2 * (cq - cp)
	}
	return math.Sqrt(m.delta(c)), math.Sqrt(s.delta(c))
}
