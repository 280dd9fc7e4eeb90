package sampling

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Overlap counts the units that two samples share, given as ascending positions in one frame.
func Overlap(a, b []int) int {
	shared := 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			a, b, shared = a[1:], b[1:], shared+1
		}
	}
	return shared
}

// IndependentOverlap is the expected number of units that two independent samples share, Σ ππ'. All functions of
// expected overlap take the inclusion probabilities of the same units in both samples, 0 for a unit that is not in the
// frame of one of them, and panic if a probability is out of range or the lengths differ.
func IndependentOverlap(first, second []float64) float64 {
	return sumPairs(first, second, func(p, q float64) float64 { return p * q })
}

// PositiveOverlap is the largest expected number of units that two samples with these inclusion probabilities can
// share:
//
//	Σ min(π, π')
//
// It is what CoordinatedPoisson gives by the same numbers, Keyfitz for one unit, and Retain; SequentialSRS from one
// frame gives it exactly, SequentialPoisson and CoordinatedPareto nearly, whatever the strata.
func PositiveOverlap(first, second []float64) float64 {
	return sumPairs(first, second, math.Min)
}

// NegativeOverlap is the smallest expected number of units that two samples with these inclusion probabilities can
// share:
//
//	Σ max(0, π + π' - 1)
//
// It is what CoordinatedPoisson gives by numbers and Mirrored numbers or StartEach(numbers, first), and Avoid.
func NegativeOverlap(first, second []float64) float64 {
	return sumPairs(first, second, func(p, q float64) float64 { return math.Max(0, p-(1-q)) })
}

// ShiftedOverlap is the expected number of units that two samples of CoordinatedPoisson share when the start of the
// second lies d further on the circle, d in [0, 1). Unit i is in both if its number falls in the arcs [0, π) and
// [d, d+π'), which share the length
//
//	max(0, min(π - d, π')) + max(0, min(π, π' - (1-d)))
//
// For one start that is PositiveOverlap.
func ShiftedOverlap(first, second []float64, d float64) float64 {
	mustBeShift(d)
	return sumPairs(first, second, func(p, q float64) float64 {
		return math.Max(0, math.Min(p-d, q)) + math.Max(0, math.Min(p, q-(1-d)))
	})
}

// SequentialSRSOverlap is the expected number of units that two samples of SequentialSRS share, of n and n' units from
// one frame, when the start of the second lies d further on the circle, d in [0, 1). The number M of units between the
// starts is binomial (units, d); the first sample has the places 0 … n-1 of the order, the second M … M+n'-1, counted
// round the circle. The sum over M of what these share is exact.
func SequentialSRSOverlap(units, first, second int, d float64) float64 {
	mustBeShift(d)
	if first < 0 || second < 0 || first > units || second > units {
		panic(fmt.Sprintf("sampling: samples of %d and %d of %d units", first, second, units))
	}
	if d == 0 {
		return float64(min(first, second))
	}
	between := distuv.Binomial{N: float64(units), P: d}
	expected := 0.0
	for m := range units + 1 {
		shared := max(0, min(first-m, second)) + max(0, min(first, second-(units-m)))
		if shared > 0 {
			expected += between.Prob(float64(m)) * float64(shared)
		}
	}
	return expected
}

// ExponentialOverlap is the probability that ExponentialUnit draws the same unit from a stratum by the same numbers
// when sizes have changed. Unit i comes first both times if its time beats every other by the larger of both ratios of
// sizes:
//
//	Σi 1 / Σk max(x_k/x_i, x'_k/x'_i)
//
// over the units with a size both times, k over all. It is at most PositiveOverlap of the shares of sizes: the
// difference is the price of draws that are independent between strata. It is 1 if sizes do not change.
//
// Ohlsson (1996), report 194 as in RetrospectiveUnit.
func ExponentialOverlap(before, after []float64) float64 {
	if len(before) != len(after) {
		panic("sampling: before and after sizes differ in length")
	}
	mustBeSizes(before)
	mustBeSizes(after)
	order := upTo(len(before))
	growth := func(i int) float64 { return after[i] / before[i] }
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(growth(i), growth(j)) })
	// A unit that grew less than i counts with its old share, one that grew more with its new share.
	more := make([]float64, len(order)+1)
	for k := len(order) - 1; k >= 0; k-- {
		more[k] = more[k+1] + after[order[k]]
	}
	less, probability := 0.0, 0.0
	for k, i := range order {
		less += before[i]
		if before[i] > 0 && after[i] > 0 {
			probability += 1 / (less/before[i] + more[k+1]/after[i])
		}
	}
	return probability
}

// KishScottOverlap is the expected number of units that KishScott keeps. part[j] says what old stratum j has in the new
// stratum, and n is the new sample. The old units mj and the wanted units nj are independent and hypergeometric, and
//
//	Σj E min(mj, nj) = Σj Σk≥1 P(mj ≥ k)·P(nj ≥ k)
func KishScottOverlap(part []StratumPart, n int) float64 {
	total := 0
	for _, p := range part {
		total += p.Units
	}
	expected := 0.0
	for _, p := range part {
		before := hypergeometricTails(p.OldUnits, p.Units, p.OldSample)
		wanted := hypergeometricTails(total, p.Units, n)
		for k := 1; k < min(len(before), len(wanted)); k++ {
			expected += before[k] * wanted[k]
		}
	}
	return expected
}

// A StratumPart is what one old stratum has in a new one.
type StratumPart struct {
	OldUnits  int // units of the old stratum, wherever they are now
	OldSample int // units drawn from it; 0 for units that are new in the frame
	Units     int // units of the old stratum that are in the new one
}

// hypergeometricTails gives P(m ≥ k) for k = 0, 1, …, m being how many of a part of the units a simple random sample of
// n has.
func hypergeometricTails(units, part, n int) []float64 {
	if part < 0 || part > units || n < 0 || n > units {
		panic(fmt.Sprintf("sampling: %d units, %d of them in a part, %d drawn", units, part, n))
	}
	tails := make([]float64, min(part, n)+2)
	all := logBinomial(units, n)
	for k := min(part, n); k >= 0; k-- {
		tails[k] = tails[k+1]
		if n-k <= units-part {
			tails[k] += math.Exp(logBinomial(part, k) + logBinomial(units-part, n-k) - all)
		}
	}
	return tails
}

func logBinomial(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

func sumPairs(first, second []float64, term func(p, q float64) float64) float64 {
	if len(first) != len(second) {
		panic("sampling: probabilities of two samples differ in length")
	}
	mustBeProbabilities(first)
	mustBeProbabilities(second)
	sum := 0.0
	for i, p := range first {
		sum += term(p, second[i])
	}
	return sum
}

func mustBeShift(d float64) {
	if !(d >= 0 && d < 1) {
		panic(fmt.Sprintf("sampling: starts differ by %v, want 0 or more and below 1", d))
	}
}
