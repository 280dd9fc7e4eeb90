package analysis_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// drawVariable gives every row of a sample a weighted sum.
func (s sample) drawVariable(t *rapid.T, name string) []float64 {
	y := make([]float64, s.Rows())
	for i := range y {
		y[i] = s.W[i] * rapid.Float64Range(0, 10).Draw(t, name)
	}
	return y
}

func (s sample) ratios(y, x []float64) []analysis.Estimate {
	return s.Ratios(s.Tally, y, x, s.cell, s.k)
}

// TestRatiosAgainstTextbook holds ratios against the textbook's standard error of the total of (y - R̂x)/X̂.
func TestRatiosAgainstTextbook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		y, totals := s.drawVariable(t, "y"), s.totals()
		for c, e := range s.ratios(y, s.W) {
			above, below := 0.0, 0.0
			for i := range y {
				if s.cell[i] == int32(c) {
					above, below = above+y[i], below+s.W[i]
				}
			}
			u := sample{Design: s.Design, Tally: &analysis.Tally{N: s.N, Unit: s.Unit}, cell: s.cell, k: s.k}
			for i := range y {
				u.W = append(u.W, (y[i]-above/below*s.W[i])/below)
			}
			_, se, _ := u.textbook(int32(c))
			if e.N == 0 {
				se = math.NaN()
			}
			if !near(e.Value, above/below) || !near(e.SE, se) {
				t.Fatalf("cell %d: %+v, want %v, standard error %v", c, e, above/below, se)
			}
			if e.DF != totals[c].DF || e.N != totals[c].N || e.Notes != totals[c].Notes {
				t.Fatalf("cell %d: %+v, but the total is %+v", c, e, totals[c])
			}
		}
	})
}

// TestRatiosScale: weights multiplied by a constant change nothing; a variable multiplied changes value and error
// alike.
func TestRatiosScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		factor := rapid.Float64Range(1e-3, 1e3).Draw(t, "factor")
		y := s.drawVariable(t, "y")
		times := func(v []float64) []float64 {
			out := make([]float64, len(v))
			for i := range v {
				out[i] = factor * v[i]
			}
			return out
		}
		weights, variable := s.ratios(times(y), times(s.W)), s.ratios(times(y), s.W)
		for c, e := range s.ratios(y, s.W) {
			if !near(weights[c].Value, e.Value) || !near(weights[c].SE, e.SE) {
				t.Fatalf("cell %d: %+v, with other weights %+v", c, e, weights[c])
			}
			if !near(variable[c].Value, factor*e.Value) || !same(variable[c].SE, factor*e.SE, 1e-10*factor) {
				t.Fatalf("cell %d: %+v, times %v %+v", c, e, factor, variable[c])
			}
		}
	})
}

// TestRatiosOfAll: a trait of all has the share 1 and that of none 0, without error, exactly.
func TestRatiosOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		all, none := s.ratios(s.W, s.W), s.ratios(make([]float64, s.Rows()), s.W)
		for c := range all {
			known := all[c].N > 0 && all[c].Notes&analysis.SinglePSU == 0
			if known && (all[c].Value != 1 || all[c].SE != 0 || none[c].Value != 0 || none[c].SE != 0) {
				t.Fatalf("cell %d: all %+v, none %+v", c, all[c], none[c])
			}
		}
	})
}

// TestRatiosShares: shares of classes that make up a cell add to 1, and two have the same error.
func TestRatiosShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		with, without := make([]float64, s.Rows()), make([]float64, s.Rows())
		for i, w := range s.W {
			if rapid.Bool().Draw(t, "trait") {
				with[i] = w
			} else {
				without[i] = w
			}
		}
		a, b := s.ratios(with, s.W), s.ratios(without, s.W)
		for c := range a {
			if a[c].N > 0 && !near(a[c].Value+b[c].Value, 1) || !near(a[c].SE, b[c].SE) {
				t.Fatalf("cell %d: %+v and %+v", c, a[c], b[c])
			}
		}
	})
}

// eight is a simple random sample of eight persons of 100, three of them with a trait.
func eight() (d *analysis.Design, t *analysis.Tally, with []float64) {
	psus := make([]analysis.PSU, 8)
	d, err := analysis.NewDesign([]analysis.Stratum{{Population: 100}}, psus, nil)
	if err != nil {
		panic(err)
	}
	t = &analysis.Tally{}
	for i := range 8 {
		t.N, t.W, t.Unit = append(t.N, 1), append(t.W, 12.5), append(t.Unit, int32(i))
	}
	return d, t, []float64{12.5, 12.5, 12.5, 0, 0, 0, 0, 0}
}

// TestRatiosSimple: under simple random sampling the variance of a share is (1 - n/N) p̂(1-p̂)/(n-1). Cochran (1977),
// Sampling Techniques, equation 3.8.
func TestRatiosSimple(t *testing.T) {
	d, tally, with := eight()
	got := d.Ratios(tally, with, tally.W, make([]int32, 8), 1)[0]
	want := math.Sqrt(0.92 * 3 * 5 / 64 / 7)
	if got.Value != 0.375 || !scalar.EqualWithinRel(got.SE, want, 1e-14) || got.DF != 7 {
		t.Errorf("%+v, want 0.375, standard error %v", got, want)
	}
	if !panics(func() { d.Ratios(tally, with[1:], tally.W, make([]int32, 8), 1) }) {
		t.Error("a variable that lacks a row does not panic")
	}
}

func ExampleProportion() {
	design, tally, with := eight()
	share := analysis.Proportion{Estimate: design.Ratios(tally, with, tally.W, make([]int32, 8), 1)[0]}
	i := share.Wilson(0.95)
	fmt.Printf("%.3f, %.3f to %.3f (%v)\n", share.Value, i.Lower, i.Upper, i.Basis)
	// Output: 0.375, 0.108 to 0.747 (design-based)
}

// BenchmarkRatios is the sample of BenchmarkTotals with shares by 600 domains.
func BenchmarkRatios(b *testing.B) {
	s := manyRows(1_400_000, 40_000)
	s.k = 600
	for i := range s.cell {
		s.cell[i] = int32(int(s.Unit[i]) * s.k / 40_000)
	}
	with := make([]float64, s.Rows())
	for i := 0; i < len(with); i += 3 {
		with[i] = s.W[i]
	}
	b.ReportAllocs()
	for b.Loop() {
		s.ratios(with, s.W)
	}
}
