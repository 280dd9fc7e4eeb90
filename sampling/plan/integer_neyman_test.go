package plan_test

import (
	"math"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling/plan"
	"pgregory.net/rapid"
)

func TestIntegerNeyman(t *testing.T) {
	for _, tt := range []struct {
		what        string
		n           int
		units       []int
		sd          []float64
		least, most []int
		want        []int
	}{
		// R 4.2.2: the least of Σ N²S²(1/n-1/N) over the rows of expand.grid(1:10, 1:10, 1:10) that add up to 10.
		{"about equal spreads", 10, []int{47, 61, 41}, []float64{10, 9, 12}, []int{1, 1, 1}, nil, []int{3, 4, 3}},
		{"no units but one stratum's", 3, []int{0, 5}, []float64{1, 1}, nil, nil, []int{0, 3}},
		{"a stratum is full", 8, []int{2, 100}, []float64{1000, 1}, nil, nil, []int{2, 6}},
		{"without spread a stratum takes what no other can", 6, []int{5, 5}, []float64{1, 0}, nil, nil, []int{5, 1}},
		{"ties to the earlier", 4, []int{10, 10, 10}, []float64{1, 1, 1}, []int{1, 1, 1}, nil, []int{2, 1, 1}},
		{"fewer units than strata: the largest spreads", 2, []int{10, 10, 10}, []float64{1, 3, 2}, nil, nil, []int{0, 1, 1}},
		{"least above a stratum", 5, []int{1, 10}, []float64{1, 1}, []int{2, 2}, nil, []int{1, 4}},
		{"most binds", 9, []int{10, 10}, []float64{9, 1}, nil, []int{5, 20}, []int{5, 4}},
		{"everybody", 20, []int{10, 10}, []float64{9, 1}, nil, nil, []int{10, 10}},
		{"nobody", 0, []int{10, 10}, []float64{9, 1}, nil, nil, []int{0, 0}},
	} {
		got, err := plan.IntegerNeyman(tt.n, tt.units, tt.sd, tt.least, tt.most)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, %v, want %v", tt.what, got, err, tt.want)
		}
	}
	for _, tt := range []struct {
		n     int
		units []int
		sd    []float64
		least []int
	}{
		{1, []int{5, 5}, []float64{1, 1}, []int{1, 1}}, {11, []int{5, 5}, []float64{1, 1}, nil}, {-1, []int{5}, []float64{1}, nil},
		{1, []int{5}, []float64{math.NaN()}, nil}, {1, []int{5}, []float64{math.Inf(1)}, nil}, {1, []int{-5}, []float64{0}, nil},
		{1, []int{5}, []float64{1}, []int{-1}},
	} {
		if got, err := plan.IntegerNeyman(tt.n, tt.units, tt.sd, tt.least, nil); err == nil {
			t.Errorf("%v: %v, want an error", tt, got)
		}
	}
}

// TestIntegerNeymanIsOptimal compares with all allocations of small samples.
func TestIntegerNeymanIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strata := rapid.IntRange(1, 4).Draw(t, "strata")
		units := rapid.SliceOfN(rapid.IntRange(0, 8), strata, strata).Draw(t, "units")
		sd := rapid.SliceOfN(rapid.OneOf(rapid.Just(0.0), rapid.Just(1.0), rapid.Float64Range(0.01, 100)), strata, strata).Draw(t, "sd")
		least := rapid.SliceOfN(rapid.IntRange(0, 3), strata, strata).Draw(t, "least")
		most := make([]int, strata)
		floor, room := 0, 0
		for h, u := range units {
			most[h] = least[h] + rapid.IntRange(0, 6).Draw(t, "most")
			floor, room = floor+min(least[h], u), room+min(most[h], u)
		}
		n := rapid.IntRange(floor, room).Draw(t, "n")
		got, err := plan.IntegerNeyman(n, units, sd, least, most)
		if err != nil {
			t.Fatal(err)
		}
		v, best := varianceOf(units, sd, got), math.Inf(1)
		allocations(units, least, most, n, func(n []int) { best = min(best, varianceOf(units, sd, n)) })
		if v > best*(1+1e-12)+1e-12 {
			t.Fatalf("%v has variance %v, the best %v", got, v, best)
		}
	})
}

// allocations yields all allocations of n within the bounds.
func allocations(units, least, most []int, n int, yield func([]int)) {
	current := make([]int, len(units))
	var from func(h, left int)
	from = func(h, left int) {
		if h == len(units) {
			if left == 0 {
				yield(current)
			}
			return
		}
		for k := min(least[h], units[h]); k <= min(most[h], units[h], left); k++ {
			current[h] = k
			from(h+1, left-k)
		}
	}
	from(0, n)
}

func varianceOf(units []int, sd []float64, n []int) float64 {
	u, m := make([]float64, len(units)), make([]float64, len(n))
	for h := range units {
		u[h], m[h] = float64(units[h]), float64(n[h])
	}
	return plan.TotalVariance(u, sd, m)
}
