package sampling_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// TestRetentionProbabilities: mixed over old samples they are new, exactly; a unit is in both samples with probability
// min(old, new), or max(0, old + new - 1) to avoid.
func TestRetentionProbabilities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Float64Range(1e-9, 1-1e-9).Draw(t, "old")
		q := rapid.OneOf(rapid.SampledFrom([]float64{0, 1, p, 1 - p}), rapid.Float64Range(0, 1)).Draw(t, "new")
		for _, tt := range []struct {
			given func(before, after []float64, sample []int) []float64
			both  float64
		}{
			{sampling.RetentionProbabilities, min(p, q)},
			{sampling.AvoidanceProbabilities, max(0, p+q-1)},
		} {
			in, out := tt.given([]float64{p}, []float64{q}, []int{0})[0], tt.given([]float64{p}, []float64{q}, nil)[0]
			if in < 0 || in > 1 || out < 0 || out > 1 || !scalar.EqualWithinAbs(p*in+(1-p)*out, q, 1e-14) {
				t.Fatalf("from %v to %v: %v and %v", p, q, in, out)
			}
			if !scalar.EqualWithinAbs(p*in, tt.both, 1e-14) {
				t.Fatalf("from %v to %v: in both samples with %v, want %v", p, q, p*in, tt.both)
			}
		}
	})
	got := sampling.RetentionProbabilities([]float64{0, 1, 0, 1}, []float64{0.3, 0.4, 0, 1}, []int{1, 3})
	if want := []float64{0.3, 0.4, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("certain and impossible units: %v, want %v", got, want)
	}
	got = sampling.AvoidanceProbabilities([]float64{0, 1, 0, 1}, []float64{0.3, 0.4, 0, 1}, []int{1, 3})
	if want := []float64{0.3, 0.4, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("certain and impossible units, avoiding: %v, want %v", got, want)
	}
	refuses(t, "lengths", func() { sampling.RetentionProbabilities([]float64{0.5}, nil, nil) })
	refuses(t, "impossible old unit", func() { sampling.RetentionProbabilities([]float64{0}, []float64{1}, []int{0}) })
}

// TestRetain: after a systematic sample of fixed size, the new probabilities and the best overlap.
func TestRetain(t *testing.T) {
	first, second := twoYears(t)
	const draws = 10_000
	for _, tt := range []struct {
		name string
		draw func(rng *rand.Rand, before, after []float64, sample []int) []int
		want float64
	}{
		{"retain", sampling.Retain, sampling.PositiveOverlap(first, second)},
		{"avoid", sampling.Avoid, sampling.NegativeOverlap(first, second)},
	} {
		sizes := map[int]int{}
		f := simulate(len(first), draws, func(rng *rand.Rand) []int {
			s := tt.draw(rng, first, second, sampling.Systematic(rng, first))
			if !strictlyRising(s) {
				t.Fatalf("sample %v", s)
			}
			sizes[len(s)]++
			return s
		})
		for i, p := range second {
			got := float64(f.single[i]) / draws
			if !scalar.EqualWithinAbs(got, p, tolerance(p, draws, len(second))) || (p == 0 || p == 1) && got != p {
				t.Errorf("%s: unit %d in %.4f of the draws, want %.4f", tt.name, i, got, p)
			}
		}
		hasMean(t, tt.name, overlaps(draws, func(rng *rand.Rand) ([]int, []int) {
			old := sampling.Systematic(rng, first)
			return old, tt.draw(rng, first, second, old)
		}), tt.want)
		t.Logf("%s: sizes %v", tt.name, sizes)
	}
	if s := sampling.Retain(sampling.Source(1, ""), nil, nil, nil); len(s) != 0 {
		t.Errorf("sample %v of nothing", s)
	}
	// With unchanged probabilities the old sample stays as it is.
	old := sampling.Systematic(sampling.Source(1, ""), first)
	if s := sampling.Retain(sampling.Source(2, ""), first, first, old); !slices.Equal(s, old) {
		t.Errorf("sample %v, want %v", s, old)
	}
}
