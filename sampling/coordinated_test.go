package sampling_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// skewed has units that are certain and units that are impossible; the sum is 4.
var skewed = []float64{0.2, 0.7, 0.8, 0.5, 0, 0.4, 0.4, 1}

func TestSequentialSRSProbabilities(t *testing.T) {
	const n, size = 4, 11
	for _, start := range []float64{0, 0.3, 0.95} {
		simulate(size, 20_000, func(rng *rand.Rand) []int {
			return sampling.SequentialSRS(sampling.StartAt(hashed(rng, size), start), n)
		}).check(t, srsJoint(n, size))
	}
}

// TestSequentialSRSKeepsItsUnits: a larger sample contains a smaller one; a unit that is born costs the sample one unit
// at most; and the numbers of the others remain.
func TestSequentialSRSKeepsItsUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := hashed(sampling.Source(rapid.Uint64().Draw(t, "seed"), ""), rapid.IntRange(1, 50).Draw(t, "units"))
		n := rapid.IntRange(0, len(u)).Draw(t, "n")
		m := rapid.IntRange(0, n).Draw(t, "m")
		small, large := sampling.SequentialSRS(u, m), sampling.SequentialSRS(u, n)
		if sampling.Overlap(small, large) != m {
			t.Fatalf("%v does not contain %v", large, small)
		}
		born := sampling.SequentialSRS(append(u, rapid.Float64Range(0.001, 0.999).Draw(t, "born")), n)
		if sampling.Overlap(born, large) < n-1 {
			t.Fatalf("%v has become %v by one birth", large, born)
		}
	})
	refuses(t, "too many", func() { sampling.SequentialSRS([]float64{0.1}, 2) })
	refuses(t, "negative", func() { sampling.SequentialSRS([]float64{0.1}, -1) })
	refuses(t, "number 0", func() { sampling.SequentialSRS([]float64{0}, 1) })
	if s := sampling.SequentialSRS(nil, 0); len(s) != 0 {
		t.Errorf("sample %v of nothing", s)
	}
}

func TestCoordinatedPoissonProbabilities(t *testing.T) {
	simulate(len(skewed), 20_000, func(rng *rand.Rand) []int {
		return sampling.CoordinatedPoisson(sampling.StartAt(hashed(rng, len(skewed)), 0.6), skewed)
	}).check(t, func(i, j int) float64 {
		if i == j {
			return skewed[i]
		}
		return skewed[i] * skewed[j]
	})
	simulate(5, 20_000, func(rng *rand.Rand) []int {
		return sampling.CoordinatedBernoulli(hashed(rng, 5), 0.3)
	}).check(t, func(i, j int) float64 {
		if i == j {
			return 0.3
		}
		return 0.09
	})
	refuses(t, "π above 1", func() { sampling.CoordinatedPoisson([]float64{0.5}, []float64{1.1}) })
	refuses(t, "π NaN", func() { sampling.CoordinatedPoisson([]float64{0.5}, []float64{math.NaN()}) })
	refuses(t, "lengths", func() { sampling.CoordinatedPoisson([]float64{0.5}, nil) })
}

// orderProbability is the inclusion probability of unit k in an order sample of n, by the midpoint rule over its number
// u: the chance that fewer than n of the others have a smaller key. below(key, p) is the chance that a unit with target
// p has a smaller key. Aires (1999), Methodology and Computing in Applied Probability 1:457-469.
func orderProbability(pi []float64, k, n int, key, below func(x, p float64) float64) float64 {
	const steps = 2000
	total := 0.0
	for s := range steps {
		t := key((float64(s)+0.5)/steps, pi[k])
		count := make([]float64, n+1) // count[m] = P(m others below), the last for n or more
		count[0] = 1
		for j, p := range pi {
			if j == k {
				continue
			}
			b := below(t, p)
			for m := n; m > 0; m-- {
				if m == n {
					count[m] += count[m-1] * b
				} else {
					count[m] = count[m]*(1-b) + count[m-1]*b
				}
			}
			count[0] *= 1 - b
		}
		total += 1 - count[n]
	}
	return total / steps
}

