package sampling_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
)

var (
	stratumOf  = []string{"b", "a", "b", "b", "c", "a", "b", "a"}
	allocation = map[string]int{"a": 2, "b": 1, "c": 1}
)

func TestGroupBy(t *testing.T) {
	got := fmt.Sprint(sampling.GroupBy(stratumOf))
	if want := "[{a [1 5 7]} {b [0 2 3 6]} {c [4]}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := sampling.GroupBy(nil); len(got) != 0 {
		t.Errorf("%v of nothing", got)
	}
}

func stratifiedSRS(seed uint64, strata []sampling.Group) []int {
	return sampling.Stratified(seed, strata, func(rng *rand.Rand, h int) []int {
		return sampling.SRS(rng, allocation[strata[h].Code], len(strata[h].Units))
	})
}

// TestStratifiedProbabilities: nh/Nh, nh(nh-1)/(Nh(Nh-1)) within a stratum, the product between strata.
func TestStratifiedProbabilities(t *testing.T) {
	strata := sampling.GroupBy(stratumOf)
	size := map[string]float64{"a": 3, "b": 4, "c": 1}
	f := simulate(len(stratumOf), 20_000, func(rng *rand.Rand) []int { return stratifiedSRS(rng.Uint64(), strata) })
	f.check(t, func(i, j int) float64 {
		g, h := stratumOf[i], stratumOf[j]
		n, units := float64(allocation[g]), size[g]
		switch {
		case i == j:
			return n / units
		case g == h:
			return n * (n - 1) / (units * (units - 1))
		}
		return n / units * float64(allocation[h]) / size[h]
	})
}

// TestStratifiedStreams: the sample of a stratum is that of its own stream, whatever other strata there are.
func TestStratifiedStreams(t *testing.T) {
	strata := sampling.GroupBy(stratumOf)
	for seed := range uint64(100) {
		var want []int
		for _, s := range strata {
			for _, i := range sampling.SRS(sampling.Source(seed, "stratum "+s.Code), allocation[s.Code], len(s.Units)) {
				want = append(want, s.Units[i])
			}
		}
		slices.Sort(want)
		all, alone := stratifiedSRS(seed, strata), stratifiedSRS(seed, strata[1:2])
		if !slices.Equal(all, want) {
			t.Fatalf("seed %d: %v, want %v", seed, all, want)
		}
		inB := slices.DeleteFunc(slices.Clone(all), func(i int) bool { return stratumOf[i] != "b" })
		if !slices.Equal(alone, inB) {
			t.Fatalf("seed %d: stratum b alone %v, among others %v", seed, alone, inB)
		}
	}
}
