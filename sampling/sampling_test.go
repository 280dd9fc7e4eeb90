package sampling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// falseAlarm is the chance that a simulation test fails though the method is right, were its seeds not fixed.
const falseAlarm = 1e-6

// tolerance is how far the share of draws with an event of probability p may be from p: the normal quantile that leaves
// falseAlarm over all the given comparisons (Bonferroni), times the standard error of the share. With thousands of draws
// and p(1-p) ≥ 0.01 the normal quantile at this depth is near enough; 1/draws covers the step of the count.
func tolerance(p float64, draws, comparisons int) float64 {
	z := distuv.UnitNormal.Quantile(1 - falseAlarm/2/float64(comparisons))
	return z*math.Sqrt(p*(1-p)/float64(draws)) + 1/float64(draws)
}

// A frequency counts in how many draws units came singly and in pairs.
type frequency struct {
	draws  int
	single []int
	pair   [][]int
}

func simulate(units, draws int, draw func(rng *rand.Rand) []int) frequency {
	f := frequency{draws: draws, single: make([]int, units), pair: make([][]int, units)}
	for i := range f.pair {
		f.pair[i] = make([]int, units)
	}
	for seed := range draws {
		sample := draw(sampling.Source(uint64(seed), "test"))
		for _, i := range sample {
			f.single[i]++
			for _, j := range sample {
				f.pair[i][j]++
			}
		}
	}
	return f
}

func (f frequency) check(t *testing.T, pi func(i, j int) float64) {
	t.Helper()
	n := len(f.single)
	for i := range n {
		for j := range i + 1 {
			got, want := float64(f.pair[i][j])/float64(f.draws), pi(i, j)
			if !scalar.EqualWithinAbs(got, want, tolerance(want, f.draws, n*(n+1)/2)) {
				t.Errorf("units %d and %d come together in %.4f of the draws, want %.4f", i, j, got, want)
			}
		}
	}
}

// TestSRSProbabilities: n/N for one unit and n(n-1)/(N(N-1)) for two (Cochran 1977, Sampling Techniques, section 2.1).
func TestSRSProbabilities(t *testing.T) {
	const n, size = 4, 11
	simulate(size, 20_000, func(rng *rand.Rand) []int { return sampling.SRS(rng, n, size) }).check(t, func(i, j int) float64 {
		if i == j {
			return float64(n) / size
		}
		return float64(n*(n-1)) / (size * (size - 1))
	})
}

// TestSRSSubsets: all 10 samples of 2 of 5 are equally likely.
func TestSRSSubsets(t *testing.T) {
	const draws = 20_000
	count := map[[2]int]int{}
	for seed := range uint64(draws) {
		s := sampling.SRS(sampling.Source(seed, "subsets"), 2, 5)
		count[[2]int{s[0], s[1]}]++
	}
	if len(count) != 10 {
		t.Errorf("%d different samples, want 10", len(count))
	}
	for s, n := range count {
		if got := float64(n) / draws; !scalar.EqualWithinAbs(got, 0.1, tolerance(0.1, draws, 10)) {
			t.Errorf("sample %v in %.4f of the draws, want 0.1", s, got)
		}
	}
}

func TestSRSSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(0, 200).Draw(t, "size")
		n := rapid.IntRange(0, size).Draw(t, "n")
		s := sampling.SRS(sampling.Source(rapid.Uint64().Draw(t, "seed"), ""), n, size)
		if len(s) != n || !strictlyRising(s) || n > 0 && (s[0] < 0 || s[n-1] >= size) {
			t.Fatalf("sample %v of %d of %d", s, n, size)
		}
	})
	for _, n := range []int{-1, 4} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("SRS of %d of 3: no panic", n)
				}
			}()
			sampling.SRS(sampling.Source(1, ""), n, 3)
		}()
	}
}

func strictlyRising(s []int) bool {
	for i := 1; i < len(s); i++ {
		if s[i] <= s[i-1] {
			return false
		}
	}
	return true
}

