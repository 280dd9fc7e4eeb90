package sampling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// grid is a source whose Float64 numbers are given.
type grid struct {
	numbers []float64
	next    int
}

func (g *grid) Uint64() uint64 {
	u := g.numbers[g.next]
	g.next++
	return uint64(u * (1 << 53))
}

// TestKeyfitzIsExact enumerates: each old unit with its probability, and two random numbers on a grid of midpoints that
// divides all probabilities of the procedure, 5/6 and 5/8 to keep and 1/4 and 3/4 to be the replacement.
func TestKeyfitzIsExact(t *testing.T) {
	before := []float64{0.1, 0.2, 0.3, 0.4, 0}
	after := []float64{0.15, 0.2, 0.25, 0.25, 0.15}
	const points = 48
	got, kept := make([]float64, len(after)), 0.0
	for i, p := range before {
		if p == 0 {
			continue
		}
		for a := range points {
			for b := range points {
				source := &grid{numbers: []float64{(float64(a) + 0.5) / points, (float64(b) + 0.5) / points}}
				j := sampling.Keyfitz(rand.New(source), before, after, i)
				got[j] += p / points / points
				if j == i {
					kept += p / points / points
				}
			}
		}
	}
	if !floats.EqualApprox(got, after, 1e-12) {
		t.Errorf("probabilities %v, want %v", got, after)
	}
	if want := sampling.PositiveOverlap(before, after); !scalar.EqualWithinAbs(kept, want, 1e-12) {
		t.Errorf("kept with probability %v, want %v", kept, want)
	}
}

// shares scales sizes to add up to 1.
func shares(size ...float64) []float64 {
	out := slices.Clone(size)
	floats.Scale(1/floats.Sum(out), out)
	return out
}

func TestKeyfitzEdges(t *testing.T) {
	for _, tt := range []struct {
		before, after []float64
		drawn         int
		want          []int
	}{
		{[]float64{1}, []float64{1}, 0, []int{0}},
		{[]float64{0.5, 0.5}, []float64{0.5, 0.5}, 1, []int{1}},  // nothing has changed
		{[]float64{0.5, 0.5}, []float64{0, 1}, 0, []int{1}},      // the old unit has left
		{[]float64{0.2, 0.8}, []float64{0.3, 0.7}, 0, []int{0}},  // a raised unit stays
		{[]float64{1, 0, 0}, []float64{0, 0, 1}, 0, []int{2}},    // all new
		{shares(1, 2, 4), shares(2, 4, 8), 2, []int{2}},          // same shares
		{shares(3, 1e-7), shares(1e-7, 3), 0, []int{0, 1}},       // very unequal
		{shares(1, 1, 1), shares(0, 1, 1), 0, []int{1, 2}},       // a death: others share it
		{shares(0, 1, 1, 0), shares(1, 1, 1, 0), 1, []int{0, 1}}, // a birth takes from it
	} {
		for seed := range uint64(50) {
			got := sampling.Keyfitz(sampling.Source(seed, ""), tt.before, tt.after, tt.drawn)
			if !slices.Contains(tt.want, got) {
				t.Errorf("from %v to %v, unit %d: %d, want one of %v", tt.before, tt.after, tt.drawn, got, tt.want)
			}
		}
	}
	draw := func(before, after []float64, drawn int) func() {
		return func() { sampling.Keyfitz(sampling.Source(1, ""), before, after, drawn) }
	}
	refuses(t, "old does not add up", draw([]float64{0.5, 0.4}, []float64{0.5, 0.5}, 0))
	refuses(t, "new does not add up", draw([]float64{0.5, 0.5}, []float64{0.5, 0.4}, 0))
	refuses(t, "negative", draw([]float64{0.5, 0.5}, []float64{-0.5, 1.5}, 0))
	refuses(t, "lengths", draw([]float64{0.5, 0.5}, []float64{1}, 0))
	refuses(t, "drawn without a chance", draw([]float64{0, 1}, []float64{0.5, 0.5}, 0))
	refuses(t, "drawn outside", draw([]float64{0, 1}, []float64{0.5, 0.5}, 2))
}

// merged is a new stratum of 8 units: three of old stratum 0, two of 1, two of 2 and one that is new. The old strata
// have units elsewhere, so that their probabilities do not add up to 1 here.
var merged = struct {
	before, after []float64
	from          []int
}{
	before: []float64{0.2, 0.3, 0.1, 0.5, 0.5, 0.05, 0.15, 0},
	after:  []float64{0.1, 0.25, 0.1, 0.1, 0.2, 0.05, 0.1, 0.1},
	from:   []int{0, 0, 0, 1, 1, 2, 2, 3},
}

// oldUnits draws one unit from each old stratum and gives those that are in the new one.
func oldUnits(rng *rand.Rand, before []float64, from []int) []int {
	var drawn []int
	last := -1
	u := 0.0
	for i, p := range before {
		if from[i] != last {
			last, u = from[i], rng.Float64()
		}
		if u >= 0 && u < p {
			drawn = append(drawn, i)
		}
		u -= p
	}
	return drawn
}

