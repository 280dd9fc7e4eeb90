package planning_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/planning"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// country invents the households of a country: communes of very unequal size, three categories.
func country(communes int, households float64) *store.Households {
	rng := rand.New(rand.NewPCG(1, 2))
	h := &store.Households{Persons: make([][]int64, 3), Squares: make([][]int64, 3)}
	weight, sum := make([]float64, communes), 0.0
	for i := range weight {
		weight[i] = math.Exp(0.6 * rng.NormFloat64())
		sum += weight[i]
	}
	for i, w := range weight {
		n := max(50, math.Round(households*w/sum))
		h.Area, h.PSU = append(h.Area, fmt.Sprintf("%05d", i)), append(h.PSU, store.Missing)
		h.Households = append(h.Households, int64(n))
		for k, mean := range []float64{3.6, 1.8, 0.9} {
			m, v := mean*(1+0.08*rng.NormFloat64()), mean*0.9
			h.Persons[k] = append(h.Persons[k], int64(n*m))
			h.Squares[k] = append(h.Squares[k], int64(n*(v+m*m)))
		}
	}
	return h
}

// list is the code list of country: communes in districts in provinces.
func list(communes, districts, provinces int) *areas.List {
	rows := make([]areas.Unit, communes)
	for i := range rows {
		d := i * districts / communes
		rows[i] = areas.Unit{Code: fmt.Sprintf("%05d", i), Parents: []string{fmt.Sprintf("D%03d", d), fmt.Sprintf("P%02d", d*provinces/districts)}}
	}
	return areas.Of([]string{"commune", "district", "province"}, rows)
}

// BenchmarkVietNam plans for a country of the size of Viet Nam: 10,598 communes, 28 million households, 216 candidates.
func BenchmarkVietNam(b *testing.B) {
	s := parse(b, `
plan:
  targets:
    - {level: province, cv_pct: 1}
    - {level: district, cv_pct: 3}
    - {level: province, cv_pct: 3, of: female}
    - {level: province, cv_pct: 5, of: 0-14}
  costs: {psu: 60, listing: 0.2, interview: 4, linking: 0.5}
  candidates:
    strata: [province, district]
    psu_size: [100, 140]
    take: [15, 30, all]
    match: [commune, household]
  baseline: {fraction: 0.2}
`)
	f, err := planning.NewFrame(country(10_598, 28.1e6), list(10_598, 705, 63), s.Plan)
	if err != nil {
		b.Fatal(err)
	}
	for range b.N {
		o, err := planning.Run(context.Background(), f, s.Plan, []string{"commune", "district", "province"}, nil)
		if err != nil || o.Best() == nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(o.Solutions)), "candidates")
	}
}

func parse(t testing.TB, plan string) *study.Study {
	t.Helper()
	s, err := study.Parse("study.yaml", []byte(`
study: s
title: T
reference_time: 2024-04-01
areas: {file: a.csv, code: c, parents: [{level: district, code: d}, {level: province, code: p}]}
register:
  file: r.csv
  columns: {household: house, permanent: home, sex: sex, birth_date: born}
  sex_codes: {"1": male, "2": female}
definitions: [{name: permanent, residence: permanent}]
draw: {method: all}
collection: {start: 2024-04-01, end: 2024-04-30}
field_results: {file: c.csv, kind: counts, columns: {area: a}}
compare: {margin_pct: 5}
`+plan))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
