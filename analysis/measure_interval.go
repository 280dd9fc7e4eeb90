package analysis

import "math"

// Bounds is the design-based interval of an estimate of the measure, in its unit, the estimate being as Estimate or
// Statistic gives it. It is taken on the scale of a share p, of which the measure is a function by its relation:
//
//	PartOf  M = Per·p        Beside  M = Per·p/(1-p)        Holds  M = Per/p
//
// p has the standard error by the delta method, and Proportion.Wilson the interval, which is carried over; where p is
// 0 or 1, Proportion.KornGraubard takes its place. Ends may be 0 or +Inf there. A mean has M ∓ t·SE, and a rate, or
// what is standardised, M·exp(∓ t·SE/M), which is NaN where M is 0. A median has none here: it needs more than the
// estimate.
//
// It panics where the level is not inside (0, 1).
func (m Measure) Bounds(e Estimate, level float64) Interval {
	lower, upper := math.NaN(), math.NaN()
	notes := e.Notes
	switch {
	case e.N == 0 || math.IsNaN(e.Value) || m.Relation == Median:
	case m.Relation == Mean && m.Standard == nil:
		lower, upper = e.Interval(level)
	case m.Relation == Rate || m.Standard != nil:
		lower, upper = onLog(e.Value, twoSided(level, e.DF)*e.SE)
	default:
		p := m.share(e)
		i := p.Wilson(level)
		if p.extreme() {
			i = p.KornGraubard(level)
		}
		lower, upper = m.fromShare(i)
		notes = i.Notes
	}
	return Interval{Lower: lower, Upper: upper, Level: level, Basis: DesignBased, Notes: notes}
}

// share is the share that the estimate is a function of.
func (m Measure) share(e Estimate) Proportion {
	r, se := e.Value/m.Per, e.SE/m.Per
	switch m.Relation {
	case Beside:
		e.Value, e.SE = r/(1+r), se/((1+r)*(1+r))
		if math.IsInf(r, 1) {
			e.Value, e.SE = 1, 0
		}
	case Holds:
		e.Value, e.SE = 1/r, se/(r*r)
	default:
		e.Value, e.SE = r, se
	}
	return Proportion{e}
}

// fromShare carries the interval of the share over to the measure.
func (m Measure) fromShare(i Interval) (lower, upper float64) {
	switch m.Relation {
	case Beside:
		return m.Per * i.Lower / (1 - i.Lower), m.Per * i.Upper / (1 - i.Upper)
	case Holds:
		return m.Per / i.Upper, m.Per / i.Lower
	}
	return m.Per * i.Lower, m.Per * i.Upper
}

// onLog takes half a width, in the unit of v, off and onto log v, and goes back. It is NaN where v is not above 0.
func onLog(v, half float64) (lower, upper float64) {
	if !(v > 0) {
		return math.NaN(), math.NaN()
	}
	return v * math.Exp(-half/v), v * math.Exp(half/v)
}
