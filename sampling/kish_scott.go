package sampling

import (
	"math/rand/v2"
	"slices"
)

// KishScott draws a simple random sample of n units from a new stratum whose units come from several old strata, each
// of which had a simple random sample drawn, independently of the others, and keeps units of the old sample where it
// can. from[i] is the old stratum of unit i; units that are new in the frame share a label of their own. drawn are the
// positions, ascending, of the units of the new stratum that were in the old sample.
//
// The numbers nj to be had from each old stratum are those of a fresh simple random sample of n units. Of the mj old
// units from stratum j, nj are kept at random if there are as many; else all are kept and nj - mj more are drawn from
// the others at random. Given mj, the old units are a simple random sample of what the old stratum has in the new one;
// so the nj units are one too, and the whole is a simple random sample of n, exactly. KishScottOverlap is the mean
// number of units kept.
//
// With one old stratum the whole sample stays, up to the change of its size. Samples from new strata depend on one
// another where these have units of one old stratum. After such a draw old strata are not independent, and the next
// change of strata cannot be treated in this way. SequentialSRS with permanent random numbers has no such limit and
// often keeps more; RetrospectiveSRS gives the numbers. KishScott panics unless 0 ≤ n ≤ len(from) and the positions are
// ascending.
//
// After Kish and Scott (1971), Journal of the American Statistical Association 66:461-470, for equal probabilities.
func KishScott(rng *rand.Rand, from, drawn []int, n int) []int {
	mustBeSample(drawn, len(from))
	wanted := map[int]int{}
	for _, i := range SRS(rng, n, len(from)) {
		wanted[from[i]]++
	}
	in := membership(drawn, len(from))
	old, other := map[int][]int{}, map[int][]int{}
	for i, label := range from {
		if in[i] {
			old[label] = append(old[label], i)
		} else {
			other[label] = append(other[label], i)
		}
	}
	var units []int
	for _, label := range labels(from) {
		units = append(units, retainOrAdd(rng, old[label], other[label], wanted[label])...)
	}
	slices.Sort(units)
	return units
}

// retainOrAdd draws n units at random, from the old ones as far as these go.
func retainOrAdd(rng *rand.Rand, old, other []int, n int) []int {
	units := among(rng, old, min(n, len(old)))
	return append(units, among(rng, other, n-len(units))...)
}

// among draws n of the units at random.
func among(rng *rand.Rand, units []int, n int) []int {
	drawn := SRS(rng, n, len(units))
	for k, i := range drawn {
		drawn[k] = units[i]
	}
	return drawn
}

// labels gives the different labels in ascending order.
func labels(of []int) []int {
	sorted := slices.Clone(of)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}
