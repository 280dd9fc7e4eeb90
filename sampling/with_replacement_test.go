package sampling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
)

// outcomes counts how often each sample comes.
func outcomes(draws int, draw func(rng *rand.Rand) []int) map[string]int {
	count := map[string]int{}
	for seed := range draws {
		count[fmt.Sprint(draw(sampling.Source(uint64(seed), "outcomes")))]++
	}
	return count
}

// multinomial gives the probability of every outcome of n draws with the probabilities p, as sorted positions.
func multinomial(n int, p []float64) map[string]float64 {
	probability := map[string]float64{}
	var visit func(units []int, from int, chance, ways float64)
	visit = func(units []int, from int, chance, ways float64) {
		if from == len(p) {
			if len(units) == n {
				probability[fmt.Sprint(units)] = chance * ways
			}
			return
		}
		for hits := 0; len(units)+hits <= n; hits++ {
			next := append([]int(nil), units...)
			for range hits {
				next = append(next, from)
			}
			visit(next, from+1, chance*math.Pow(p[from], float64(hits)), ways/math.Gamma(float64(hits+1)))
		}
	}
	visit(nil, 0, 1, math.Gamma(float64(n+1)))
	return probability
}

// TestWithReplacementOutcomes: all samples come with their multinomial probabilities.
func TestWithReplacementOutcomes(t *testing.T) {
	const draws = 20_000
	for _, tt := range []struct {
		n    int
		p    []float64
		draw func(rng *rand.Rand) []int
	}{
		{3, []float64{1. / 3, 1. / 3, 1. / 3}, func(rng *rand.Rand) []int {
			return sampling.SRSWithReplacement(rng, 3, 3)
		}},
		{2, []float64{0.5, 0, 0.2, 0.3}, func(rng *rand.Rand) []int {
			return sampling.PPSWithReplacement(rng, []float64{1, 0, 0.4, 0.6})
		}},
		{5, []float64{0.9, 0.1}, func(rng *rand.Rand) []int {
			return sampling.PPSWithReplacement(rng, []float64{4.5, 0.5})
		}},
	} {
		want := multinomial(tt.n, tt.p)
		got := outcomes(draws, tt.draw)
		for sample := range got {
			if want[sample] == 0 {
				t.Errorf("sample %s of %v, which cannot be", sample, tt.p)
			}
		}
		for sample, p := range want {
			share := float64(got[sample]) / draws
			if !scalar.EqualWithinAbs(share, p, tolerance(p, draws, len(want))) {
				t.Errorf("sample %s in %.4f of the draws, want %.4f", sample, share, p)
			}
		}
	}
}

func TestExpectedHits(t *testing.T) {
	hits, err := sampling.ExpectedHits([]float64{5, 0, 2, 3}, 4)
	if want := []float64{2, 0, 0.8, 1.2}; err != nil || !equalWithin(hits, want, 1e-15) {
		t.Errorf("%v, %v, want %v", hits, err, want)
	}
	if hits, err := sampling.ExpectedHits([]float64{0}, 0); err != nil || len(hits) != 1 || hits[0] != 0 {
		t.Errorf("no draws: %v, %v", hits, err)
	}
	for _, tt := range []struct {
		size []float64
		n    int
	}{
		{[]float64{1, -1}, 1}, {[]float64{1, math.NaN()}, 1}, {[]float64{math.Inf(1)}, 1},
		{[]float64{0, 0}, 1}, {nil, 1}, {[]float64{1}, -1},
	} {
		if hits, err := sampling.ExpectedHits(tt.size, tt.n); err == nil {
			t.Errorf("%v, n = %d: %v, want an error", tt.size, tt.n, hits)
		}
	}
}

func equalWithin(a, b []float64, tol float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !scalar.EqualWithinAbsOrRel(a[i], b[i], tol, tol) {
			return false
		}
	}
	return true
}

// TestInclusionWithReplacement: 1 - P(no hit), from the outcomes.
func TestInclusionWithReplacement(t *testing.T) {
	p := []float64{0.5, 0, 0.2, 0.3}
	got := sampling.InclusionWithReplacement([]float64{1.5, 0, 0.6, 0.9})
	for i, pi := range got {
		if want := 1 - math.Pow(1-p[i], 3); !scalar.EqualWithinAbs(pi, want, 1e-15) {
			t.Errorf("π of unit %d is %v, want %v", i, pi, want)
		}
	}
	if got := sampling.InclusionWithReplacement([]float64{0, 2}); got[0] != 0 || got[1] != 1 {
		t.Errorf("π of the only unit with a size: %v", got)
	}
}

func TestWithReplacementEdges(t *testing.T) {
	rng := sampling.Source(1, "")
	if s := sampling.SRSWithReplacement(rng, 0, 0); len(s) != 0 {
		t.Errorf("%v of nothing", s)
	}
	if s := sampling.SRSWithReplacement(rng, 3, 1); fmt.Sprint(s) != "[0 0 0]" {
		t.Errorf("%v of one unit", s)
	}
	if s := sampling.PPSWithReplacement(rng, nil); len(s) != 0 {
		t.Errorf("%v of nothing", s)
	}
	for name, draw := range map[string]func(){
		"n < 0":       func() { sampling.SRSWithReplacement(rng, -1, 3) },
		"no units":    func() { sampling.SRSWithReplacement(rng, 1, 0) },
		"hits < 0":    func() { sampling.PPSWithReplacement(rng, []float64{-1, 2}) },
		"NaN hits":    func() { sampling.PPSWithReplacement(rng, []float64{math.NaN()}) },
		"not a whole": func() { sampling.PPSWithReplacement(rng, []float64{0.3, 0.3}) },
	} {
		mustPanic(t, name, draw)
	}
}
