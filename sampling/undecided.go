package sampling

import (
	"cmp"
	"math"
	"slices"
)

// The splitting methods (cube, pivotal) carry probabilities ψ that start at π and end at 0 or 1. A unit is undecided
// while 0 < ψ < 1.

// settled is the distance from 0 or 1 within which ψ is taken for it. Rounding leaves a few times 1e-16 where the exact
// result is 0 or 1; the probability of a unit changes by no more than this in a step.
const settled = 1e-14

// allButDecided is the distance from 0 or 1 within which ψ is taken for it where few units are left: sums of ψ that
// decide which samples are possible are exact to 1e-14, and must tell all units apart.
const allButDecided = 1e-11

func isUndecided(psi float64) bool { return psi > 0 && psi < 1 }

func snapped(psi float64) float64 {
	switch {
	case psi < settled:
		return 0
	case psi > 1-settled:
		return 1
	}
	return psi
}

// startFrom returns the ψ that start from the given probabilities.
func startFrom(pi []float64) (psi []float64) {
	psi = make([]float64, len(pi))
	for i, p := range pi {
		psi[i] = snapped(p)
	}
	return psi
}

func undecidedUnits(psi []float64) (units []int) {
	for i, p := range psi {
		if isUndecided(p) {
			units = append(units, i)
		}
	}
	return units
}

func takenUnits(psi []float64) []int {
	units := []int{}
	for i, p := range psi {
		if p == 1 {
			units = append(units, i)
		}
	}
	return units
}

func sumOver(psi []float64, units []int) (sum float64) {
	for _, u := range units {
		sum += psi[u]
	}
	return sum
}

// settle makes Σψ over the given undecided units whole if rounding, here or in π itself, has left it a little off, and
// returns the units that are still undecided. Units that are all but decided are decided first. The unit farthest from
// 0 and 1 takes up the difference; where none has room for it all are decided, each being nearer to 0 or 1 than
// `whole`.
func settle(psi []float64, units []int) []int {
	units = decideNearest(psi, units, allButDecided)
	sum := sumOver(psi, units)
	if len(units) == 0 || !isWhole(sum) {
		return units
	}
	room := func(u int) float64 { return min(psi[u], 1-psi[u]) }
	widest := slices.MaxFunc(units, func(a, b int) int { return cmp.Compare(room(a), room(b)) })
	off := math.Round(sum) - sum
	if room(widest) > math.Abs(off)+allButDecided {
		psi[widest] += off
		return units
	}
	return decideNearest(psi, units, 1)
}

// decideNearest rounds ψ of the units that are nearer to 0 or 1 than tol, and returns the others.
func decideNearest(psi []float64, units []int, tol float64) (left []int) {
	for _, u := range units {
		if rounded := math.Round(psi[u]); math.Abs(psi[u]-rounded) < tol {
			psi[u] = rounded
		} else {
			left = append(left, u)
		}
	}
	return left
}
