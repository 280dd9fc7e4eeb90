package sampling

import (
	"math"
)

// SequentialSRS draws n units by their permanent random numbers, those with the smallest numbers. It is simple random
// sampling without replacement, since the numbers order the frame at random. Two samples of n and n' units drawn from
// one frame by the same numbers share min(n, n') of them. Units that are born or die between the samples are drawn or
// drop out in proportion. The key of a unit is its number; positions come in ascending order.
//
// SequentialSRS panics unless 0 ≤ n ≤ len(u) and every number is in (0, 1).
//
// Ohlsson (1995), as in PermanentRandomNumber. The numbers of StartAt draw the units that come first after a start.
func SequentialSRS(u []float64, n int) []int {
	mustBeNumbers(u)
	return FirstByKey(u, n)
}

// CoordinatedBernoulli draws each unit whose number is below p, so that each has inclusion probability p, independently
// of the others. The size is random, with mean p·len(u). It panics unless p is in [0, 1].
func CoordinatedBernoulli(u []float64, p float64) []int {
	pi := make([]float64, len(u))
	for i := range pi {
		pi[i] = p
	}
	return CoordinatedPoisson(u, pi)
}

// CoordinatedPoisson draws each unit whose number is below its inclusion probability π, independently of the others.
// The size is random, with mean Σπ. By the same numbers two samples with π and π' share Σ min(π, π') units on average,
// the most any two samples with these probabilities can share; by u and Mirrored(u), or by u and StartEach(u, π), it is
// Σ max(0, π + π' - 1), the least.
//
// Brewer, Early and Joyce (1972), Australian Journal of Statistics 14:231-239.
func CoordinatedPoisson(u, pi []float64) []int {
	mustBeKeyed(u, pi)
	var units []int
	for i, p := range pi {
		if u[i] < p {
			units = append(units, i)
		}
	}
	return units
}

// SequentialPoisson draws n = Σπ units, those with the smallest SequentialPoissonKeys. It differs from
// CoordinatedPoisson in that the size is fixed; the inclusion probabilities are near π, not equal to it. It panics
// unless Σπ is a whole number to 1e-6.
//
// Ohlsson (1998), Journal of Official Statistics 14:149-162.
func SequentialPoisson(u, pi []float64) []int {
	return FirstByKey(SequentialPoissonKeys(u, pi), mustBeWhole(sumOf(pi)))
}

// SequentialPoissonKeys gives the keys of sequential Poisson sampling,
//
//	u / π
//
// 0 for a unit with π = 1, which is always drawn, and +Inf for one with π = 0, which never is. A key depends on no
// other unit as long as π does not. A Poisson sample by the same numbers is the units with a key below 1.
func SequentialPoissonKeys(u, pi []float64) []float64 {
	return orderKeys(u, pi, func(u, p float64) float64 { return u / p })
}

// CoordinatedPareto draws n = Σπ units, those with the smallest ParetoKeys. Of the order sampling designs with targets
// π it has the smallest variance in large samples. Its inclusion probabilities are near π, and nearer than those of
// SequentialPoisson: of 0.2, 0.7, 0.8, 0.5, 0.4, 0.4 by 0.007 at most, not 0.033; for 12 of 60 units of lognormal size
// (σ = 0.8) by 0.04 %, not 2 %. It panics unless Σπ is a whole number to 1e-6.
//
// Rosén (1997), Journal of Statistical Planning and Inference 62:135-158 and 159-191.
func CoordinatedPareto(u, pi []float64) []int {
	return FirstByKey(ParetoKeys(u, pi), mustBeWhole(sumOf(pi)))
}

// ParetoKeys gives the keys of Pareto πps sampling,
//
//	u(1-π) / (π(1-u))
//
// 0 for a unit with π = 1, which is always drawn, and +Inf for one with π = 0, which never is.
func ParetoKeys(u, pi []float64) []float64 {
	return orderKeys(u, pi, func(u, p float64) float64 { return u * (1 - p) / (p * (1 - u)) })
}

// ExponentialUnit draws one unit with probability proportional to size, exactly: the one with the smallest
// ExponentialKeys. Done in every stratum of a design with one unit a stratum, it coordinates samples over any change of
// sizes and strata, and draws from different strata remain independent, which KeyfitzAcrossStrata does not give. It
// panics unless a size is above 0.
//
// Ohlsson (1996), report 194 as in RetrospectiveUnit.
func ExponentialUnit(u, size []float64) int {
	return FirstByKey(ExponentialKeys(u, size), 1)[0]
}

// ExponentialKeys gives competing exponential times,
//
//	-ln(1-u) / size
//
// +Inf for a unit of size 0. The smallest belongs to unit i with probability size_i / Σ size. The n smallest are a
// successive sample: its inclusion probabilities are not proportional to size for n > 1. The logarithm may differ in
// its last bit between processors, so that two keys which agree to 15 digits could change places.
func ExponentialKeys(u, size []float64) []float64 {
	mustBeNumbers(u)
	mustBeSizes(size)
	if len(size) != len(u) {
		panic("sampling: numbers and sizes differ in length")
	}
	keys := make([]float64, len(u))
	for i, s := range size {
		keys[i] = -math.Log1p(-u[i]) / s
	}
	return keys
}

// orderKeys gives the key of each unit that is neither certain nor impossible by the given formula.
func orderKeys(u, pi []float64, key func(u, p float64) float64) []float64 {
	mustBeKeyed(u, pi)
	keys := make([]float64, len(u))
	for i, p := range pi {
		switch p {
		case 0:
			keys[i] = math.Inf(1)
		case 1:
			keys[i] = 0
		default:
			keys[i] = key(u[i], p)
		}
	}
	return keys
}

func mustBeKeyed(u, pi []float64) {
	if len(u) != len(pi) {
		panic("sampling: numbers and probabilities differ in length")
	}
	mustBeNumbers(u)
	mustBeProbabilities(pi)
}
