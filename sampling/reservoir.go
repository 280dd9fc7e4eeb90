package sampling

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

// A Reservoir draws n units by simple random sampling without replacement from a stream of unknown length, in memory of
// the size of the sample. It is the design of SRS by another algorithm: the same random numbers give another sample.
type Reservoir[U any] struct {
	rng   *rand.Rand
	n     int
	seen  int
	kept  []arrival[U]
	limit float64 // the skip in progress ends when pass falls to it
	pass  float64 // the probability that a skip lasts over the units since the last one kept
}

// An arrival is a unit with its place in the stream.
type arrival[U any] struct {
	at   int
	unit U
}

// NewReservoir is a reservoir for n units. It panics if n is negative.
//
// Vitter (1985), ACM Transactions on Mathematical Software 11:37-57, algorithm X: one random number for the skip and
// one for the place, for every unit kept; every unit costs a product.
func NewReservoir[U any](rng *rand.Rand, n int) *Reservoir[U] {
	if n < 0 {
		panic(fmt.Sprintf("sampling: a reservoir of %d units", n))
	}
	return &Reservoir[U]{rng: rng, n: n}
}

// Add offers the next unit of the stream.
func (r *Reservoir[U]) Add(u U) {
	r.seen++
	switch {
	case r.n == 0:
	case r.seen <= r.n:
		r.kept = append(r.kept, arrival[U]{r.seen, u})
		if r.seen == r.n {
			r.startSkip()
		}
	case r.arrives():
		r.kept[r.rng.IntN(r.n)] = arrival[U]{r.seen, u}
		r.startSkip()
	}
}

func (r *Reservoir[U]) startSkip() { r.limit, r.pass = r.rng.Float64(), 1 }

// arrives says whether the skip ends at this unit. A unit, the t-th, is kept with probability n/t, so that with v
// uniform the skip ends where Π (1 - n/t) over the units since the last one kept falls to v.
func (r *Reservoir[U]) arrives() bool {
	r.pass *= float64(r.seen-r.n) / float64(r.seen)
	return r.pass <= r.limit
}

// Seen is the number of units offered so far.
func (r *Reservoir[U]) Seen() int { return r.seen }

// Sample gives the units drawn, in their order in the stream: each of the units seen so far with probability n/seen, or
// all where they are no more than n.
func (r *Reservoir[U]) Sample() []U { return inOrder(r.kept) }

func inOrder[U any](kept []arrival[U]) []U {
	sorted := slices.SortedFunc(slices.Values(kept), func(a, b arrival[U]) int { return cmp.Compare(a.at, b.at) })
	units := make([]U, len(sorted))
	for i, a := range sorted {
		units[i] = a.unit
	}
	return units
}
