package api_test

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var columnNames = strings.Split("area,area_name,definition,dimension,cell,register,register_se,census,census_se,"+
	"difference,difference_pct,ci_lower,ci_upper,p_value,q_value,margin_pct,verdict,notes,"+
	"ratio,ratio_lower,ratio_upper,log_ratio_se,std_difference,std_difference_se,equivalence_p,noise_sd,family,register_lower,register_upper,census_lower,census_upper", ",")

type rowsJSON struct {
	Total, Page int
	PerPage     int `json:"per_page"`
	Rows        []map[string]any
}

func TestDiscrepanciesFilters(t *testing.T) {
	h := newHandler(t)
	for _, tt := range []struct {
		query string
		total int
	}{
		{"", 125 * 114},
		{"?area=01", 114},
		{"?area=01&area=48", 228},
		{"?area=01,48,unknown", 228},
		{"?level=district", 4 * 114},
		{"?parent=01", 2 * 114},
		{"?parent=01,48&level=commune", 0},
		{"?definition=current", 125 * 57},
		{"?definition=current,permanent", 125 * 114},
		{"?dimension=sex", 125 * 4},
		{"?dimension=total&dimension=sex", 125 * 6},
		{"?dimension=sex*age5&cell=male%7C0-4", 125 * 2},
		{"?cell=male", 125 * 2},
		{"?area=" + emptyArea + "&verdict=agrees", 0},
		{"?area=" + emptyArea + "&verdict=agrees,cannot_tell", 114},
		{"?q=da+nang&dimension=total&definition=current", 1},
		{"?area=" + bareArea, 0},
	} {
		if got := getJSON[rowsJSON](t, h, "/discrepancies"+tt.query); got.Total != tt.total || len(got.Rows) != min(100, tt.total) {
			t.Errorf("discrepancies%s: %d rows of %d, want %d", tt.query, len(got.Rows), got.Total, tt.total)
		}
	}
}

func TestDiscrepanciesRow(t *testing.T) {
	h := newHandler(t)
	got := getJSON[rowsJSON](t, h, "/discrepancies?area=00005&dimension=total&definition=permanent")
	row := got.Rows[0]
	for _, name := range columnNames {
		if _, ok := row[name]; !ok {
			t.Errorf("column %s is missing", name)
		}
	}
	if len(row) != len(columnNames) {
		t.Errorf("%d columns, want %d", len(row), len(columnNames))
	}
	if row["register"] != 12.0 || row["difference_pct"] != nil || row["notes"] != "no census persons" {
		t.Errorf("row = %v", row)
	}
}

func TestDiscrepanciesPaging(t *testing.T) {
	h := newHandler(t)
	all := getJSON[rowsJSON](t, h, "/discrepancies?area=01&per_page=1000")
	var joined []map[string]any
	for page := 1; page <= 5; page++ {
		got := getJSON[rowsJSON](t, h, "/discrepancies?area=01&per_page=30&page="+strconv.Itoa(page))
		if got.Page != page || got.PerPage != 30 || got.Total != 114 {
			t.Errorf("page %d says page %d of %d a page, %d in all", page, got.Page, got.PerPage, got.Total)
		}
		joined = append(joined, got.Rows...)
	}
	if !reflect.DeepEqual(joined, all.Rows) {
		t.Error("the pages together are not the list")
	}
}

// Every column sorts both ways over all rows, with missing values last and ties in the order of the table.
func TestDiscrepanciesSort(t *testing.T) {
	h := newHandler(t)
	original := readCSV(t, h, "?dimension=total,sex")
	for i, name := range columnNames {
		if name == "area_name" || name == "cell" {
			continue // their order is not that of bytes; tested below
		}
		for _, sign := range []string{"", "-"} {
			want := slices.Clone(original)
			slices.SortStableFunc(want, func(a, b []string) int { return compareFields(a[i], b[i], isNumber(name), sign == "-") })
			if got := readCSV(t, h, "?dimension=total,sex&sort="+sign+name); !reflect.DeepEqual(got, want) {
				t.Errorf("sort=%s%s: wrong order", sign, name)
			}
		}
	}
}

func isNumber(column string) bool {
	at := slices.Index(columnNames, column)
	between := func(first, last string) bool {
		return slices.Index(columnNames, first) <= at && at <= slices.Index(columnNames, last)
	}
	return between("register", "margin_pct") || between("ratio", "noise_sd")
}

// compareFields compares two fields of CSV; an empty one is missing.
func compareFields(a, b string, numbers, descending bool) int {
	if a == "" || b == "" {
		return -cmp.Compare(min(len(a), 1), min(len(b), 1))
	}
	c := strings.Compare(a, b)
	if numbers {
		x, _ := strconv.ParseFloat(a, 64)
		y, _ := strconv.ParseFloat(b, 64)
		c = cmp.Compare(x, y)
	}
	if descending {
		return -c
	}
	return c
}

func TestDiscrepanciesSortOfWords(t *testing.T) {
	h := newHandler(t)
	cells := readCSV(t, h, "?area=01&definition=current&dimension=age5&sort=cell")
	if cells[0][4] != "0-4" || cells[1][4] != "5-9" || cells[2][4] != "10-14" || cells[17][4] != "85+" {
		t.Errorf("cells begin with %s, %s, %s", cells[0][4], cells[1][4], cells[2][4])
	}
	names := readCSV(t, h, "?level=district&dimension=total&definition=current&sort=-area_name")
	if names[0][1] != "Quận Thanh Khê" || names[3][1] != "Quận Ba Đình" {
		t.Errorf("names = %q … %q", names[0][1], names[3][1])
	}
}

