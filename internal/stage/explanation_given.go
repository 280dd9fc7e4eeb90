package stage

import (
	"fmt"
	"math"
	"slices"

	"github.com/concord-stat/concord/compare/explain"
)

// given are the parts that come from elsewhere: what the study says of time, and what splits of units leave open.
func (x *explanations) given(e *explainedLevel) ([]explain.Given, error) {
	given := e.undetermined()
	time := explain.Given{Name: explain.TimePart}
	for k, definition := range e.populations {
		part, err := x.c.timePart(definition)
		if err != nil || part == nil {
			return given, err
		}
		if part.own {
			e.ownTime, e.ownDay = append(e.ownTime, part), x.c.runner.Study.Time.Register
			nothing := make([]float64, len(e.data.Census))
			time.Value, time.Variance = append(time.Value, nothing), append(time.Variance, nothing)
			continue
		}
		value, variance := e.timed(part, e.data.Register[k])
		time.Value, time.Variance = append(time.Value, value), append(time.Variance, variance)
	}
	return append(given, time), nil
}

// timed is the part of time by area and age group, with its variance; not a number where it is not known. Where it is known of
// all ages alone, what is left of it is shared out over the groups in which it is not by the persons registered there.
func (e *explainedLevel) timed(part *timePart, register []float64) (value, variance []float64) {
	groups := e.data.Groups()
	value, variance = make([]float64, len(register)), make([]float64, len(register))
	for i, area := range e.areas {
		all, se, known := part.at(area, -1)
		left, leftVariance, registered := all, se*se, 0.0
		for c := i * groups; c < (i+1)*groups; c++ {
			persons, se, ok := part.at(area, c-i*groups)
			if !ok {
				registered += register[c]
			} else {
				left, leftVariance = left-persons, leftVariance-se*se
			}
			value[c], variance[c] = persons, se*se
		}
		for c := i * groups; c < (i+1)*groups && known && registered > 0; c++ {
			if share := register[c] / registered; math.IsNaN(value[c]) {
				value[c], variance[c] = share*left, share*math.Max(0, leftVariance)
			}
		}
	}
	return value, variance
}

// ownTimeNote says why nothing of the difference is of time where the register tells its events itself, and what there would
// be of it in an area, of all ages, had it been taken at the other day.
func (e *explainedLevel) ownTimeNote(definition, area int) string {
	const base = "counted at the reference time by its own dates"
	persons, _, _ := e.ownTime[definition].at(e.areas[area], -1)
	switch {
	case persons > 0:
		return fmt.Sprintf("%s; on %s there were %.0f persons more", base, e.ownDay, persons)
	case persons < 0:
		return fmt.Sprintf("%s; on %s there were %.0f persons fewer", base, e.ownDay, -persons)
	}
	return fmt.Sprintf("%s; on %s there were as many persons", base, e.ownDay)
}

// split appends what the splits of either side leave open of the total of an area. More in the census is a smaller difference.
func (e *explainedLevel) split(total *family, t int) {
	width := func(v []float64) float64 {
		if v == nil {
			return 0
		}
		return v[t]
	}
	e.below = append(e.below, width(total.census.Above)+width(total.register.Below))
	e.above = append(e.above, width(total.census.Below)+width(total.register.Above))
}

// undetermined is the part of areas: nothing, as figures are placed, within bounds; none where every split is known.
func (e *explainedLevel) undetermined() []explain.Given {
	if slices.Max(e.below) == 0 && slices.Max(e.above) == 0 {
		return nil
	}
	lower := make([]float64, len(e.below))
	for i, v := range e.below {
		lower[i] = -v
	}
	nothing := [][]float64{make([]float64, len(e.data.Census))}
	return []explain.Given{{
		Name: explain.AreasPart, Value: nothing, Variance: nothing, Lower: lower, Upper: e.above, Basis: explain.OfBounds,
	}}
}
