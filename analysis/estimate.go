package analysis

import (
	"math"
)

// Notes says what a reader of a number must know. The zero value says nothing.
type Notes uint16

const (
	SinglePSU        Notes = 1 << iota // a stratum that counts has one sampled PSU: its variance is unknown
	NoFPC                              // sampled as if with replacement: population counts were not given
	FirstStage                         // the variance within PSUs is not added: second-stage counts were not given
	Unsampled                          // nobody was sampled here
	FewPSUs                            // as many strata as PSUs here: no degrees of freedom
	SingleSSU                          // a PSU here has one sampled second-stage unit of several: its variance is left out
	NoVariance                         // the units sampled here are all alike: the sample shows no variance
	NegativeVariance                   // the variance estimate is below 0, as some are now and then under unequal probabilities
	LonelyPolicy                       // a stratum that counts has one sampled PSU: its variance is by the policy of the design
	NotConverged                       // an iteration did not reach its end
	LostReplicates                     // some replicates give no estimate: they are left out of the variance
	OpenEnd                            // an end of the interval lies beyond what was sampled
)

// Texts are the notes in words, in a fixed order.
func (n Notes) Texts() []string {
	var texts []string
	for i, text := range [...]string{
		"a stratum has a single sampled PSU",
		"no finite population counts",
		"no second-stage counts",
		"nobody sampled here",
		"too few PSUs for an interval",
		"a PSU has a single sampled second-stage unit",
		"the sample shows no variance here",
		"the variance estimate is negative",
		"a stratum has a single sampled PSU: its variance is by policy",
		"an iteration did not converge",
		"some replicates give no estimate",
		"an end of the interval lies beyond what was sampled",
	} {
		if n&(1<<i) != 0 {
			texts = append(texts, text)
		}
	}
	return texts
}

// An Estimate is a value with what is known of its error.
type Estimate struct {
	Value float64 // in the unit of the study variable
	SE    float64 // same unit; NaN when the design cannot give one
	DF    float64 // design degrees of freedom; +Inf means normal theory
	N     int64   // persons used, unweighted
	Notes Notes
}

// Interval is the two-sided interval Value ∓ t·SE at the level (0.95 for 95 %), t the quantile of Student's
// distribution on DF degrees of freedom. Both ends are NaN when SE is NaN or DF is not positive.
func (e Estimate) Interval(level float64) (lower, upper float64) {
	half := Quantile((1+level)/2, e.DF) * e.SE
	return e.Value - half, e.Value + half
}

// LogInterval is the interval of a total or a ratio that is above 0, on the scale of logarithms:
//
//	Value · exp(∓ t·SE/Value)
//
// Totals of few persons are skew: their errors are small where the total is too small, so that Value ∓ t·SE misses the
// truth from below far more often than from above. This interval is longer upwards, and never reaches 0. Both ends are
// NaN where Value is not above 0. It panics where the level is not inside (0, 1).
//
// Korn and Graubard (1999), Analysis of Health Surveys, chapter 2.
func (e Estimate) LogInterval(level float64) Interval {
	i := Interval{Lower: math.NaN(), Upper: math.NaN(), Level: level, Basis: DesignBased, Notes: e.Notes}
	if half := twoSided(level, e.DF) * e.SE / e.Value; e.Value > 0 {
		i.Lower, i.Upper = e.Value*math.Exp(-half), e.Value*math.Exp(half)
	}
	return i
}

// Quantile is the p-quantile of Student's distribution on df degrees of freedom, of the normal distribution when df
// is +Inf, and NaN when df is not positive.
func Quantile(p, df float64) float64 {
	if p > 0.5 {
		return NewStudent(df).Quantile(1 - p)
	}
	return -NewStudent(df).Quantile(p)
}

// UpperTail is P(T > x) for Student's distribution on df degrees of freedom, normal when df is +Inf, NaN when df is
// not positive.
func UpperTail(x, df float64) float64 { return NewStudent(df).Tail(x) }

// normalTail is P(Z > z). distuv.Normal takes 1 - Erf, which is 0 from z = 8.3.
func normalTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }
