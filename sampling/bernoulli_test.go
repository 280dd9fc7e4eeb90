package sampling_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func TestBernoulliProbabilities(t *testing.T) {
	for _, p := range []float64{0.1, 0.3, 0.85} { // below and above the change of formula of the skips
		pi := slices.Repeat([]float64{p}, 9)
		f := simulate(len(pi), 20_000, func(rng *rand.Rand) []int { return sampling.Bernoulli(rng, p, len(pi)) })
		f.check(t, sampling.JointPoisson(pi).At)
	}
}

// TestBernoulliSmallProbabilities: the units drawn in 500 draws of 10⁸ with p = 1e-7 are binomial, with mean 5000, so
// near to normal that the tolerance of a share holds; the work is that of the sample.
func TestBernoulliSmallProbabilities(t *testing.T) {
	const draws, size, p = 500, 100_000_000, 1e-7
	drawn, upper := 0, 0
	for seed := range uint64(draws) {
		for _, i := range sampling.Bernoulli(sampling.Source(seed, "small"), p, size) {
			drawn++
			if i >= size/2 {
				upper++
			}
		}
	}
	z := distuv.UnitNormal.Quantile(1 - falseAlarm/4)
	if mean := draws * size * p; math.Abs(float64(drawn)-mean) > z*math.Sqrt(mean)+1 {
		t.Errorf("%d units in all, want about %v", drawn, mean)
	}
	if half := float64(drawn) / 2; math.Abs(float64(upper)-half) > z*math.Sqrt(half/2)+1 {
		t.Errorf("%d of %d units in the upper half", upper, drawn)
	}
}

func TestBernoulliEdges(t *testing.T) {
	rng := sampling.Source(1, "")
	if s := sampling.Bernoulli(rng, 0, 1000); len(s) != 0 {
		t.Errorf("p = 0: %v", s)
	}
	if s := sampling.Bernoulli(rng, 1, 4); !slices.Equal(s, []int{0, 1, 2, 3}) {
		t.Errorf("p = 1: %v", s)
	}
	if s := sampling.Bernoulli(rng, 0.5, 0); len(s) != 0 {
		t.Errorf("no units: %v", s)
	}
	if s := sampling.Bernoulli(rng, 5e-324, math.MaxInt); len(s) != 0 {
		t.Errorf("the smallest p: %v", s)
	}
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		mustPanic(t, "p outside [0, 1]", func() { sampling.Bernoulli(rng, p, 3) })
	}
	mustPanic(t, "size < 0", func() { sampling.Bernoulli(rng, 0.5, -1) })
}

func TestPoissonProbabilities(t *testing.T) {
	pi := []float64{0.2, 0, 0.7, 1, 0.5, 0.01, 0.99}
	f := simulate(len(pi), 20_000, func(rng *rand.Rand) []int { return sampling.Poisson(rng, pi) })
	f.check(t, sampling.JointPoisson(pi).At)
	if f.single[1] != 0 || f.single[3] != f.draws {
		t.Errorf("π = 0 drawn %d times, π = 1 drawn %d times of %d", f.single[1], f.single[3], f.draws)
	}
}

// TestPoissonSetsAside: certain and impossible units use no random numbers.
func TestPoissonSetsAside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		pi := rapid.SliceOf(rapid.OneOf(rapid.Just(0.0), rapid.Just(1.0), rapid.Float64Range(0.01, 0.99))).Draw(t, "π")
		chance := slices.DeleteFunc(slices.Clone(pi), func(p float64) bool { return p == 0 || p == 1 })
		among := sampling.Poisson(sampling.Source(seed, ""), chance)
		at := 0
		for i, drawn := range marks(sampling.Poisson(sampling.Source(seed, ""), pi), len(pi)) {
			want := pi[i] == 1
			if pi[i] > 0 && pi[i] < 1 {
				want = slices.Contains(among, at)
				at++
			}
			if drawn != want {
				t.Fatalf("unit %d with π = %v: drawn %v", i, pi[i], drawn)
			}
		}
	})
	mustPanic(t, "π > 1", func() { sampling.Poisson(sampling.Source(1, ""), []float64{0.5, 1.5}) })
	mustPanic(t, "π is NaN", func() { sampling.Poisson(sampling.Source(1, ""), []float64{math.NaN()}) })
	if s := sampling.Poisson(sampling.Source(1, ""), nil); len(s) != 0 {
		t.Errorf("sample %v of nothing", s)
	}
}

// marks says for every unit whether it is in the sample.
func marks(sample []int, size int) []bool {
	in := make([]bool, size)
	for _, i := range sample {
		in[i] = true
	}
	return in
}
