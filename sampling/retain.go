package sampling

import (
	"math"
	"math/rand/v2"
)

// RetentionProbabilities gives the probability with which each unit is to be drawn now, given an old sample, so that
// over old samples unit i, which had probability pi = before[i], is drawn with qi = after[i] and stays as often as can
// be:
//
//	min(1, qi/pi) for a unit of the old sample,
//	max(0, (qi - pi)/(1 - pi)) for another
//
// Since p·min(1, q/p) + (1-p)·max(0, (q-p)/(1-p)) = q, any draw with these probabilities has inclusion probabilities q,
// exactly, whatever the design and the strata of the old sample were, and shares Σ min(p, q) units with it on average:
// PositiveOverlap, the most there is.
//
// Their sum is the expected size given the old sample. It is not Σq but varies about it from one old sample to another,
// little as long as the probabilities change little: it is Σq for every old sample of a fixed size if none changes.
// Where the size must be fixed, draw by permanent random numbers.
//
// RetentionProbabilities panics if a probability is out of range or the old sample cannot have come from p.
//
// Brewer, Early and Joyce (1972), Australian Journal of Statistics 14:231-239, for Poisson samples; Rust and Johnson
// (1992), Journal of Educational Statistics 17:111-129, for any.
func RetentionProbabilities(before, after []float64, sample []int) []float64 {
	return conditional(before, after, sample, func(before, after float64) (in, out float64) {
		return math.Min(1, after/before), math.Max(0, (after-before)/(1-before))
	})
}

// AvoidanceProbabilities gives the probability with which each unit is to be drawn now, given an old sample, so that
// over old samples unit i, which had probability pi = before[i], is drawn with qi = after[i] and comes again as rarely
// as can be:
//
//	max(0, 1 - (1 - qi)/pi) for a unit of the old sample,
//	min(1, qi/(1 - pi)) for another
//
// The expected overlap is Σ max(0, p + q - 1), NegativeOverlap, the least there is. All else is as for
// RetentionProbabilities.
func AvoidanceProbabilities(before, after []float64, sample []int) []float64 {
	return conditional(before, after, sample, func(before, after float64) (in, out float64) {
		return math.Max(0, 1-(1-after)/before), math.Min(1, after/(1-before))
	})
}

// conditional takes, for each unit, the first of two probabilities if it is in the sample and the second if not.
func conditional(before, after []float64, sample []int, given func(before, after float64) (in, out float64)) []float64 {
	if len(after) != len(before) {
		panic("sampling: before and after probabilities differ in length")
	}
	mustBeSampleBy(before, sample)
	mustBeProbabilities(after)
	drawn := membership(sample, len(before))
	pi := make([]float64, len(after))
	for i := range after {
		in, out := given(before[i], after[i])
		if pi[i] = out; drawn[i] {
			pi[i] = in
		}
	}
	return pi
}

// Retain draws a sample with inclusion probabilities after that keeps as many units of the old sample as can be, by
// drawing systematically, in the order given, with RetentionProbabilities. Its size is their sum, rounded up or down at
// random. Positions come in ascending order.
func Retain(rng *rand.Rand, before, after []float64, sample []int) []int {
	return certainAndSystematic(rng, RetentionProbabilities(before, after, sample))
}

// Avoid draws a sample with inclusion probabilities after that has as few units of the old sample as can be, by drawing
// systematically, in the order given, with AvoidanceProbabilities.
func Avoid(rng *rand.Rand, before, after []float64, sample []int) []int {
	return certainAndSystematic(rng, AvoidanceProbabilities(before, after, sample))
}

// certainAndSystematic takes the certain units and draws the others systematically.
func certainAndSystematic(rng *rand.Rand, pi []float64) []int {
	open := make([]float64, len(pi))
	in := make([]bool, len(pi))
	for i, p := range pi {
		if in[i] = p == 1; !in[i] {
			open[i] = p
		}
	}
	for _, i := range Systematic(rng, open) {
		in[i] = true
	}
	var units []int
	for i := range pi {
		if in[i] {
			units = append(units, i)
		}
	}
	return units
}
