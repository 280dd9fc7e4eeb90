package plan_test

import (
	"math"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling/plan"
	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"
)

// wholeSwissUnits are the communes of the seven regions of Switzerland, swissSD the standard deviations of their
// population (R sampling 2.9, swissmunicipalities).
func wholeSwissUnits() []int { return []int{589, 913, 321, 171, 471, 186, 245} }

var swissSD = []float64{
	9540.261669172893, 5621.598281725435, 9764.543937461694, 28589.439778905937, 4759.381014211133,
	5914.457599878081, 2514.9186198569487,
}

func reals(n []int) []float64 {
	x := make([]float64, len(n))
	for h, v := range n {
		x[h] = float64(v)
	}
	return x
}

// TestIntegerCostOptimalIsOptimal: no allocation that the budget pays for has a smaller variance.
func TestIntegerCostOptimalIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units, sd, cost := smallStrata(t)
		least, all := 0.0, 0.0
		for h, u := range units {
			all += cost[h] * float64(u)
			if sd[h] > 0 {
				least += cost[h]
			}
		}
		budget := least + (all-least)*rapid.Float64Range(0, 1).Draw(t, "budget")
		got, err := plan.IntegerCostOptimal(budget, units, sd, cost, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if spent := floats.Dot(cost, reals(got)); spent > budget*(1+1e-9) {
			t.Fatalf("%v costs %v, beyond %v", got, spent, budget)
		}
		variance := plan.TotalVariance(reals(units), sd, reals(got))
		everyAllocation(units, func(other []int) {
			if floats.Dot(cost, reals(other)) > budget {
				return
			}
			if v := plan.TotalVariance(reals(units), sd, reals(other)); v < variance-1e-9*(1+math.Abs(variance)) {
				t.Fatalf("%v has variance %v, %v has %v", got, variance, other, v)
			}
		})
	})
}

// TestIntegerCostOptimal: with costs that are all 1 it is IntegerNeyman; a budget that priorities do not spend best;
// what is refused.
func TestIntegerCostOptimal(t *testing.T) {
	ones := []float64{1, 1, 1, 1, 1, 1, 1}
	got, err := plan.IntegerCostOptimal(300.5, wholeSwissUnits(), swissSD, ones, nil, nil)
	if want := []int{74, 68, 41, 64, 30, 15, 8}; err != nil || !slices.Equal(got, want) {
		t.Errorf("300 units: %v, %v, want %v", got, err, want)
	}
	// Giving by priority ends at 8 and 5 units, for 31 of the 32, with Σ N²S²/n = 192.5; all was tried by hand.
	got, err = plan.IntegerCostOptimal(32, []int{10, 10}, []float64{3, 2}, []float64{2, 3}, nil, nil)
	if want := []int{10, 4}; err != nil || !slices.Equal(got, want) {
		t.Errorf("a budget of 32: %v, %v, want %v", got, err, want)
	}
	for _, tt := range []struct {
		budget float64
		cost   []float64
	}{{1, []float64{1, 1}}, {math.NaN(), []float64{1, 1}}, {math.Inf(1), []float64{1, 1}}, {9, []float64{1, 0}}} {
		if got, err := plan.IntegerCostOptimal(tt.budget, []int{5, 5}, []float64{1, 1}, tt.cost, nil, nil); err == nil {
			t.Errorf("%+v: %v, want an error", tt, got)
		}
	}
	got, err = plan.IntegerCostOptimal(9, []int{5, 5}, []float64{1, 0}, []float64{1, 1}, nil, []int{3, 3})
	if err != nil || !slices.Equal(got, []int{3, 0}) {
		t.Errorf("at most 3: %v, %v, want [3 0]", got, err)
	}
}

// smallStrata are few enough for every allocation to be tried.
func smallStrata(t *rapid.T) (units []int, sd, cost []float64) {
	for range rapid.IntRange(1, 4).Draw(t, "strata") {
		units = append(units, rapid.IntRange(1, 7).Draw(t, "units"))
		sd = append(sd, rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0.1, 10)).Draw(t, "sd"))
		cost = append(cost, rapid.OneOf(rapid.SampledFrom([]float64{1, 2, 3}), rapid.Float64Range(0.5, 5)).Draw(t, "cost"))
	}
	return units, sd, cost
}

// everyAllocation calls f with every allocation from 0 to most.
func everyAllocation(most []int, f func(n []int)) {
	n := make([]int, len(most))
	for {
		f(n)
		h := 0
		for h < len(n) && n[h] == most[h] {
			n[h] = 0
			h++
		}
		if h == len(n) {
			return
		}
		n[h]++
	}
}
