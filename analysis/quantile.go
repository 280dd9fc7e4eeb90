package analysis

import "math"

// A QuantileInterval is the way to an interval for a quantile.
type QuantileInterval uint8

const (
	// WoodruffWald is the default. Woodruff's interval takes the share F̂(q̂) of the population up to the estimate q̂,
	// an interval for that share, and the quantiles at its two ends, by the same rule. Here it is the interval of
	// Proportion.Wald, which may end outside [0, 1]: the sample then has no value for that end.
	WoodruffWald QuantileInterval = iota
	// WoodruffBeta takes Proportion.KornGraubard.
	WoodruffBeta
	// WoodruffLogit takes Proportion.Logit.
	WoodruffLogit
	// WoodruffArcsine takes Proportion.Arcsine.
	WoodruffArcsine
	// ScoreInterval is of the values that a test of their share against p does not refuse, whatever the rule:
	//
	//	lower: the first sampled value v with F̂(v) + t·SE(F̂(v)) ≥ p;  upper: the first with F̂(v) - t·SE(F̂(v)) > p
	//
	// Francisco and Fuller (1991), Annals of Statistics 19:454-469.
	ScoreInterval
	// SymmetricInterval is q̂ ∓ t·SE with the standard error that the survey gives QuantilesOf: from replicate weights,
	// that of replicate quantiles. The jackknife is not valid for it.
	SymmetricInterval
)

var quantileIntervalNames = []string{"mean", "beta", "xlogit", "asin", "score", "quantile"}

// String is the name by which ParseQuantileInterval knows it, which is that of R survey.
func (m QuantileInterval) String() string {
	return nameOf(m, quantileIntervalNames, "QuantileInterval")
}

// ParseQuantileInterval reads mean, beta, xlogit, asin, score or quantile.
func ParseQuantileInterval(name string) (QuantileInterval, error) {
	return valueOf[QuantileInterval](name, quantileIntervalNames, "interval %q for quantiles")
}

// Woodruff tells whether the interval is one for a share, carried over to values; the others need more than the share
// at the estimate.
func (m QuantileInterval) Woodruff() bool { return m <= WoodruffArcsine }

// A QuantileRequest says which quantiles are wanted, and how.
type QuantileRequest struct {
	P        []float64        // probabilities in [0, 1], 0.5 for the median. Required
	Rule     QuantileRule     // Defaults to HF1
	Interval QuantileInterval // Defaults to WoodruffWald
	Level    float64          // of the interval. Defaults to 0.95
	DF       float64          // of Student's distribution, +Inf for the normal. Defaults to that of the domain
}

// A QuantileEstimate is the estimate of a quantile. SE is half the width of the interval over t, but for a symmetric
// interval, where it comes first. An end that the sample has no value for is NaN, and so is SE then; the note is
// OpenEnd.
type QuantileEstimate struct {
	Estimate
	P      float64
	Rule   QuantileRule
	Method QuantileInterval
	Limits Interval
}

// Quantiles estimates the quantiles of y in a domain, all rows where it is nil. The survey may be of any kind: what is
// asked of it is the share of the population up to a value. Values outside the domain are not looked at, so that they
// may be missing; where one in the domain is, estimates are NaN. It panics where y has not one value a row, p is
// outside [0, 1], the level outside (0, 1).
//
// Woodruff (1952), Journal of the American Statistical Association 47:635-646; Särndal, Swensson and Wretman (1992),
// Model Assisted Survey Sampling, section 5.11; R survey, svyquantile.
func Quantiles(sv Survey, y []float64, domain []bool, r QuantileRequest) []QuantileEstimate {
	r = r.filled()
	st := newQuantilesOf(y, r.Rule, r.P)
	d := st.distribution(inDomain(sv.Weights(), domain))
	values := d.quantiles(r.P, r.Rule)
	switch r.Interval {
	case SymmetricInterval:
		return r.symmetric(sv.Estimate(st, domain))
	case ScoreInterval:
		return r.score(sv, y, domain, d, values)
	}
	shares := sv.Estimate(MeanOf(upTo(y, values)...), domain)
	out, student := make([]QuantileEstimate, len(values)), r.student()
	for j, q := range values {
		out[j] = r.woodruff(j, q, shares.At(j), d, student)
	}
	return out
}

// filled has the defaults in place.
func (r QuantileRequest) filled() QuantileRequest {
	r.Rule.mustBe()
	mustBeProbabilities(r.P)
	if r.Interval > SymmetricInterval {
		panic("analysis: no interval for quantiles: " + r.Interval.String())
	}
	if r.Level == 0 {
		r.Level = 0.95
	}
	return r
}

// student gives the two-sided quantile of Student's distribution. Cells have the same degrees of freedom as many
// others, and the quantile takes longer than all else that is done for a cell.
func (r QuantileRequest) student() func(df float64) float64 {
	known := map[float64]float64{}
	return func(df float64) float64 {
		t, is := known[df]
		if !is {
			t = twoSided(r.Level, df)
			known[df] = t
		}
		return t
	}
}

// woodruff is Woodruff's interval about quantile j, q, with the share of the population up to it.
func (r QuantileRequest) woodruff(j int, q float64, share Estimate, d *distribution,
	student func(df float64) float64) QuantileEstimate {
	e := r.estimate(j, q, share)
	of, t := Proportion{e.Estimate}, student(e.DF)
	of.Value = share.Value
	i := r.share(of, t)
	e.Notes |= i.Notes
	if i.Lower < 0 || i.Upper > 1 {
		e.Notes |= OpenEnd
	}
	return r.between(e, d.limit(i.Lower, r.Rule), d.limit(i.Upper, r.Rule), t)
}

// share is the interval for a share, where t is the quantile of Student's distribution.
func (r QuantileRequest) share(p Proportion, t float64) Interval {
	switch r.Interval {
	case WoodruffBeta:
		return p.KornGraubard(r.Level)
	case WoodruffLogit:
		return p.logit(r.Level, t)
	case WoodruffArcsine:
		return p.arcsine(r.Level, t)
	}
	return p.wald(r.Level, t)
}

// limit is the value at an end of an interval for a share, NaN where that is outside [0, 1].
func (d *distribution) limit(share float64, rule QuantileRule) float64 {
	if share < 0 || share > 1 {
		return math.NaN()
	}
	return d.at(share, rule)
}

// estimate is estimate j, with what is known of the domain from another one.
func (r QuantileRequest) estimate(j int, q float64, of Estimate) QuantileEstimate {
	e := QuantileEstimate{Estimate: of, P: r.P[j], Rule: r.Rule, Method: r.Interval}
	e.Value = q
	if r.DF != 0 {
		e.DF = r.DF
	}
	return e
}

// between is e with the ends of its interval, and the standard error from its width.
func (r QuantileRequest) between(e QuantileEstimate, lower, upper, t float64) QuantileEstimate {
	e.SE = (upper - lower) / (2 * t)
	return r.limits(e, lower, upper)
}

func (r QuantileRequest) limits(e QuantileEstimate, lower, upper float64) QuantileEstimate {
	e.Limits = Interval{Lower: lower, Upper: upper, Level: r.Level, Basis: DesignBased, Notes: e.Notes}
	return e
}

// symmetric are intervals by standard errors of the quantiles themselves.
func (r QuantileRequest) symmetric(est *Estimates) []QuantileEstimate {
	out := make([]QuantileEstimate, est.Len())
	for j := range out {
		e := r.estimate(j, est.Values[j], est.At(j))
		lower, upper := e.Interval(r.Level)
		out[j] = r.limits(e, lower, upper)
	}
	return out
}
