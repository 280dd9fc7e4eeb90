package sampling

import (
	"math/rand/v2"
	"slices"
)

// A Group is a set of units that are drawn from together: a stratum.
type Group struct {
	Code  string
	Units []int // positions in the frame, ascending
}

// GroupBy groups units by code, one a unit, in ascending order of code.
func GroupBy(code []string) []Group {
	order := sortedBy(len(code), func(i int) string { return code[i] })
	var groups []Group
	for first, i := 0, 1; i <= len(order); i++ {
		if i == len(order) || code[order[i]] != code[order[first]] {
			groups = append(groups, Group{code[order[first]], order[first:i:i]})
			first = i
		}
	}
	return groups
}

// Stratified draws in every stratum independently and returns the drawn units of all in ascending order. draw is any
// design: it draws from the units of stratum h and gives their positions within it, so that
//
//	draw := func(rng *rand.Rand, h int) []int { return sampling.SRS(rng, n[h], len(strata[h].Units)) }
//
// is stratified simple random sampling with allocation n. Inclusion probabilities are those of the design within the
// stratum, and units of different strata have π_kl = π_k·π_l.
//
// Each stratum has its own random numbers, from the stream "stratum " and its code: what is drawn in one does not
// depend on which others there are. Strata are expected not to overlap and to have different codes.
//
// Cochran (1977), Sampling Techniques, chapter 5.
func Stratified(seed uint64, strata []Group, draw func(rng *rand.Rand, h int) []int) []int {
	var drawn []int
	for h, s := range strata {
		for _, i := range draw(Source(seed, stratumStream(s.Code)), h) {
			drawn = append(drawn, s.Units[i])
		}
	}
	slices.Sort(drawn)
	return drawn
}

func stratumStream(code string) string { return "stratum " + code }
