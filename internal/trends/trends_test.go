package trends_test

import (
	"math"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/trends"
)

// round is a comparison of a sample with one row an area: difference in percent of a census of 1000, its standard error in
// percent, and the verdict.
func round(date string, df float64, areas map[string][2]float64, verdict compare.Verdict) trends.Round {
	s := results.Summary{ReferenceTime: date, Level: 0.95, FDR: 0.05, Levels: []string{"commune"}, Definitions: []string{"all"}, Dimensions: []string{"total"}}
	var units []results.Area
	var rows []compare.Discrepancy
	none := compare.Bounds{Lower: math.NaN(), Upper: math.NaN()}
	for _, code := range []string{"1", "2", "3"} {
		a, ok := areas[code]
		if !ok {
			continue
		}
		units = append(units, results.Area{Code: code, Name: "Xã " + code, Level: "commune"})
		se := 10 * a[1]
		half := analysis.Quantile(0.975, df) * se
		rows = append(rows, compare.Discrepancy{Area: code, AreaName: "Xã " + code, Definition: "all", Dimension: "total", Cell: "total",
			Register: 1000 + 10*a[0], Census: 1000, CensusSE: se, Difference: 10 * a[0], DifferencePct: a[0], CILower: 10*a[0] - half, CIUpper: 10*a[0] + half,
			PValue: 0.01, LogRatioSE: a[1] / 100, MarginPct: 5, Verdict: verdict, RegisterBounds: none, CensusBounds: none})
	}
	return trends.Round{Name: date, Comparison: results.New(s, units, rows)}
}

// TestOf holds the table against the pure function on series made by hand; the degrees of freedom, which no row has, are
// found from the intervals.
func TestOf(t *testing.T) {
	got, err := trends.Of([]trends.Round{
		round("2014-04-01", 7, map[string][2]float64{"1": {10, 1}, "2": {8, 1}}, compare.Differs),
		round("2019-04-01", 40, map[string][2]float64{"1": {16, 2}, "2": {9, 1}, "3": {1, 1}}, compare.Differs),
		round("2024-04-01T00:00:00+07:00", math.Inf(1), map[string][2]float64{"1": {30, 1}, "2": {8, 1}, "3": {2, 1}}, compare.Differs),
	}, trends.Options{Dimensions: []string{"total"}})
	if err != nil {
		t.Fatal(err)
	}
	log := func(pct float64) float64 { return math.Log(1 + pct/100) }
	differs := []compare.Verdict{compare.Differs, compare.Differs, compare.Differs}
	nan := math.NaN()
	years := []float64{2014.25, 2014.25 + 1826/365.25, 2014.25 + 3653/365.25}
	want := compare.Trends(years, []compare.Series{
		{LogRatio: []float64{log(10), log(16), log(30)}, SE: []float64{0.01, 0.02, 0.01}, DF: []float64{7, 40, math.Inf(1)}, Verdict: differs, MarginPct: 5},
		{LogRatio: []float64{log(8), log(9), log(8)}, SE: []float64{0.01, 0.01, 0.01}, DF: []float64{7, 40, math.Inf(1)}, Verdict: differs, MarginPct: 5},
		{LogRatio: []float64{nan, log(1), log(2)}, SE: []float64{nan, 0.01, 0.01}, DF: []float64{nan, 40, math.Inf(1)},
			Verdict: []compare.Verdict{compare.CannotTell, compare.Differs, compare.Differs}, MarginPct: 5},
	}, 0.05)
	for i, row := range got.Rows {
		a, b := row.Trend, want[i]
		if a.Class != b.Class || !near(a.Slope, b.Slope) || !near(a.SlopeSE, b.SlopeSE) || !near(a.TrendP, b.TrendP) || !near(a.ConstancyQ, b.ConstancyQ) {
			t.Errorf("%s: %+v, want %+v", row.Area, a, b)
		}
	}
	if want[0].Class != compare.Growing || want[1].Class != compare.Persistent {
		t.Errorf("the cases do not try what they are for: %+v", want)
	}
	if len(got.Absent) != 1 || got.Absent[0].Area != "3" || got.Absent[0].Not[0] != "2014-04-01" || got.Rows[2].Notes != "the area is not in 2014-04-01" {
		t.Errorf("%+v, %+v", got.Absent, got.Rows[2])
	}
	var b strings.Builder
	got.WriteSummary(&b)
	for _, line := range []string{"growing          1  (1 over, 0 under)", "1 Xã 1: +10.0 %, +16.0 %, +30.0 %; growing", "1 areas are not in every round", "3 Xã 3: not in 2014-04-01"} {
		if !strings.Contains(b.String(), line) {
			t.Errorf("the summary does not say %q:\n%s", line, b.String())
		}
	}
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*math.Abs(b) }

// TestASplitHasNoError: a figure that another split would change has no test, and one that a split leaves open is none.
func TestASplitHasNoError(t *testing.T) {
	a, b := round("2014-04-01", 7, map[string][2]float64{"1": {10, 1}, "2": {8, 1}}, compare.Differs), round("2019-04-01", 7, map[string][2]float64{"1": {90, 1}, "2": {90, 1}}, compare.Agrees)
	rows := a.Comparison.Rows
	rows[0].CensusBounds = compare.Bounds{Lower: 900, Upper: 1000}
	rows[1].Difference, rows[1].Verdict = math.NaN(), compare.CannotTell
	got, err := trends.Of([]trends.Round{a, b}, trends.Options{Dimensions: []string{"total"}})
	if err != nil {
		t.Fatal(err)
	}
	if r := got.Rows[0].Trend; r.Class != compare.Unsteady || !math.IsNaN(r.TrendP) {
		t.Errorf("%+v", r)
	}
	if r := got.Rows[1].Trend; r.Class != compare.ToldOnce || r.Rounds != 1 || got.Rows[1].Notes != "a figure in one round only" {
		t.Errorf("%+v %s", r, got.Rows[1].Notes)
	}
}
