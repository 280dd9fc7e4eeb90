package report_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/report"
	"github.com/concord-stat/concord/internal/results"
	"golang.org/x/net/html"
)

func written(t testing.TB, c *results.Comparison) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, c, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// document is the page as a browser would read it.
type document struct{ root *html.Node }

func parsed(t testing.TB, page string) document {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return document{root}
}

func (d document) all(match func(*html.Node) bool) []*html.Node {
	var found []*html.Node
	for n := range d.root.Descendants() {
		if n.Type == html.ElementNode && match(n) {
			found = append(found, n)
		}
	}
	return found
}

func (d document) byID(id string) *html.Node {
	for _, n := range d.all(func(n *html.Node) bool { return attribute(n, "id") == id }) {
		return n
	}
	return nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

type indexed struct {
	BlockSize int
	Levels    []string
	Areas     []struct {
		Code string `json:"c"`
		Name string `json:"n"`
		In   string `json:"w"`
		Pct  string `json:"p"`
	}
}

func index(t testing.TB, d document) (list indexed) {
	t.Helper()
	if err := json.Unmarshal([]byte(text(d.byID("index"))), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

type areaData struct {
	Code  string
	Parts []struct {
		Definition, Figure string
		Rows               [][]string
	}
}

// unpacked is every area's data, decoded as the page's script does it.
func unpacked(t testing.TB, d document) []areaData { return unpackedAs[areaData](t, d) }

func unpackedAs[T any](t testing.TB, d document) []T {
	t.Helper()
	var all []T
	for i := 0; ; i++ {
		block := d.byID(fmt.Sprint("block", i))
		if block == nil {
			return all
		}
		all = append(all, decoded[T](t, text(block))...)
	}
}

func decoded[T any](t testing.TB, block string) (areas []T) {
	t.Helper()
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(block)))
	if err != nil {
		t.Fatal(err)
	}
	if !z.ModTime.IsZero() {
		t.Error("the compressed data tells the time")
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &areas); err != nil {
		t.Fatal(err)
	}
	return areas
}

func TestEveryAreaIsThere(t *testing.T) {
	c := country(70)
	d := parsed(t, written(t, c))
	list, data := index(t, d), unpacked(t, d)
	if len(list.Areas) != len(c.Areas) || len(data) != len(c.Areas) {
		t.Fatalf("%d areas listed, %d with data, want %d", len(list.Areas), len(data), len(c.Areas))
	}
	seen := make(map[string]bool)
	for i, a := range list.Areas {
		seen[a.Code] = true
		if data[i].Code != a.Code {
			t.Errorf("place %d: %s in the list, %s in the data", i, a.Code, data[i].Code)
		}
	}
	for _, a := range c.Areas {
		if !seen[a.Code] {
			t.Errorf("%s is missing", a.Code)
		}
	}
}

func TestDataOfAnArea(t *testing.T) {
	c := country(30)
	for _, a := range unpacked(t, parsed(t, written(t, c))) {
		rows := 0
		for _, part := range a.Parts {
			rows += len(part.Rows)
			if !strings.HasPrefix(part.Figure, "<svg ") || !strings.HasSuffix(part.Figure, "</svg>") {
				t.Errorf("%s: figure %.40q", a.Code, part.Figure)
			}
		}
		if rows != len(c.Area(a.Code)) || len(a.Parts) != 2 {
			t.Errorf("%s: %d rows in %d parts, want %d in 2", a.Code, rows, len(a.Parts), len(c.Area(a.Code)))
		}
	}
}

func TestRowAsPrinted(t *testing.T) {
	row := compare.Discrepancy{
		Area: "1", AreaName: "Xã A", Definition: "permanent", Dimension: "sex*age5", Cell: "male*0-4", Register: 1234567,
		Census: 1234000.4, Difference: 566.6, DifferencePct: 0.0459, CILower: -1200, CIUpper: 2333.2, QValue: 0.00001,
		MarginPct: 2.5, Verdict: compare.Agrees, Notes: "no interval; gì đó", PValue: 0.5,
	}
	s := summary(1)
	s.Languages = []string{"vi"}
	c := results.New(s, []results.Area{{Code: "1", Name: "Xã A", Level: "commune"}}, []compare.Discrepancy{row})
	got := strings.Join(unpacked(t, parsed(t, written(t, c)))[0].Parts[0].Rows[0], "|")
	want := "giới tính × nhóm 5 tuổi|nam, 0-4|1.234.567|1.234.000|+567|+0,05|[−1.200; 2.333]|< 0,0001|2,5|khớp|" +
		"không có khoảng tin cậy; gì đó|agrees"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestNamesAreText(t *testing.T) {
	d := parsed(t, written(t, country(30)))
	for _, n := range d.all(func(n *html.Node) bool { return n.Data == "script" }) {
		if strings.Contains(text(n), "alert") && attribute(n, "type") == "" {
			t.Error("a name became a script")
		}
	}
	if n := d.all(func(n *html.Node) bool { return n.Data == "b" }); len(n) > 0 {
		t.Error("a name or a reason became an element")
	}
	if i := index(t, d).Areas; !strings.Contains(fmt.Sprint(i), evil) {
		t.Error("the name is not as it was given")
	}
	for _, a := range unpacked(t, d) {
		if strings.Contains(a.Parts[0].Figure, "<script") || strings.Contains(a.Parts[0].Figure, "<b>") {
			t.Errorf("%s: the name became an element of the figure", a.Code)
		}
	}
}

func TestNothingIsFetched(t *testing.T) {
	page := written(t, country(30))
	if found := regexp.MustCompile(`(?i)(https?:)?//[a-z0-9]+\.[a-z]|@import|url\(`).FindString(page); found != "" {
		t.Errorf("the page mentions %q", found)
	}
	d := parsed(t, page)
	for _, n := range d.all(func(*html.Node) bool { return true }) {
		href := attribute(n, "href")
		if attribute(n, "src") != "" || n.Data == "link" || href != "" && !strings.HasPrefix(href, "#") {
			t.Errorf("<%s> refers to something outside", n.Data)
		}
	}
}

func TestPageWithoutScript(t *testing.T) {
	d := parsed(t, written(t, country(70)))
	root := d.all(func(n *html.Node) bool { return n.Data == "html" })[0]
	if attribute(root, "lang") != "vi" {
		t.Errorf("lang is %q", attribute(root, "lang"))
	}
	area := d.byID("area")
	if area == nil || !strings.Contains(text(area), "giới tính × nhóm 5 tuổi") {
		t.Fatal("no area is shown")
	}
	figures := document{area}.all(func(n *html.Node) bool { return n.Data == "svg" })
	if len(figures) != 2 {
		t.Errorf("%d drawings in the area shown, want 2", len(figures))
	}
	all := text(root)
	for _, want := range []string{diacritics, "Diễn tập với dữ liệu giả <b>", "0123456789abcdef", "khác biệt", "95%", "Toàn quốc"} {
		if !strings.Contains(all, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestTablesHaveHeaders(t *testing.T) {
	d := parsed(t, written(t, country(30)))
	for _, n := range d.all(func(n *html.Node) bool { return n.Data == "th" }) {
		if attribute(n, "scope") == "" {
			t.Errorf("header %q has no scope", text(n))
		}
	}
	for _, table := range d.all(func(n *html.Node) bool { return n.Data == "table" }) {
		heads := document{table}.all(func(n *html.Node) bool { return n.Data == "th" && attribute(n, "scope") == "col" })
		for _, tr := range (document{table}).all(func(n *html.Node) bool { return n.Data == "tr" }) {
			cells := document{tr}.all(func(n *html.Node) bool { return n.Data == "td" || n.Data == "th" })
			if len(cells) != len(heads) {
				t.Errorf("%d cells under %d heads: %q", len(cells), len(heads), text(tr))
			}
		}
	}
}