// TestKeyfitzAcrossStrataProbabilities: the new probabilities, and the closed form of the overlap.
func TestKeyfitzAcrossStrataProbabilities(t *testing.T) {
	const draws = 30_000
	retained := 0
	simulate(len(merged.after), draws, func(rng *rand.Rand) []int {
		drawn := oldUnits(rng, merged.before, merged.from)
		unit := sampling.KeyfitzAcrossStrata(rng, merged.before, merged.after, merged.from, drawn)
		retained += sampling.Overlap(drawn, []int{unit})
		return []int{unit}
	}).check(t, func(i, j int) float64 {
		if i == j {
			return merged.after[i]
		}
		return 0
	})
	want := sampling.KeyfitzOverlap(merged.before, merged.after, merged.from)
	if got := float64(retained) / draws; !scalar.EqualWithinAbs(got, want, tolerance(want, draws, 1)) {
		t.Errorf("an old unit in %.4f of the draws, want %.4f", got, want)
	}
}

// TestKeyfitzOverlapBounds: with one old stratum Σ min; with several at least what Keyfitz within an old stratum chosen
// by its new share gives, Σ min(new, share·old), and at most the best of all procedures, which by the max-flow min-cut
// theorem is, over sets T of units, min Σ_T new + 1 - Π(1 - Σ old outside T), a product over old strata.
func TestKeyfitzOverlapBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "units")
		from := rapid.SliceOfN(rapid.IntRange(0, 3), n, n).Draw(t, "from")
		weights := rapid.SliceOfN(rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0.01, 1)), n, n)
		before, elsewhere := weights.Draw(t, "old"), rapid.Float64Range(0.01, 3).Draw(t, "elsewhere")
		after := shares(append(weights.Draw(t, "new"), 0.1)...)
		before, from = append(before, 0), append(from, 0)
		var sum, share [4]float64
		for i, h := range from {
			sum[h], share[h] = sum[h]+before[i], share[h]+after[i]
		}
		within := 0.0
		for i, h := range from {
			before[i] /= sum[h] + elsewhere
			within += min(after[i], share[h]*before[i])
		}
		got, most := sampling.KeyfitzOverlap(before, after, from), bestOverlap(before, after, from)
		if got < within-1e-12 || got > most+1e-12 {
			t.Fatalf("overlap %v, want from %v to %v", got, within, most)
		}
		p, q := shares(append(before, 1)...), append(after, 0)
		one, want := sampling.KeyfitzOverlap(p, q, make([]int, len(q))), sampling.PositiveOverlap(p, q)
		if !scalar.EqualWithinAbs(one, want, 1e-12) {
			t.Fatalf("one old stratum: overlap %v, want %v", one, want)
		}
	})
}

// bestOverlap goes through all sets T.
func bestOverlap(before, after []float64, from []int) float64 {
	best := math.Inf(1)
	for set := range 1 << len(before) {
		within, outside := 0.0, [4]float64{}
		for i, h := range from {
			if set>>i&1 == 1 {
				within += after[i]
			} else {
				outside[h] += before[i]
			}
		}
		none := 1.0
		for _, x := range outside {
			none *= 1 - x
		}
		best = min(best, within+1-none)
	}
	return best
}

func TestKeyfitzAcrossStrataEdges(t *testing.T) {
	draw := func(drawn ...int) func() {
		return func() {
			sampling.KeyfitzAcrossStrata(sampling.Source(1, ""), merged.before, merged.after, merged.from, drawn)
		}
	}
	refuses(t, "two of one stratum", draw(0, 1))
	refuses(t, "drawn without a chance", draw(7))
	refuses(t, "not ascending", draw(3, 0))
	for seed := range uint64(50) {
		// Nobody was drawn: a unit is new with certainty; and births alone.
		got := sampling.KeyfitzAcrossStrata(sampling.Source(seed, ""), merged.before, merged.after, merged.from, nil)
		if merged.after[got] == 0 {
			t.Errorf("unit %d, which has no chance", got)
		}
		got = sampling.KeyfitzAcrossStrata(sampling.Source(seed, ""), []float64{0}, []float64{1}, []int{0}, nil)
		if got != 0 {
			t.Errorf("unit %d of one", got)
		}
	}
	// The stratum that has grown is asked first: 0.5 + 0.5·0.5. The other way round it is 0.3 + 0.7·0.5.
	got := sampling.KeyfitzOverlap([]float64{0.5, 0.5}, []float64{0.3, 0.7}, []int{0, 1})
	if !scalar.EqualWithinAbs(got, 0.75, 1e-15) {
		t.Errorf("overlap %v, want 0.75", got)
	}
	refuses(t, "old stratum above 1", func() {
		sampling.KeyfitzOverlap([]float64{0.7, 0.7}, []float64{0.5, 0.5}, []int{0, 0})
	})
}

func ExampleKeyfitz() {
	before := []float64{0.25, 0.25, 0.5} // last year's shares of the stratum's population
	after := []float64{0.2, 0.3, 0.5}
	fmt.Println(sampling.Keyfitz(sampling.Source(1, "stratum 7"), before, after, 1))
	fmt.Printf("%.2f\n", sampling.PositiveOverlap(before, after))
	// Output:
	// 1
	// 0.95
}
