package analysis

import "math"

// A Proportion is the estimate of a share from a sample, as Ratios gives it, with the intervals for it. They are
// design-based: SE and DF are those of the design. Value is in [0, 1], t the quantile of Student's distribution on DF
// degrees of freedom that leaves (1-level)/2 above it.
//
// Where nobody or everybody sampled has the trait, the sample shows no variance: all intervals say so in a note, Wald's
// has no width, KornGraubard's goes by the number of persons, and the rest are NaN. Intervals are NaN, too, where SE is
// NaN or DF is not positive. All panic where the level is not inside (0, 1).
type Proportion struct{ Estimate }

// Wald is the symmetric interval
//
//	p̂ ∓ t·SE
//
// It may leave [0, 1], and covers less than its level where p̂ is near 0 or 1. R survey: svyciprop, method "mean".
func (p Proportion) Wald(level float64) Interval { return p.wald(level, twoSided(level, p.DF)) }

func (p Proportion) wald(level, t float64) Interval {
	half := t * p.SE
	return p.interval(p.Value-half, p.Value+half, level)
}

// Logit is the symmetric interval on the logit scale, on which the standard error is SE/(p̂(1-p̂)):
//
//	logit p̂ ∓ t·SE/(p̂(1-p̂)),  logit p = log(p/(1-p))
//
// It is that of a logistic regression on a constant. R survey: svyciprop, methods "logit" and "xlogit".
func (p Proportion) Logit(level float64) Interval { return p.logit(level, twoSided(level, p.DF)) }

func (p Proportion) logit(level, t float64) Interval {
	lower, upper := onLogit(p.Value, t*p.SE/(p.Value*(1-p.Value)))
	return p.interval(lower, upper, level)
}

// Arcsine is the symmetric interval on the scale of angles, on which the standard error is SE/(2√(p̂(1-p̂))):
//
//	sin²(asin √p̂ ∓ t·SE/(2√(p̂(1-p̂))))
//
// with the angle cut at 0 and π/2, where the square would turn back. R survey: svyciprop, method "asin".
func (p Proportion) Arcsine(level float64) Interval { return p.arcsine(level, twoSided(level, p.DF)) }

func (p Proportion) arcsine(level, t float64) Interval {
	spread := math.Sqrt(p.Value * (1 - p.Value))
	lower, upper := onAngle(p.Value, t*p.SE/(2*spread))
	return p.interval(lower, upper, level)
}

// Wilson is the score interval with the effective number of persons and t in place of z:
//
//	|p̂ - p| ≤ t √(p(1-p)/ñ),  ñ = p̂(1-p̂)/SE²
//
// R survey 4.5: svyciprop, method "wilson".
func (p Proportion) Wilson(level float64) Interval {
	t, n, q := twoSided(level, p.DF), p.effective(), 1-p.Value
	return p.interval(scoreLower(p.Value, q, n, t), 1-scoreLower(q, p.Value, n, t), level)
}

// Likelihood is the interval of the proportions whose binomial likelihood, at the effective number of persons ñ, is not
// too far below that of p̂:
//
//	2ñ (p̂ log(p̂/p) + (1-p̂) log((1-p̂)/(1-p))) ≤ t² N/(N-1),  ñ = p̂(1-p̂)/SE²
//
// N/(N-1) is the dispersion of the N persons, by which R survey scales the deviance: svyciprop, method "likelihood". It
// draws a curve through some points of the deviance, and so agrees to three figures or four. NaN where N is 1.
//
// Rao and Scott (1984), Annals of Statistics 12:46-60.
func (p Proportion) Likelihood(level float64) Interval {
	t, n := twoSided(level, p.DF), p.effective()*(1-1/float64(p.N))
	return p.interval(likelihoodLower(p.Value, n, t), 1-likelihoodLower(1-p.Value, n, t), level)
}

func likelihoodLower(p, n, t float64) float64 {
	switch {
	case !(n > 0) || math.IsNaN(t):
		return math.NaN()
	case math.IsInf(n, 1):
		return p
	}
	return bisect(0, p, func(at float64) bool {
		return 2*n*(p*math.Log(p/at)+(1-p)*(math.Log1p(-p)-math.Log1p(-at))) <= t*t
	})
}

// KornGraubard is Clopper and Pearson's interval at the effective number of persons, made smaller for the degrees of
// freedom:
//
//	ñ = p̂(1-p̂)/SE² · (t(N-1)/t(DF))²,  x = ñp̂
//
// t(N-1) and t(DF) are quantiles of Student's distribution on N-1 and DF degrees of freedom; ñ may be above N. Where
// nobody or everybody has the trait SE says nothing, and N stands for p̂(1-p̂)/SE²: the interval then takes the persons
// for independent and is too short if they are alike within PSUs. Its note is NoVariance.
//
// Korn and Graubard (1998), Survey Methodology 24:193-201. R survey: svyciprop, method "beta", NaN at 0 and 1.
func (p Proportion) KornGraubard(level float64) Interval {
	n := p.effective()
	if p.extreme() {
		n = float64(p.N)
	}
	n *= math.Pow(twoSided(level, float64(p.N)-1)/twoSided(level, p.DF), 2)
	switch {
	case math.IsInf(n, 1):
		return p.interval(p.Value, p.Value, level)
	case !(n > 0):
		return p.interval(math.NaN(), math.NaN(), level)
	}
	a, x, rest := tail(level), n*p.Value, n*(1-p.Value)
	return p.interval(betaQuantile(a, x, rest+1), betaQuantile(1-a, x+1, rest), level)
}

// effective is the number of independent persons that would have the same variance, NaN where p̂ is 0 or 1.
func (p Proportion) effective() float64 {
	if p.extreme() {
		return math.NaN()
	}
	return p.Value * (1 - p.Value) / (p.SE * p.SE)
}

func (p Proportion) extreme() bool { return p.Value == 0 || p.Value == 1 }

func (p Proportion) interval(lower, upper, level float64) Interval {
	i := Interval{Lower: lower, Upper: upper, Level: level, Basis: DesignBased, Notes: p.Notes}
	if p.extreme() {
		i.Notes |= NoVariance
	}
	return i
}
