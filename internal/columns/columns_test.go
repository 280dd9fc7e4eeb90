package columns_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/concord-stat/concord/internal/columns"
)

func sample() columns.Table {
	return columns.Table{
		{Name: "area", Text: []string{"00001", "", `Xã "Lũng, Ỷ"`}},
		{Name: "n", Int: []int64{1, 16777217, -3}},
		{Name: "se", Float: []float64{0.1, math.NaN(), 123456789012345680}},
	}
}

func TestParquetRoundTrip(t *testing.T) {
	for _, want := range []columns.Table{
		sample(),
		{{Name: "a", Text: []string{}}, {Name: "b", Int: []int64{}}, {Name: "c", Float: []float64{}}},
		long(600_000),
	} {
		var b, again bytes.Buffer
		if err := want.WriteParquet(&b); err != nil {
			t.Fatal(err)
		}
		want.WriteParquet(&again)
		if !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Error("the same table gave other bytes")
		}
		got, err := columns.ReadParquet(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
			t.Error(diff[:min(len(diff), 2000)])
		}
	}
}

// long has more rows than a row group, so that groups join up.
func long(n int) columns.Table {
	t := columns.Table{{Name: "code", Text: make([]string, n)}, {Name: "v", Float: make([]float64, n)}}
	for i := range n {
		t[0].Text[i] = string(rune('a' + i%26))
		t[1].Float[i] = float64(i) / 3
		if i%7 == 0 {
			t[1].Float[i] = math.NaN()
		}
	}
	return t
}

func TestCSVAndJSON(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	want := "area,n,se\n00001,1,0.1\n,16777217,\n\"Xã \"\"Lũng, Ỷ\"\"\",-3,123456789012345680\n"
	if b.String() != want {
		t.Errorf("CSV:\n%s\nwant\n%s", b.String(), want)
	}
	b.Reset()
	if err := sample().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `{"area":"","n":16777217,"se":null}`) {
		t.Errorf("JSON: %s", b.String())
	}
}