// TestOrderSampling: the draws have the inclusion probabilities of order sampling, which are near the target.
func TestOrderSampling(t *testing.T) {
	target := []float64{0.2, 0.7, 0.8, 0.5, 0.4, 0.4}
	odds := func(p float64) float64 { return p / (1 - p) }
	for _, tt := range []struct {
		name       string
		draw       func(u, pi []float64) []int
		key, below func(x, p float64) float64
		near       float64
	}{
		{
			"sequential Poisson", sampling.SequentialPoisson,
			func(u, p float64) float64 { return u / p }, func(x, p float64) float64 { return min(1, x*p) }, 0.06,
		},
		{
			"Pareto", sampling.CoordinatedPareto,
			func(u, p float64) float64 { return odds(u) / odds(p) },
			func(x, p float64) float64 { return x * odds(p) / (1 + x*odds(p)) }, 0.01,
		},
	} {
		exact := make([]float64, len(target))
		for k, p := range target {
			exact[k] = orderProbability(target, k, 3, tt.key, tt.below)
			if math.Abs(exact[k]-p) > tt.near {
				t.Errorf("%s: unit %d has %.4f, want %.4f within %v", tt.name, k, exact[k], p, tt.near)
			}
		}
		const draws = 20_000
		f := simulate(len(target), draws, func(rng *rand.Rand) []int {
			return tt.draw(hashed(rng, len(target)), target)
		})
		for k, p := range exact {
			got := float64(f.single[k]) / draws
			if !scalar.EqualWithinAbs(got, p, tolerance(p, draws, len(exact))) {
				t.Errorf("%s: unit %d in %.4f of the draws, want %.4f", tt.name, k, got, p)
			}
		}
	}
}

// TestOrderSamplingEdges: certain units always, impossible ones never, whatever the numbers; the size is Σπ.
func TestOrderSamplingEdges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, positive := wholeSizes(t)
		pi, err := sampling.InclusionProbabilities(size, rapid.IntRange(0, positive).Draw(t, "n"))
		if err != nil {
			t.Fatal(err)
		}
		sum, u := 0.0, make([]float64, len(pi))
		for i, p := range pi {
			sum += p
			u[i] = rapid.OneOf(rapid.SampledFrom([]float64{1e-300, 0x1p-53, 0.5, 1 - 0x1p-53}),
				rapid.Float64Range(0.001, 0.999)).Draw(t, "u")
		}
		for _, draw := range []func(u, pi []float64) []int{sampling.SequentialPoisson, sampling.CoordinatedPareto} {
			s := draw(u, pi)
			if len(s) != int(math.Round(sum)) || !strictlyRising(s) {
				t.Fatalf("sample %v, want %v units", s, sum)
			}
			for i, p := range pi {
				if in := slices.Contains(s, i); p == 1 && !in || p == 0 && in {
					t.Fatalf("unit %d with π = %v: drawn %v", i, p, in)
				}
			}
		}
	})
	refuses(t, "Σπ not whole", func() { sampling.SequentialPoisson([]float64{0.5, 0.5}, []float64{0.5, 0.6}) })
	for _, draw := range []func(u, pi []float64) []int{
		sampling.SequentialPoisson, sampling.CoordinatedPareto, sampling.CoordinatedPoisson,
	} {
		if s := draw(nil, nil); len(s) != 0 {
			t.Errorf("sample %v of nothing", s)
		}
	}
}

// TestKeysStandAlone: other units leave a unit's key as it is, and a Poisson sample is the keys below 1.
func TestKeysStandAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "units")
		u := hashed(sampling.Source(rapid.Uint64().Draw(t, "seed"), ""), n)
		one := rapid.OneOf(rapid.SampledFrom([]float64{0, 1, 1e-7}), rapid.Float64Range(0, 1))
		pi := rapid.SliceOfN(one, n, n).Draw(t, "π")
		drop := rapid.IntRange(0, n-1).Draw(t, "drop")
		without := func(x []float64) []float64 { return slices.Delete(slices.Clone(x), drop, drop+1) }
		for _, keys := range []func(u, pi []float64) []float64{
			sampling.SequentialPoissonKeys, sampling.ParetoKeys, sampling.ExponentialKeys,
		} {
			if got, want := keys(without(u), without(pi)), without(keys(u, pi)); !slices.Equal(got, want) {
				t.Fatalf("keys %v, want %v", got, want)
			}
		}
		poisson := sampling.CoordinatedPoisson(u, pi)
		for i, key := range sampling.SequentialPoissonKeys(u, pi) {
			if (key < 1) != slices.Contains(poisson, i) {
				t.Fatalf("key %v of unit %d with number %v and π %v, Poisson sample %v", key, i, u[i], pi[i], poisson)
			}
		}
	})
}

