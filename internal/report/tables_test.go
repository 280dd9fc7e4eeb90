package report

import (
	"math"
	"slices"
	"testing"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
)

func row(area, definition string, register, census float64, v compare.Verdict) compare.Discrepancy {
	nan := math.NaN()
	return compare.Discrepancy{
		Area: area, AreaName: area, Definition: definition, Dimension: "total", Register: register, Census: census,
		Difference: register - census, DifferencePct: 100 * (register - census) / census,
		CILower: nan, CIUpper: nan, PValue: nan, QValue: nan, Verdict: v,
	}
}

func made(rows ...compare.Discrepancy) *edition {
	areas := []results.Area{
		{Code: "P", Name: "P", Level: "province"},
		{Code: "A", Name: "A", Level: "commune", Parent: "P"}, {Code: "B", Name: "B", Level: "commune", Parent: "P"},
	}
	s := results.Summary{Languages: []string{"en"}, Definitions: []string{"current"}, Levels: []string{"commune", "province"}}
	e, err := newEdition(results.New(s, areas, rows))
	if err != nil {
		panic(err)
	}
	return e
}

func TestTotalIsOfTheTop(t *testing.T) {
	top := row("P", "current", 110, 100, compare.Differs)
	top.CILower, top.CIUpper = 1, 19
	got := made(top, row("A", "current", 10, 10, compare.Agrees)).total("current")
	if got.Scope != "P" || got.Register != 110 || got.Lower != 1 || got.Verdict != compare.Differs || got.Pct() != 10 {
		t.Errorf("total %+v", got)
	}
}

func TestTotalIsASumWhereTheTopIsSilent(t *testing.T) {
	got := made(row("P", "current", 110, math.NaN(), compare.CannotTell), row("A", "current", 10, 8, compare.Differs),
		row("B", "current", 20, 22, compare.Differs)).total("current")
	if got.Scope != "Sum of 2 areas: communes" || got.Register != 30 || got.Census != 30 {
		t.Errorf("total %+v", got)
	}
	if !math.IsNaN(got.Lower) || got.Verdict != "" {
		t.Errorf("a sum has the interval [%v, %v] and the verdict %q", got.Lower, got.Upper, got.Verdict)
	}
}

// Part of a figure, which compare marks by telling nothing and testing nothing, is no addend either.
func TestNoTotalOverGaps(t *testing.T) {
	for _, b := range []compare.Discrepancy{
		row("B", "current", 20, math.NaN(), compare.CannotTell), row("B", "current", 20, 7, compare.CannotTell),
		row("B", "permanent", 20, 20, compare.Agrees),
	} {
		got := made(row("A", "current", 10, 8, compare.Differs), b).total("current")
		if !math.IsNaN(got.Register) || got.Scope != "None: at level communes only 1 of 2 areas have complete figures" {
			t.Errorf("total %+v", got)
		}
	}
}

func TestRankings(t *testing.T) {
	e := made(row("A", "current", 1100, 1000, compare.Differs), row("B", "current", 10, 30, compare.Differs),
		row("P", "current", 1, 1, compare.Agrees))
	all := e.rankings()
	if len(all) != 1 || all[0].Differing != 2 || all[0].Level != "commune" {
		t.Fatalf("rankings %+v", all)
	}
	if all[0].ByPersons[0].Area != "A" || all[0].ByPercent[0].Area != "B" {
		t.Errorf("first are %s and %s, want A and B", all[0].ByPersons[0].Area, all[0].ByPercent[0].Area)
	}
}

func TestRankingsPutNoPercentageLast(t *testing.T) {
	none := row("A", "current", 5, 0, compare.Differs)
	none.DifferencePct = math.NaN() // of a census of nobody
	all := made(none, row("B", "current", 11, 10, compare.Differs)).rankings()
	if got := all[0].ByPercent; got[0].Area != "B" || got[1].Area != "A" {
		t.Errorf("order %s, %s", got[0].Area, got[1].Area)
	}
}

func TestVerdictsAreCounted(t *testing.T) {
	got := made(row("A", "current", 1, 1, compare.Agrees), row("B", "current", 1, 2, compare.Differs),
		row("P", "current", 1, 2, compare.CannotTell)).verdicts()
	want := []tallyRow{
		{Level: "province", Definition: "current", Dimension: "total", CannotTell: 1},
		{Level: "commune", Definition: "current", Dimension: "total", Agrees: 1, Differs: 1},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestReasonsAreCounted(t *testing.T) {
	a, b := row("A", "current", 1, 1, compare.CannotTell), row("B", "current", 1, 2, compare.CannotTell)
	a.Notes, b.Notes, b.Dimension = "no interval; single PSU", "single PSU", "sex"
	got := made(a, b, row("P", "current", 1, 2, compare.CannotTell)).undecided()
	want := []reason{{"single PSU", 1, 2}, {"no interval", 1, 1}, {inEnglish.word("noReason"), 1, 1}}
	if got.Areas != 2 || got.Cells != 3 || !slices.Equal(got.Reasons, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// The order of an index in Viet Nam: d before đ, a before ă before â, numbers by size.
func TestAreasAreCollated(t *testing.T) {
	want := []string{"An", "Ăn", "Ân", "Dân", "Đan", "Quận 2", "Quận 10", "Ướt"}
	var areas []results.Area
	for _, name := range want {
		areas = append([]results.Area{{Code: name, Name: name}}, areas...)
	}
	for i, a := range collated(areas) {
		if a.Name != want[i] {
			t.Errorf("place %d: %s, want %s", i, a.Name, want[i])
		}
	}
}

func TestNumbers(t *testing.T) {
	vi, en := inVietnamese, inEnglish
	for _, tt := range []struct{ got, want string }{
		{vi.persons(101112656), "101.112.656"}, {en.persons(101112656), "101,112,656"},
		{vi.persons(-1234.6), "−1.235"}, {vi.persons(-0.4), "0"}, {vi.persons(math.NaN()), "…"}, {vi.persons(999), "999"},
		{vi.signedPersons(5), "+5"}, {vi.signedPersons(0), "0"}, {vi.signedPersons(0.2), "0"}, {vi.signedPersons(-5), "−5"},
		{vi.signedPercent(49.805), "+49,80"}, {en.signedPercent(-1234.5), "−1,234.50"}, {vi.signedPercent(math.Inf(1)), "…"},
		{vi.qValue(0.0499), "0,0499"}, {vi.qValue(0), "< 0,0001"}, {vi.qValue(math.NaN()), "…"},
		{vi.percent(0.95), "95%"}, {vi.percent(0.975), "97,5%"}, {en.percent(0.001), "0.1%"},
		{vi.share(0.1234), "12,3%"}, {en.share(math.NaN()), "…"}, {en.weight(0.0004), "< 0.001"}, {vi.weight(0.95), "0,950"},
		{en.figures3(0), "0"}, {en.figures3(101.4), "101"}, {vi.figures3(-8.158), "−8,16"}, {en.figures3(0.000886), "0.001"},
		{vi.interval(-3, 4), "[−3; 4]"}, {vi.interval(math.NaN(), 4), "…"},
		{vi.moment("2024-04-01T00:00:00+07:00"), "00:00 ngày 01/04/2024 (UTC+07:00)"}, {vi.moment("hôm nay"), "hôm nay"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestDictionariesAgree(t *testing.T) {
	for key := range vietnamese {
		if english[key] == "" {
			t.Errorf("no English for %s", key)
		}
	}
	for key := range english {
		if vietnamese[key] == "" {
			t.Errorf("no Vietnamese for %s", key)
		}
	}
}
