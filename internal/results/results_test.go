package results_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/results"
)

// names are the columns of discrepancies that readers outside rely on.
const names = "area,area_name,definition,dimension,cell,register,register_se,census,census_se,difference,difference_pct," +
	"ci_lower,ci_upper,p_value,q_value,margin_pct,verdict,notes" +
	",ratio,ratio_lower,ratio_upper,log_ratio_se,std_difference,std_difference_se,equivalence_p,noise_sd,family,register_lower,register_upper,census_lower,census_upper"

func small() *results.Comparison {
	nan := math.NaN()
	none := compare.Bounds{Lower: nan, Upper: nan}
	summary := results.Summary{Study: "s", Title: "Đối soát", Languages: []string{"vi", "en"}, ReferenceTime: "2024-04-01T00:00:00+07:00", Census: "sample",
		Level: 0.95, FDR: 0.05, Definitions: []string{"permanent"}, Dimensions: []string{"total"}, Levels: []string{"commune"}, AgeGroups: []string{"0-4", "5+"},
		Rows: 3, Verdicts: map[string]int{"agrees": 1, "differs": 1, "cannot_tell": 1}, Inputs: []results.Input{{Name: "extract", SHA256: "ab"}}, Caveats: []string{"one"}}
	areas := []results.Area{{Code: "00001", Name: "Xã Một", Level: "commune", Parent: "P1", Type: "Xã"}, {Code: "P1", Level: "province", Drawn: 1, Of: 3}}
	rows := []compare.Discrepancy{
		{Area: "00001", AreaName: "Xã \"Một\", A", Definition: "permanent", Dimension: "total", Cell: "total", Register: 12345678901, RegisterSE: 0,
			Census: 0.30000000000000004, CensusSE: 1e-7, Difference: -1e21, DifferencePct: -3.5, CILower: -2.25, CIUpper: 1.0 / 3, PValue: 1e-300, QValue: 1, MarginPct: 5,
			Verdict: compare.Differs, Notes: "a; b",
			Ratio: 1.25, RatioLower: 1.5, RatioUpper: 1e9, LogRatioSE: 0.5, StdDifference: -0.25, StdDifferenceSE: 2, EquivalenceP: 0.75, NoiseSD: 3, Family: "small/01", RegisterBounds: none, CensusBounds: compare.Bounds{Lower: 0.25, Upper: 7}},
		{Area: "00001", Definition: "permanent", Dimension: "sex", Cell: "missing", Register: 5, RegisterSE: nan, Census: nan, CensusSE: nan, Difference: nan,
			DifferencePct: nan, CILower: nan, CIUpper: nan, PValue: nan, QValue: nan, MarginPct: 5, Verdict: compare.CannotTell, Notes: "no sample here",
			Ratio: nan, RatioLower: nan, RatioUpper: nan, LogRatioSE: nan, StdDifference: nan, StdDifferenceSE: nan, EquivalenceP: nan, NoiseSD: nan, RegisterBounds: none, CensusBounds: none},
		{Area: "P1", Definition: "permanent", Dimension: "total", Cell: "total", Verdict: compare.Agrees},
	}
	return results.New(summary, areas, rows)
}

func TestRoundTrip(t *testing.T) {
	dir, want := t.TempDir(), small()
	if err := want.Save(dir); err != nil {
		t.Fatal(err)
	}
	got, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.IgnoreUnexported(results.Comparison{})); diff != "" {
		t.Error(diff)
	}
	if got := got.Area("00001"); len(got) != 2 || got[1].Cell != "missing" {
		t.Errorf("rows of 00001: %+v", got)
	}
}

