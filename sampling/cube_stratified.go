package sampling

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

// StratifiedCube draws a sample that has a fixed size in every stratum and is balanced overall: with s the sample and
// U_h the units of stratum h,
//
//	|s ∩ U_h| = Σ_{U_h} π_i   for every stratum h
//	Σ_s x_ij/π_i = Σ_U x_ij   for every variable j, as nearly as whole units can
//
// Every unit keeps its inclusion probability π_i exactly. stratum has a label for every unit; x[j] is the column of
// variable j, as for Cube. π need not be among the variables. Within large strata the sample is nearly balanced too.
//
// Each stratum has a flight of its own, which leaves a few undecided units; these fly on with those of the strata
// before, in balance overall and with the strata's sizes kept. No more than q strata of at least two units are ever
// left, q being the number of variables, so that the work grows with the number of units and not with its product with
// that of the strata. The landing is that of CubeLand over the samples with the right size in every stratum. At the end
// the balance is off by less than
//
//	2q · max_i |x_ij|/π_i
//
// Strata are visited in the order of their labels, units in that of the frame. StratifiedCube panics if Σπ of a stratum
// is not whole (to 1e-6), and where Cube does.
//
// Hasler and Tillé (2014), Computational Statistics and Data Analysis 74:81-94; Chauvet (2009), Survey Methodology
// 35:115-119.
func StratifiedCube(rng *rand.Rand, pi []float64, stratum []int, x [][]float64) []int {
	e := newEquations(pi, x)
	if len(stratum) != len(pi) {
		panic(fmt.Sprintf("sampling: %d strata labels for %d units", len(stratum), len(pi)))
	}
	psi := startFrom(pi)
	e.group = make([]int, len(pi))
	var left []int
	for _, units := range unitsByStratum(stratum) {
		mustBeWholeIn(pi, units, stratum[units[0]])
		left = append(left, e.flyIn(rng, psi, units, stratum)...)
		left = e.flyIn(rng, psi, left, stratum)
	}
	e.groups = numberGroups(e.group, left, stratum)
	e.land(rng, psi, left)
	return takenUnits(psi)
}

// unitsByStratum returns the units of each stratum, in the order of the labels.
func unitsByStratum(stratum []int) (strata [][]int) {
	units := upTo(len(stratum))
	slices.SortStableFunc(units, func(a, b int) int { return cmp.Compare(stratum[a], stratum[b]) })
	for start, i := 0, 1; i <= len(units); i++ {
		if i == len(units) || stratum[units[i]] != stratum[units[start]] {
			strata = append(strata, units[start:i])
			start = i
		}
	}
	return strata
}

func mustBeWholeIn(pi []float64, units []int, stratum int) {
	if sum := sumOver(pi, units); !isWhole(sum) {
		panic(fmt.Sprintf("sampling: π of stratum %d adds up to %v, want a whole number", stratum, sum))
	}
}

// numberGroups gives each stratum of the given units a number, in the order in which they occur (units of a stratum lie
// next to each other), and returns how many there are.
func numberGroups(group []int, units, stratum []int) (groups int) {
	for i, u := range units {
		if i == 0 || stratum[u] != stratum[units[i-1]] {
			groups++
		}
		group[u] = groups - 1
	}
	return groups
}

// flyIn is a flight of the given units that keeps the sizes of their strata. It settles what rounding leaves, so that
// a stratum has either no undecided unit or two.
func (e equations) flyIn(rng *rand.Rand, psi []float64, units, stratum []int) (left []int) {
	units = slices.DeleteFunc(slices.Clone(units), func(u int) bool { return !isUndecided(psi[u]) })
	e.groups = numberGroups(e.group, units, stratum)
	for _, part := range e.parts(psi, e.fly(rng, psi, units)) {
		left = append(left, part.units...)
	}
	return left
}
