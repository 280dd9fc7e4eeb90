package analysis_test

import (
	"math"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

// TestBenchmarked: the weighted sum hits the total; a ratio keeps the relations of the estimates and a difference their
// distances; the mean squared error grows by the square of the step.
func TestBenchmarked(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		areas, weights := make([]analysis.AreaEstimate, rapid.IntRange(1, 20).Draw(r, "areas")), []float64(nil)
		for d := range areas {
			areas[d] = analysis.AreaEstimate{Kind: analysis.EBLUP, Value: rapid.Float64Range(1, 99).Draw(r, "value"), MSE: 2}
			weights = append(weights, rapid.Float64Range(0.5, 10).Draw(r, "weight"))
		}
		total := rapid.Float64Range(-500, 500).Draw(r, "total")
		for _, by := range []analysis.Benchmark{analysis.RatioBenchmark, analysis.DifferenceBenchmark} {
			out, err := analysis.Benchmarked(areas, weights, total, by)
			if err != nil {
				r.Fatal(err)
			}
			sum := 0.0
			for d, e := range out {
				sum += weights[d] * e.Value
				move, first := e.Value-areas[d].Value, out[0].Value-areas[0].Value
				if by == analysis.RatioBenchmark {
					move, first = e.Value*areas[0].Value, out[0].Value*areas[d].Value
				}
				if !closeTo(move, first, 1e-9) {
					r.Fatalf("%v: area %d: %v from %v", by, d, e.Value, areas[d].Value)
				}
				if step := e.Value - areas[d].Value; !closeTo(e.MSE, 2+step*step, 1e-9) || areas[d].MSE != 2 {
					r.Fatalf("%v: area %d: MSE %v after a step of %v", by, d, e.MSE, step)
				}
				if e.Label() != "EBLUP, "+by.String() || areas[d].Label() != "EBLUP" {
					r.Fatalf("label %q", e.Label())
				}
			}
			if !closeTo(sum, total, 1e-9) {
				r.Fatalf("%v: sum %v, want %v", by, sum, total)
			}
		}
	})
}

func TestBenchmarkedRefuses(t *testing.T) {
	areas := []analysis.AreaEstimate{{Value: 1}, {Value: -1}}
	for _, tt := range []struct {
		weights []float64
		total   float64
		by      analysis.Benchmark
		want    string
	}{
		{[]float64{1, -1}, 1, analysis.RatioBenchmark, "weight of area 1 is -1"},
		{[]float64{math.NaN(), 1}, 1, analysis.DifferenceBenchmark, "weight of area 0 is NaN"},
		{[]float64{1, 1}, 5, analysis.RatioBenchmark, "no ratio makes them 5"},
		{[]float64{0, 0}, 5, analysis.DifferenceBenchmark, "no area counts"},
		{[]float64{1, 1}, math.NaN(), analysis.DifferenceBenchmark, "the total to agree with is NaN"},
	} {
		_, err := analysis.Benchmarked(areas, tt.weights, tt.total, tt.by)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want: %s", err, tt.want)
		}
	}
}