func TestDiscrepanciesCSV(t *testing.T) {
	h := newHandler(t)
	for _, tt := range []struct {
		query, accept string
		rows          int
	}{
		{"?format=csv", "", 125 * 114},
		{"", "text/csv", 125 * 114},
		{"", "text/csv, application/json;q=0.5", 125 * 114},
		{"?format=csv&definition=current&dimension=total", "application/json", 125},
		{"?format=csv&page=2", "", 100},
		{"?format=csv&per_page=7", "", 7},
	} {
		w := request(h, "GET", "/api/v1/studies/"+study+"/discrepancies"+tt.query, "Accept", tt.accept)
		if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/csv") {
			t.Errorf("%s: Content-Type %q", tt.query, got)
		}
		if got := w.Header().Get("Content-Disposition"); got != `attachment; filename=pilot-2024-discrepancies.csv` {
			t.Errorf("Content-Disposition = %q", got)
		}
		if got := strings.Count(w.Body.String(), "\n") - 1; got != tt.rows {
			t.Errorf("%s: %d rows, want %d", tt.query, got, tt.rows)
		}
	}
	for _, accept := range []string{"", "*/*", "application/json", "application/json, text/csv;q=0.5"} {
		w := request(h, "GET", "/api/v1/studies/"+study+"/discrepancies", "Accept", accept)
		if got := w.Header().Get("Content-Type"); got != "application/json" || w.Header().Get("Vary") != "Accept" {
			t.Errorf("Accept %q: Content-Type %q", accept, got)
		}
	}
}

// CSV and JSON give the same numbers to the last bit, and names as they are.
func TestDiscrepanciesCSVIsExact(t *testing.T) {
	h := newHandler(t)
	query := "?per_page=1000&dimension=total,sex&sort=-p_value"
	rows := getJSON[rowsJSON](t, h, "/discrepancies"+query).Rows
	for i, record := range readCSV(t, h, query) {
		for k, name := range columnNames {
			switch want := rows[i][name].(type) {
			case nil:
				if record[k] != "" {
					t.Fatalf("row %d, %s: %q, want nothing", i, name, record[k])
				}
			case string:
				if record[k] != want {
					t.Fatalf("row %d, %s: %q, want %q", i, name, record[k], want)
				}
			case float64:
				got, err := strconv.ParseFloat(record[k], 64)
				if err != nil || math.Float64bits(got) != math.Float64bits(want) || strings.Contains(record[k], "e") {
					t.Fatalf("row %d, %s: %q, want %v in full", i, name, record[k], want)
				}
			}
		}
	}
}

// readCSV reads all rows a query gives, without the header, which it checks.
func readCSV(t *testing.T, h http.Handler, query string) [][]string {
	t.Helper()
	w := request(h, "GET", "/api/v1/studies/"+study+"/discrepancies"+query, "Accept", "text/csv")
	records, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(records) == 0 || !slices.Equal(records[0], columnNames) {
		t.Fatalf("%s: %v: header %v", query, err, records)
	}
	return records[1:]
}

func TestBadParameters(t *testing.T) {
	h := newHandler(t)
	for _, tt := range []struct{ path, says string }{
		{"/discrepancies?verdict=maybe", `verdict \"maybe\" is unknown: use one of`},
		{"/discrepancies?definition=usual", "permanent"},
		{"/discrepancies?dimension=shoe", "sex*age5"},
		{"/discrepancies?level=street", "commune"},
		{"/discrepancies?sort=mood", "difference_pct"},
		{"/discrepancies?sort=--area", "area_name"},
		{"/discrepancies?sort=-", "area_name"},
		{"/discrepancies?page=0", "query.page"},
		{"/discrepancies?page=x", "query.page"},
		{"/discrepancies?per_page=1001", "query.per_page"},
		{"/discrepancies?format=xlsx", "query.format"},
		{"/discrepancies?are=01", "unknown query parameter"},
		{"/discrepancies?q=" + strings.Repeat("x", 201), "query.q"},
		{"/areas?verdict=" + url.QueryEscape("<b>"), "cannot_tell"},
		{"/areas?level=street", "commune"},
		{"/areas?definition=usual", "current"},
		{"/areas?sort=cell2", "parent"},
		{"/areas?per_page=-1", "query.per_page"},
		{"/areas/01/pyramid.svg?lang=fr", "query.lang"},
		{"/areas/01/pyramid.svg?definition=usual", "permanent"},
	} {
		w := request(h, "GET", "/api/v1/studies/"+study+tt.path, "Accept", "text/csv")
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), tt.says) {
			t.Errorf("%s: status %d: %s", tt.path, w.Code, w.Body)
		}
		checkProblem(t, w.Code, w.Header(), w.Body.Bytes())
	}
}

func checkProblem(t *testing.T, status int, header http.Header, body []byte) {
	t.Helper()
	var problem struct {
		Title, Detail string
		Status        int
	}
	if err := json.Unmarshal(body, &problem); err != nil || problem.Status != status || problem.Detail == "" {
		t.Errorf("not a problem document: %v: %s", err, body)
	}
	if got := header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type = %q, want application/problem+json", got)
	}
}
