package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/concord-stat/concord/api"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
)

// country makes a comparison as large as the whole country's: 10,598 communes with 170 rows each, 1.8 M in all.
func country() *results.Comparison {
	const communes, each = 10_598, 170
	areas := make([]results.Area, communes)
	rows := make([]compare.Discrepancy, 0, communes*each)
	verdicts := []compare.Verdict{compare.Agrees, compare.Differs, compare.CannotTell}
	for i := range areas {
		a := results.Area{Code: fmt.Sprintf("%05d", i), Name: fmt.Sprintf("Xã Đồng Tiến %d", i), Level: "commune",
			Parent: fmt.Sprintf("%03d", i/15)}
		areas[i] = a
		for k := range each {
			n := float64((i*each + k) * 7919 % 1_000_003)
			rows = append(rows, compare.Discrepancy{Area: a.Code, AreaName: a.Name,
				Definition: []string{"permanent", "current"}[2*k/each], Dimension: "age", Cell: fmt.Sprint(k % 85),
				Register: n, Census: n + 3, Difference: -3, DifferencePct: n / 7, PValue: n / 1e6,
				Verdict: verdicts[(i+k)%3]})
		}
	}
	return results.New(results.Summary{Study: study}, areas, rows)
}

func BenchmarkDiscrepancies(b *testing.B) {
	c := country()
	h := newHandler(b, func(o *api.Options) {
		o.Source = &memory{names: []string{study}, held: map[string]*results.Comparison{study: c}}
	})
	b.Logf("%d rows", len(c.Rows))
	for _, tt := range []struct{ name, query string }{
		{"page", "?per_page=100"},
		{"area", "?area=05000&sort=-difference_pct"},
		{"filter", "?verdict=differs&definition=current&sort=-difference_pct"},
		{"name", "?q=dong+tien+77&sort=area_name"},
		{"sort-all", "?sort=-difference_pct"},
		{"sort-all-by-text", "?sort=cell"},
		{"sort-all-by-name", "?sort=-area_name"},
		{"csv-all", "?format=csv"},
	} {
		b.Run(tt.name, func(b *testing.B) {
			for b.Loop() {
				if w := request(h, "GET", "/api/v1/studies/"+study+"/discrepancies"+tt.query); w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
	b.Run("first-request-of-a-comparison", func(b *testing.B) {
		for b.Loop() {
			h := newHandler(b, func(o *api.Options) {
				o.Source = &memory{names: []string{study}, held: map[string]*results.Comparison{study: c}}
			})
			request(h, "GET", "/api/v1/studies/"+study+"/areas")
		}
	})
}
