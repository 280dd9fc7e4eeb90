package sampling

import (
	"math"
	"math/rand/v2"
	"slices"
)

// RetrospectiveSRS gives permanent random numbers to the units 0 … size-1 of a frame from which a simple random sample
// was drawn without such numbers, so that next year's sample can be coordinated with it: the len(sample) smallest of
// size uniform numbers go to the sample in random order, the others to the other units in random order. SequentialSRS
// then draws that sample again. If the sample was a simple random one, the numbers are independent and uniform.
// RetrospectiveSRS panics if the positions of the sample are not ascending within the frame.
//
// Ohlsson (1995), as in PermanentRandomNumber.
func RetrospectiveSRS(rng *rand.Rand, size int, sample []int) []float64 {
	mustBeSample(sample, size)
	sorted := make([]float64, size)
	for i := range sorted {
		sorted[i] = uniform(rng)
	}
	slices.Sort(sorted)
	drawn, rest := sorted[:len(sample)], sorted[len(sample):]
	shuffle(rng, drawn)
	shuffle(rng, rest)
	in := membership(sample, size)
	numbers := make([]float64, size)
	for i := range numbers {
		from := &rest
		if in[i] {
			from = &drawn
		}
		numbers[i], *from = (*from)[0], (*from)[1:]
	}
	return numbers
}

// RetrospectivePoisson gives permanent random numbers to a frame from which a Poisson sample with the inclusion
// probabilities π was drawn without them: uniform in (0, πi) for a unit of the sample, in (πi, 1) for another.
// CoordinatedPoisson then draws that sample again, and the numbers are independent and uniform.
//
// If the sample had a fixed size, each number is still uniform but they depend on one another. A Poisson sample drawn
// by them has its inclusion probabilities, exactly; a sample of fixed size has them only roughly: a Pareto sample after
// a systematic one, of 12 units of 60, was off by up to a tenth of π. Retain is exact after any design.
//
// RetrospectivePoisson panics if the sample has a unit with π = 0 or lacks one with π = 1.
func RetrospectivePoisson(rng *rand.Rand, pi []float64, sample []int) []float64 {
	mustBeSampleBy(pi, sample)
	in := membership(sample, len(pi))
	numbers := make([]float64, len(pi))
	for i, p := range pi {
		u := uniform(rng)
		if in[i] {
			numbers[i] = intoInterval(math.Min(float64(u*p), math.Nextafter(p, 0)))
		} else {
			numbers[i] = intoInterval(math.Max(1-float64((1-u)*(1-p)), p))
		}
	}
	return numbers
}

// RetrospectiveUnit gives permanent random numbers to a stratum from which one unit was drawn with probabilities
// proportional to size, without such numbers. ExponentialUnit then draws that unit again. The numbers are independent
// and uniform: of competing exponential times with rates pi that add up to 1, the shortest is T, exponential with rate
// 1 whichever unit has it, and the others exceed T by times that are exponential again,
//
//	ui = 1 - exp(-pi·T) for the unit drawn,  ui = 1 - exp(-pi·T - Ei) for another,  Ei exponential with rate 1
//
// A unit of size 0 has a uniform number. RetrospectiveUnit panics if the unit drawn has no size.
//
// Ohlsson (1996), Methods for PPS Size One Sample Coordination, Institute of Actuarial Mathematics and Mathematical
// Statistics, Stockholm University, report 194.
func RetrospectiveUnit(rng *rand.Rand, size []float64, drawn int) []float64 {
	total := mustBeSizes(size)
	if drawn < 0 || drawn >= len(size) || size[drawn] == 0 {
		panic("sampling: the unit drawn has no size")
	}
	for range 100 {
		numbers := competingTimes(rng, size, total, drawn)
		// Only numbers within 1e-15 of 1, too coarse for their times, can put another unit first.
		if ExponentialUnit(numbers, size) == drawn {
			return numbers
		}
	}
	panic("sampling: sizes differ by more than numbers can hold")
}

func competingTimes(rng *rand.Rand, size []float64, total float64, drawn int) []float64 {
	shortest := rng.ExpFloat64()
	numbers := make([]float64, len(size))
	for i, s := range size {
		time := s / total * shortest
		if i != drawn {
			time = float64(time) + rng.ExpFloat64()
		}
		numbers[i] = intoInterval(-math.Expm1(-time))
	}
	return numbers
}

// uniform gives a number in (0, 1) of the kind PermanentRandomNumber gives.
func uniform(rng *rand.Rand) float64 {
	return float64(rng.Uint64()>>12<<1|1) / (1 << 53)
}

func shuffle(rng *rand.Rand, x []float64) {
	rng.Shuffle(len(x), func(i, j int) { x[i], x[j] = x[j], x[i] })
}

// membership says of each unit whether it is in the sample.
func membership(sample []int, size int) []bool {
	in := make([]bool, size)
	for _, i := range sample {
		in[i] = true
	}
	return in
}
