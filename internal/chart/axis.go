package chart

import "math"

// scale is the axis of persons: from 0 to limit, with a tick at every multiple of step.
type scale struct {
	limit, step float64
}

// scaleOf fits an axis to both sexes, so that left and right can be compared.
//
// An interval may reach far beyond the figures, where a census sampled few. The axis follows it to twice the largest
// figure and no further, or the figures themselves could not be read; what reaches beyond is drawn open-ended.
func scaleOf(sides ...side) scale {
	var figures, intervals float64
	for _, s := range sides {
		figures = max(figures, largest(s.register), largest(s.census))
		intervals = max(intervals, largest(s.upper))
	}
	top := max(figures, min(intervals, 2*figures), 1)
	limit := 1.04 * top
	return scale{limit: limit, step: roundStep(limit / 4.8)}
}

// ticks are at most four, without zero.
func (s scale) ticks() []float64 {
	var at []float64
	for v := s.step; v <= s.limit; v += s.step {
		at = append(at, v)
	}
	return at
}

// roundStep is the smallest of 1, 2, 2.5 and 5 times a power of ten that is not below x, and a whole number of persons.
func roundStep(x float64) float64 {
	if x <= 1 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if step := m * power; step >= x && step == math.Trunc(step) {
			return step
		}
	}
	return 10 * power
}

// largest ignores NaN, and is 0 where there is nothing else.
func largest(values []float64) float64 {
	var most float64
	for _, v := range values {
		if v > most && !math.IsInf(v, 1) {
			most = v
		}
	}
	return most
}
