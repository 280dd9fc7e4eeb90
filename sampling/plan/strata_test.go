package plan_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling/plan"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"
)

// rounding is how far two ways to sum the same few numbers may be apart, in relation to them.
const rounding = 1e-9

// lognormalSizes are sizes as skewed as those of communes.
func lognormalSizes(units int) []float64 {
	rng := rand.New(rand.NewPCG(1, 2))
	size := make([]float64, units)
	for i := range size {
		size[i] = math.Exp(6 + 1.5*rng.NormFloat64())
	}
	return size
}

// drawSizes draws skewed sizes, some of them equal.
func drawSizes(t *rapid.T, most int) []float64 {
	logs := rapid.SliceOfN(rapid.Float64Range(-3, 5), 1, most).Draw(t, "logs")
	whole := rapid.Bool().Draw(t, "whole")
	size := make([]float64, len(logs))
	for i, l := range logs {
		size[i] = math.Exp(l)
		if whole {
			size[i] = math.Ceil(size[i])
		}
	}
	return size
}

func drawRules(t *rapid.T) plan.StrataRules {
	return plan.StrataRules{Least: rapid.IntRange(0, 3).Draw(t, "least"), TakeAllTop: rapid.Bool().Draw(t, "top")}
}

// eachBoundaries visits all ways to cut the distinct sizes into at most the given number of strata.
func eachBoundaries(size []float64, strata int, visit func(boundaries []float64)) {
	values := slices.Compact(slices.Sorted(slices.Values(size)))
	var extend func(from int, boundaries []float64)
	extend = func(from int, boundaries []float64) {
		visit(boundaries)
		for at := from; at < len(values) && len(boundaries) < strata-1; at++ {
			extend(at+1, append(slices.Clone(boundaries), values[at]))
		}
	}
	extend(1, nil)
}

// eachAllocation visits all whole-number allocations from least to most.
func eachAllocation(least, most []int, visit func(n []int)) {
	n := slices.Clone(least)
	for {
		visit(n)
		h := 0
		for ; h < len(n) && n[h] == most[h]; h++ {
			n[h] = least[h]
		}
		if h == len(n) {
			return
		}
		n[h]++
	}
}

// stratumMoments are counts and standard deviations by the textbook, and the least and the most to draw.
func stratumMoments(size, boundaries []float64, rules plan.StrataRules) (units, least []int, sd []float64) {
	members := make([][]float64, len(boundaries)+1)
	for i, h := range plan.Assign(size, boundaries) {
		members[h] = append(members[h], size[i])
	}
	for h, m := range members {
		floor := rules.Least
		if floor == 0 {
			floor = 2
		}
		if rules.TakeAllTop && h == len(boundaries) {
			floor = len(m)
		}
		units, least = append(units, len(m)), append(least, min(floor, len(m)))
		sd = append(sd, 0)
		if len(m) > 1 {
			sd[h] = stat.StdDev(m, nil)
		}
	}
	return units, least, sd
}

func textbookVariance(units, n []int, sd []float64) float64 {
	v := 0.0
	for h, u := range units {
		if n[h] < u {
			v += math.Pow(float64(u)*sd[h], 2) * (1/float64(n[h]) - 1/float64(u))
		}
	}
	return v
}

// TestSampleAgainstAllAllocations: for given boundaries, no whole-number allocation does with fewer units, and none of
// as many units has a smaller variance.
func TestSampleAgainstAllAllocations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, rules := drawSizes(t, 14), drawRules(t)
		boundaries := slices.Compact(slices.Sorted(slices.Values(
			rapid.SliceOfN(rapid.SampledFrom(size), 0, 2).Draw(t, "boundaries"))))
		cv := rapid.Float64Range(0.01, 0.6).Draw(t, "cv")
		got, err := plan.SampleForCV(size, boundaries, cv, rules)
		if err != nil {
			t.Fatal(err)
		}
		total := stat.Mean(size, nil) * float64(len(size))
		units, least, sd := stratumMoments(size, boundaries, rules)
		fewest, smallest := len(size), math.Inf(1)
		eachAllocation(least, units, func(n []int) {
			sum, v := 0, textbookVariance(units, n, sd)
			for _, k := range n {
				sum += k
			}
			if v <= math.Pow(cv*total, 2)*(1-rounding) {
				fewest = min(fewest, sum)
			}
			if sum == got.Take {
				smallest = min(smallest, v)
			}
		})
		if got.Take > fewest || got.CV > cv*(1+rounding) {
			t.Fatalf("%d units with CV %v, want %d units with at most %v", got.Take, got.CV, fewest, cv)
		}
		if !scalar.EqualWithinAbsOrRel(got.Variance, smallest, rounding*rounding*total*total, rounding) {
			t.Fatalf("variance %v of %d units, want %v", got.Variance, got.Take, smallest)
		}
	})
}

