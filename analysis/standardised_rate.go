package analysis

import (
	"errors"
	"fmt"
	"math"
)

// A StandardisedRate is a rate that a standard population would have had, directly standardised: a weighted mean of the
// rates of groups, mostly of age and sex,
//
//	Σ wi xi/ti,  variance Σ wi² xi/ti²
//
// for xi events in an exposure of ti and the share wi of the group in the standard population. Events are independent
// Poisson counts. The rate is per unit of exposure.
type StandardisedRate struct {
	Rate     float64
	Variance float64
	Events   float64 // Σ xi
	most     float64 // largest of wi/ti: what one event counts in the group where it counts most
}

// DirectlyStandardised is the rate of groups with events, exposure and weights, which need not add up to 1. The error
// names the group with an impossible figure, or one that has a weight and no exposure. It panics where the lengths
// differ.
//
// Breslow and Day (1987), Statistical Methods in Cancer Research II, IARC, section 2.2.
func DirectlyStandardised(events, exposure, weights []float64) (StandardisedRate, error) {
	if len(exposure) != len(events) || len(weights) != len(events) {
		panic("analysis: events, exposure and weights of groups differ in length")
	}
	for i, x := range events {
		if err := checkGroup(i, x, exposure[i], weights[i]); err != nil {
			return StandardisedRate{}, err
		}
	}
	whole := sum(weights)
	if whole == 0 {
		return StandardisedRate{}, errors.New("analysis: no group has a weight")
	}
	var s StandardisedRate
	rates, variances := make([]float64, len(events)), make([]float64, len(events))
	for i, x := range events {
		if weights[i] == 0 {
			continue
		}
		one := weights[i] / whole / exposure[i]
		rates[i], variances[i] = one*x, one*one*x
		s.most, s.Events = max(s.most, one), s.Events+x
	}
	s.Rate, s.Variance = sum(rates), sum(variances)
	return s, nil
}

func checkGroup(i int, x, t, w float64) error {
	for _, f := range []struct {
		name  string
		value float64
	}{{"events", x}, {"exposure", t}, {"weight", w}} {
		if !(f.value >= 0) || math.IsInf(f.value, 1) {
			return fmt.Errorf("analysis: %s of group %d: %v, want at least 0 and finite", f.name, i, f.value)
		}
	}
	if w > 0 && t == 0 {
		return fmt.Errorf("analysis: group %d has a weight of %v and no exposure", i, w)
	}
	return nil
}

// Gamma is the interval by gamma distributions that have the mean y and variance v of the rate, the upper one as if
// there had been one event more in the group where it counts most, with k = max wi/ti:
//
//	v/(2y) χ²(2y²/v) at (1-level)/2,  (v+k²)/(2(y+k)) χ²(2(y+k)²/(v+k²)) at 1 - (1-level)/2
//
// and from 0 without events. It is the exact Poisson interval where one event counts the same in all groups, and covers
// its level or more in all that has been tried, mostly more.
//
// Fay and Feuer (1997), Statistics in Medicine 16:791-801.
func (s StandardisedRate) Gamma(level float64) Interval {
	a, lower := tail(level), 0.0
	if s.Events > 0 {
		lower = gammaQuantile(s.Rate*s.Rate/s.Variance, a, true) * (s.Variance / s.Rate)
	}
	y, v := s.Rate+s.most, s.Variance+s.most*s.most
	return superpopulation(lower, gammaQuantile(y*y/v, a, false)*(v/y), level)
}

// Dobson is the interval that moves and stretches that of the number of events X, as method gives it: PoissonByar or
// PoissonExact,
//
//	y + √(v/X) (L - X),  y + √(v/X) (U - X)
//
// Both ends are NaN without events, where Gamma has an answer.
//
// Dobson, Kuulasmaa, Eberle and Scherer (1991), Statistics in Medicine 10:457-462.
func (s StandardisedRate) Dobson(method func(x, t, level float64) Interval, level float64) Interval {
	i, scale := method(s.Events, 1, level), math.Sqrt(s.Variance/s.Events)
	return superpopulation(s.Rate+scale*(i.Lower-s.Events), s.Rate+scale*(i.Upper-s.Events), level)
}

// ExpectedEvents are the events that groups would have had with the rates of a standard population, Σ ti ri. Over them
// the events observed are the standardised ratio (SMR) of indirect standardisation, and
//
//	PoissonExact(observed, expected, level), PoissonByar(observed, expected, level)
//
// its intervals, which take the rates of the standard as known. It panics where the lengths differ.
//
// Breslow and Day (1987), Statistical Methods in Cancer Research II, IARC, section 2.3.
func ExpectedEvents(exposure, rates []float64) float64 {
	if len(rates) != len(exposure) {
		panic("analysis: exposure and rates of groups differ in length")
	}
	return sum(products(exposure, rates))
}
