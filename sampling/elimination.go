package sampling

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// An elimination takes units away one by one until n are left. With π(k|i) the inclusion probabilities of samples of i
// units in proportion to size x, unit k, if it is still there, goes at the step from i+1 to i units with probability
//
//	r_k(i) = 1 - π(k|i)/π(k|i+1),
//
// which adds up to 1 over the units still there; so unit k is left with probability π(k|n).
//
// In descending order of size the units with π(k|i) = 1 come first, fewer of them the smaller i is: the certain ones
// of size i. All others have the same r, since π(k|i) = x_k·c(i). Hence a step is a lottery between the units that
// cease to be certain and, as one, the pool of those that did before; in the pool all chances are equal. The whole
// takes N steps of one draw after sorting.
//
// Tillé (1996), Biometrika 83:238-241; Deville and Tillé (1998), Biometrika 85:89-101.
type elimination struct {
	order   []int     // open units by descending size, ties in order of position
	x       []float64 // their sizes
	n       int
	certain []int     // certain[i]: how many units are certain for samples of i units; n ≤ i ≤ N
	scale   []float64 // c(i)
	leaves  []int     // of each unit, the largest i for which it is not certain
}

// newElimination is for sizes whose sum is n, each below 1, so that π(k|n) is the size.
func newElimination(size []float64, n int) *elimination {
	units := len(size)
	e := &elimination{n: n, x: make([]float64, units), order: make([]int, units),
		certain: make([]int, units+1), scale: make([]float64, units+1), leaves: make([]int, units)}
	for k := range e.order {
		e.order[k] = k
	}
	slices.SortFunc(e.order, func(a, b int) int { return cmp.Or(cmp.Compare(size[b], size[a]), a-b) })
	for k, u := range e.order {
		e.x[k] = size[u]
	}
	e.schedule()
	return e
}

// schedule finds who is certain for samples of N, N-1, … n units. The last of the certain units, of rank a, ceases to
// be certain where its share of the rest, (i-a+1)·x_a/Σ_{k≥a} x_k, is below 1.
func (e *elimination) schedule() {
	units := len(e.x)
	rest := make([]float64, units+1) // Σ x from a rank on
	for k := units - 1; k >= 0; k-- {
		rest[k] = rest[k+1] + e.x[k]
	}
	a := units
	e.certain[units] = a
	for i := units - 1; i >= e.n; i-- {
		for a > 0 && (i == e.n || float64(float64(i-a+1)*e.x[a-1]) < rest[a-1]) {
			a--
			e.leaves[a] = i
		}
		e.certain[i] = a
		e.scale[i] = float64(i-a) / rest[a]
	}
}

// risk is r_k(i) of a unit that ceases to be certain at size i.
func (e *elimination) risk(k, i int) float64 {
	return max(0, 1-float64(e.x[k]*e.scale[i]))
}

// poolRisk is r(i) of the units of the pool, of which i+1-certain[i+1] are still there; 0 if there are none.
func (e *elimination) poolRisk(i int) float64 {
	if e.certain[i+1] == i+1 {
		return 0
	}
	rest := 1.0
	for k := e.certain[i]; k < e.certain[i+1]; k++ {
		rest -= e.risk(k, i)
	}
	return max(0, rest) / float64(i+1-e.certain[i+1])
}

// draw gives the indices of the n units left.
func (e *elimination) draw(rng *rand.Rand) []int {
	pool := make([]int, 0, len(e.x))
	for i := len(e.x) - 1; i >= e.n; i-- {
		pool = e.step(rng, i, pool)
	}
	for j, k := range pool {
		pool[j] = e.order[k]
	}
	return pool
}

// step takes one unit away, so that i are left, and returns the pool with those of the units no longer certain that
// stay. If rounding leaves nobody to go where the pool is empty, the last of them goes.
func (e *elimination) step(rng *rand.Rand, i int, pool []int) []int {
	from, to := e.certain[i], e.certain[i+1]
	gone := to
	if from < to {
		gone = e.lottery(rng, i)
	}
	if gone == to && len(pool) > 0 {
		j, last := rng.IntN(len(pool)), len(pool)-1
		pool[j] = pool[last]
		pool = pool[:last]
	} else if gone == to {
		gone = to - 1
	}
	for k := from; k < to; k++ {
		if k != gone {
			pool = append(pool, k)
		}
	}
	return pool
}

// lottery gives the rank of the unit that goes among those that cease to be certain, or one beyond for the pool.
func (e *elimination) lottery(rng *rand.Rand, i int) int {
	u := rng.Float64()
	for k := e.certain[i]; k < e.certain[i+1]; k++ {
		if u -= e.risk(k, i); u < 0 {
			return k
		}
	}
	return e.certain[i+1]
}
