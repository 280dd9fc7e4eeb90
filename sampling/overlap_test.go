package sampling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// A pairOfSamples draws two samples.
type pairOfSamples func(rng *rand.Rand) (first, second []int)

// overlaps counts what the samples of many draws share.
func overlaps(draws int, draw pairOfSamples) []float64 {
	shared := make([]float64, draws)
	for seed := range shared {
		first, second := draw(sampling.Source(uint64(seed), "overlap"))
		shared[seed] = float64(sampling.Overlap(first, second))
	}
	return shared
}

// hasMean allows the normal quantile for falseAlarm times the standard error that the counts show; and 1e-9 where they
// are all the same.
func hasMean(t *testing.T, what string, x []float64, want float64) {
	t.Helper()
	mean, sd := stat.MeanStdDev(x, nil)
	limit := distuv.UnitNormal.Quantile(1-falseAlarm/2)*sd/math.Sqrt(float64(len(x))) + 1e-9
	if !scalar.EqualWithinAbs(mean, want, limit) {
		t.Errorf("%s: %.4f units in common, want %.4f within %.4f", what, mean, want, limit)
	}
}

// exceeds wants the mean of more above that of less by the normal quantile for falseAlarm times its standard error.
func exceeds(t *testing.T, what string, more, less []float64) {
	t.Helper()
	a, sdA := stat.MeanStdDev(more, nil)
	b, sdB := stat.MeanStdDev(less, nil)
	se := math.Sqrt((sdA*sdA + sdB*sdB) / float64(len(more)))
	if a-b < distuv.UnitNormal.Quantile(1-falseAlarm)*se {
		t.Errorf("%s: %.4f units in common and %.4f, want more", what, a, b)
	}
}

// twoYears are inclusion probabilities of 30 units in two years: sizes have changed, units were born (0 at first) and
// have died (0 then). Sums are 6 and 8.
func twoYears(t *testing.T) (first, second []float64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(4, 4))
	size, later := make([]float64, 30), make([]float64, 30)
	for i := range size {
		size[i] = math.Exp(rng.NormFloat64())
		later[i] = size[i] * math.Exp(0.3*rng.NormFloat64())
	}
	size[3], size[4], later[5], later[6] = 0, 0, 0, 0
	first, err := sampling.InclusionProbabilities(size, 6)
	if err != nil {
		t.Fatal(err)
	}
	second, err = sampling.InclusionProbabilities(later, 8)
	if err != nil {
		t.Fatal(err)
	}
	return first, second
}

// TestPoissonOverlap: Poisson samples share what the closed forms say.
func TestPoissonOverlap(t *testing.T) {
	first, second := twoYears(t)
	coordinate := func(second []float64, numbers func(u []float64) []float64) pairOfSamples {
		return func(rng *rand.Rand) ([]int, []int) {
			u := hashed(rng, len(first))
			return sampling.CoordinatedPoisson(u, first), sampling.CoordinatedPoisson(numbers(u), second)
		}
	}
	same := func(u []float64) []float64 { return u }
	const draws = 8000
	hasMean(t, "same numbers", overlaps(draws, coordinate(second, same)), sampling.PositiveOverlap(first, second))
	least := sampling.NegativeOverlap(first, second)
	hasMean(t, "mirrored", overlaps(draws, coordinate(second, sampling.Mirrored)), least)
	hasMean(t, "after the first", overlaps(draws, coordinate(second, func(u []float64) []float64 {
		return sampling.StartEach(u, first)
	})), least)
	for _, d := range []float64{0.1, 0.5, 0.95} {
		hasMean(t, fmt.Sprint("start ", d), overlaps(draws, coordinate(second, func(u []float64) []float64 {
			return sampling.StartAt(u, d)
		})), sampling.ShiftedOverlap(first, second, d))
	}
	hasMean(t, "independent", overlaps(draws, func(rng *rand.Rand) ([]int, []int) {
		return sampling.CoordinatedPoisson(hashed(rng, len(first)), first),
			sampling.CoordinatedPoisson(hashed(rng, len(first)), second)
	}), sampling.IndependentOverlap(first, second))
}

