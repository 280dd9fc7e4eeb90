package microdata_test

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"github.com/concord-stat/concord/internal/microdata"
)

var wants = []microdata.Want{
	{Name: "w"}, {Name: "age"}, {Name: "sex"}, {Name: "income"}, {Name: "persons"}, {Name: "n_ea"},
	{Name: "region", Kind: microdata.Code}, {Name: "province", Kind: microdata.Code}, {Name: "ea", Kind: microdata.Code},
	{Name: "sex", Kind: microdata.Code}, {Name: "marital", Kind: microdata.Code},
}

func read(t *testing.T, path string, wants []microdata.Want) *microdata.Table {
	t.Helper()
	f, err := microdata.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, found, err := f.Read(context.Background(), wants)
	if err != nil || found.Err() != nil {
		t.Fatal(err, found.Err())
	}
	return table
}

// TestFormatsAgree reads the same rows as other programs wrote them: numbers to the bit, and what categories are
// called.
func TestFormatsAgree(t *testing.T) {
	want := read(t, "../../testdata/samples/sample.csv", wants)
	paths, err := filepath.Glob("testdata/*.[dp][ta][ar]*")
	if err != nil || len(paths) != 10 {
		t.Fatal(len(paths), err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			got := read(t, path, wants)
			if got.Rows != 120 || got.Line(7) != 8 {
				t.Errorf("%d rows, row 7 on line %d", got.Rows, got.Line(7))
			}
			for _, w := range wants {
				if w.Kind == microdata.Number {
					sameNumbers(t, w.Name, got.Numbers(w.Name), want.Numbers(w.Name))
				} else {
					sameCodes(t, w.Name, got.Codes(w.Name), want.Codes(w.Name))
				}
			}
		})
	}
}

func sameNumbers(t *testing.T, name string, got, want []float64) {
	t.Helper()
	for i := range want {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			t.Fatalf("%s in row %d is %v, want %v", name, i, got[i], want[i])
		}
	}
}

// sameCodes compares the codes, and what they are called: labels can stand for other levels.
func sameCodes(t *testing.T, name string, got, want microdata.Codes) {
	t.Helper()
	for i, c := range want.Code {
		if got.Code[i] != c || got.Labels[c] != want.Labels[c] {
			t.Fatalf("%s in row %d is %d, %q, want %d, %q", name, i, got.Code[i], got.Labels[got.Code[i]], c, want.Labels[c])
		}
	}
	if got.MissingLevel() != want.MissingLevel() {
		t.Errorf("%s: missing is level %d, want %d", name, got.MissingLevel(), want.MissingLevel())
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, path := range []string{"../../testdata/samples/sample.csv", "testdata/duckdb.parquet",
		"testdata/pandas_118.dta"} {
		f, err := microdata.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, _, err := f.Read(ctx, wants); err == nil {
			t.Errorf("%s was read", path)
		}
	}
}