// TestInclusionProbabilities: R sampling 2.9, inclusionprobabilities(x, n), with units that are certain and units
// without a size.
func TestInclusionProbabilities(t *testing.T) {
	for _, tt := range []struct {
		size []float64
		n    int
		want []float64
	}{
		{
			[]float64{1, 2, 3, 4, 50, 6, 7, 80}, 4,
			[]float64{0.08695652173913045, 0.1739130434782609, 0.2608695652173913, 0.3478260869565218, 1, 0.5217391304347826, 0.6086956521739131, 1},
		},
		{[]float64{0, 5, 5, 10, 20, 0, 40}, 3, []float64{0, 0.25, 0.25, 0.5, 1, 0, 1}},
		{[]float64{49, 49, 49}, 3, []float64{1, 1, 1}},
		{[]float64{3, 0}, 0, []float64{0, 0}},
		{nil, 0, nil},
	} {
		got, err := sampling.InclusionProbabilities(tt.size, tt.n)
		if err != nil || len(got) != len(tt.want) {
			t.Fatalf("%v, n = %d: %v, %v", tt.size, tt.n, got, err)
		}
		for i := range got {
			if certain := tt.want[i] == 1; !scalar.EqualWithinRel(got[i], tt.want[i], 1e-12) || certain && got[i] != 1 {
				t.Errorf("%v, n = %d: π of unit %d is %v, want %v", tt.size, tt.n, i, got[i], tt.want[i])
			}
		}
	}
}

func TestInclusionProbabilitiesRefuses(t *testing.T) {
	for _, tt := range []struct {
		size []float64
		n    int
	}{
		{[]float64{1, -1}, 1},
		{[]float64{1, math.NaN()}, 1},
		{[]float64{1, math.Inf(1)}, 1},
		{[]float64{1, 0, 2}, 3},
		{[]float64{1, 2}, -1},
	} {
		if pi, err := sampling.InclusionProbabilities(tt.size, tt.n); err == nil {
			t.Errorf("%v, n = %d: %v, want an error", tt.size, tt.n, pi)
		}
	}
}

// wholeSizes are sizes as frames have them: persons or households, some 0, some very large.
func wholeSizes(t *rapid.T) (size []float64, positive int) {
	for range rapid.IntRange(1, 60).Draw(t, "units") {
		s := rapid.OneOf(rapid.IntRange(0, 20), rapid.IntRange(0, 1_000_000)).Draw(t, "size")
		if s > 0 {
			positive++
		}
		size = append(size, float64(s))
	}
	return size, positive
}

// TestInclusionProbabilitiesProperties: π lies in [0, 1], adds up to n, is proportional to size below 1, and rises with
// size.
func TestInclusionProbabilitiesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, positive := wholeSizes(t)
		n := rapid.IntRange(0, positive).Draw(t, "n")
		pi, err := sampling.InclusionProbabilities(size, n)
		if err != nil {
			t.Fatal(err)
		}
		sum, scale := 0.0, 0.0
		for i, p := range pi {
			sum += p
			if p < 0 || p > 1 || size[i] == 0 && p != 0 {
				t.Fatalf("π of size %v is %v", size[i], p)
			}
			if p < 1 && size[i] > 0 {
				scale = p / size[i]
			}
		}
		if !scalar.EqualWithinAbs(sum, float64(n), 1e-9) {
			t.Fatalf("π adds up to %v, want %d", sum, n)
		}
		for i, p := range pi {
			if scale > 0 && !scalar.EqualWithinAbsOrRel(p, min(1, scale*size[i]), 1e-12, 1e-12) {
				t.Fatalf("π of size %v is %v, want %v", size[i], p, min(1, scale*size[i]))
			}
		}
		if n == positive && slices.ContainsFunc(pi, func(p float64) bool { return p > 0 && p < 1 }) {
			t.Fatalf("all %d units are taken, and π is %v", n, pi)
		}
	})
}

// TestSystematicProbabilities: the six units of R sampling 2.9, UPsystematicpi2(pik): joint inclusion probabilities for
// the given order, some of them 0.
func TestSystematicProbabilities(t *testing.T) {
	pik := []float64{0.2, 0.7, 0.8, 0.5, 0.4, 0.4}
	pi2 := [][]float64{
		{0.2, 0, 0.2, 0.2, 0, 0},
		{0, 0.7, 0.5, 0.2, 0.4, 0.3},
		{0.2, 0.5, 0.8, 0.3, 0.4, 0.2},
		{0.2, 0.2, 0.3, 0.5, 0, 0.3},
		{0, 0.4, 0.4, 0, 0.4, 0},
		{0, 0.3, 0.2, 0.3, 0, 0.4},
	}
	simulate(len(pik), 20_000, func(rng *rand.Rand) []int { return sampling.Systematic(rng, pik) }).check(t, func(i, j int) float64 {
		return pi2[i][j]
	})
}