// TestLavalleeHidiroglouAgainstAllBoundaries: no boundaries of the distinct sizes do with fewer units, and the search
// proves it.
func TestLavalleeHidiroglouAgainstAllBoundaries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, rules := drawSizes(t, 18), drawRules(t)
		strata := rapid.IntRange(1, 4).Draw(t, "strata")
		cv := rapid.Float64Range(0.01, 0.6).Draw(t, "cv")
		got, err := plan.LavalleeHidiroglou(size, strata, cv, rules)
		if err != nil {
			t.Fatal(err)
		}
		want := len(size)
		eachBoundaries(size, strata, func(boundaries []float64) {
			s, err := plan.SampleForCV(size, boundaries, cv*(1-rounding), rules)
			if err != nil {
				t.Fatal(err)
			}
			want = min(want, s.Take)
		})
		if got.Take > want || got.CV > cv*(1+rounding) || !got.Optimal || got.Bound != float64(got.Take) {
			t.Fatalf("got %+v, want %d units", got, want)
		}
	})
}

// TestLeastVarianceAgainstAllBoundaries: no boundaries of the distinct sizes give a smaller variance, and the search
// proves it; it fails where none can hold the least numbers.
func TestLeastVarianceAgainstAllBoundaries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, rules := drawSizes(t, 18), drawRules(t)
		strata := rapid.IntRange(1, 4).Draw(t, "strata")
		n := rapid.IntRange(1, len(size)).Draw(t, "n")
		got, err := plan.LeastVariance(size, strata, n, rules)
		want, possible := math.Inf(1), false
		eachBoundaries(size, strata, func(boundaries []float64) {
			if s, err := plan.SampleForSize(size, boundaries, n, rules); err == nil {
				want, possible = min(want, s.Variance), true
			}
		})
		if possible != (err == nil) {
			t.Fatalf("error %v, possible %v", err, possible)
		}
		total := stat.Mean(size, nil) * float64(len(size))
		if possible && (!scalar.EqualWithinAbsOrRel(got.Variance, want, rounding*rounding*total*total, rounding) ||
			got.Take > n || !got.Optimal) {
			t.Fatalf("got %+v, want variance %v with %d units", got, want, n)
		}
	})
}

// TestStrataAreAPartition: the strata found are those that Assign gives, boundaries ascend, and every stratum has at
// least its least number and at most its units.
func TestStrataAreAPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, rules := drawSizes(t, 60), drawRules(t)
		s, err := plan.LavalleeHidiroglou(size, rapid.IntRange(1, 6).Draw(t, "strata"), 0.05, rules)
		if err != nil {
			t.Fatal(err)
		}
		units, least, sd := stratumMoments(size, s.Boundaries, rules)
		take := 0
		for h, got := range s.Strata {
			if got.Units != units[h] || got.Units == 0 || got.Take < least[h] || got.Take > units[h] {
				t.Fatalf("stratum %d is %+v, want %d units and a take of %d or more", h, got, units[h], least[h])
			}
			if !scalar.EqualWithinAbsOrRel(got.SD, sd[h], rounding, rounding) {
				t.Fatalf("stratum %d has SD %v, want %v", h, got.SD, sd[h])
			}
			take += got.Take
		}
		if take != s.Take || rules.TakeAllTop && !s.Strata[len(s.Strata)-1].TakeAll() {
			t.Fatalf("take of %d in all, want %d: %+v", s.Take, take, s)
		}
	})
}

