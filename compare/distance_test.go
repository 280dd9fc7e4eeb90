package compare_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/concord-stat/concord/compare"
)

func closeTo(a, b float64) bool { return math.Abs(a-b) <= 1e-10*(1+math.Abs(a)+math.Abs(b)) }

// twoDistributions draws two distributions over the same categories, some empty.
func twoDistributions(t *rapid.T) (p, q []float64) {
	k := rapid.IntRange(2, 20).Draw(t, "k")
	for range k {
		p = append(p, float64(rapid.IntRange(0, 500).Draw(t, "p")))
		q = append(q, float64(rapid.IntRange(0, 500).Draw(t, "q")))
	}
	p[0]++
	q[k-1]++
	return p, q
}

// symmetric are the distances that do not know which distribution comes first.
var symmetric = map[string]func(p, q []float64) float64{
	"dissimilarity": compare.Dissimilarity, "max": compare.MaxDifference, "euclidean": compare.Euclidean,
	"hellinger": compare.Hellinger, "bhattacharyya": compare.BhattacharyyaDistance, "jeffreys": compare.Jeffreys,
	"js": compare.JensenShannon, "js distance": compare.JensenShannonDistance, "triangular": compare.TriangularDistance,
	"ks": compare.KolmogorovGroups, "cvm": compare.CramerVonMisesGroups, "emd": compare.EarthMover,
}

func TestDistancesAreDistances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := twoDistributions(t)
		double := make([]float64, len(p))
		for i, x := range p {
			double[i] = 2 * x
		}
		for name, d := range symmetric {
			if v := d(p, q); v < 0 || math.IsNaN(v) || !closeTo(v, d(q, p)) && !math.IsInf(v, 1) {
				t.Errorf("%s is %v one way, %v the other", name, v, d(q, p))
			}
			if v := d(p, double); v != 0 {
				t.Errorf("%s of a distribution from itself is %v", name, v)
			}
		}
	})
}

// TestDistancesBoundEachOther: H² ≤ D ≤ H√(2-H²) (Le Cam), D² ≤ KL/2 (Pinsker), triangular distance between H² and 2H²,
// Jensen-Shannon within log 2 of it, and the largest cumulated difference below D below EMD.
func TestDistancesBoundEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := twoDistributions(t)
		h, d, tri := compare.Hellinger(p, q), compare.Dissimilarity(p, q), compare.TriangularDistance(p, q)
		js := compare.JensenShannon(p, q)
		for what, low := range map[string][2]float64{
			"H² ≤ D": {h * h, d}, "D ≤ H√(2-H²)": {d, h * math.Sqrt(2-h*h)},
			"2D² ≤ KL":        {2 * d * d, compare.KullbackLeibler(p, q)},
			"H² ≤ triangular": {h * h, tri}, "triangular ≤ 2H²": {tri, 2 * h * h}, "triangular/2 ≤ JS": {tri / 2, js},
			"JS ≤ log 2 triangular": {js, math.Ln2 * tri}, "KS ≤ D": {compare.KolmogorovGroups(p, q), d},
			"D ≤ EMD": {d, compare.EarthMover(p, q)}, "max ≤ D": {compare.MaxDifference(p, q), d},
		} {
			if low[0] > low[1]+1e-12 {
				t.Errorf("%s: %v and %v", what, low[0], low[1])
			}
		}
	})
}

// TestMergingCategoriesLosesDistance: no divergence grows when categories are put together.
func TestMergingCategoriesLosesDistance(t *testing.T) {
	merge := func(p []float64) []float64 { return append([]float64{p[0] + p[1]}, p[2:]...) }
	rapid.Check(t, func(t *rapid.T) {
		p, q := twoDistributions(t)
		for _, name := range []string{"dissimilarity", "hellinger", "jeffreys", "js", "triangular"} {
			if a, b := symmetric[name](merge(p), merge(q)), symmetric[name](p, q); a > b+1e-12 {
				t.Errorf("%s grows from %v to %v", name, b, a)
			}
		}
	})
}

func TestEarthMoverInUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := twoDistributions(t)
		at, widths := make([]float64, len(p)), make([]float64, len(p))
		for i := range at {
			at[i], widths[i] = 5*float64(i), 5
		}
		emd := compare.EarthMover(p, q)
		if got := compare.EarthMoverAt(p, q, at); !closeTo(got, 5*emd) {
			t.Errorf("groups five apart: %v, want %v", got, 5*emd)
		}
		if got := compare.EarthMoverWithin(p, q, widths); got > 5*emd+1e-9 {
			t.Errorf("persons spread within groups: %v, more than %v", got, 5*emd)
		}
	})
	// All in the first group of width 2 against all in the second of width 4: from a mean of 1 to one of 4.
	if got := compare.EarthMoverWithin([]float64{1, 0}, []float64{0, 1}, []float64{2, 4}); got != 3 {
		t.Errorf("moved by %v, want 3", got)
	}
	// Differences of ½ and -½ across one group: two triangles of ¼·½/2 of its width each.
	if got := compare.EarthMoverWithin([]float64{1, 0, 1}, []float64{0, 2, 0}, []float64{0, 4, 0}); got != 1 {
		t.Errorf("moved by %v, want 1", got)
	}
}

func TestEmptyCategories(t *testing.T) {
	p, q := []float64{10, 0, 30}, []float64{10, 20, 10}
	half := compare.Jeffreys([]float64{10.5, 0.5, 30.5}, q)
	for rule, want := range map[compare.EmptyRule]float64{
		compare.EmptyInfinite: math.Inf(1), compare.EmptyHalf: half,
		compare.EmptyOmit: (0.75 - 0.25) * math.Log(3), // the first category has a quarter on both sides
	} {
		if got := compare.StabilityIndex(p, q, rule); got != want && !closeTo(got, want) {
			t.Errorf("rule %d: %v, want %v", rule, got, want)
		}
	}
	if got := compare.KullbackLeibler(p, q); math.IsInf(got, 1) {
		t.Error("an empty category of the first distribution costs nothing")
	}
	for _, bad := range [][]float64{{0, 0, 0}, {-1, 2, 3}} {
		for name, d := range symmetric {
			if v := d(bad, q); !math.IsNaN(v) {
				t.Errorf("%s of %v is %v", name, bad, v)
			}
		}
	}
	if !math.IsNaN(compare.RelativeDifference(p, q)) {
		t.Error("nothing is relative to an empty category")
	}
}

// TestGeneralisedJensenShannon: of two distributions with equal weights it is Jensen-Shannon, and of any weights no
// more than their entropy.
func TestGeneralisedJensenShannon(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := twoDistributions(t)
		if a, b := compare.JensenShannonOf([][]float64{p, q}, []float64{3, 3}), compare.JensenShannon(p, q); !closeTo(a, b) {
			t.Errorf("%v, want %v", a, b)
		}
		w := []float64{rapid.Float64Range(0.1, 5).Draw(t, "w"), rapid.Float64Range(0.1, 5).Draw(t, "v")}
		if js := compare.JensenShannonOf([][]float64{p, q}, w); js > compare.Entropy(w)+1e-12 || js < -1e-12 {
			t.Errorf("%v is not between 0 and %v", js, compare.Entropy(w))
		}
	})
}

func TestDistancesLeaveTheirInput(t *testing.T) {
	p, q := []float64{1, 2, 0}, []float64{2, 2, 3}
	a, b := slices.Clone(p), slices.Clone(q)
	compare.StabilityIndex(p, q, compare.EmptyHalf)
	compare.NewDistanceEstimator(0.95).Between(compare.Outcome(p), compare.Outcome(q), true)
	if !slices.Equal(a, p) || !slices.Equal(b, q) {
		t.Error("a distribution was changed")
	}
}

func ExampleDissimilarity() {
	register := []float64{310, 295, 280, 262, 240}
	census := []float64{322, 301, 288, 250, 205}
	fmt.Printf("%.1f %% would have to be in another age group\n", 100*compare.Dissimilarity(register, census))
	// Output: 2.9 % would have to be in another age group
}