// TestExponentialUnit: one unit, exactly in proportion to size; and again when sizes have changed, by the same numbers.
// The overlap is the closed form.
func TestExponentialUnit(t *testing.T) {
	old, changed := []float64{1, 4, 0, 10, 5}, []float64{2, 3, 3, 12, 0}
	const draws = 20_000
	same := 0
	f := simulate(5, draws, func(rng *rand.Rand) []int {
		u := hashed(rng, 5)
		first, second := sampling.ExponentialUnit(u, old), sampling.ExponentialUnit(u, changed)
		if first == second {
			same++
		}
		return []int{second}
	})
	f.check(t, func(i, j int) float64 {
		if i == j {
			return changed[i] / 20
		}
		return 0
	})
	want := sampling.ExponentialOverlap(old, changed)
	if got := float64(same) / draws; !scalar.EqualWithinAbs(got, want, tolerance(want, draws, 1)) {
		t.Errorf("the same unit in %.4f of the draws, want %.4f", got, want)
	}
	refuses(t, "no size", func() { sampling.ExponentialUnit([]float64{0.5}, []float64{0}) })
	refuses(t, "negative size", func() { sampling.ExponentialUnit([]float64{0.5}, []float64{-1}) })
}

// TestFirstByKey compares with sorting all units, and the threshold with the sorted keys.
func TestFirstByKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.OneOf(rapid.SampledFrom([]float64{0, 1, 2}), rapid.Float64Range(0, 3))
		keys := rapid.SliceOf(key).Draw(t, "keys")
		n := rapid.IntRange(0, len(keys)).Draw(t, "n")
		order := make([]int, len(keys))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(keys[i], keys[j]) })
		last, next := math.Inf(-1), math.Inf(1)
		if n > 0 {
			last = keys[order[n-1]]
		}
		if n < len(keys) {
			next = keys[order[n]]
		}
		want := slices.Sorted(slices.Values(order[:n]))
		if got := sampling.FirstByKey(keys, n); !slices.Equal(got, want) {
			t.Fatalf("units %v, want %v", got, want)
		}
		stream := sampling.NewSmallestKeys[int](n)
		for i, k := range keys {
			stream.Add(i, k)
		}
		if gotLast, gotNext := stream.Threshold(); gotLast != last || gotNext != next {
			t.Fatalf("threshold %v and %v, want %v and %v", gotLast, gotNext, last, next)
		}
	})
	refuses(t, "key NaN", func() { sampling.FirstByKey([]float64{math.NaN()}, 1) })
	refuses(t, "too few finite keys", func() { sampling.FirstByKey([]float64{1, math.Inf(1)}, 2) })
}

// TestFirstByKeyInStrata: unit 3 moves from stratum 1 to stratum 0 and takes its key along.
func TestFirstByKeyInStrata(t *testing.T) {
	keys := []float64{0.9, 0.2, 0.5, 0.1, 0.8, 0.3}
	for _, tt := range []struct{ stratum, n, want []int }{
		{[]int{0, 0, 0, 1, 1, 1}, []int{1, 2}, []int{1, 3, 5}},
		{[]int{0, 0, 0, 0, 1, 1}, []int{1, 2}, []int{3, 4, 5}},
		{[]int{0, 0, 0, 0, 2, 2}, []int{4, 0, 0}, []int{0, 1, 2, 3}},
	} {
		if got, err := sampling.FirstByKeyInStrata(keys, tt.stratum, tt.n); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%v, %v: %v, %v, want %v", tt.stratum, tt.n, got, err, tt.want)
		}
	}
	_, err := sampling.FirstByKeyInStrata(keys, []int{0, 0, 0, 1, 1, 1}, []int{1, 4})
	if want := "sampling: stratum 1: want 4 units, have 3"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	refuses(t, "stratum outside", func() { sampling.FirstByKeyInStrata([]float64{1}, []int{1}, []int{1}) })
	refuses(t, "lengths", func() { sampling.FirstByKeyInStrata([]float64{1}, nil, nil) })
}

