package sampling_test

import (
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// TestKishScott: two old strata of 8 and 6 units with samples of 4 and 2; the new stratum has 5 and 4 of them and 2 new
// units, and a sample of 4. The joint probabilities are those of simple random sampling; the overlap is the closed form
// and exceeds that of an independent draw.
func TestKishScott(t *testing.T) {
	from := []int{0, 0, 0, 0, 0, 1, 1, 1, 1, 9, 9}
	parts := []sampling.StratumPart{
		{OldUnits: 8, OldSample: 4, Units: 5}, {OldUnits: 6, OldSample: 2, Units: 4}, {OldUnits: 2, Units: 2},
	}
	const n, draws = 4, 20_000
	old := func(rng *rand.Rand) (drawn []int) {
		for _, i := range sampling.SRS(rng, 4, 8) {
			if i < 5 {
				drawn = append(drawn, i)
			}
		}
		for _, i := range sampling.SRS(rng, 2, 6) {
			if i < 4 {
				drawn = append(drawn, 5+i)
			}
		}
		return drawn
	}
	simulate(len(from), draws, func(rng *rand.Rand) []int {
		return sampling.KishScott(rng, from, old(rng), n)
	}).check(t, srsJoint(n, len(from)))
	kept := overlaps(draws, func(rng *rand.Rand) ([]int, []int) {
		drawn := old(rng)
		return drawn, sampling.KishScott(rng, from, drawn, n)
	})
	hasMean(t, "Kish and Scott", kept, sampling.KishScottOverlap(parts, n))
	exceeds(t, "over independent", kept, overlaps(draws, func(rng *rand.Rand) ([]int, []int) {
		return old(rng), sampling.SRS(rng, n, len(from))
	}))
}

func TestKishScottEdges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(0, 30).Draw(t, "units")
		rng := sampling.Source(rapid.Uint64().Draw(t, "seed"), "")
		drawn := sampling.SRS(rng, rapid.IntRange(0, size).Draw(t, "old"), size)
		n := rapid.IntRange(0, size).Draw(t, "n")
		one := sampling.KishScott(rng, make([]int, size), drawn, n)
		if len(one) != n || !strictlyRising(one) || sampling.Overlap(one, drawn) != min(n, len(drawn)) {
			t.Fatalf("%v of %d after %v", one, n, drawn)
		}
		from := rapid.SliceOfN(rapid.IntRange(-1, 3), size, size).Draw(t, "from")
		if s := sampling.KishScott(rng, from, drawn, n); len(s) != n || !strictlyRising(s) {
			t.Fatalf("%v, want %d units", s, n)
		}
	})
	refuses(t, "too many", func() { sampling.KishScott(sampling.Source(1, ""), []int{0}, nil, 2) })
	refuses(t, "old unit outside", func() { sampling.KishScott(sampling.Source(1, ""), []int{0}, []int{1}, 1) })
	whole := []sampling.StratumPart{{OldUnits: 10, OldSample: 6, Units: 10}}
	if got := sampling.KishScottOverlap(whole, 4); !scalar.EqualWithinAbs(got, 4, 1e-12) {
		t.Errorf("one stratum: %v units kept, want 4", got)
	}
	if got := sampling.KishScottOverlap(nil, 0); got != 0 {
		t.Errorf("nothing: %v units kept", got)
	}
}