// TestMoreStrataNeverNeedMore: with one more stratum allowed the optimum cannot be worse.
func TestMoreStrataNeverNeedMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, rules := drawSizes(t, 60), drawRules(t)
		before := len(size)
		for strata := 1; strata <= 6; strata++ {
			s, err := plan.LavalleeHidiroglou(size, strata, 0.05, rules)
			if err != nil || s.Take > before {
				t.Fatalf("%d units in %d strata after %d: %v", s.Take, strata, before, err)
			}
			before = s.Take
		}
	})
}

// TestScale: sizes in another unit have the same strata. Powers of two lose no digits.
func TestScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := drawSizes(t, 60)
		scaled := slices.Clone(size)
		for i := range scaled {
			scaled[i] *= 1024
		}
		a, errA := plan.LavalleeHidiroglou(size, 4, 0.03, plan.StrataRules{})
		b, errB := plan.LavalleeHidiroglou(scaled, 4, 0.03, plan.StrataRules{})
		if errA != nil || errB != nil || a.Take != b.Take || a.CV != b.CV ||
			!slices.Equal(plan.Assign(size, a.Boundaries), plan.Assign(scaled, b.Boundaries)) {
			t.Fatalf("%+v\n%+v", a, b)
		}
	})
}

// TestLargePopulation: a bound and a stratification that meet prove each other; this is the size of population and of
// request the search is made for. The rules are worse, and the cumulative root is not much worse.
func TestLargePopulation(t *testing.T) {
	size := lognormalSizes(10_598)
	best, err := plan.LavalleeHidiroglou(size, 5, 0.02, plan.StrataRules{})
	if err != nil || !best.Optimal || best.CV > 0.02 || len(best.Strata) != 5 {
		t.Fatalf("%+v: %v", best, err)
	}
	boundaries, err := plan.CumulativeRoot(size, 5, 0)
	if err != nil {
		t.Fatal(err)
	}
	root, err := plan.SampleForCV(size, boundaries, 0.02, plan.StrataRules{})
	if err != nil || root.Take < best.Take || float64(root.Take) > 1.1*float64(best.Take) {
		t.Errorf("%d units by the cumulative root, %d at best: %v", root.Take, best.Take, err)
	}
	same, err := plan.LeastVariance(size, 5, best.Take, plan.StrataRules{})
	if err != nil || same.Variance > best.Variance*(1+rounding) {
		t.Errorf("variance %v of %d units, want at most %v: %v", same.Variance, best.Take, best.Variance, err)
	}
}

func TestStratumNumber(t *testing.T) {
	size := lognormalSizes(2000)
	chosen, path, err := plan.StratumNumber(size, 0.05, 0.25, 12, plan.StrataRules{})
	if err != nil || len(path) != chosen+1 {
		t.Fatalf("%d strata on a path of %d: %v", chosen, len(path), err)
	}
	for h := 1; h < len(path); h++ {
		gain := 1 - float64(path[h].Take)/float64(path[h-1].Take)
		if worth := gain >= 0.25; worth != (h < chosen) {
			t.Errorf("stratum %d gains %v, and %d strata are chosen", h+1, gain, chosen)
		}
	}
	if chosen, path, err = plan.StratumNumberForSize(size, 50, 1e-9, 3, plan.StrataRules{}); err != nil ||
		chosen != 3 || len(path) != 3 {
		t.Errorf("%d strata on a path of %d, want the 3 allowed: %v", chosen, len(path), err)
	}
	equal := []float64{7, 7, 7}
	if chosen, _, err = plan.StratumNumber(equal, 0.05, 0.1, 5, plan.StrataRules{}); err != nil || chosen != 1 {
		t.Errorf("%d strata for equal sizes: %v", chosen, err)
	}
}

func BenchmarkLavalleeHidiroglou(b *testing.B) {
	size := lognormalSizes(10_598)
	for b.Loop() {
		if _, err := plan.LavalleeHidiroglou(size, 6, 0.02, plan.StrataRules{}); err != nil {
			b.Fatal(err)
		}
	}
}