// conditionalPoisson enumerates the samples of n units with probabilities in proportion to the product of odds.
func conditionalPoisson(odds []float64, n int) func(i, j int) float64 {
	joint := make([][]float64, len(odds))
	for i := range joint {
		joint[i] = make([]float64, len(odds))
	}
	total := 0.0
	for set := range 1 << len(odds) {
		var s []int
		weight := 1.0
		for i, o := range odds {
			if set>>i&1 == 1 {
				s, weight = append(s, i), weight*o
			}
		}
		if len(s) != n {
			continue
		}
		total += weight
		for _, i := range s {
			for _, j := range s {
				joint[i][j] += weight
			}
		}
	}
	return func(i, j int) float64 { return joint[i][j] / total }
}

// TestCoordinatedConditionalPoissonProbabilities: single and joint probabilities of the design, by enumeration, from
// any start.
func TestCoordinatedConditionalPoissonProbabilities(t *testing.T) {
	odds := []float64{0.2, 3, 0.05, 1, 8, 0, 0.6, 1.5}
	for _, start := range []float64{0, 0.7} {
		simulate(len(odds), 20_000, func(rng *rand.Rand) []int {
			s := sampling.CoordinatedConditionalPoisson(sampling.StartAt(hashed(rng, len(odds)), start), odds, 3)
			if len(s) != 3 {
				t.Fatalf("sample %v, want 3 units", s)
			}
			return s
		}).check(t, conditionalPoisson(odds, 3))
	}
}

// TestCoordinatedConditionalPoissonSize: the size is n for any numbers and odds; blocks of ratios make no difference to
// an order that is independent of their size.
func TestCoordinatedConditionalPoissonSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "units")
		odds := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom([]float64{0, 1e-7, 1, 1e9, math.Inf(1)}),
			rapid.Float64Range(1e-3, 1e3)), n, n).Draw(t, "odds")
		u := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom([]float64{1e-300, 1 - 0x1p-53}),
			rapid.Float64Range(0.001, 0.999)), n, n).Draw(t, "u")
		least, most := 0, 0
		for _, o := range odds {
			if math.IsInf(o, 1) {
				least++
			}
			if o > 0 {
				most++
			}
		}
		want := rapid.IntRange(least, most).Draw(t, "n")
		s := sampling.CoordinatedConditionalPoisson(u, odds, want)
		if len(s) != want || !strictlyRising(s) {
			t.Fatalf("sample %v, want %d units", s, want)
		}
		for i, o := range odds {
			if in := slices.Contains(s, i); o == 0 && in || math.IsInf(o, 1) && !in {
				t.Fatalf("unit %d with odds %v: drawn %v", i, o, in)
			}
		}
	})
	for _, odds := range [][]float64{{-1, 1}, {math.NaN(), 1}, {0, 1}, {1}} {
		refuses(t, fmt.Sprint(odds), func() { sampling.CoordinatedConditionalPoisson([]float64{0.5, 0.5}, odds, 2) })
	}
	refuses(t, "fewer than certain", func() {
		sampling.CoordinatedConditionalPoisson([]float64{0.5, 0.5}, []float64{math.Inf(1), 1}, 0)
	})
}

// TestCoordinatedConditionalPoissonEqualOdds: with equal odds a unit is drawn if its number is below k/(units left),
// the selection-rejection method of simple random sampling, over many blocks.
func TestCoordinatedConditionalPoissonEqualOdds(t *testing.T) {
	const size, n = 1000, 137
	u, odds := hashed(sampling.Source(3, ""), size), make([]float64, size)
	var want []int
	for i := range odds {
		odds[i] = 0.25
		if u[i] < float64(n-len(want))/float64(size-i) {
			want = append(want, i)
		}
	}
	if got := sampling.CoordinatedConditionalPoisson(u, odds, n); !slices.Equal(got, want) {
		t.Errorf("sample %v, want %v", got, want)
	}
}

func ExampleSequentialSRS() {
	codes := []string{"00001", "00004", "00006", "00007", "00008", "00009"}
	u := sampling.PermanentRandomNumbers(2024, codes)
	show := func(year int, sample []int) {
		fmt.Print(year)
		for _, i := range sample {
			fmt.Print(" ", codes[i])
		}
		fmt.Println()
	}
	show(2024, sampling.SequentialSRS(u, 2))
	show(2025, sampling.SequentialSRS(u, 3))                        // keeps the units of 2024
	show(2026, sampling.SequentialSRS(sampling.StartAt(u, 0.5), 2)) // avoids them
	// Output:
	// 2024 00001 00004
	// 2025 00001 00004 00007
	// 2026 00007 00008
}
