package report_test

import (
	"math"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/concord-stat/concord/compare/screen"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/report"
	"github.com/concord-stat/concord/internal/results"
)

// found is a country with the tables beside its discrepancies: every commune split and screened under the first definition, a
// cause in every tenth.
func found(communes int) *results.Comparison {
	c := country(communes)
	var areas []results.Area
	for _, a := range c.Areas {
		if a.Level == "commune" {
			areas = append(areas, a)
		}
	}
	c.Add("explanation", split(areas))
	c.Add("causes", causesOf(areas))
	c.Add("screening", screenedAreas(areas))
	c.Add("agreement", columns.Table{
		same("level", 1, "commune"), same("definition", 1, "permanent"), same("dimension", 1, "total"), same("cell", 1, "total"),
		number("areas", 1, func(int) float64 { return float64(communes) }), number("bias_pct", 1, func(int) float64 { return 1.5 }),
		same("notes", 1, "few areas: limits of agreement are uncertain"),
	})
	c.Add("distributions", columns.Table{
		same("level", communes, "commune"), codes(areas), same("definition", communes, "permanent"), same("dimension", communes, "age5"),
		number("dissimilarity", communes, func(i int) float64 { return float64(i) / 1000 }),
		number("dissimilarity_corrected", communes, func(i int) float64 { return float64(i) / 2000 }),
	})
	return c
}

func same(name string, n int, text string) columns.Column {
	return columns.Texts(name, n, func(int) string { return text })
}

func number(name string, n int, of func(i int) float64) columns.Column {
	return columns.Floats(name, n, of)
}

func codes(areas []results.Area) columns.Column {
	return columns.Texts("area", len(areas), func(i int) string { return areas[i].Code })
}

func split(areas []results.Area) columns.Table {
	n := 3 * len(areas)
	of := func(name string, values ...string) columns.Column {
		return columns.Texts(name, n, func(i int) string { return values[i%3] })
	}
	value := func(name string, values ...float64) columns.Column {
		return number(name, n, func(i int) float64 { return values[i%3] })
	}
	nan := math.NaN()
	return columns.Table{
		same("level", n, "commune"), columns.Texts("area", n, func(i int) string { return areas[i/3].Code }), same("definition", n, "permanent"),
		of("part", "young_adults", "time", "unexplained"), same("age_group", n, "all"), value("persons", 1200, nan, -200),
		value("ci_lower", 900, nan, -400), value("ci_upper", 1500, nan, 0), value("gross", 1200, nan, 300),
		value("share_of_difference", 1.2, nan, -0.2), of("basis", "design-based", "", "design-based"),
		of("notes", "", "not carried to the reference time", ""),
	}
}

func causesOf(areas []results.Area) columns.Table {
	pick := func(name, every, others string) columns.Column {
		return columns.Texts(name, len(areas), func(i int) string {
			if i%10 == 0 {
				return every
			}
			return others
		})
	}
	return columns.Table{same("level", len(areas), "commune"), codes(areas), same("definition", len(areas), "permanent"),
		pick("cause", "young_adults", "none found"), pick("direction", "more", ""), same("notes", len(areas), "")}
}

func screenedAreas(areas []results.Area) columns.Table {
	n := len(areas)
	y := func(i int) float64 { return 0.3 - 0.5*float64(i)/float64(n) }
	limit := func(int) float64 { return screen.NormalLimits(0, 0.05, screen.InnerLimits).Upper }
	return columns.Table{
		same("level", n, "commune"), codes(areas), columns.Texts("area_name", n, func(i int) string { return areas[i].Name }),
		same("definition", n, "permanent"), same("dimension", n, "total"), same("cell", n, "total"), number("log_ratio", n, y),
		number("se", n, func(i int) float64 { return 0.02 + 0.0001*float64(i) }), number("funnel_lower_95", n, func(i int) float64 { return -limit(i) }),
		number("funnel_upper_95", n, limit), same("outside_limits", n, ""), number("visit_priority", n, func(i int) float64 { return float64(i + 1) }),
		number("visit_cost", n, func(int) float64 { return 1 }), number("expected_error", n, func(i int) float64 { return float64(n - i) }),
		number("cumulative_share", n, func(i int) float64 { return float64(i+1) / float64(n) }), same("reason", n, "in English"),
		number("discrepancy_pct", n, y), number("lower", n, y), number("upper", n, y), same("reason_codes", n, "unlike_all_others"),
	}
}

// section is the text of a section and how many rows of tables and pictures it has.
func section(t *testing.T, d document, id string) (all string, rows, pictures int) {
	t.Helper()
	n := d.byID(id)
	if n == nil {
		t.Fatalf("no section %s", id)
	}
	in := document{n}
	return text(n), len(in.all(func(n *html.Node) bool { return n.Data == "tr" })), len(in.all(func(n *html.Node) bool { return n.Data == "svg" }))
}

