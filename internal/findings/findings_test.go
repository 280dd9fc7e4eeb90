package findings_test

import (
	"math"
	"slices"
	"testing"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/findings"
	"github.com/concord-stat/concord/internal/results"
)

var nan = math.NaN()

func text(name string, values ...string) columns.Column {
	return columns.Column{Name: name, Text: values}
}

func floats(name string, values ...float64) columns.Column {
	return columns.Column{Name: name, Float: values}
}

// explained is a comparison of commune A, whose difference of 90 is split, and of B, of which nothing is known.
func explained() *results.Comparison {
	c := results.New(results.Summary{Level: 0.95, Levels: []string{"commune", "district"}, Definitions: []string{"permanent", "current"}},
		[]results.Area{{Code: "A", Name: "Xã A", Level: "commune"}, {Code: "B", Name: "Xã B", Level: "commune"}},
		[]compare.Discrepancy{{Area: "A", Definition: "permanent", Dimension: "total", Difference: 90, CILower: 40, CIUpper: 140}})
	c.Add("explanation", columns.Table{
		text("level", "commune", "commune", "commune", "commune", "commune"), text("area", "A", "A", "A", "A", "A"),
		text("definition", "permanent", "permanent", "permanent", "permanent", "current"),
		text("part", "definition", "definition", "time", "unexplained", "level"), text("age_group", "all", "0-4", "all", "all", "all"),
		floats("persons", 100, 7, nan, -10, 5), floats("ci_lower", 60, 1, nan, -20, 1), floats("ci_upper", 140, 13, nan, 0, 9),
		text("basis", "choice of definition", "", "", "design-based", ""),
		text("notes", "against current, chosen by all areas", "", "not carried to the reference time", "", ""),
	})
	c.Add("causes", columns.Table{
		text("area", "A", "B"), text("definition", "permanent", "permanent"), text("cause", "definition", "not tested"),
		text("direction", "more", ""), floats("persons", 100, nan), floats("q_value", 0.01, nan), text("notes", "", "no sample here"),
	})
	c.Add("definition_fit", columns.Table{
		text("area", "all", "A", "A"), text("definition", "permanent", "permanent", "current"), text("best", "current", "current", "current"),
		text("chosen_by", "", "all areas", "all areas"), floats("distance", 1, 1, 2), floats("weight", 0.1, 0.1, 0.9),
		floats("gap", 90, 90, -10), floats("explained_pct", 111, 111, 0),
	})
	c.Add("screening", columns.Table{
		text("level", "district", "commune", "commune", "commune"), text("area", "D", "B", "A", "C"), text("area_name", "Huyện D", "Xã B", "Xã A", ""),
		text("cell", "total", "total", "total", "total"), text("definition", "permanent", "permanent", "permanent", "permanent"),
		floats("log_ratio", 0, nan, math.Log(1.5), 0), floats("discrepancy_pct", 0, 10, 40, 0), floats("lower", 0, 0, math.Log(1.2), 0),
		floats("upper", 0, 0, math.Log(1.6), 0), floats("visit_priority", 1, 2, 1, nan), floats("expected_error", 0, 20, 80, nan),
		floats("cumulative_share", 0, 1, 0.8, nan), floats("probability_beyond_margin", 0, 0.5, 1, nan),
		text("reason", "x", "said in English", "y", ""), text("reason_codes", "", "", "measured; error_expected", ""),
	})
	return c
}

func of(t *testing.T, c *results.Comparison) *findings.Findings {
	t.Helper()
	f, err := findings.Of(c)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestWhy(t *testing.T) {
	w := of(t, explained()).Why("A", "permanent", "vi")
	if w == nil || w.Difference != 90 || w.Lower != 40 || len(w.Parts) != 3 {
		t.Fatalf("%+v", w)
	}
	first, second := w.Parts[0], w.Parts[1]
	if first.Title != "định nghĩa dân số" || first.Persons != 100 || first.Note != "so với dân số nơi ở hiện tại, chọn theo tất cả các đơn vị" ||
		len(first.Ages) != 1 || first.Ages[0].Persons != 7 {
		t.Errorf("%+v", first)
	}
	if second.Known || second.Note != "chưa đưa về thời điểm tham chiếu" {
		t.Errorf("%+v", second)
	}
	if w.Cause.Text != "định nghĩa tính cả những người mà định nghĩa khớp nhất với điều tra không tính" || !w.Cause.Found() {
		t.Errorf("%+v", w.Cause)
	}
	if len(w.Fits) != 2 || w.Fits[0].Definition != "current" || !w.Fits[0].Best || w.Fits[0].ChosenBy != "tất cả các đơn vị" || w.Fits[1].Explained != 111 {
		t.Errorf("the best definition is not first: %+v", w.Fits)
	}
}

// TestKnownPartsAddUp: the drawing has the known parts alone, and they make up the difference.
func TestKnownPartsAddUp(t *testing.T) {
	f := of(t, explained())
	w, sum := f.Waterfall("A", "permanent", "en"), 0.0
	for _, p := range w.Parts {
		sum += p.Persons
	}
	if len(w.Parts) != 2 || sum != w.Total.Persons {
		t.Errorf("%+v", w)
	}
	for _, u := range [][2]string{{"B", "permanent"}, {"A", "current"}, {"none", "permanent"}} {
		if w := f.Waterfall(u[0], u[1], "en"); w != nil {
			t.Errorf("%v is drawn: %+v", u, w)
		}
	}
}

func TestWhyOfTheSilent(t *testing.T) {
	f := of(t, explained())
	w := f.Why("B", "permanent", "en")
	if w == nil || len(w.Parts) != 0 || w.Cause.Found() || w.Cause.Note != "no sample here" || !math.IsNaN(w.Difference) {
		t.Errorf("%+v", w)
	}
	if w := f.Why("none", "permanent", "en"); w != nil {
		t.Errorf("%+v of no area", w)
	}
	empty := of(t, results.New(results.Summary{}, nil, nil))
	if empty.Why("A", "permanent", "en") != nil || len(empty.Screened()) != 0 || empty.Worklist("commune", "total", "en") != nil {
		t.Error("something is said of nothing")
	}
}

func TestWorklist(t *testing.T) {
	f := of(t, explained())
	if levels := f.Screened(); !slices.Equal(levels, []string{"commune", "district"}) {
		t.Errorf("levels %v, want the lowest first", levels)
	}
	w := f.Worklist("commune", findings.WholeCell, "en")
	if w == nil || len(w.Visits) != 2 || w.Visits[0].Area != "A" || w.Errors != 100 || w.VisitsFor(0.5) != 1 || w.VisitsFor(0.9) != 2 {
		t.Fatalf("%+v", w)
	}
	const want = "register 40.0 % above the census, between +20.0 % and +60.0 % the others considered (50.0 % above the census as measured); " +
		"80 persons in error expected, beyond the margin with probability 1.00"
	if w.Visits[0].Reason != want || w.Visits[1].Reason != "said in English" {
		t.Errorf("%q, %q", w.Visits[0].Reason, w.Visits[1].Reason)
	}
	if d := f.Worklist("district", findings.WholeCell, "en"); d.VisitsFor(0.5) != 0 {
		t.Error("visits find half of nothing")
	}
	if f.Worklist("commune", "male", "en") != nil || f.Worklist("province", findings.WholeCell, "en") != nil {
		t.Error("a worklist of what was not screened")
	}
}
