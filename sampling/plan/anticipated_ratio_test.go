package plan_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"github.com/concord-stat/concord/sampling/plan"
)

// TestClusterRatiosRecovers makes censuses of 400 clusters in 10 groups with a known spread of ratios and known sampling
// variances, which are as large as that spread in some clusters and far larger in others. The mean of τ² over 400 censuses
// is good to its standard error, of which five are allowed.
func TestClusterRatiosRecovers(t *testing.T) {
	const tau, repeats = 0.08, 400
	rng := rand.New(rand.NewPCG(9, 9))
	sum, square := 0.0, 0.0
	for range repeats {
		var x, y, v []float64
		var group []int
		for c := range 400 {
			size, se := 2000+3000*rng.Float64(), 0.04+0.3*rng.Float64()*rng.Float64()
			expected := size * (0.8 + 0.03*float64(c%10))
			truth := expected * (1 + tau*rng.NormFloat64())
			x, v, group = append(x, size), append(v, expected*se*expected*se), append(group, c%10)
			y = append(y, truth+expected*se*rng.NormFloat64())
		}
		ratio, cv, n := plan.ClusterRatios(x, y, v, group)
		if n != 400 || !scalar.EqualWithinAbs(ratio, 0.935, 0.03) {
			t.Fatalf("ratio %v of %d clusters", ratio, n)
		}
		sum += cv * cv / repeats
		square += cv * cv * cv * cv / repeats
	}
	if se := math.Sqrt((square - sum*sum) / repeats); math.Abs(sum-tau*tau) > 5*se {
		t.Errorf("mean of τ² %.5f, want %.5f within %.5f", sum, tau*tau, 5*se)
	}
}

// TestClusterRatiosExact: complete counts; two groups with ratios 0.9 and 1.1, each ± 10 % of its own: by hand, 2·0.01 per
// group over one degree of freedom each.
func TestClusterRatiosExact(t *testing.T) {
	x := []float64{100, 100, 200, 200, 0}
	y := []float64{81, 99, 198, 242, 7}
	ratio, cv, n := plan.ClusterRatios(x, y, make([]float64, 5), []int{0, 0, 1, 1, 0})
	if n != 4 || !scalar.EqualWithinRel(ratio, 620.0/600, 1e-12) || !scalar.EqualWithinRel(cv, math.Sqrt(0.02), 1e-12) {
		t.Errorf("ratio %v, CV %v, %d clusters", ratio, cv, n)
	}
	if _, cv, n := plan.ClusterRatios(x[:1], y[:1], x[:1], []int{0}); n != 1 || !math.IsNaN(cv) {
		t.Errorf("CV %v of %d clusters", cv, n)
	}
}
