package main

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
)

// TestMedianAge holds the median age of a province against svyquantile of R survey 4.1-1, rule "math", to the digits
// that were printed.
func TestMedianAge(t *testing.T) {
	p := makePersons(20240401)
	got := p.sample().Quantiles(p.ages(), p.province, provinces, analysis.QuantileRequest{P: []float64{0.5}})[9][0]
	if got.Value != 31 || got.Limits.Lower != 31 || got.Limits.Upper != 32 || math.Abs(got.SE-0.254901567059) > 1e-12 {
		t.Errorf("median age of province 10: %+v", got)
	}
}

// Median ages by Woodruff, from columns in memory; cells of 63, 100 and 10,000, and a variable that has no two values
// alike.
func BenchmarkMedian(b *testing.B) {
	p := makePersons(20240401)
	s, age := p.sample(), p.ages()
	many, few := make([]int32, len(age)), make([]int32, len(age))
	unlike := make([]float64, len(age))
	for i := range many {
		many[i] = p.psu[i] / 4
		few[i] = p.psu[i] / 400
		unlike[i] = age[i] + float64(i*7919%len(age))/float64(len(age))
	}
	for _, c := range []struct {
		name string
		y    []float64
		cell []int32
		k    int
	}{
		{"63_provinces", age, p.province, provinces}, {"63_provinces_unlike", unlike, p.province, provinces},
		{"100_cells", age, few, 100}, {"10000_cells", age, many, 10_000},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				s.Quantiles(c.y, c.cell, c.k, analysis.QuantileRequest{P: []float64{0.5}})
			}
		})
	}
}