func TestNothingCompared(t *testing.T) {
	dir := t.TempDir()
	if err := results.New(results.Summary{}, nil, nil).Save(dir); err != nil {
		t.Fatal(err)
	}
	got, err := results.Open(dir)
	if err != nil || len(got.Rows) != 0 || len(got.Areas) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestRowsOfAnArea(t *testing.T) {
	rows := []compare.Discrepancy{{Area: "b", Cell: "1"}, {Area: "a", Cell: "2"}, {Area: "a", Cell: "3"}, {Area: "c", Cell: "4"}}
	c := results.New(results.Summary{}, nil, rows)
	for code, want := range map[string]string{"b": "1", "a": "23", "c": "4", "": "", "d": ""} {
		got := ""
		for _, r := range c.Area(code) {
			got += r.Cell
		}
		if got != want {
			t.Errorf("cells of %q are %q, want %q", code, got, want)
		}
	}
}

// The columns are a promise: their names, their order, full numbers and nothing for what does not exist.
func TestDiscrepanciesAsCSV(t *testing.T) {
	dir := t.TempDir()
	if err := small().Save(dir); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "discrepancies.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{strings.Split(names, ","),
		{"00001", "Xã \"Một\", A", "permanent", "total", "total", "12345678901", "0", "0.30000000000000004", "0.0000001", "-1000000000000000000000", "-3.5",
			"-2.25", "0.3333333333333333", "0." + strings.Repeat("0", 299) + "1", "1", "5", "differs", "a; b",
			"1.25", "1.5", "1000000000", "0.5", "-0.25", "2", "0.75", "3", "small/01", "", "", "0.25", "7"},
		{"00001", "", "permanent", "sex", "missing", "5", "", "", "", "", "", "", "", "", "", "5", "cannot_tell", "no sample here", "", "", "", "", "", "", "", "", "", "", "", "", ""},
		{"P1", "", "permanent", "total", "total", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "agrees", "", "0", "0", "0", "0", "0", "0", "0", "0", "", "0", "0", "0", "0"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDiscrepanciesAsParquetAndJSON(t *testing.T) {
	dir := t.TempDir()
	if err := small().Save(dir); err != nil {
		t.Fatal(err)
	}
	table, err := columns.Load(filepath.Join(dir, "discrepancies.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range table {
		got = append(got, c.Name)
	}
	if diff := cmp.Diff(strings.Split(names, ","), got); diff != "" {
		t.Errorf("Parquet: %s", diff)
	}
	text, err := os.ReadFile(filepath.Join(dir, "discrepancies.json"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 3 || len(rows[0]) != len(got) || rows[0]["census"] != 0.30000000000000004 || rows[1]["census"] != nil || rows[1]["area"] != "00001" {
		t.Errorf("JSON: %v", rows)
	}
	at := -1
	for _, name := range got { // of the first row, in the order of the text
		next := strings.Index(string(text), `"`+name+`":`)
		if next < at {
			t.Errorf("JSON: %s is out of order", name)
		}
		at = next
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, name := range []string{"summary.json", "areas.parquet", "discrepancies.parquet"} {
		dir := t.TempDir()
		if err := small().Save(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := results.Open(dir); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s damaged: error %v", name, err)
		}
	}
	dir := t.TempDir()
	if err := small().Save(dir); err != nil {
		t.Fatal(err)
	}
	if err := (columns.Table{{Name: "area", Text: []string{"x"}}}).Save(dir, "discrepancies"); err != nil {
		t.Fatal(err)
	}
	if _, err := results.Open(dir); err == nil || !strings.Contains(err.Error(), "area_name") {
		t.Errorf("a column too few: error %v", err)
	}
}

// A table beside the discrepancies is named in the summary, written, and read back.
func TestFurtherTables(t *testing.T) {
	dir, c := t.TempDir(), small()
	want := columns.Table{{Name: "area", Text: []string{"00001", "P1"}}, {Name: "n", Int: []int64{3, -1}}, {Name: "x", Float: []float64{0.1, 2}}}
	c.Add("screening", want)
	if err := c.Save(dir); err != nil {
		t.Fatal(err)
	}
	got, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // from the file, and then from memory
		table, err := got.Table("screening")
		if diff := cmp.Diff(want, table); diff != "" || err != nil {
			t.Errorf("%v %s", err, diff)
		}
	}
	for _, name := range []string{"areas", "../screening", ""} {
		if _, err := got.Table(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("table %q: %v", name, err)
		}
	}
}
