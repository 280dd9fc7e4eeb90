package plan_test

import (
	"fmt"

	"github.com/concord-stat/concord/sampling/plan"
)

// A register that counts 0.5 % too many is to be shown to lie within 2 % of the census, with probability 0.9. The
// numbers of persons in the 28,000 areas of the country have a coefficient of variation of 0.6.
func ExampleEquivalentTotal() {
	cv, err := plan.EquivalentTotal{Difference: 0.005, Margin: 0.02, Alpha: 0.05}.CV(0.9)
	if err != nil {
		panic(err)
	}
	areas := plan.SizeMeanCV(0.6, cv, plan.Survey{Population: 28_000, DesignEffect: 1.3})
	fmt.Printf("coefficient of variation %.2f %%, %.0f areas\n", 100*cv, areas)
	// Output: coefficient of variation 0.50 %, 12290 areas
}

// Ten percent of households in one province and twelve in another: how many in each, if four in five answer?
func ExampleTwoProportions() {
	households := plan.Survey{DesignEffect: 1.5, ResponseRate: 0.8}
	n, err := plan.TwoProportions{
		P1: 0.10, P2: 0.12, Alpha: 0.05, Groups: plan.Groups{First: households, Second: households},
	}.Size(0.8)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.0f households in each\n", n)
	// Output: 7202 households in each
}

// Interviews cost 8, and reaching an area costs as much as 20 of them.
func ExampleOptimalTake() {
	take := plan.OptimalTake(160, 8, 0.06)
	fmt.Printf("%.1f households in each of %.0f areas, design effect %.2f\n",
		take, plan.AffordablePSUs(50_000, 160, 8, take), plan.ClusterEffect(take, 0.06))
	// Output: 17.7 households in each of 166 areas, design effect 2.00
}
