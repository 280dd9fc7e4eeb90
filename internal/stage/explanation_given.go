package stage

import (
	"math"

	"github.com/concord-stat/concord/compare/explain"
)

// given are the parts that come from elsewhere: what the study says of time.
func (x *explanations) given(e *explainedLevel) ([]explain.Given, error) {
	time := explain.Given{Name: explain.TimePart}
	for k, definition := range e.populations {
		part, err := x.c.timePart(definition)
		if err != nil || part == nil {
			return nil, err
		}
		value, variance := e.timed(part, e.data.Register[k])
		time.Value, time.Variance = append(time.Value, value), append(time.Variance, variance)
	}
	return []explain.Given{time}, nil
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
