package plan_test

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/sampling/plan"
)

// One more stratum at a time, as long as it saves three tenths of the sample.
func ExampleStratumNumber() {
	size := make([]float64, 500)
	for i := range size {
		size[i] = math.Round(100 * math.Exp(float64(i)/100))
	}
	chosen, path, err := plan.StratumNumber(size, 0.02, 0.3, 8, plan.StrataRules{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for h, s := range path {
		fmt.Printf("%d strata: %d units, CV %.4f, optimal: %v\n", h+1, s.Take, s.CV, s.Optimal)
	}
	for h, s := range path[chosen-1].Strata {
		fmt.Printf("stratum %d: %d of %d, mean size %.0f, whole: %v\n", h, s.Take, s.Units, s.Mean, s.TakeAll())
	}
	fmt.Println("boundaries:", path[chosen-1].Boundaries)
	// Output:
	// 1 strata: 443 units, CV 0.0199, optimal: true
	// 2 strata: 216 units, CV 0.0199, optimal: true
	// 3 strata: 149 units, CV 0.0200, optimal: true
	// 4 strata: 107 units, CV 0.0199, optimal: true
	// stratum 0: 23 of 256, mean size 464, whole: false
	// stratum 1: 30 of 124, mean size 2549, whole: false
	// stratum 2: 96 of 120, mean size 8600, whole: false
	// boundaries: [1294 4470]
}
