package sampling

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// FractionalSystematic draws exactly n of the units 0 … size-1 at the fractional interval N/n, N being size: with a
// random start r, one of 0 … N-1, unit i is drawn where for some j = 0 … n-1
//
//	i = ⌊(r + j·N)/n⌋
//
// Every unit has inclusion probability n/N exactly: all is whole numbers. Units come in ascending order. It is
// Systematic with equal π, without its rounding. It panics unless 0 ≤ n ≤ size.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 3.4.2.
func FractionalSystematic(rng *rand.Rand, n, size int) []int {
	mustDraw(n, size)
	if n == 0 {
		return nil
	}
	start := rng.IntN(size)
	// The quotient and the rest of (r + j·N)/n are carried along: the product could overflow.
	at, rest := start/n, start%n
	units := make([]int, n)
	for j := range units {
		units[j] = at
		at += size / n
		if rest += size % n; rest >= n {
			at, rest = at+1, rest-n
		}
	}
	return units
}

// JointFractionalSystematic gives the joint inclusion probabilities of FractionalSystematic. A unit is drawn for n
// neighbouring starts of the N on a circle, and with d = n·(l-k) mod N two units share
//
//	π_kl = (max(0, n-d) + max(0, n-N+d))/N
//
// Those of near units are 0 where N ≥ 2n: the sample gives no unbiased estimate of variance.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 3.4.1.
func JointFractionalSystematic(n, size int) *mat.SymDense {
	mustDraw(n, size)
	return jointBy(size, func(k, l int) float64 {
		d := n * (l - k) % size
		return float64(max(0, n-d)+max(0, n-size+d)) / float64(size)
	})
}

// IntervalSystematic draws every k-th of the units 0 … size-1 from a random start among the first k. Every unit has
// inclusion probability 1/k. The size of the sample is ⌊size/k⌋ or ⌈size/k⌉, and may be 0 where size < k. Units come in
// ascending order. It panics unless k ≥ 1 and size ≥ 0.
//
// Cochran (1977), Sampling Techniques, section 8.1.
func IntervalSystematic(rng *rand.Rand, k, size int) []int {
	mustBeInterval(k)
	mustDraw(0, size)
	var units []int
	for i := rng.IntN(k); i < size; i += k {
		units = append(units, i)
	}
	return units
}

// JointIntervalSystematic gives the joint inclusion probabilities of IntervalSystematic: 1/k for units a multiple of k
// apart, 0 for others.
func JointIntervalSystematic(k, size int) *mat.SymDense {
	mustBeInterval(k)
	mustDraw(0, size)
	return jointBy(size, func(i, j int) float64 {
		if (j-i)%k != 0 {
			return 0
		}
		return 1 / float64(k)
	})
}

func mustBeInterval(k int) {
	if k < 1 {
		panic(fmt.Sprintf("sampling: an interval of %d, want 1 or more", k))
	}
}

// CircularSystematic draws exactly n of the units 0 … N-1, N being size, taken as a circle: every k-th from a random
// start among all N. k is N/n rounded to the nearest whole number, half up; where that would meet a unit twice, which
// it does if N/gcd(N, k) < n, k is ⌊N/n⌋. Every unit has inclusion probability n/N. Units come in ascending order. It
// panics unless 0 ≤ n ≤ size.
//
// FractionalSystematic has the same size and probabilities, and spreads the sample evenly where n does not divide N:
// there k misses N/n, and a part of the circle is met once more, or once less, than the rest.
//
// Lahiri's method: Murthy (1967), Sampling Theory and Methods, chapter 5; Sudakar (1978), Sankhyā C 40:72-73, on units
// met twice.
func CircularSystematic(rng *rand.Rand, n, size int) []int {
	mustDraw(n, size)
	if n == 0 {
		return nil
	}
	k, at := circularInterval(n, size), rng.IntN(size)
	drawn := make([]int, n)
	for j := range drawn {
		drawn[j] = at
		at = (at + k) % size
	}
	slices.Sort(drawn)
	return drawn
}

func circularInterval(n, size int) int {
	k := size / n
	if up := (size + n/2) / n; size/greatestCommonDivisor(size, up) >= n {
		k = up
	}
	return k
}

func greatestCommonDivisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// JointCircularSystematic gives the joint inclusion probabilities of CircularSystematic: units d apart on the circle
// come together in as many of the N samples as there are pairs of steps that lie d apart,
//
//	π_kl = (c(d) + c(N-d))/N,  c(d) = Σ_m (n-m) over m = 1 … n-1 with m·k ≡ d (mod N)
//
// All are positive only where every distance is a multiple of ±k below n, which needs n > N/2: as a rule there is no
// unbiased estimate of variance.
func JointCircularSystematic(n, size int) *mat.SymDense {
	mustDraw(n, size)
	if n == 0 {
		return jointBy(size, func(_, _ int) float64 { return 0 })
	}
	together := make([]int, size)
	together[0] = n
	for m, k := 1, circularInterval(n, size); m < n; m++ {
		d := m * k % size
		together[d] += n - m
		together[size-d] += n - m
	}
	return jointBy(size, func(i, j int) float64 { return float64(together[j-i]) / float64(size) })
}
