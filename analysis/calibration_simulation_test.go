package analysis_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// TestCalibrationSimulation: against known truth, over draws with unequal weights, the variance of totals by calibrated
// weights is the one that is estimated, their 95 % intervals cover, and they are nearer the truth than without.
//
// An empirical variance over D draws has a relative standard error of √(2/D), coverage one of √(0.95·0.05/D).
// Comparisons are to these times the normal quantile that leaves 1e-6 over the 10 of them (Bonferroni), and to what
// linearisation leaves out: 2p/n of a variance for p = 5 columns and n = 240 rows, and 1 % of coverage.
func TestCalibrationSimulation(t *testing.T) {
	const draws, size, n = 400, 4000, 120 // rows by stratum
	rng := rand.New(rand.NewPCG(7, 4))
	stratum, a, b := make([]int32, size), make([]int32, size), make([]int32, size)
	x, y := make([]float64, size), make([]float64, size)
	population := []float64{1000, 3000}
	margins := [][]float64{make([]float64, 3), make([]float64, 2)}
	for i := range y {
		stratum[i] = min(int32(i/1000), 1)
		a[i], b[i] = int32(rng.IntN(3)), int32(rng.IntN(2))
		x[i] = math.Exp(0.5 * rng.NormFloat64())
		y[i] = 2*float64(a[i]) + 3*float64(b[i]) + 2*x[i] + rng.NormFloat64()
		margins[0][a[i]]++
		margins[1][b[i]]++
	}
	truth := stat.Mean(y, nil) * size
	terms := func(rows []int) []analysis.Term {
		return []analysis.Term{
			{Name: "a", Code: at(a, rows), Levels: []string{"0", "1", "2"}, Totals: margins[0]},
			{Name: "b", Code: at(b, rows), Levels: []string{"0", "1"}, Totals: margins[1]},
			{Name: "x", X: at(x, rows), Totals: []float64{stat.Mean(x, nil) * size}},
		}
	}
	methods := append(calibrationMethods, analysis.IterativeFitting)
	results := make([]simulation, len(methods))
	for range draws {
		var rows []int
		rows = append(rows, rng.Perm(1000)[:n]...)
		for _, i := range rng.Perm(3000)[:n] {
			rows = append(rows, 1000+i)
		}
		of := make([]float64, len(rows))
		for i, row := range rows {
			of[i] = population[stratum[row]]
		}
		s, err := analysis.NewSample(analysis.SampleColumns{Rows: len(rows),
			Stages: []analysis.StageColumns{{Stratum: at(stratum, rows), Population: of}}})
		if err != nil {
			t.Fatal(err)
		}
		plain := s.Estimate(analysis.TotalOf(at(y, rows)), nil).At(0)
		for m, method := range methods {
			c := analysis.Calibration{Method: method, Terms: terms(rows), Lower: 0.4, Upper: 2.5}
			if method == analysis.IterativeFitting {
				c.Terms = c.Terms[:2]
			}
			fitted, _ := mustCalibrate(t, s, c)
			results[m].truth = truth
			e := fitted.Estimate(analysis.TotalOf(at(y, rows)), nil).At(0)
			results[m].add(analysis.AssistedEstimate{Estimate: e, Plain: plain})
		}
	}
	z := distuv.UnitNormal.Quantile(1 - 1e-6/2/10)
	for m, r := range results {
		real, estimated, plain := stat.Variance(r.values, nil), stat.Mean(r.v, nil), stat.Variance(r.plain, nil)
		if !(math.Abs(estimated/real-1) <= z*math.Sqrt(2.0/draws)+10.0/(2*n)) || !(real < plain/1.5) {
			t.Errorf("%v: variance %v, over the draws %v, before %v", methods[m], estimated, real, plain)
		}
		if coverage := float64(r.covered) / draws; !(math.Abs(coverage-0.95) <= z*math.Sqrt(0.95*0.05/draws)+0.01) {
			t.Errorf("%v: coverage %v", methods[m], coverage)
		}
	}
}
