package analysis_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
)

// TestSimpleByCell: the design effects of cells are those that Estimate gives with a cell for domain.
func TestSimpleByCell(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n, k = 400, 5
	w, y, x, cell, psu := make([]float64, n), make([]float64, n), make([]float64, n), make([]int32, n), make([]int32, n)
	for i := range n {
		w[i], y[i], x[i] = 1+9*rng.Float64(), rng.NormFloat64(), 1+rng.Float64()
		cell[i], psu[i] = int32(rng.IntN(k+1))-1, int32(i/10)
	}
	s, err := analysis.NewSample(analysis.SampleColumns{Rows: n, Weights: w, Stages: []analysis.StageColumns{{Unit: psu}}})
	if err != nil {
		t.Fatal(err)
	}
	totals, ratios := analysis.SimpleTotals(w, y, cell, k), analysis.SimpleRatios(w, y, x, cell, k)
	for c := range int32(k) {
		domain := make([]bool, n)
		for i, v := range cell {
			domain[i] = v == c
		}
		for what, pair := range map[string]struct {
			of *analysis.Estimates
			by analysis.SimpleSample
		}{
			"total": {s.Estimate(analysis.TotalOf(y), domain), totals[c]},
			"ratio": {s.Estimate(analysis.RatioOf(y, x), domain), ratios[c]},
		} {
			se := pair.of.SE(0)
			for _, two := range [][2]float64{{pair.by.Deff(se), pair.of.Deff(0)}, {pair.by.DeffReplace(se),
				pair.of.DeffReplace(0)}} {
				if math.Abs(two[0]/two[1]-1) > 1e-12 {
					t.Errorf("%s of cell %d: %v by cell, %v as a domain", what, c, two[0], two[1])
				}
			}
		}
	}
	alone := analysis.SimpleTotals([]float64{2}, []float64{1}, []int32{0}, 2)
	if !math.IsNaN(alone[0].Variance) || alone[0].N != 1 || alone[1].N != 0 {
		t.Errorf("one row alone: %+v", alone)
	}
}

// TestSimpleRefuses: cells and variables are one a row.
func TestSimpleRefuses(t *testing.T) {
	for name, f := range map[string]func(){
		"fewer cells":      func() { analysis.SimpleTotals(ones(3), ones(3), make([]int32, 2), 1) },
		"more cells":       func() { analysis.SimpleRatios(ones(3), ones(3), nil, make([]int32, 4), 1) },
		"values fewer":     func() { analysis.SimpleTotals(ones(3), ones(2), make([]int32, 3), 1) },
		"denominators too": func() { analysis.SimpleRatios(ones(3), ones(3), ones(4), make([]int32, 3), 1) },
	} {
		if !panics(f) {
			t.Errorf("%s than rows are taken", name)
		}
	}
}
