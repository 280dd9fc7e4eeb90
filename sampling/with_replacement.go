package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// SRSWithReplacement draws n times one of the units 0 … size-1, each with the same probability at every draw. It
// returns n positions in ascending order, a unit as many times as it was hit. A unit is hit n/size times on average,
// and hits of two units have the covariance -n/size². It panics if n is negative, or positive with no unit to draw.
//
// The weight of a hit is size/n. The variance of an estimate is that of independent draws (Hansen and Hurwitz 1943,
// Annals of Mathematical Statistics 14:333-362).
func SRSWithReplacement(rng *rand.Rand, n, size int) []int {
	if n < 0 || n > 0 && size < 1 {
		panic(fmt.Sprintf("sampling: cannot draw %d times from %d units", n, size))
	}
	units := make([]int, n)
	for i := range units {
		units[i] = rng.IntN(size)
	}
	slices.Sort(units)
	return units
}

// ExpectedHits gives the mean number of hits of every unit in n draws with replacement, with probability proportional
// to size at each draw:
//
//	μ = n·size/Σsize
//
// μ may exceed 1. Sizes are finite and not negative; a unit of size 0 is never hit. An error names the unit with a
// wrong size, or says that n is negative or no unit has a size.
func ExpectedHits(size []float64, n int) ([]float64, error) {
	if err := checkSizes(size); err != nil {
		return nil, err
	}
	total := sumOf(size)
	if n < 0 || n > 0 && total == 0 {
		return nil, fmt.Errorf("sampling: cannot draw %d times from units with sizes adding up to %v", n, total)
	}
	hits := make([]float64, len(size))
	for i, s := range size {
		if s > 0 {
			hits[i] = float64(n) * s / total
		}
	}
	return hits, nil
}

// PPSWithReplacement draws units with the expected hits given, as ExpectedHits gives them: n = Σ hits independent
// draws, a unit at each with probability hits/n. It returns n positions in ascending order, a unit as many times as
// it was hit. The hits are multinomial:
//
//	E(h_k) = μ_k,  Var(h_k) = μ_k(1 - μ_k/n),  Cov(h_k, h_l) = -μ_k·μ_l/n
//
// The weight of a hit is 1/μ. It panics where μ is negative or not finite, and unless Σμ is whole to 1e-6.
//
// Hansen and Hurwitz (1943), Annals of Mathematical Statistics 14:333-362.
func PPSWithReplacement(rng *rand.Rand, hits []float64) []int {
	total := 0.0
	for i, h := range hits {
		if !(h >= 0) || math.IsInf(h, 1) {
			panic(fmt.Sprintf("sampling: expected hits of unit %d are %v, want a finite number, 0 or more", i, h))
		}
		total += h
	}
	n := math.Round(total)
	if !isWhole(total) {
		panic(fmt.Sprintf("sampling: expected hits add up to %v, want a whole number", total))
	}
	points := make([]float64, int(n))
	for i := range points {
		points[i] = rng.Float64() * total
	}
	slices.Sort(points)
	return unitsAt(points, hits)
}

// unitsAt gives for every point the unit in whose stretch of the cumulated lengths it falls. Points come in ascending
// order, below the sum of the lengths.
func unitsAt(points, length []float64) []int {
	units := make([]int, 0, len(points))
	end := 0.0
	for i, x := range length {
		end += x
		for len(units) < len(points) && points[len(units)] < end {
			units = append(units, i)
		}
	}
	return units
}

// InclusionWithReplacement gives the probability that a unit is hit at least once in n draws with the expected hits
// given:
//
//	π = 1 - (1 - μ/n)^n,  n = Σμ
//
// It is that of the set of different units drawn.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 2.9.
func InclusionWithReplacement(hits []float64) []float64 {
	n := math.Round(sumOf(hits))
	pi := make([]float64, len(hits))
	for i, h := range hits {
		if h > 0 {
			pi[i] = -math.Expm1(n * math.Log1p(-math.Min(1, h/n)))
		}
	}
	return pi
}
