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
			areas[d] = analysis.AreaEstimate{Kind: analysis.AreaEBLUP, Value: rapid.Float64Range(1, 99).Draw(r, "value"), MSE: 2}
			weights = append(weights, rapid.Float64Range(0.5, 10).Draw(r, "weight"))
		}
		total := rapid.Float64Range(-500, 500).Draw(r, "total")
		for _, by := range []analysis.Benchmark{
			analysis.RatioBenchmark, analysis.DifferenceBenchmark, analysis.MSEBenchmark,
		} {
			out, err := analysis.Benchmarked(areas, weights, total, by)
			if err != nil {
				r.Fatal(err)
			}
			sum := 0.0
			for d, e := range out {
				sum += weights[d] * e.Value
				move, first := e.Value-areas[d].Value, out[0].Value-areas[0].Value
				switch by {
				case analysis.RatioBenchmark:
					move, first = e.Value*areas[0].Value, out[0].Value*areas[d].Value
				case analysis.MSEBenchmark: // all have the same error here, so the step is as the weight
					move, first = move*weights[0], first*weights[d]
				}
				if !closeTo(move, first, 1e-9) {
					r.Fatalf("%v: area %d: %v from %v", by, d, e.Value, areas[d].Value)
				}
				if step := e.Value - areas[d].Value; !closeTo(e.MSE, 2+step*step, 1e-9) || areas[d].MSE != 2 {
					r.Fatalf("%v: area %d: MSE %v after a step of %v", by, d, e.MSE, step)
				}
				if e.Label() != "EBLUP, area level, "+by.String() || areas[d].Label() != "EBLUP, area level" {
					r.Fatalf("label %q", e.Label())
				}
			}
			if !closeTo(sum, total, 1e-9) {
				r.Fatalf("%v: sum %v, want %v", by, sum, total)
			}
		}
	})
}

// TestBenchmarkedByError: the step is as weight and error are, so that what is known does not move; it is the least Σ
// step²/MSE that reaches the total.
func TestBenchmarkedByError(t *testing.T) {
	areas := []analysis.AreaEstimate{{Kind: analysis.Direct, Value: 5}, {Value: 3, MSE: 1}, {Value: 4, MSE: 4}}
	out, err := analysis.Benchmarked(areas, []float64{10, 2, 1}, 64+8, analysis.MSEBenchmark)
	if err != nil {
		t.Fatal(err)
	}
	// Σ W² MSE = 4 + 4, gap = 72 - 60 = 12: steps 2·1·12/8 and 1·4·12/8.
	for d, want := range []float64{5, 6, 10} {
		if !closeTo(out[d].Value, want, 1e-12) {
			t.Errorf("area %d: %v, want %v", d, out[d].Value, want)
		}
	}
	if l := out[0].Label(); l != "direct, benchmarked by mean squared error" {
		t.Errorf("label %q", l)
	}
}

// TestBenchmarkedWithin: provinces agree with the country, communes with their provinces, and so communes with the
// country; a province whose total was not published stays as it is, and a refused commune that does not count stays
// refused.
func TestBenchmarkedWithin(t *testing.T) {
	provinces := []analysis.AreaEstimate{{Kind: analysis.AreaEBLUP, Value: 30, MSE: 4}, {Kind: analysis.Direct, Value: 50, MSE: 1}}
	country, err := analysis.Benchmarked(provinces, []float64{1, 1}, 90, analysis.MSEBenchmark)
	if err != nil {
		t.Fatal(err)
	}
	totals := []float64{country[0].Value, country[1].Value, math.NaN()}
	communes := analysis.FirstOf([]analysis.AreaEstimate{
		{Kind: analysis.Direct, Value: 9, MSE: 1}, {Kind: analysis.Synthetic, Value: 20, MSE: 9},
		{Kind: analysis.UnitEBLUP, Value: 48, MSE: 2}, {Kind: analysis.Refused, Value: math.NaN()},
		{Kind: analysis.Composite, Value: 7, MSE: 1},
	})
	group := []int32{0, 0, 1, 1, 2}
	for _, by := range []analysis.Benchmark{
		analysis.RatioBenchmark, analysis.DifferenceBenchmark, analysis.MSEBenchmark,
	} {
		out, err := analysis.BenchmarkedWithin(communes, []float64{1, 1, 1, 0, 1}, group, totals, by)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := out[0].Value+out[1].Value, out[2].Value; !closeTo(a, totals[0], 1e-12) || !closeTo(a+b, 90, 1e-12) {
			t.Errorf("%v: communes of the first province add up to %v, all to %v", by, a, a+b)
		}
		if out[4] != communes[4] || out[3].Kind != analysis.Refused || out[3].Benchmark != analysis.NotBenchmarked {
			t.Errorf("%v: %+v and %+v", by, out[3], out[4])
		}
		for d, e := range out[:3] {
			if want := communes[d].Kind.String() + ", " + by.String(); e.Label() != want {
				t.Errorf("label %q, want %q", e.Label(), want)
			}
		}
	}
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
		{[]float64{1, 1}, 5, analysis.MSEBenchmark, "is without error: none may move to reach 5"},
	} {
		_, err := analysis.Benchmarked(areas, tt.weights, tt.total, tt.by)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want: %s", err, tt.want)
		}
	}
}

// TestBenchmarkedRefusesUnknown: what has no estimate cannot count, and what has no error cannot be weighed by it.
func TestBenchmarkedRefusesUnknown(t *testing.T) {
	areas := append(analysis.DirectAreas([]analysis.Estimate{{N: 0}}), analysis.AreaEstimate{Value: 1, MSE: math.NaN()})
	for want, weights := range map[string][]float64{
		"area 0 counts in the total and has no estimate (refused: nobody sampled)": {1, 0},
		"mean squared error of area 1 is NaN":                                      {0, 1},
	} {
		group, totals := []int32{1, 1}, []float64{math.NaN(), 5}
		_, err := analysis.BenchmarkedWithin(areas, weights, group, totals, analysis.MSEBenchmark)
		if err == nil || !strings.Contains(err.Error(), "group 1: analysis: "+want) {
			t.Errorf("%v, want: %s", err, want)
		}
	}
}
