package compare

import (
	"math"
	"slices"
)

// fewTests is up to which number of tests they are sorted by comparing them.
const fewTests = 4096

// sortRankedP sorts tests by p-value, equal ones by place.
func sortRankedP(tests []rankedP) {
	if len(tests) > fewTests {
		radixSort(tests)
		return
	}
	slices.SortFunc(tests, func(a, b rankedP) int {
		switch {
		case a.p < b.p:
			return -1
		case a.p > b.p:
			return 1
		}
		return a.at - b.at
	})
}

// radixSort sorts tests that come in the order of their places, digit by digit of 16 bits from the last on: the bits of
// numbers that are not negative are in the order of the numbers.
func radixSort(tests []rankedP) {
	const digits, values = 4, 1 << 16
	var next [values]int32
	from, to := tests, make([]rankedP, len(tests))
	for digit := range digits {
		shift := 16 * digit
		clear(next[:])
		for i := range from {
			next[keyOf(from[i].p)>>shift&(values-1)]++
		}
		at := int32(0)
		for v, n := range next {
			next[v], at = at, at+n
		}
		for i := range from {
			v := keyOf(from[i].p) >> shift & (values - 1)
			to[next[v]] = from[i]
			next[v]++
		}
		from, to = to, from
	}
}

// keyOf are the bits of a p-value, turned where it is below 0, which none should be.
func keyOf(p float64) uint64 {
	bits := math.Float64bits(p + 0) // -0 is 0
	if bits>>63 == 1 {
		return ^bits
	}
	return bits | 1<<63
}