// TestFixedSizeOverlap: the designs of fixed size keep more units by the same numbers than independent draws do, and
// fewer by mirrored numbers or another start. With the same numbers the mean lies within 10 % of the closed form that
// Poisson samples have; the differences are printed in verbose mode.
func TestFixedSizeOverlap(t *testing.T) {
	first, second := twoYears(t)
	odds := func(pi []float64) []float64 {
		o := make([]float64, len(pi))
		for i, p := range pi {
			o[i] = p / (1 - p)
		}
		return o
	}
	oddsFirst, oddsSecond := odds(first), odds(second)
	best, independent := sampling.PositiveOverlap(first, second), sampling.IndependentOverlap(first, second)
	const draws = 3000
	for _, tt := range []struct {
		name string
		draw func(u []float64, year int) []int
	}{
		{"sequential Poisson", func(u []float64, year int) []int {
			return sampling.SequentialPoisson(u, [][]float64{first, second}[year])
		}},
		{"Pareto", func(u []float64, year int) []int {
			return sampling.CoordinatedPareto(u, [][]float64{first, second}[year])
		}},
		{"conditional Poisson", func(u []float64, year int) []int {
			return sampling.CoordinatedConditionalPoisson(u, [][]float64{oddsFirst, oddsSecond}[year], 6+2*year)
		}},
	} {
		by := func(numbers func(rng *rand.Rand, u []float64) []float64) []float64 {
			return overlaps(draws, func(rng *rand.Rand) ([]int, []int) {
				u := hashed(rng, len(first))
				return tt.draw(u, 0), tt.draw(numbers(rng, u), 1)
			})
		}
		positive := by(func(_ *rand.Rand, u []float64) []float64 { return u })
		chance := by(func(rng *rand.Rand, u []float64) []float64 { return hashed(rng, len(u)) })
		negative := by(func(_ *rand.Rand, u []float64) []float64 { return sampling.Mirrored(u) })
		shifted := by(func(_ *rand.Rand, u []float64) []float64 { return sampling.StartAt(u, 0.5) })
		exceeds(t, tt.name+", positive over independent", positive, chance)
		exceeds(t, tt.name+", independent over mirrored", chance, negative)
		exceeds(t, tt.name+", independent over shifted", chance, shifted)
		if got := stat.Mean(positive, nil); math.Abs(got-best) > 0.1*best {
			t.Errorf("%s: %.3f units in common, want about %.3f", tt.name, got, best)
		}
		t.Logf("%s: positive %.3f (Poisson %.3f), independent %.3f (%.3f), mirrored %.3f, half the circle on %.3f",
			tt.name, stat.Mean(positive, nil), best, stat.Mean(chance, nil), independent,
			stat.Mean(negative, nil), stat.Mean(shifted, nil))
	}
}

func TestSequentialSRSOverlap(t *testing.T) {
	for _, tt := range []struct {
		units, first, second int
		d                    float64
	}{
		{20, 5, 8, 0}, {20, 5, 8, 0.1}, {20, 5, 8, 0.5}, {20, 5, 8, 0.9}, {20, 15, 12, 0.4}, {1, 1, 1, 0.3}, {7, 0, 7, 0.2},
	} {
		shared := overlaps(8000, func(rng *rand.Rand) ([]int, []int) {
			u := hashed(rng, tt.units)
			return sampling.SequentialSRS(u, tt.first), sampling.SequentialSRS(sampling.StartAt(u, tt.d), tt.second)
		})
		hasMean(t, fmt.Sprint(tt), shared, sampling.SequentialSRSOverlap(tt.units, tt.first, tt.second, tt.d))
	}
	if got := sampling.SequentialSRSOverlap(10_598, 300, 300, 0.5); got > 1e-9 {
		t.Errorf("300 of 10,598 communes share %v with those half the circle on, want 0", got)
	}
	if got := sampling.SequentialSRSOverlap(0, 0, 0, 0.5); got != 0 {
		t.Errorf("samples of nothing share %v", got)
	}
	refuses(t, "sample too large", func() { sampling.SequentialSRSOverlap(3, 4, 1, 0) })
	refuses(t, "start 1", func() { sampling.SequentialSRSOverlap(3, 1, 1, 1) })
}

