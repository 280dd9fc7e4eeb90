package sampling

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// NumberedGroups assigns each unit to one of the groups 0 … groups-1 by its permanent random number, ⌊u·groups⌋. A unit
// keeps its group whatever happens to other units; each group is equally likely, independently for each unit, so that
// sizes differ at random. The numbers should not be those by which the frame is sampled; another seed gives others.
// NumberedGroups panics unless there is a group and every number is in (0, 1).
func NumberedGroups(u []float64, groups int) []int {
	mustBeNumbers(u)
	mustBeGroups(groups)
	group := make([]int, len(u))
	for i, x := range u {
		group[i] = int(x * float64(groups))
	}
	return group
}

// SystematicGroups deals units out to the groups 0 … groups-1 in turn, stratum by stratum and in the order of the frame
// within a stratum, from a group drawn at random. Each unit has the same chance of every group. Sizes differ by at most
// one, in the frame and in each stratum, and a frame in geographic order gives every group units from everywhere. A
// unit that comes later belongs to no group: deal the new units out among themselves. stratum[i] is the stratum of unit
// i; nil means there is one stratum. SystematicGroups panics unless there is a group.
func SystematicGroups(rng *rand.Rand, units int, stratum []int, groups int) []int {
	mustBeGroups(groups)
	if stratum != nil && len(stratum) != units {
		panic(fmt.Sprintf("sampling: %d units, strata of %d", units, len(stratum)))
	}
	order := upTo(units)
	if stratum != nil {
		slices.SortStableFunc(order, func(i, j int) int { return stratum[i] - stratum[j] })
	}
	group := make([]int, units)
	next := rng.IntN(groups)
	for _, i := range order {
		group[i] = next
		next = (next + 1) % groups
	}
	return group
}

func mustBeGroups(groups int) {
	if groups < 1 {
		panic(fmt.Sprintf("sampling: %d rotation groups", groups))
	}
}
