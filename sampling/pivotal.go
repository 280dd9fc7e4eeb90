package sampling

import "math/rand/v2"

// Pivotal draws a sample of fixed size by the pivotal method, one unit after the other in the order of the frame: the
// unit that is undecided so far meets the next one, and of the two
//
//	one gets ψ_i + ψ_j, the other 0         if ψ_i + ψ_j < 1
//	one gets 1, the other ψ_i + ψ_j - 1     otherwise
//
// with the probabilities that keep the expectation of both; the one that is then undecided goes on. Every unit keeps
// its inclusion probability π, and the sample is spread over the frame about as evenly as a systematic one, but more
// samples are possible. The size is Σπ. Units come in ascending order.
//
// Pivotal panics if a π is not in [0, 1] or Σπ is not whole (to 1e-6).
//
// Deville and Tillé (1998), Biometrika 85:89-101; Chauvet (2012), Bernoulli 18:1320-1340.
func Pivotal(rng *rand.Rand, pi []float64) []int {
	psi := pivotalStart(pi)
	units := undecidedUnits(psi)
	for i := 0; i+1 < len(units); i++ {
		meet(rng, psi, units[i], units[i+1])
		if isUndecided(psi[units[i]]) {
			units[i+1] = units[i]
		}
	}
	return pivotalSample(psi)
}

// PivotalRandomOrder is Pivotal with the units in random order: nothing is spread, and most samples are possible.
func PivotalRandomOrder(rng *rand.Rand, pi []float64) []int {
	order := rng.Perm(len(pi))
	shuffled := make([]float64, len(pi))
	for i, u := range order {
		shuffled[i] = pi[u]
	}
	psi := make([]float64, len(pi))
	for _, i := range Pivotal(rng, shuffled) {
		psi[order[i]] = 1
	}
	return takenUnits(psi)
}

func pivotalStart(pi []float64) (psi []float64) {
	mustBeProbabilities(pi)
	mustBeWhole(sumOf(pi))
	return startFrom(pi)
}

// pivotalSample is the sample when at most one unit is undecided, by no more than rounding left over.
func pivotalSample(psi []float64) []int {
	settle(psi, undecidedUnits(psi))
	return takenUnits(psi)
}

// meet decides at least one of two undecided units. Two random outcomes keep the expectation: i gives to j all it can,
// or the other way round.
func meet(rng *rand.Rand, psi []float64, i, j int) {
	give, get := min(psi[i], 1-psi[j]), min(psi[j], 1-psi[i]) // what i can give to j and get from it
	sum := psi[i] + psi[j]
	keep, other := min(sum, 1), max(sum-1, 0)
	if float64(rng.Float64()*(give+get)) < give {
		psi[i], psi[j] = snapped(keep), snapped(other)
	} else {
		psi[i], psi[j] = snapped(other), snapped(keep)
	}
}
