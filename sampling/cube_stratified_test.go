package sampling_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"pgregory.net/rapid"
)

// strataOf gives every unit a stratum in no particular order, and makes Σπ of each whole but for some 1e-7.
func strataOf(rng *rand.Rand, pi []float64, strata int) (stratum []int, whole []float64) {
	whole = make([]float64, len(pi))
	members := map[int][]int{}
	for i := range pi {
		label := 7*rng.IntN(strata) - 10
		stratum, members[label] = append(stratum, label), append(members[label], i)
	}
	for _, units := range members {
		inside := make([]float64, len(units))
		for k, i := range units {
			inside[k] = pi[i]
		}
		for k, p := range wholeSum(inside) {
			whole[units[k]] = p
		}
	}
	return stratum, whole
}

// sizes are Σψ in every stratum.
func sizes(stratum []int, psi []float64) map[int]float64 {
	sum := map[int]float64{}
	for i, p := range psi {
		sum[stratum[i]] += p
	}
	return sum
}

// TestStratifiedCubeProperties: every stratum has its size, certain units are in and impossible ones out, and the
// balance is off by less than 2q·max|x/π|: no more than 2q units are left for the landing.
func TestStratifiedCubeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pi := anyProbabilities(t, someUnits(t))
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "strata of units"), 3))
		stratum, pi := strataOf(rng, pi, rapid.IntRange(1, 12).Draw(t, "strata"))
		x := anyVariables(t, pi, 5)
		sample := sampling.StratifiedCube(sampling.Source(rapid.Uint64().Draw(t, "seed"), ""), pi, stratum, x)
		got, want := sizes(stratum, indicator(len(pi), sample)), sizes(stratum, pi)
		for label, size := range want {
			if got[label] != math.Round(size) {
				t.Fatalf("%v units of stratum %d, want %v", got[label], label, size)
			}
		}
		checkCube(t, pi, x, sample, 2*float64(len(x)))
	})
}

// TestStratifiedCubeReproducesPi: 12 strata of 2 to 5 units with unequal probabilities, fewer variables than strata and
// as many.
func TestStratifiedCubeReproducesPi(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 9))
	var pi []float64
	var stratum []int
	for h := range 12 {
		size := make([]float64, 2+h%4)
		for i := range size {
			size[i] = 1 + rng.Float64()
			stratum = append(stratum, h)
		}
		inside, err := sampling.InclusionProbabilities(size, 1+h%4/2)
		if err != nil {
			t.Fatal(err)
		}
		pi = append(pi, inside...)
	}
	var x [][]float64
	for range 12 {
		v := make([]float64, len(pi))
		for i := range v {
			v[i] = math.Exp(rng.NormFloat64())
		}
		x = append(x, v)
	}
	for variables, draws := range map[int]int{0: 4000, 3: 4000, 12: 200} {
		checkInclusion(t, simulate(len(pi), draws, func(rng *rand.Rand) []int {
			return sampling.StratifiedCube(rng, pi, stratum, x[:variables])
		}), pi)
	}
}

// TestStratifiedCubeManyStrata: 700 strata of a national frame. Each has its size; the variables are as near to
// balance as without strata, up to twice the landing; and the time does not show the number of strata: half a minute
// would do if the equations had a row for each.
func TestStratifiedCubeManyStrata(t *testing.T) {
	const strata, each = 700, 2
	size, x := communes(10_598, 1000)
	stratum, members := make([]int, len(size)), make([][]int, strata)
	for i := range stratum {
		stratum[i] = i % strata
		members[i%strata] = append(members[i%strata], i)
	}
	pi := make([]float64, len(size))
	for _, units := range members {
		for _, i := range units {
			pi[i] = each / float64(len(units))
		}
	}
	sample := sampling.StratifiedCube(sampling.Source(4, "strata"), pi, stratum, x)
	for label, n := range sizes(stratum, indicator(len(pi), sample)) {
		if n != each {
			t.Errorf("%v units of stratum %d, want %v", n, label, each)
		}
	}
	deviation, greatest := deviations(pi, indicator(len(pi), sample), x)
	for j, d := range deviation {
		if math.Abs(d) > 2*float64(len(x))*greatest[j] {
			t.Errorf("variable %d is off by %v, with x/π up to %v", j, d, greatest[j])
		}
	}
}

// TestStratifiedCubeBalances: the strata alone, with as many units at random, leave a greater error of the totals.
func TestStratifiedCubeBalances(t *testing.T) {
	const units, strata, draws = 600, 50, 200
	rng := rand.New(rand.NewPCG(21, 21))
	pi, stratum := slices.Repeat([]float64{0.25}, units), make([]int, units)
	x := make([]float64, units)
	for i := range x {
		stratum[i], x[i] = i%strata, math.Exp(rng.NormFloat64())
	}
	square := func(balancing [][]float64) (sum float64) {
		for seed := range uint64(draws) {
			sample := sampling.StratifiedCube(sampling.Source(seed, "balances"), pi, stratum, balancing)
			d := sampling.Balance(pi, [][]float64{x}, sample)[0]
			sum += d * d
		}
		return sum
	}
	if with, without := square([][]float64{x}), square(nil); with > without/4 {
		t.Errorf("mean square error %.3g of that without balancing, want less than 1/4", with/without)
	}
}

func TestStratifiedCubeRefuses(t *testing.T) {
	rng, half := sampling.Source(1, ""), []float64{0.5, 0.5}
	mustPanic(t, "a stratum with half a unit", func() { sampling.StratifiedCube(rng, half, []int{1, 2}, nil) })
	mustPanic(t, "a unit without stratum", func() { sampling.StratifiedCube(rng, half, []int{1}, nil) })
	mustPanic(t, "short column", func() { sampling.StratifiedCube(rng, half, []int{1, 1}, [][]float64{{1}}) })
}
