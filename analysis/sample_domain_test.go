package analysis_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

// TestOutsideIsNotLookedAt: values outside the domain, or in no cell, may be missing.
func TestOutsideIsNotLookedAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawStagedRows(t, rapid.IntRange(1, 3).Draw(t, "stages"))
		y, x := append([]float64(nil), m.y...), append([]float64(nil), m.x...)
		for i, in := range m.domain {
			if !in {
				y[i], x[i] = math.NaN(), math.NaN()
			}
		}
		s := m.sample(t)
		pi := slices.Repeat([]float64{0.4}, m.Rows)
		unequal, err := analysis.NewUnequalDesign(pi, analysis.Hajek)
		if err != nil {
			t.Fatal(err)
		}
		for name, survey := range map[string]analysis.Survey{"sample": s, "unequal": unequal} {
			statistic := func(y, x []float64) analysis.Statistic {
				return together{
					analysis.TotalOf(y), analysis.MeanOf(y), analysis.RatioOf(y, x), analysis.CovarianceOf(y, x),
					analysis.StandardisedOf(y, x, make([]int32, m.Rows), []float64{1}),
				}
			}
			a, b := survey.Estimate(statistic(m.y, m.x), m.domain), survey.Estimate(statistic(y, x), m.domain)
			for i := range a.Values {
				if !alikeToBits(a.Values[i], b.Values[i]) || !alikeToBits(a.SE(i), b.SE(i)) || !alikeToBits(a.Simple[i], b.Simple[i]) {
					t.Fatalf("%s: %d: %v, with values missing outside %v", name, i, a.At(i), b.At(i))
				}
			}
		}
		cell := cellOf(m.domain)
		wantSameEstimates(t, s.Totals(m.y, cell, 1), s.Totals(y, cell, 1))
		wantSameEstimates(t, s.Ratios(m.y, m.x, cell, 1), s.Ratios(y, x, cell, 1))
	})
}

// TestDomainsAddUp: the variance of the total of two domains that have nobody in common is the sum of theirs and twice
// the covariance, which ByDomain gives.
func TestDomainsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawStagedRows(t, rapid.IntRange(1, 3).Draw(t, "stages"))
		m.Lonely = analysis.LonelyRemove
		rest := make([]bool, m.Rows)
		for i, in := range m.domain {
			rest[i] = !in
		}
		s := m.sample(t)
		e := s.Estimate(analysis.ByDomain(analysis.TotalOf(m.y), m.domain, rest), nil)
		all := s.Estimate(analysis.TotalOf(m.y), nil)
		size := 0.0
		for i, w := range m.Weights {
			size += math.Abs(w * m.y[i])
		}
		v := e.Cov.At(0, 0) + 2*e.Cov.At(0, 1) + e.Cov.At(1, 1)
		if !near(e.Values[0]+e.Values[1], all.Values[0]) || math.Abs(v-all.Cov.At(0, 0)) > 1e-9*(1+size*size) {
			t.Fatalf("domains %v with variance %v together, all %v with %v", e.Values, v, all.Values, all.Cov.At(0, 0))
		}
	})
}

// TestCoresGiveSameBits: sums of many rows are worked out on several cores, and are the same on one, and in another
// order of rows.
func TestCoresGiveSameBits(t *testing.T) {
	const rows, psus, k = 330_000, 5000, 50
	rng := rand.New(rand.NewPCG(8, 8))
	m := &stagedRows{k: k}
	m.Rows = rows
	stage := analysis.StageColumns{Stratum: make([]int32, rows), Unit: make([]int32, rows)}
	for i := range rows {
		stage.Unit[i] = int32(i * psus / rows)
		stage.Stratum[i] = stage.Unit[i] / 100
		m.Weights, m.y, m.x = append(m.Weights, 1+rng.Float64()), append(m.y, rng.NormFloat64()), append(m.x, 1+rng.Float64())
		m.domain, m.cell = append(m.domain, i%3 == 0), append(m.cell, int32(rng.IntN(k+1)-1))
	}
	m.Stages = []analysis.StageColumns{stage}
	other := m.shuffled(3)
	estimates := func(m *stagedRows) []analysis.Estimate {
		s := m.sample(t)
		return append(s.Totals(m.y, m.cell, k), s.Ratios(m.y, m.x, m.cell, k)...)
	}
	want := estimates(m)
	same := func(what string, got []analysis.Estimate) {
		for c, e := range got {
			if e != want[c] {
				t.Fatalf("%s: %+v, want %+v", what, e, want[c])
			}
		}
	}
	same("another order", estimates(other))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	same("one core", estimates(m))
}
