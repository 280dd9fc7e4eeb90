package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

type areaJSON struct {
	Code, Name, Level, Parent string
	ParentName                string `json:"parent_name"`
	Children                  int
	Totals                    []map[string]any
	Rows                      []map[string]any
	Links                     map[string]string
}

type areasJSON struct {
	Total, Page int
	PerPage     int `json:"per_page"`
	Verdicts    map[string]int
	Areas       []areaJSON
}

func codes(list []areaJSON) string {
	var all []string
	for _, a := range list {
		all = append(all, a.Code)
	}
	return strings.Join(all, " ")
}

func TestListAreasFilters(t *testing.T) {
	h := newHandler(t)
	for _, tt := range []struct {
		query string
		total int
		first string // codes the list begins with
	}{
		{"", 126, "00001 00002 00003"},
		{"?level=province", 2, "01 48"},
		{"?level=province&level=district", 6, "001 002 490 491 01 48"},
		{"?level=province,district", 6, "001 002 490 491 01 48"},
		{"?parent=48", 2, "490 491"},
		{"?parent=48&level=commune", 0, ""},
		{"?q=da+nang", 1, "48"},
		{"?q=%C4%90%C3%80+N%E1%BA%B4NG", 1, "48"}, // ĐÀ NẴNG
		{"?q=dak+nong", 1, "00004"},
		{"?q=+hoan++kiem+", 1, "002"},
		{"?q=0012", 2, "00012 00120"},
		{"?q=%3Cimg", 1, "00002"},
		{"?q=nowhere", 0, ""},
		{"?q=so+1&level=commune&page=2&per_page=10", 30, ""},
		{"?per_page=2&page=63", 126, "01 48"},
		{"?per_page=2&page=64", 126, ""},
		{"?per_page=1000&page=1000000000", 126, ""},
	} {
		got := getJSON[areasJSON](t, h, "/areas"+tt.query)
		if tt.total != got.Total && !strings.Contains(tt.query, "so+1") || !strings.HasPrefix(codes(got.Areas), tt.first) {
			t.Errorf("areas%s: %d: %s, want %d: %s…", tt.query, got.Total, codes(got.Areas), tt.total, tt.first)
		}
	}
}

func TestListAreasSort(t *testing.T) {
	h := newHandler(t)
	for _, tt := range []struct{ query, first string }{
		{"?level=province&sort=-code", "48 01"},
		{"?level=province&sort=name", "48 01"}, // Đ before H
		{"?level=commune&q=xa+an&sort=name", "00006 00007"},
		{"?level=commune&sort=census&per_page=2", "00005 00001"},
		{"?level=commune&sort=-census&per_page=2", "00120 00119"},
		{"?level=commune&sort=level&per_page=2", "00001 00002"},
		{"?level=district&sort=-parent", "490 491 001 002"}, // equal parents keep their order
	} {
		if got := getJSON[areasJSON](t, h, "/areas"+tt.query); codes(got.Areas) != tt.first {
			t.Errorf("areas%s: %s, want %s", tt.query, codes(got.Areas), tt.first)
		}
	}
	for _, sort := range []string{"difference_pct", "-difference_pct"} {
		got := getJSON[areasJSON](t, h, "/areas?level=commune&per_page=1000&sort="+sort)
		// 00005 has no percentage, 00009 no row at all.
		if !strings.HasSuffix(codes(got.Areas), "00005 00009") {
			t.Errorf("sort=%s: missing values do not come last: …%s", sort, codes(got.Areas[110:]))
		}
	}
}

func TestListAreasVerdicts(t *testing.T) {
	h := newHandler(t)
	all := getJSON[areasJSON](t, h, "/areas?level=commune")
	sum := 0
	for verdict, n := range all.Verdicts {
		got := getJSON[areasJSON](t, h, "/areas?level=commune&per_page=1000&verdict="+verdict)
		if got.Total != n || got.Verdicts[verdict] != n {
			t.Errorf("verdict=%s: %d areas, counted %d", verdict, got.Total, n)
		}
		for _, a := range got.Areas {
			if a.Totals[0]["verdict"] != verdict {
				t.Errorf("verdict=%s: area %s has %v", verdict, a.Code, a.Totals[0]["verdict"])
			}
		}
		sum += n
	}
	if sum != 119 {
		t.Errorf("verdicts count %d communes, want 119", sum)
	}
	other := getJSON[areasJSON](t, h, "/areas?level=commune&definition=current")
	if other.Verdicts["differs"] >= all.Verdicts["differs"] {
		t.Error("the definition does not decide whose verdict counts")
	}
}

func TestListAreasTotals(t *testing.T) {
	got := getJSON[areasJSON](t, newHandler(t), "/areas?q=00005")
	a := got.Areas[0]
	if len(a.Totals) != 2 || a.Totals[0]["definition"] != "permanent" || a.Totals[1]["definition"] != "current" {
		t.Fatalf("totals = %v, want one row a definition", a.Totals)
	}
	if v, ok := a.Totals[0]["difference_pct"]; !ok || v != nil {
		t.Errorf("difference_pct = %v, want null", v)
	}
	bare := getJSON[areasJSON](t, newHandler(t), "/areas?q="+bareArea).Areas[0]
	if len(bare.Totals) != 0 || bare.Links["svg"] != "" {
		t.Errorf("area without rows = %+v", bare)
	}
}

func TestGetArea(t *testing.T) {
	h := newHandler(t)
	a := getJSON[areaJSON](t, h, "/areas/490")
	if a.Name != "Quận Liên Chiểu" || a.Children != 30 || a.ParentName != "Thành phố Đà Nẵng" || len(a.Rows) != 2*57 {
		t.Errorf("area 490 = %q, %d children, parent %q, %d rows", a.Name, a.Children, a.ParentName, len(a.Rows))
	}
	names := []string{"self", "why", "csv", "parent", "svg", "png", "pdf"}
	for _, name := range names {
		if w := request(h, "GET", a.Links[name]); w.Code != http.StatusOK {
			t.Errorf("link %s %q: status %d", name, a.Links[name], w.Code)
		}
	}
	if len(a.Links) != len(names) {
		t.Errorf("links = %v", a.Links)
	}
	if evil := getJSON[areaJSON](t, h, "/areas/00002"); evil.Name != evilName {
		t.Errorf("name = %q, want it as it is", evil.Name)
	}
	if !slices.ContainsFunc(a.Rows, func(r map[string]any) bool { return r["dimension"] == "sex*age5" }) {
		t.Error("rows lack a dimension")
	}
}
