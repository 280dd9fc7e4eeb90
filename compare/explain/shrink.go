package explain

import (
	"cmp"
	"math"
	"slices"
)

// A spread is how the true values of areas scatter: about a mean, with a variance between areas.
type spread struct{ mean, between, meanVariance float64 }

// spreadOf fits the spread to estimates and their variances. The variance between areas A solves
//
//	Σ (y - m)²/(v + A) = n - 1,  m = Σ y/(v + A) / Σ 1/(v + A)
//
// and is 0 where no A does: no estimate counts for more than its share, however small its variance. Estimates that are
// NaN say nothing.
//
// Paule and Mandel (1982), Journal of Research of the National Bureau of Standards 87:377-385.
func spreadOf(estimates, variances []float64) spread {
	known := make([]measured, 0, len(estimates))
	widest := 0.0
	for i, v := range estimates {
		if !math.IsNaN(v) && variances[i] > 0 && !math.IsInf(variances[i], 1) {
			known = append(known, measured{v, variances[i]})
			widest = math.Max(widest, math.Abs(v))
		}
	}
	if len(known) == 0 {
		return spread{}
	}
	slices.SortFunc(known, measured.compare) // the order of areas is nothing to the sums
	low, high := 0.0, 4*widest*widest
	for range bisections {
		between := (low + high) / 2
		if q, _, _ := scatter(known, between); q > float64(len(known)-1) {
			low = between
		} else {
			high = between
		}
	}
	if q, _, _ := scatter(known, 0); q <= float64(len(known)-1) {
		high = 0
	}
	_, mean, weight := scatter(known, high)
	return spread{mean, high, 1 / weight}
}

// bisections leave of the variance between areas a billionth of what it can be at most.
const bisections = 30

// A measured is an estimate and its variance.
type measured struct{ value, variance float64 }

func (a measured) compare(b measured) int {
	return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.variance, b.variance))
}

// scatter is Σ (y - m)²/(v + A), with m and Σ 1/(v + A).
func scatter(known []measured, between float64) (q, mean, weight float64) {
	for _, k := range known {
		w := 1 / (k.variance + between)
		weight += w
		mean += w * k.value
	}
	mean /= weight
	for _, k := range known {
		q += (k.value - mean) * (k.value - mean) / (k.variance + between)
	}
	return q, mean, weight
}

// keeps is the part of the distance from the mean that an estimate of that variance keeps if areas are alike but for chance
// and a normal effect.
func (s spread) keeps(variance float64) float64 {
	if s.between == 0 {
		return 0
	}
	return s.between / (s.between + variance)
}

// A shrunken is an estimate drawn towards what is usual, with its variance, and the part of the distance kept.
type shrunken struct{ value, variance, keep, z float64 }

// shrunk is the empirical-Bayes value of an estimate, moved by no more than one standard error: an area that is unlike the
// others must not be made like them because it is the only one. Its variance is the posterior one, the error of the mean
// included; of an estimate that would have been moved further it is its own and the square of the way it was moved, so that
// the interval allows for that. z is the value in standard errors, without that square.
//
// Efron and Morris (1972), Journal of the American Statistical Association 67:130-139.
func (s spread) shrunk(estimate, variance float64) shrunken {
	keep := s.keeps(variance)
	value := s.mean + keep*(estimate-s.mean)
	posterior := keep*variance + (1-keep)*(1-keep)*s.meanVariance
	if move := value - estimate; move*move > variance {
		value = estimate + math.Copysign(math.Sqrt(variance), move)
		return shrunken{value, 2 * variance, (value - s.mean) / (estimate - s.mean), value / math.Sqrt(variance)}
	}
	return shrunken{value, posterior, keep, value / math.Sqrt(posterior)}
}
