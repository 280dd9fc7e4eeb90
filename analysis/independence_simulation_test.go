package analysis_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/stat/distuv"
)

// simulatedTable draws clusters of persons with two traits that are independent in the population, but alike within
// clusters: every cluster favours a category of either, independently.
func simulatedTable(rng *rand.Rand, clusters, size int) (analysis.SampleColumns, analysis.TwoWay) {
	table := analysis.TwoWay{R: 2, C: 3}
	var unit []int32
	for c := range clusters {
		row, column := rng.IntN(2), rng.IntN(3)
		for range size {
			table.Row = append(table.Row, favoured(rng, row, 2))
			table.Column = append(table.Column, favoured(rng, column, 3))
			unit = append(unit, int32(c))
		}
	}
	n := clusters * size
	return analysis.SampleColumns{Rows: n, Weights: ones(n), Stages: []analysis.StageColumns{{Unit: unit}}}, table
}

// favoured is one category three times in four, else any of k.
func favoured(rng *rand.Rand, category, k int) int32 {
	if rng.IntN(4) == 0 {
		category = rng.IntN(k)
	}
	return int32(category)
}

// TestIndependenceSimulation: where traits are independent and clusters alike within, the second-order test of Rao and
// Scott rejects at 5 % as often as it should, the exact distribution with it, while Pearson's test for independent
// persons rejects several times as often.
//
// Of 1,500 draws a test of 5 % rejects a binomial number; the band is its mean with the normal quantile that leaves
// 1e-6 outside over the two comparisons, or 0.05 ± 0.029. (Over 12,000 draws both reject 0.054, Pearson's test 0.39.)
// Pearson's rate must be above the band and four times the level.
func TestIndependenceSimulation(t *testing.T) {
	const draws, level = 1500, 0.05
	rejected := map[string]float64{}
	for d := range draws {
		columns, table := simulatedTable(rand.New(rand.NewPCG(uint64(d), 9)), 60, 8)
		i := independence(t, table, newSample(t, columns), nil)
		for name, p := range map[string]float64{
			"second": i.SecondOrder().P, "exact": i.Exact(i.NDF() * i.DF).P, "Pearson": analysis.ChiSquareTail(i.X2, 2),
		} {
			if p < level {
				rejected[name] += 1.0 / draws
			}
		}
	}
	band := distuv.UnitNormal.Quantile(1-1e-6/4) * math.Sqrt(level*(1-level)/draws)
	for _, name := range []string{"second", "exact"} {
		if math.Abs(rejected[name]-level) > band {
			t.Errorf("%s order rejects %.4f, want %v ± %.4f", name, rejected[name], level, band)
		}
	}
	if rejected["Pearson"] < 4*level {
		t.Errorf("Pearson's test rejects %.4f, and knows of clusters", rejected["Pearson"])
	}
	t.Logf("rejected: %.4v of %d, band %.4f", rejected, draws, band)
}
