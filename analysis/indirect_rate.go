package analysis

import (
	"errors"
	"fmt"
	"math"
)

// An IndirectRate is a rate indirectly standardised: the events that groups had, over those they would have had with
// the rates of a standard population. It needs no rate of the small groups themselves, so that it is for areas with few
// events. Ratios of two areas of different composition are not comparable with each other, only with the standard.
type IndirectRate struct {
	Observed, Expected float64 // events
	Crude              float64 // events by exposure
	StandardCrude      float64 // of the standard population
}

// IndirectlyStandardised is the rate of groups with events and exposure, against the events and exposure of the
// standard. The error names the group with an impossible figure, or one with exposure for which the standard has no
// rate. It panics where the lengths differ.
//
// Breslow and Day (1987), Statistical Methods in Cancer Research II, IARC, section 2.3.
func IndirectlyStandardised(events, exposure, standardEvents, standardExposure []float64) (IndirectRate, error) {
	n := len(events)
	if len(exposure) != n || len(standardEvents) != n || len(standardExposure) != n {
		panic("analysis: events and exposure of groups and of the standard differ in length")
	}
	rates := make([]float64, n)
	for i := range rates {
		if err := checkGroup(i, events[i], exposure[i], 0); err != nil {
			return IndirectRate{}, err
		}
		if err := checkGroup(i, standardEvents[i], standardExposure[i], 0); err != nil {
			return IndirectRate{}, fmt.Errorf("%w, in the standard", err)
		}
		switch {
		case standardExposure[i] > 0:
			rates[i] = standardEvents[i] / standardExposure[i]
		case exposure[i] > 0 || events[i] > 0:
			return IndirectRate{}, fmt.Errorf("analysis: the standard has no exposure in group %d", i)
		}
	}
	r := IndirectRate{Observed: sum(events), Expected: ExpectedEvents(exposure, rates)}
	r.Crude, r.StandardCrude = r.Observed/sum(exposure), sum(standardEvents)/sum(standardExposure)
	if r.Expected == 0 {
		return r, errors.New("analysis: no events are expected by the rates of the standard")
	}
	return r, nil
}

// Ratio is the standardised ratio, observed by expected (SMR).
func (r IndirectRate) Ratio() float64 { return r.Observed / r.Expected }

// Rate is the adjusted rate: the ratio times the crude rate of the standard.
func (r IndirectRate) Rate() float64 { return r.Ratio() * r.StandardCrude }

// Interval is the exact Poisson interval of the ratio, which takes the rates of the standard as known; times
// StandardCrude it is that of the rate.
func (r IndirectRate) Interval(level float64) Interval {
	return PoissonExact(r.Observed, r.Expected, level)
}

// RatioSE is the standard error of the ratio, √observed/expected.
func (r IndirectRate) RatioSE() float64 { return math.Sqrt(r.Observed) / r.Expected }
