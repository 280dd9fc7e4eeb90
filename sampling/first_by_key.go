package sampling

import (
	"fmt"
	"slices"
)

// FirstByKey gives the positions, ascending, of the n units with the smallest keys; of equal keys the earlier position
// counts as smaller. A unit with key +Inf is never drawn. FirstByKey panics if a key is NaN or fewer than n keys are
// below +Inf.
func FirstByKey(keys []float64, n int) []int {
	s := NewSmallestKeys[int](n)
	for i, key := range keys {
		s.Add(i, key)
	}
	if len(s.kept) < n {
		panic(fmt.Sprintf("sampling: cannot draw %d of %d units", n, len(s.kept)))
	}
	return s.Sample()
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
	first := make([]*SmallestKeys[int], len(n))
	for h := range first {
		first[h] = NewSmallestKeys[int](n[h])
	}
	for i, key := range keys {
		if stratum[i] < 0 || stratum[i] >= len(n) {
			panic(fmt.Sprintf("sampling: unit %d is in stratum %d of %d", i, stratum[i], len(n)))
		}
		first[stratum[i]].Add(i, key)
	}
	var units []int
	for h, s := range first {
		if len(s.kept) < n[h] {
			return nil, fmt.Errorf("sampling: stratum %d: want %d units, have %d", h, n[h], len(s.kept))
		}
		units = append(units, s.Sample()...)
	}
	slices.Sort(units)
	return units, nil
}
