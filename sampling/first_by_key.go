package sampling

import (
	"container/heap"
	"fmt"
	"math"
	"slices"
)

// FirstByKey gives the positions, ascending, of the n units with the smallest keys; of equal keys the earlier position
// counts as smaller. A unit with key +Inf is never drawn. FirstByKey panics if a key is NaN or fewer than n keys are
// below +Inf.
func FirstByKey(keys []float64, n int) []int {
	return firstOf(keys, n).units()
}

// KeyThreshold says why a unit is among the n with the smallest keys or not: last is the largest key drawn (-Inf if
// none is), next the smallest key below +Inf left out (+Inf if none is). A unit with a key below next is in, one with a
// key above last is not; where last and next are equal, positions decided. It panics as FirstByKey does.
func KeyThreshold(keys []float64, n int) (last, next float64) {
	f := firstOf(keys, n)
	last, next = math.Inf(-1), f.next
	if n > 0 {
		last = f.kept[0].key
	}
	return last, next
}

// FirstByKeyInStrata gives the positions, ascending, of the n[h] units of each stratum h with the smallest keys.
// stratum[i] is the stratum of unit i, from 0 to len(n)-1. A key does not depend on the stratum, so that a unit which
// changes stratum keeps its key, and with it, mostly, its place in or out of the sample. The error names a stratum that
// has too few units with a key below +Inf.
//
// Ohlsson (1995), as in PermanentRandomNumber.
func FirstByKeyInStrata(keys []float64, stratum, n []int) ([]int, error) {
	if len(stratum) != len(keys) {
		panic("sampling: keys and strata differ in length")
	}
	first := make([]*firstKeys, len(n))
	for h := range first {
		first[h] = newFirstKeys(n[h])
	}
	for i, key := range keys {
		if stratum[i] < 0 || stratum[i] >= len(n) {
			panic(fmt.Sprintf("sampling: unit %d is in stratum %d of %d", i, stratum[i], len(n)))
		}
		first[stratum[i]].add(i, key)
	}
	var units []int
	for h, f := range first {
		if len(f.kept) < n[h] {
			return nil, fmt.Errorf("sampling: stratum %d: want %d units, have %d", h, n[h], len(f.kept))
		}
		units = append(units, f.units()...)
	}
	slices.Sort(units)
	return units, nil
}

func firstOf(keys []float64, n int) *firstKeys {
	f := newFirstKeys(n)
	for i, key := range keys {
		f.add(i, key)
	}
	if len(f.kept) < n {
		panic(fmt.Sprintf("sampling: cannot draw %d of %d units", n, len(f.kept)))
	}
	return f
}

// firstKeys keeps the n smallest of the keys it is shown, in time of order N·log n at most.
type firstKeys struct {
	n    int
	kept largestFirst
	next float64 // the smallest key left out
}

func newFirstKeys(n int) *firstKeys {
	if n < 0 {
		panic(fmt.Sprintf("sampling: cannot draw %d units", n))
	}
	return &firstKeys{n: n, next: math.Inf(1)}
}

func (f *firstKeys) add(unit int, key float64) {
	shown := unitKey{key, unit}
	switch {
	case math.IsNaN(key):
		panic(fmt.Sprintf("sampling: the key of unit %d is not a number", unit))
	case math.IsInf(key, 1):
	case len(f.kept) < f.n:
		heap.Push(&f.kept, shown)
	case f.n > 0 && shown.before(f.kept[0]):
		f.next = f.kept[0].key // below all that were left out before
		f.kept[0] = shown
		heap.Fix(&f.kept, 0)
	default:
		f.next = math.Min(f.next, key)
	}
}

func (f *firstKeys) units() []int {
	units := make([]int, 0, len(f.kept))
	for _, k := range f.kept {
		units = append(units, k.unit)
	}
	slices.Sort(units)
	return units
}

type unitKey struct {
	key  float64
	unit int
}

func (a unitKey) before(b unitKey) bool {
	return a.key < b.key || a.key == b.key && a.unit < b.unit
}

// largestFirst is a heap with the largest key on top, the next to go.
type largestFirst []unitKey

func (h largestFirst) Len() int           { return len(h) }
func (h largestFirst) Less(i, j int) bool { return h[j].before(h[i]) }
func (h largestFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *largestFirst) Push(x any)        { *h = append(*h, x.(unitKey)) }
func (h *largestFirst) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}
