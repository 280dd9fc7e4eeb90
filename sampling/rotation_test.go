package sampling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

func mustRotation(t *testing.T, pattern string, groups int) *sampling.Rotation {
	t.Helper()
	r, err := sampling.NewRotation(pattern, groups)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestRotationOverlap: shares counted by hand on the strips of the patterns. 4-8-4 is the pattern of the United States'
// Current Population Survey: three quarters from month to month, half from year to year.
func TestRotationOverlap(t *testing.T) {
	for _, tt := range []struct {
		pattern string
		groups  int
		want    []float64 // by lag, from 0
	}{
		{"4-8-4", 40, []float64{1, 0.75, 0.5, 0.25, 0, 0, 0, 0, 0, 0.125, 0.25, 0.375, 0.5, 0.375, 0.25, 0.125, 0}},
		{"2-(2)-2", 40, []float64{1, 0.5, 0, 0.25, 0.5, 0.25, 0}},
		{"5", 20, []float64{1, 0.8, 0.6, 0.4, 0.2, 0, 0}},
		{"1", 3, []float64{1, 0, 0, 1}},
		{"3", 3, []float64{1, 1, 1}},
	} {
		r := mustRotation(t, tt.pattern, tt.groups)
		for lag, want := range tt.want {
			if later, earlier := r.Overlap(lag), r.Overlap(-lag); later != want || earlier != want {
				t.Errorf("%s: overlap %v and %v over %d occasions, want %v", tt.pattern, later, earlier, lag, want)
			}
		}
	}
}

func countedOverlap(r *sampling.Rotation, lag int) float64 {
	common := 0
	for g := range r.Groups() {
		if r.In(g, 7) && r.In(g, 7+lag) {
			common++
		}
	}
	return float64(common) / float64(r.Load())
}

// TestRotationLoad: any pattern, any groups: each occasion has Load groups, each group is in for Load of any Groups
// successive occasions and follows the pattern from the occasion on which it enters.
func TestRotationLoad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pauses := rapid.IntRange(0, 2).Draw(t, "pauses")
		spells := rapid.SliceOfN(rapid.IntRange(1, 5), 2*pauses+1, 2*pauses+1).Draw(t, "spells")
		pattern, span, load := "", 0, 0
		var strip []bool
		for k, length := range spells {
			pattern += fmt.Sprintf("-%d", length)
			span += length
			for range length {
				strip = append(strip, k%2 == 0)
			}
			if k%2 == 0 {
				load += length
			}
		}
		groups := span + rapid.IntRange(0, 10).Draw(t, "rest")
		r, err := sampling.NewRotation(pattern[1:], groups)
		if err != nil || r.String() != pattern[1:] || r.Load() != load || r.Groups() != groups {
			t.Fatalf("%v, %v, want %s", r, err, pattern)
		}
		from := rapid.IntRange(-50, 50).Draw(t, "from")
		for g := range groups {
			count := 0
			for occasion := from; occasion < from+groups; occasion++ {
				age := ((occasion-g)%groups + groups) % groups
				if want := age < span && strip[age]; r.In(g, occasion) != want {
					t.Fatalf("%s: group %d on occasion %d: %v", r, g, occasion, !want)
				}
				if r.In(g, occasion) {
					count++
				}
			}
			if count != load {
				t.Fatalf("%s: group %d is in %d times, want %d", r, g, count, load)
			}
		}
		everybody := make([]int, groups)
		for g := range everybody {
			everybody[g] = g
		}
		in := r.Sample(everybody, from)
		if len(in) != load || !strictlyRising(in) || slices.ContainsFunc(in, func(g int) bool { return !r.In(g, from) }) {
			t.Fatalf("%s: groups %v on occasion %d, want %d", r, in, from, load)
		}
		lag := rapid.IntRange(-40, 40).Draw(t, "lag")
		if got, want := r.Overlap(lag), countedOverlap(r, lag); got != want {
			t.Fatalf("%s: overlap %v after %d, want %v", r, got, lag, want)
		}
	})
}

func TestNewRotationRefuses(t *testing.T) {
	for _, tt := range []struct {
		pattern string
		groups  int
		want    string
	}{
		{"", 5, "not a number"},
		{"4-8", 50, "ends with occasions out"},
		{"4-0-4", 50, "not a number"},
		{"4--4", 50, "not a number"},
		{"(4)", 50, "not a number"},
		{"4-(8-4", 50, "not a number"},
		{"4-x-4", 50, "not a number"},
		{"99999", 50, "not a number"},
		{"4-8-4", 15, "needs as many groups"},
		{"2", 0, "needs as many groups"},
	} {
		_, err := sampling.NewRotation(tt.pattern, tt.groups)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q, %d groups: error %v, want one with %q", tt.pattern, tt.groups, err, tt.want)
		}
	}
}

