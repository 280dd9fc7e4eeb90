package analysis_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// simulatedAreas draws areas with A = 1, β = (2, 1) and five levels of sampling variance, and their true values. Every
// sixth area has no sample.
func simulatedAreas(rng *rand.Rand, m int) (data analysis.AreaData, truth []float64) {
	levels := []float64{0.3, 0.6, 1, 1.5, 2.5}
	for d := range m {
		x, v := float64(d%7)/7, levels[d%5]
		theta := 2 + x + rng.NormFloat64()
		y := theta + math.Sqrt(v)*rng.NormFloat64()
		if d%6 == 5 {
			y = math.NaN()
		}
		data.X = append(data.X, []float64{1, x})
		data.Direct, data.Variance, truth = append(data.Direct, y), append(data.Variance, v), append(truth, theta)
	}
	return data, truth
}

// A simulated fit is held against the truth: by how much the mean squared error is estimated too high, as a mean over
// the areas of a kind, and by how much the squared error of the EBLUPs is less than that of the direct estimates.
func simulatedFit(t *testing.T, method analysis.AreaMethod, seed uint64, m int) (eblup, synthetic, gain float64) {
	data, truth := simulatedAreas(rand.New(rand.NewPCG(seed, 4)), m)
	var excess [2][]float64
	for d, e := range fitAreas(t, data, method).Areas {
		miss := (e.Value - truth[d]) * (e.Value - truth[d])
		if e.Kind == analysis.Synthetic {
			excess[1] = append(excess[1], e.MSE-miss)
			continue
		}
		excess[0] = append(excess[0], e.MSE-miss)
		gain += (e.Direct-truth[d])*(e.Direct-truth[d]) - miss
	}
	return stat.Mean(excess[0], nil), stat.Mean(excess[1], nil), gain / float64(len(excess[0]))
}

// TestFayHerriotSimulation: against known truth, the estimated mean squared error is right on average, for sampled
// areas and for others, by every method, and the EBLUP is nearer the truth than the direct estimate.
//
// Means over the draws, which are independent, must be 0 (gains: above 0) to their own standard error times the
// normal quantile that leaves 1e-6 over the 9 comparisons (Bonferroni). What the estimate lacks is of smaller order
// than 1/m, of which 60 sampled areas leave little: without G2, without G3, with G3 once, or with the bias of ML left
// out or turned round, the test fails.
func TestFayHerriotSimulation(t *testing.T) {
	const draws, areas = 4000, 72
	z := distuv.UnitNormal.Quantile(1-1e-6/2/9) / math.Sqrt(draws)
	for _, method := range areaMethods {
		eblup, synthetic, gain := make([]float64, draws), make([]float64, draws), make([]float64, draws)
		for i := range draws {
			eblup[i], synthetic[i], gain[i] = simulatedFit(t, method, uint64(i), areas)
		}
		for kind, excess := range map[analysis.AreaKind][]float64{analysis.AreaEBLUP: eblup, analysis.Synthetic: synthetic} {
			mean, sd := stat.MeanStdDev(excess, nil)
			t.Logf("%v, %v: the MSE is estimated %.4f too high, tolerance %.4f", method, kind, mean, z*sd)
			if math.Abs(mean) > z*sd {
				t.Errorf("%v, %v: the MSE is estimated %.4f too high, tolerance %.4f", method, kind, mean, z*sd)
			}
		}
		mean, sd := stat.MeanStdDev(gain, nil)
		t.Logf("%v: gain %.4f, tolerance %.4f", method, mean, z*sd)
		if mean < z*sd {
			t.Errorf("%v: the EBLUP gains %.4f over the direct estimate, tolerance %.4f", method, mean, z*sd)
		}
	}
}

// BenchmarkFitFayHerriot is 36,000 areas with 10 covariates.
func BenchmarkFitFayHerriot(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	data, _ := simulatedAreas(rng, 36_000)
	for d := range data.X {
		for range 8 {
			data.X[d] = append(data.X[d], rng.NormFloat64())
		}
	}
	for b.Loop() {
		fitAreas(b, data, analysis.REML)
	}
}