// TestSystematicReproducesPi has certainties, sizes of 0 and a long list.
func TestSystematicReproducesPi(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	size := make([]float64, 60)
	for i := range size {
		size[i] = math.Floor(math.Exp(3 + 1.2*rng.NormFloat64()))
	}
	size[10], size[20] = 0, 5000
	const n, draws = 12, 5000
	pi, err := sampling.InclusionProbabilities(size, n)
	if err != nil {
		t.Fatal(err)
	}
	f := simulate(len(size), draws, func(rng *rand.Rand) []int {
		s := sampling.Systematic(rng, pi)
		if len(s) != n || !strictlyRising(s) {
			t.Errorf("sample %v of %d units, want %d", s, len(s), n)
		}
		return s
	})
	for i, p := range pi {
		got := float64(f.single[i]) / draws
		if !scalar.EqualWithinAbs(got, p, tolerance(p, draws, len(pi))) || (p == 0 || p == 1) && got != p {
			t.Errorf("unit %d in %.4f of the draws, want %.4f", i, got, p)
		}
	}
}

// TestSystematicSize: a sample has the size asked for, whatever the sizes of the units and the start; certain units are
// in it and impossible ones are not.
func TestSystematicSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, positive := wholeSizes(t)
		n := rapid.IntRange(0, positive).Draw(t, "n")
		pi, err := sampling.InclusionProbabilities(size, n)
		if err != nil {
			t.Fatal(err)
		}
		s := sampling.Systematic(sampling.Source(rapid.Uint64().Draw(t, "seed"), "s"), pi)
		if len(s) != n || !strictlyRising(s) {
			t.Fatalf("sample %v, want %d units", s, n)
		}
		for i, p := range pi {
			if in := slices.Contains(s, i); p == 1 && !in || p == 0 && in {
				t.Fatalf("unit %d with π = %v: drawn %v", i, p, in)
			}
		}
	})
	if s := sampling.Systematic(sampling.Source(1, ""), nil); len(s) != 0 {
		t.Errorf("sample %v of nothing", s)
	}
}

// TestSourceIsFixed pins samples. A change here is another Algorithm: draws made before could no longer be repeated.
func TestSourceIsFixed(t *testing.T) {
	if sampling.Algorithm != "concord-sampling/2" {
		t.Fatal("another algorithm: pin its samples")
	}
	if got, want := sampling.SRS(sampling.Source(2024, "stratum 001"), 5, 10_598), []int{2982, 3065, 4027, 4801, 5698}; !slices.Equal(got, want) {
		t.Errorf("SRS %v, want %v", got, want)
	}
	pi, _ := sampling.InclusionProbabilities([]float64{1, 2, 3, 4, 50, 6, 7, 80}, 4)
	if got, want := sampling.Systematic(sampling.Source(2024, "pps_systematic"), pi), []int{4, 5, 6, 7}; !slices.Equal(got, want) {
		t.Errorf("systematic %v, want %v", got, want)
	}
}

// TestStreams: a stream is repeatable, and two streams, or two seeds, do not move together: their uniform numbers have
// a correlation within the normal quantile for falseAlarm, 1/√draws being its standard error.
func TestStreams(t *testing.T) {
	const draws = 10_000
	limit := distuv.UnitNormal.Quantile(1-falseAlarm/2/4) / math.Sqrt(draws)
	for _, other := range []struct {
		seed   uint64
		stream string
	}{{1, "b"}, {2, "a"}, {1, ""}, {1, "a "}} {
		sum := 0.0
		a, b, again := sampling.Source(1, "a"), sampling.Source(other.seed, other.stream), sampling.Source(1, "a")
		for range draws {
			u := a.Float64()
			if again.Float64() != u {
				t.Fatal("a stream does not repeat itself")
			}
			sum += (u - 0.5) * (b.Float64() - 0.5) * 12
		}
		if r := sum / draws; math.Abs(r) > limit {
			t.Errorf("streams (1, a) and (%d, %s) correlate by %.4f, want within %.4f", other.seed, other.stream, r, limit)
		}
	}
}

func ExampleSRS() {
	communes := []string{"00001", "00004", "00006", "00007", "00008"} // in order of code
	for _, i := range sampling.SRS(sampling.Source(1, "communes"), 2, len(communes)) {
		fmt.Println(communes[i])
	}
	// Output:
	// 00001
	// 00006
}