// TestRotationGroups: on any occasion each unit has the stated inclusion probability, and two occasions share the
// stated part.
func TestRotationGroups(t *testing.T) {
	r := mustRotation(t, "2-(2)-2", 10)
	stratum := []int{0, 1, 0, 1, 0, 1, 2, 2, 0, 0, 1, 1, 1}
	const draws = 20_000
	for _, assign := range []func(rng *rand.Rand) []int{
		func(rng *rand.Rand) []int { return sampling.SystematicGroups(rng, len(stratum), stratum, 10) },
		func(rng *rand.Rand) []int { return sampling.NumberedGroups(hashed(rng, len(stratum)), 10) },
	} {
		f := simulate(len(stratum), draws, func(rng *rand.Rand) []int { return r.Sample(assign(rng), 17) })
		for i, count := range f.single {
			got, want := float64(count)/draws, r.Probability()
			if !scalar.EqualWithinAbs(got, want, tolerance(want, draws, len(stratum))) {
				t.Errorf("unit %d in %.4f of the draws, want %.4f", i, got, want)
			}
		}
		hasMean(t, "lag 4", overlaps(draws, func(rng *rand.Rand) ([]int, []int) {
			group := assign(rng)
			return r.Sample(group, 3), r.Sample(group, 7)
		}), float64(len(stratum))*r.Probability()*r.Overlap(4))
	}
}

// TestSystematicGroupSizes differ by one at most, in the frame and in each stratum.
func TestSystematicGroupSizes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units, groups := rapid.IntRange(0, 80).Draw(t, "units"), rapid.IntRange(1, 12).Draw(t, "groups")
		stratum := rapid.SliceOfN(rapid.IntRange(0, 3), units, units).Draw(t, "stratum")
		group := sampling.SystematicGroups(sampling.Source(rapid.Uint64().Draw(t, "seed"), ""), units, stratum, groups)
		sizes := make([][]int, 5)
		for h := range sizes {
			sizes[h] = make([]int, groups)
		}
		for i, g := range group {
			sizes[stratum[i]][g]++
			sizes[4][g]++
		}
		for _, s := range sizes {
			if slices.Max(s)-slices.Min(s) > 1 {
				t.Fatalf("sizes %v", s)
			}
		}
	})
	if g := sampling.SystematicGroups(sampling.Source(1, ""), 3, nil, 1); !slices.Equal(g, []int{0, 0, 0}) {
		t.Errorf("groups %v of one group", g)
	}
	if g := sampling.NumberedGroups([]float64{0x1p-53, 0.5, 1 - 0x1p-53}, 7); !slices.Equal(g, []int{0, 3, 6}) {
		t.Errorf("groups %v", g)
	}
	refuses(t, "no groups", func() { sampling.NumberedGroups(nil, 0) })
	refuses(t, "strata of another frame", func() { sampling.SystematicGroups(sampling.Source(1, ""), 2, []int{1}, 2) })
}

// TestRotatingStart: the start goes round; a sample that moves a fifth of its share each occasion keeps four fifths.
func TestRotatingStart(t *testing.T) {
	for _, tt := range []struct {
		start, step float64
		occasion    int
		want        float64
	}{
		{0.25, 0.5, 0, 0.25},
		{0.25, 0.5, 1, 0.75},
		{0.25, 0.5, 2, 0.25},
		{0.25, 0.5, -1, 0.75},
		{0, 0.125, 1_000_001, 0.125},
		{0, 1e-300, -1, 0},
	} {
		if got := sampling.RotatingStart(tt.start, tt.step, tt.occasion); got != tt.want {
			t.Errorf("%+v: start %v", tt, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		start := rapid.Float64Range(0, math.Nextafter(1, 0)).Draw(t, "start")
		step := rapid.Float64Range(0, math.Nextafter(1, 0)).Draw(t, "step")
		occasion := rapid.IntRange(-1000, 1000).Draw(t, "occasion")
		got := sampling.RotatingStart(start, step, occasion)
		d := got - (start + float64(occasion)*step)
		if !(got >= 0 && got < 1) || math.Abs(d-math.Round(d)) > 1e-12 {
			t.Fatalf("start %v", got)
		}
	})
	// A sample of 10 of 50 that moves by 0.04 is to keep about four fifths, on any occasion.
	hasMean(t, "from one occasion to the next", overlaps(8000, func(rng *rand.Rand) ([]int, []int) {
		u := hashed(rng, 50)
		sample := func(occasion int) []int {
			return sampling.SequentialSRS(sampling.StartAt(u, sampling.RotatingStart(0.9, 0.04, occasion)), 10)
		}
		return sample(4), sample(5)
	}), sampling.SequentialSRSOverlap(50, 10, 10, 0.04))
	refuses(t, "step 1", func() { sampling.RotatingStart(0, 1, 1) })
}

func ExampleRotation() {
	r, err := sampling.NewRotation("4-8-4", 40)
	if err != nil {
		panic(err)
	}
	for _, lag := range []int{1, 2, 12} {
		fmt.Println(lag, r.Overlap(lag))
	}
	// Output:
	// 1 0.75
	// 2 0.5
	// 12 0.5
}
