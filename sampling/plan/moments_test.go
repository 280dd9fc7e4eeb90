package plan_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/sampling/plan"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"
)

// TestMomentsByStratum: gonum's MeanStdDev of the values of each stratum alone.
func TestMomentsByStratum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const strata = 4
		y := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 0, 60).Draw(t, "y")
		stratum := rapid.SliceOfN(rapid.IntRange(0, strata-1), len(y), len(y)).Draw(t, "stratum")
		m := plan.MomentsByStratum(y, stratum, strata)
		for h := range strata {
			var in []float64
			for i, v := range y {
				if stratum[i] == h {
					in = append(in, v)
				}
			}
			mean, sd := stat.MeanStdDev(in, nil)
			if len(in) < 2 {
				sd = 0
			}
			if m.Units[h] != float64(len(in)) || len(in) > 0 && !scalar.EqualWithinAbs(m.Mean[h], mean, 1e-8) {
				t.Fatalf("stratum %d: %v units with mean %v, want %d with %v", h, m.Units[h], m.Mean[h], len(in), mean)
			}
			if !scalar.EqualWithinAbsOrRel(m.SD[h], sd, 1e-8, 1e-12) {
				t.Fatalf("stratum %d: standard deviation %v, want %v", h, m.SD[h], sd)
			}
		}
	})
	m := plan.MomentsByStratum([]float64{1e9, 1e9 + 1, 1e9 + 2, 7}, []int{0, 0, 0, 2}, 3)
	if m.SD[0] != 1 || m.SD[1] != 0 || m.SD[2] != 0 || !math.IsNaN(m.Mean[1]) || m.Total[2] != 7 {
		t.Errorf("%+v", m)
	}
}
