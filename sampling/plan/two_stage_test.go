package plan_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/sampling/plan"
	"pgregory.net/rapid"
)

// TestTwoStage compares with the formulas evaluated by R 4.2.2.
func TestTwoStage(t *testing.T) {
	for _, tt := range []struct{ psuCost, unitCost, rho, budget, take, effect, psus float64 }{
		{100, 5, 0.05, 100_000, 19.493588689617926, 1.9246794344808964, 506.41131038207226},
		{40, 12, 0.12, 25_000, 4.944132324730442, 1.4732958789676531, 251.68734240579823},
	} {
		take := plan.OptimalTake(tt.psuCost, tt.unitCost, tt.rho)
		near(t, "take", take, tt.take, 1e-13)
		near(t, "design effect", plan.ClusterEffect(take, tt.rho), tt.effect, 1e-13)
		near(t, "primary units", plan.AffordablePSUs(tt.budget, tt.psuCost, tt.unitCost, take), tt.psus, 1e-13)
	}
	if got := plan.OptimalTake(1, 9, 0.9); got != 1 {
		t.Errorf("take %v where no second interview pays, want 1", got)
	}
	if got := plan.OptimalTake(100, 5, 0); !math.IsInf(got, 1) {
		t.Errorf("take %v without correlation, want everybody", got)
	}
}

// TestOptimalTakeIsOptimal: no other take gives a smaller variance, deff/(PSUs·take), for the same budget.
func TestOptimalTakeIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		psuCost, unitCost := rapid.Float64Range(1, 500).Draw(t, "psu"), rapid.Float64Range(1, 50).Draw(t, "unit")
		rho, other := rapid.Float64Range(0.001, 1).Draw(t, "rho"), rapid.Float64Range(1, 100).Draw(t, "take")
		variance := func(take float64) float64 {
			return plan.ClusterEffect(take, rho) / (plan.AffordablePSUs(1e4, psuCost, unitCost, take) * take)
		}
		best := plan.OptimalTake(psuCost, unitCost, rho)
		if variance(best) > variance(other)*(1+1e-12) {
			t.Fatalf("take %v has variance %v, %v has %v", best, variance(best), other, variance(other))
		}
	})
}

func TestWeightingEffect(t *testing.T) {
	near(t, "effect of weights 1 to 4", plan.WeightingEffect([]float64{1, 2, 3, 4}), 1.2, 1e-15)
	near(t, "effective size of weights 1 to 4", plan.EffectiveSize([]float64{10, 20, 30, 40}), 10./3, 1e-15)
	near(t, "effect of one weight", plan.WeightingEffect([]float64{7, 0, 0}), 3, 1e-15)
	if got := plan.WeightingEffect(nil); !math.IsNaN(got) {
		t.Errorf("effect of no weights is %v, want NaN", got)
	}
}
