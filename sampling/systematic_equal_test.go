package sampling_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// An equalDesign draws n of size units with equal probabilities.
type equalDesign struct {
	name  string
	draw  func(rng *rand.Rand, n, size int) []int
	joint func(n, size int) *mat.SymDense
}

var equalDesigns = []equalDesign{
	{"SRS", sampling.SRS, sampling.JointSRS},
	{"fractional interval", sampling.FractionalSystematic, sampling.JointFractionalSystematic},
	{"circular", sampling.CircularSystematic, sampling.JointCircularSystematic},
}

// TestEqualProbabilities: with intervals that are whole and that are not, below and above 2, and for the circle with
// the interval rounded up, rounded down, and changed since it would meet units twice (4 of 6, 6 of 8).
func TestEqualProbabilities(t *testing.T) {
	for _, d := range equalDesigns {
		for _, c := range []struct{ n, size int }{
			{3, 7}, {4, 10}, {4, 11}, {7, 10}, {4, 6}, {6, 8}, {3, 9}, {1, 4}, {5, 5}, {1, 1},
		} {
			f := simulate(c.size, 5_000, func(rng *rand.Rand) []int { return d.draw(rng, c.n, c.size) })
			f.check(t, d.joint(c.n, c.size).At)
			if t.Failed() {
				t.Fatalf("%s, %d of %d", d.name, c.n, c.size)
			}
		}
	}
}

// TestEqualProbabilityJoint: π_kk = n/N, and Σ_l π_kl = n·π_k since the size is fixed (Särndal, Swensson and Wretman
// 1992, result 2.6.2), for every n and N to 24.
func TestEqualProbabilityJoint(t *testing.T) {
	for _, d := range equalDesigns {
		for size := 1; size <= 24; size++ {
			for n := 0; n <= size; n++ {
				joint := d.joint(n, size)
				pi := float64(n) / float64(size)
				for k := range size {
					sum := floats.Sum(mat.Row(nil, k, joint))
					if !scalar.EqualWithinAbs(sum, float64(n)*pi, 1e-12) || joint.At(k, k) != pi {
						t.Fatalf("%s, %d of %d: π %v, Σ_l π_kl %v", d.name, n, size, joint.At(k, k), sum)
					}
				}
			}
		}
	}
}

func TestEqualProbabilitySample(t *testing.T) {
	for _, d := range equalDesigns {
		rapid.Check(t, func(t *rapid.T) {
			size := rapid.IntRange(0, 300).Draw(t, "size")
			n := rapid.IntRange(0, size).Draw(t, "n")
			s := d.draw(sampling.Source(rapid.Uint64().Draw(t, "seed"), ""), n, size)
			if len(s) != n || !strictlyRising(s) || n > 0 && (s[0] < 0 || s[n-1] >= size) {
				t.Fatalf("%s: sample %v of %d of %d", d.name, s, n, size)
			}
		})
		for _, n := range []int{-1, 4} {
			mustPanic(t, d.name, func() { d.draw(sampling.Source(1, ""), n, 3) })
			mustPanic(t, d.name, func() { d.joint(n, 3) })
		}
		if !d.joint(0, 0).IsEmpty() {
			t.Errorf("%s: joint probabilities of no units", d.name)
		}
	}
}

// TestFractionalSystematicGaps: neighbours in the sample are ⌊N/n⌋ or ⌈N/n⌉ apart, round the end of the frame too, for
// frames of any length.
func TestFractionalSystematicGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.OneOf(rapid.IntRange(1, 1000), rapid.IntRange(1, math.MaxInt)).Draw(t, "size")
		n := rapid.IntRange(1, min(size, 500)).Draw(t, "n")
		s := sampling.FractionalSystematic(sampling.Source(rapid.Uint64().Draw(t, "seed"), ""), n, size)
		for j := range s {
			gap := size - s[n-1] + s[0]
			if j > 0 {
				gap = s[j] - s[j-1]
			}
			if gap != size/n && (gap != size/n+1 || size%n == 0) {
				t.Fatalf("a gap of %d in %v, %d of %d", gap, s, n, size)
			}
		}
	})
}

func TestIntervalSystematic(t *testing.T) {
	for _, c := range []struct{ k, size int }{{3, 10}, {3, 9}, {1, 4}, {7, 5}} {
		f := simulate(c.size, 5_000, func(rng *rand.Rand) []int {
			return sampling.IntervalSystematic(rng, c.k, c.size)
		})
		f.check(t, sampling.JointIntervalSystematic(c.k, c.size).At)
	}
	rapid.Check(t, func(t *rapid.T) {
		k, size := rapid.IntRange(1, 50).Draw(t, "k"), rapid.IntRange(0, 300).Draw(t, "size")
		s := sampling.IntervalSystematic(sampling.Source(rapid.Uint64().Draw(t, "seed"), ""), k, size)
		if len(s) != size/k && len(s) != (size+k-1)/k {
			t.Fatalf("%d units, every %d-th of %d", len(s), k, size)
		}
		for j, i := range s {
			if i != s[0]+j*k || s[0] >= k || i >= size {
				t.Fatalf("sample %v, every %d-th of %d", s, k, size)
			}
		}
	})
	mustPanic(t, "k = 0", func() { sampling.IntervalSystematic(sampling.Source(1, ""), 0, 3) })
	mustPanic(t, "size < 0", func() { sampling.IntervalSystematic(sampling.Source(1, ""), 1, -3) })
}

// TestSimpleDesignsAreFixed pins samples: a change here is another Algorithm.
func TestSimpleDesignsAreFixed(t *testing.T) {
	rng := func() *rand.Rand { return sampling.Source(2024, "stratum 001") }
	for _, tt := range []struct {
		name      string
		got, want []int
	}{
		{"fractional", sampling.FractionalSystematic(rng(), 5, 10_598), []int{596, 2716, 4835, 6955, 9075}},
		{"circular", sampling.CircularSystematic(rng(), 5, 10_598), []int{865, 2983, 5103, 7223, 9343}},
		{"interval", sampling.IntervalSystematic(rng(), 2_000, 10_598), []int{563, 2563, 4563, 6563, 8563, 10563}},
		{"Bernoulli", sampling.Bernoulli(rng(), 0.0005, 10_598), []int{1829, 3773, 4590, 9668}},
		{"Poisson", sampling.Poisson(rng(), []float64{0.1, 0.9, 0.5, 1, 0, 0.5, 0.5}), []int{1, 2, 3, 6}},
		{"with replacement", sampling.SRSWithReplacement(rng(), 5, 10), []int{2, 2, 3, 4, 5}},
		{"hits", sampling.PPSWithReplacement(rng(), []float64{2, 1, 0.5, 0.5, 1}), []int{0, 0, 1, 2, 4}},
	} {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("%s: %#v, want %v", tt.name, tt.got, tt.want)
		}
	}
}
