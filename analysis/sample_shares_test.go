package analysis_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

// TestSharesAreMeans: the share of a category in a cell is the mean of its indicator among those whose category is
// known; shares of all categories add up to 1; any order of rows gives the same bits.
func TestSharesAreMeans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawStagedRows(t, rapid.IntRange(1, 3).Draw(t, "stages"))
		s, g := m.sample(t), 3
		category := make([]int32, m.Rows)
		for i := range category {
			category[i] = int32(rapid.IntRange(-1, g-1).Draw(t, "category"))
		}
		shares := s.Shares(category, g, m.cell, m.k)
		for c := range m.k {
			in, all := make([]bool, m.Rows), 0.0
			for i := range in {
				in[i] = m.cell[i] == int32(c) && category[i] >= 0
			}
			for h := range g {
				has := make([]float64, m.Rows)
				for i := range has {
					if category[i] == int32(h) {
						has[i] = 1
					}
				}
				got, want := shares[c*g+h], s.Estimate(analysis.MeanOf(has), in).At(0)
				all += got.Value
				if !nearOrNone(got.Value, want.Value) || !nearOrNone(got.SE, want.SE) || got.N != want.N || got.DF != want.DF ||
					got.Notes != want.Notes {
					t.Fatalf("cell %d, category %d: %+v, as a mean %+v", c, h, got, want)
				}
			}
			if !math.IsNaN(all) && !near(all, 1) {
				t.Fatalf("cell %d: shares add up to %v", c, all)
			}
		}
		tagged := *m
		tagged.y = make([]float64, m.Rows)
		for i, c := range category {
			tagged.y[i] = float64(c)
		}
		other := tagged.shuffled(rapid.Uint64().Draw(t, "seed"))
		for i, v := range other.y {
			category[i] = int32(v)
		}
		wantSameEstimates(t, shares, other.sample(t).Shares(category, g, other.cell, m.k))
	})
}

// TestTallyAsSample: a tally turned into a sample gives the totals, ratios and shares of the tally, and their errors.
func TestTallyAsSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		s.Lonely = rapid.SampledFrom([]analysis.LonelyPSU{analysis.LonelyFail, analysis.LonelyAdjust, analysis.LonelyAverage}).Draw(t, "lonely")
		micro := s.Design.Sample(s.Tally)
		y, weighted := make([]float64, s.Tally.Rows()), make([]float64, s.Tally.Rows())
		category := make([]int32, s.Tally.Rows())
		for i := range y {
			y[i], category[i] = float64(i%5), int32(i%3)-1
			weighted[i] = y[i] * s.W[i]
		}
		pairs := func(a, b []analysis.Estimate) {
			for c := range a {
				if !nearOrNone(a[c].Value, b[c].Value) || !nearOrNone(a[c].SE, b[c].SE) || a[c].DF != b[c].DF || a[c].Notes != b[c].Notes {
					t.Fatalf("%d: tally %+v, sample %+v", c, a[c], b[c])
				}
			}
		}
		pairs(s.totals(), micro.Totals(nil, s.cell, s.k))
		pairs(s.Ratios(s.Tally, weighted, s.W, s.cell, s.k), micro.Ratios(y, nil, s.cell, s.k))
		pairs(s.Shares(s.Tally, category, 2, s.cell, s.k), micro.Shares(category, 2, s.cell, s.k))
		for c, e := range s.totals() {
			in := make([]bool, len(s.cell))
			for i := range in {
				in[i] = s.cell[i] == int32(c)
			}
			pairs([]analysis.Estimate{e}, []analysis.Estimate{micro.Estimate(analysis.TotalOf(ones(len(in))), in).At(0)})
		}
	})
}

// TestSharesRefuse: a category that there is not would count for the next cell.
func TestSharesRefuse(t *testing.T) {
	s := newSample(t, analysis.SampleColumns{Rows: 4, Weights: ones(4)})
	for name, f := range map[string]func(){
		"a category that there is not": func() { s.Shares([]int32{0, 2, 0, 1}, 2, []int32{0, 0, 1, 1}, 2) },
		"categories of more rows":      func() { s.Shares([]int32{0, 1, 0, 1, 1}, 2, []int32{0, 0, 1, 1}, 2) },
		"more shares than numbers":     func() { s.Shares([]int32{0, 1, 0, 1}, 1<<20, []int32{0, 0, 1, 1}, 1<<12) },
	} {
		if !panics(f) {
			t.Errorf("%s are taken", name)
		}
	}
}
