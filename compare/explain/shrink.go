package explain

import (
	"math"
	"slices"
)

// A spread is how the true values of areas scatter: about a mean, with a variance between areas.
type spread struct{ mean, between, meanVariance float64 }

// spreadOf fits the spread to estimates and their variances by the method of DerSimonian and Laird (1986, Controlled
// Clinical Trials 7:177-188), the mean weighed again with the variance found. Estimates that are NaN say nothing.
func spreadOf(estimates, variances []float64) spread {
	type one struct{ value, variance float64 }
	var known []one
	for i, v := range estimates {
		if !math.IsNaN(v) && variances[i] > 0 && !math.IsInf(variances[i], 1) {
			known = append(known, one{v, variances[i]})
		}
	}
	slices.SortFunc(known, func(a, b one) int { // the order of areas is nothing to the sums
		switch {
		case a.value < b.value || a.value == b.value && a.variance < b.variance:
			return -1
		case a == b:
			return 0
		}
		return 1
	})
	if len(known) == 0 {
		return spread{}
	}
	mean := func(between float64) (value, weight float64) {
		sum := 0.0
		for _, k := range known {
			w := 1 / (k.variance + between)
			weight += w
			sum += w * k.value
		}
		return sum / weight, weight
	}
	center, w1 := mean(0)
	q, w2 := 0.0, 0.0
	for _, k := range known {
		w := 1 / k.variance
		q += w * (k.value - center) * (k.value - center)
		w2 += w * w
	}
	s := spread{}
	if scale := w1 - w2/w1; scale > 0 {
		s.between = math.Max(0, (q-float64(len(known)-1))/scale)
	}
	mean2, weight := mean(s.between)
	s.mean, s.meanVariance = mean2, 1/weight
	return s
}

// keeps is the part of the distance from the mean that an estimate of that variance keeps.
func (s spread) keeps(variance float64) float64 {
	if s.between == 0 {
		return 0
	}
	return s.between / (s.between + variance)
}

// shrunk is the empirical-Bayes value of an estimate, and its variance, the error of the mean included.
func (s spread) shrunk(estimate, variance float64) (value, posterior float64) {
	keep := s.keeps(variance)
	return s.mean + keep*(estimate-s.mean), keep*variance + (1-keep)*(1-keep)*s.meanVariance
}
