package plan

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// randomSizes are up to 22 skewed sizes, some of them whole and so equal now and then.
func randomSizes(rng *rand.Rand) []float64 {
	size := make([]float64, 1+rng.IntN(22))
	for i := range size {
		size[i] = math.Exp(2 * rng.NormFloat64())
		if i%3 == 0 && rng.IntN(2) == 0 {
			size[i] = math.Ceil(size[i])
		}
	}
	return size
}

func randomRules(rng *rand.Rand) StrataRules {
	return StrataRules{Least: 1 + rng.IntN(3), TakeAllTop: rng.IntN(3) == 0}
}

// lowestScore is the best over all ways to cut the distinct sizes into at most the given number of strata.
func lowestScore(t *sizeTable, strata int, rules StrataRules, g goal) float64 {
	lowest := math.Inf(1)
	var extend func(cuts []int, from int)
	extend = func(cuts []int, from int) {
		if s := newSharing(t, cuts, rules); g.share(s) {
			lowest = min(lowest, g.score(s))
		}
		for at := from; at < t.distinct() && len(cuts) < strata-1; at++ {
			extend(append(cuts[:len(cuts):len(cuts)], at), at+1)
		}
	}
	extend(nil, 1)
	return lowest
}

// TestSearchAgainstAllCuts: the search finds the lowest score in every one of many small populations, and proves it.
func TestSearchAgainstAllCuts(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 2))
	for range 3000 {
		size, rules, strata := randomSizes(rng), randomRules(rng), 1+rng.IntN(4)
		table, err := newSizeTable(size)
		if err != nil {
			t.Fatal(err)
		}
		se := table.total() * math.Exp(-1-3*rng.Float64())
		goals := []goal{cvGoal{se * se}, sizeGoal{1 + rng.IntN(len(size))}}
		for _, g := range goals {
			want := lowestScore(table, strata, rules, g)
			got, err := searchStrata(table, strata, rules, g)
			if (err != nil) != math.IsInf(want, 1) {
				t.Fatalf("%v in %d strata, %+v, %+v: lowest score %v, error %v", size, strata, rules, g, want, err)
			}
			score := float64(got.Take)
			if _, ok := g.(sizeGoal); ok {
				score = got.Variance
			}
			if err == nil && (!scalar.EqualWithinAbsOrRel(score, want, 1e-20*table.square[table.distinct()], 1e-9) ||
				!got.Optimal) {
				t.Fatalf("%v in %d strata, %+v, %+v: score %v, want %v", size, strata, rules, g, score, want)
			}
		}
	}
}

// TestSearchWithoutProof: where the work runs out before the gap is closed, the result is not called optimal.
func TestSearchWithoutProof(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 2))
	open := 0
	for range 500 {
		table, err := newSizeTable(randomSizes(rng))
		if err != nil {
			t.Fatal(err)
		}
		g := sizeGoal{min(6, table.population())}
		s := &strataSearch{table: table, rules: StrataRules{Least: 2}, strata: 3, goal: g, work: 1}
		s.run()
		if got := s.result(); !got.Optimal {
			open++
			if got.Bound >= got.Variance {
				t.Fatalf("bound %v is not below variance %v", got.Bound, got.Variance)
			}
		}
	}
	if open == 0 {
		t.Error("every search without work is called optimal")
	}
}

// TestRelaxedCost: the cost of a stratum is the least over all whole numbers of units, and does not fall when the
// stratum grows.
func TestRelaxedCost(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	for range 3000 {
		table, err := newSizeTable(randomSizes(rng))
		if err != nil {
			t.Fatal(err)
		}
		r := &relaxed{table: table, rules: randomRules(rng), price: math.Exp(6*rng.Float64()-8) / table.centre}
		to := 1 + rng.IntN(table.distinct())
		above := 0.0
		for from := to - 1; from >= 0; from-- {
			units, want := table.count(from, to), math.Inf(1)
			_, sd := table.moments(from, to)
			for n := min(r.rules.Least, units); n <= units; n++ {
				v := math.Pow(float64(units)*sd, 2) * (1/float64(n) - 1/float64(units))
				want = min(want, float64(n)+r.price*v)
			}
			got := r.cost(from, to, false)
			if !scalar.EqualWithinRel(got, want, 1e-9) || got < above*(1-1e-12) {
				t.Fatalf("%v from %d to %d at price %v: cost %v after %v, want %v",
					table.values, from, to, r.price, got, above, want)
			}
			above = got
		}
	}
}

// TestSharingIsOptimal: two strata, every size of sample, every split.
func TestSharingIsOptimal(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 2))
	for range 2000 {
		table, err := newSizeTable(randomSizes(rng))
		if err != nil {
			t.Fatal(err)
		}
		s := newSharing(table, []int{rng.IntN(table.distinct())}, StrataRules{Least: 1})
		for more := true; more; more = s.grow() {
			got, taken := s.variance(), [2]int{s.take[0], s.take[1]}
			for n := min(1, s.units[0]); n <= min(s.drawn, s.units[0]); n++ {
				s.take[0], s.take[1] = n, s.drawn-n
				if s.take[1] < min(1, s.units[1]) || s.take[1] > s.units[1] {
					continue
				}
				if v := s.variance(); v < got*(1-1e-9) {
					t.Fatalf("%v of %v have variance %v, %v have %v", taken, s.units, got, s.take, v)
				}
			}
			s.take[0], s.take[1] = taken[0], taken[1]
		}
	}
}