// TestWhereToLookFirst: few areas are all listed; of many the first, and where the others are.
func TestWhereToLookFirst(t *testing.T) {
	for communes, listed := range map[int]int{90: 90, 140: 30} {
		all, rows, pictures := section(t, parsed(t, written(t, found(communes))), "first")
		if rows != listed+1 || pictures != 2 {
			t.Errorf("%d communes: %d rows and %d pictures, want %d and 2", communes, rows, pictures, listed+1)
		}
		if told := strings.Contains(all, "screening.csv"); told != (listed < communes) {
			t.Errorf("%d communes: the file of all is named: %v", communes, told)
		}
		if !strings.Contains(all, "khác hẳn mọi đơn vị khác") || strings.Contains(all, "in English") {
			t.Error("reasons are not in the language of the report")
		}
	}
}

func TestNoWorklistNamesTheKey(t *testing.T) {
	if all, _, _ := section(t, parsed(t, written(t, country(20))), "first"); !strings.Contains(all, "screening: {}") {
		t.Errorf("%q does not say which key to add", all)
	}
}

func TestTablesBesideTheDiscrepancies(t *testing.T) {
	d := parsed(t, written(t, found(140)))
	all, rows, _ := section(t, d, "found-out")
	for _, want := range []string{
		"thanh niên: đăng ký ở đây nhưng đã đi nơi khác", "không tìm thấy nguyên nhân", "+1,50", "ít đơn vị: giới hạn tương đồng không chắc chắn",
		"30 trên 140 dòng", "distributions.csv",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the section does not say %q", want)
		}
	}
	if want := (2 + 1) + (1 + 1) + (30 + 1); rows != want { // causes, agreement, distances, with their heads
		t.Errorf("%d rows, want %d", rows, want)
	}
	if strings.Contains(all, "Sống sót") {
		t.Error("a table that the comparison lacks is shown")
	}
}

type explainedArea struct {
	Code  string
	Parts []struct {
		Definition string
		Why        *struct {
			Cause, Figure, Unknown string
			Parts                  [][]string
		}
	}
}

// TestWhyInTheAreas: every area has its parts, which end with the difference; of many areas those with a cause have the picture.
func TestWhyInTheAreas(t *testing.T) {
	c := found(140)
	drawn := 0
	for _, a := range unpackedAs[explainedArea](t, parsed(t, written(t, c))) {
		if level := c.Unit(a.Code).Level; level != "commune" {
			if a.Parts[0].Why != nil {
				t.Errorf("%s: something is said of an area that was not split", a.Code)
			}
			continue
		}
		why := a.Parts[0].Why
		if why == nil || a.Parts[1].Why != nil {
			t.Fatalf("%s: %+v", a.Code, a.Parts)
		}
		if len(why.Parts) != 3 || why.Parts[0][1] != "+1.200" || why.Parts[2][0] != "Chênh lệch" || !strings.Contains(why.Unknown, "thời điểm") {
			t.Errorf("%s: %+v", a.Code, why)
		}
		if why.Figure != "" {
			drawn++
			if !strings.HasPrefix(why.Figure, "<svg ") || !strings.HasPrefix(why.Cause, "thanh niên") {
				t.Errorf("%s: %s, %.30q", a.Code, why.Cause, why.Figure)
			}
		}
	}
	if drawn != 14 {
		t.Errorf("%d areas are drawn, want the 14 of 140 that have a cause", drawn)
	}
}

func TestFoundOutIsWellFormed(t *testing.T) {
	d := parsed(t, written(t, found(60)))
	for _, table := range d.all(func(n *html.Node) bool { return n.Data == "table" }) {
		heads := document{table}.all(func(n *html.Node) bool { return n.Data == "th" && attribute(n, "scope") == "col" })
		for _, tr := range (document{table}).all(func(n *html.Node) bool { return n.Data == "tr" }) {
			if cells := (document{tr}).all(func(n *html.Node) bool { return n.Data == "td" || n.Data == "th" }); len(cells) != len(heads) {
				t.Errorf("%d cells under %d heads: %q", len(cells), len(heads), text(tr))
			}
		}
	}
}

// BenchmarkWriteFound measures whole reports with the tables beside the discrepancies.
func BenchmarkWriteFound(b *testing.B) {
	c := found(3000)
	for b.Loop() {
		var size counter
		if err := report.Write(&size, c, nil); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(size)/float64(len(c.Areas)), "B/area")
	}
}