func probabilities(t *rapid.T, n int, label string) []float64 {
	one := rapid.OneOf(rapid.SampledFrom([]float64{0, 1, 0.5}), rapid.Float64Range(0, 1))
	return rapid.SliceOfN(one, n, n).Draw(t, label)
}

// TestOverlapBounds: least ≤ shifted, independent ≤ most; a shift by nothing is the most.
func TestOverlapBounds(t *testing.T) {
	const eps = 1e-12
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(t, "units")
		p, q := probabilities(t, n, "p"), probabilities(t, n, "q")
		least, most := sampling.NegativeOverlap(p, q), sampling.PositiveOverlap(p, q)
		for _, x := range []float64{
			sampling.IndependentOverlap(p, q),
			sampling.ShiftedOverlap(p, q, rapid.Float64Range(0, 0.999).Draw(t, "d")),
		} {
			if x < least-eps || x > most+eps {
				t.Fatalf("%v is not between %v and %v", x, least, most)
			}
		}
		if got := sampling.ShiftedOverlap(p, q, 0); math.Abs(got-most) > eps {
			t.Fatalf("shifted by nothing %v, want %v", got, most)
		}
	})
	refuses(t, "lengths", func() { sampling.PositiveOverlap([]float64{0.5}, nil) })
	refuses(t, "π", func() { sampling.NegativeOverlap([]float64{0.5}, []float64{-0.5}) })
}

// TestExponentialOverlap: the sum of the definition, in another order; scale does not matter.
func TestExponentialOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "units")
		sizes := rapid.OneOf(rapid.Just(0.0), rapid.Just(1.0), rapid.Float64Range(1e-3, 1e3))
		p := append(rapid.SliceOfN(sizes, n, n).Draw(t, "old"), 1)
		q := append(rapid.SliceOfN(sizes, n, n).Draw(t, "new"), 1)
		want, sumP, sumQ := 0.0, 0.0, 0.0
		for i := range p {
			sumP, sumQ = sumP+p[i], sumQ+q[i]
			all := 0.0
			for k := range p {
				all += max(p[k]/p[i], q[k]/q[i])
			}
			if p[i] > 0 && q[i] > 0 {
				want += 1 / all
			}
		}
		if got := sampling.ExponentialOverlap(p, q); !scalar.EqualWithinAbs(got, want, 1e-12) {
			t.Fatalf("overlap %v, want %v", got, want)
		}
		most := 0.0
		for i := range p {
			most += min(p[i]/sumP, q[i]/sumQ)
		}
		if want > most+1e-12 {
			t.Fatalf("overlap %v, above the most there is, %v", want, most)
		}
	})
	got := sampling.ExponentialOverlap([]float64{1, 2, 5}, []float64{3, 6, 15})
	if !scalar.EqualWithinAbs(got, 1, 1e-15) {
		t.Errorf("overlap %v with the same shares, want 1", got)
	}
}

func TestOverlap(t *testing.T) {
	for _, tt := range []struct {
		a, b []int
		want int
	}{{nil, nil, 0}, {[]int{1}, nil, 0}, {[]int{1, 3, 5}, []int{0, 3, 4, 5}, 2}, {[]int{2}, []int{2}, 1}} {
		if got := sampling.Overlap(tt.a, tt.b); got != tt.want {
			t.Errorf("%v and %v share %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
