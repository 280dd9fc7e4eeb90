package extract_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/extract"
)

// dim codes texts as levels in the order given.
func dim(name string, levels []string, of ...string) analysis.Dim {
	d := analysis.Dim{Name: name, Levels: levels}
	for _, text := range of {
		d.Code = append(d.Code, int32(slices.Index(levels, text)))
	}
	return d
}

// definitions are not in order of the alphabet, and stay in their own.
var definitions = []string{"permanent", "current"}

func small() *extract.Extract {
	area := []string{"00001", "1", "Ấp 3", "missing"}
	return &extract.Extract{
		Tallies: []*analysis.Tally{
			{Dims: []analysis.Dim{dim("definition", definitions, "permanent", "permanent", "current", "current"), dim("area", area, "00001", "missing", "1", "Ấp 3"),
				dim("sex", []string{"female", "male", "missing"}, "female", "missing", "male", "male"),
				dim("age", analysis.AgeLevels(), "0", "missing", "100+", "9")}, N: []int64{1, 1 << 53, 16777217, 3}},
			{Dims: []analysis.Dim{dim("definition", definitions, "permanent"), dim("area", area, "00001"), dim("sex", []string{"female", "male", "missing"}, "male"),
				dim("age", analysis.AgeLevels(), "44"), dim("ethnicity", []string{"Ê Đê", "missing"}, "missing")}, N: []int64{2}},
		},
		Areas: []extract.Area{{"00001", "Xã \"Một\", A", 0.1, 10, true}, {"Ấp 3", "", 1.0 / 3, 3, false}},
	}
}

// rows are the rows of a tally as text.
func rows(t *analysis.Tally) []string {
	var all []string
	for i, n := range t.N {
		var row []string
		for _, d := range t.Dims {
			row = append(row, d.Name+"="+d.Levels[d.Code[i]])
		}
		all = append(all, strings.Join(append(row, fmt.Sprint(n)), " "))
	}
	return all
}

func TestRoundTrip(t *testing.T) {
	dir, want := t.TempDir(), small()
	if err := want.Write(dir); err != nil {
		t.Fatal(err)
	}
	got, err := extract.Read(dir, definitions, []string{"ethnicity"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Areas, got.Areas); diff != "" {
		t.Error(diff)
	}
	for i := range want.Tallies {
		if diff := cmp.Diff(rows(want.Tallies[i]), rows(got.Tallies[i])); diff != "" {
			t.Errorf("tally %d:\n%s", i, diff)
		}
		if d := got.Tallies[i].Dim("definition"); !cmp.Equal(d.Levels, definitions) {
			t.Errorf("definitions in the order %v", d.Levels)
		}
	}
	if d := got.Tallies[0].Dim("sex"); !cmp.Equal(d.Levels, []string{"female", "male", "missing"}) {
		t.Errorf("sexes in the order %v", d.Levels)
	}
}

func TestNobody(t *testing.T) {
	e := &extract.Extract{Tallies: []*analysis.Tally{{Dims: []analysis.Dim{{Name: "definition", Levels: definitions}, {Name: "area"}}}}}
	dir := t.TempDir()
	if err := e.Write(dir); err != nil {
		t.Fatal(err)
	}
	got, err := extract.Read(dir, definitions, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Tallies[0].Rows() != 0 || len(got.Tallies[0].Dims) != 2 || len(got.Areas) != 0 {
		t.Errorf("nobody became %+v", got)
	}
}

func TestCSVIsForPeople(t *testing.T) {
	dir := t.TempDir()
	if err := small().Write(dir); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"tally.csv": "definition,area,sex,age,persons\npermanent,00001,female,0,1\npermanent,missing,missing,missing,9007199254740992\n" +
			"current,1,male,100+,16777217\ncurrent,Ấp 3,male,9,3\n",
		"tally_ethnicity.csv": "definition,area,sex,age,ethnicity,persons\npermanent,00001,male,44,missing,2\n",
		"areas.csv":           "area,name,probability,weight,known\n00001,\"Xã \"\"Một\"\", A\",0.1,10,1\nẤp 3,,0.3333333333333333,3,0\n",
	} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(text)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestSameContentSameBytes(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	for _, dir := range []string{first, second} {
		if err := small().Write(dir); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(first)
	if err != nil || len(files) != 7 {
		t.Fatalf("%d files, want 7: %v", len(files), err)
	}
	for _, f := range files {
		a, _ := os.ReadFile(filepath.Join(first, f.Name()))
		b, err := os.ReadFile(filepath.Join(second, f.Name()))
		if err != nil || string(a) != string(b) {
			t.Errorf("%s differs between two runs: %v", f.Name(), err)
		}
	}
}

// The dictionary has one row for every column of every file, in order, and nothing else.
func TestDictionaryIsComplete(t *testing.T) {
	dir := t.TempDir()
	if err := small().Write(dir); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, name := range []string{"tally", "tally_ethnicity", "areas"} {
		table, err := columns.Load(filepath.Join(dir, name+".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range table {
			kind := "text"
			switch {
			case c.Int != nil:
				kind = "whole number"
			case c.Float != nil:
				kind = "number"
			}
			want = append(want, fmt.Sprintf("\"%[1]s.parquet, %[1]s.csv\",%s,%s", name, c.Name, kind))
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "dictionary.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if lines[0] != "file,column,type,meaning,categories" || len(lines) != len(want)+1 {
		t.Fatalf("%d lines after %s, want %d", len(lines)-1, lines[0], len(want))
	}
	for i, line := range lines[1:] {
		rest, found := strings.CutPrefix(line, want[i]+",")
		if meaning, _, _ := strings.Cut(rest, ","); !found || meaning == "" {
			t.Errorf("line %d is %s, want %s and a meaning", i+2, line, want[i])
		}
	}
	if !strings.Contains(string(text), "sex,text,sex,female; male; missing\n") {
		t.Errorf("the categories of sex are not told:\n%s", text)
	}
}

func TestReadRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		damage      func(dir string) error
		definitions []string
		dimensions  []string
		want        string
	}{
		"no tally":            {func(dir string) error { return os.Remove(filepath.Join(dir, "tally.parquet")) }, definitions, nil, "tally.parquet"},
		"no areas":            {func(dir string) error { return os.Remove(filepath.Join(dir, "areas.parquet")) }, definitions, nil, "areas.parquet"},
		"unknown definition":  {nil, []string{"permanent"}, nil, `"current" is not one of [permanent]`},
		"dimension not there": {nil, definitions, []string{"religion"}, "tally_religion.parquet"},
		"not Parquet":         {func(dir string) error { return os.WriteFile(filepath.Join(dir, "tally.parquet"), []byte("x"), 0o600) }, definitions, nil, "tally.parquet"},
		"a category in numbers": {func(dir string) error {
			t := columns.Table{{Name: "definition", Text: []string{"current"}}, {Name: "area", Int: []int64{1}}, {Name: "persons", Int: []int64{1}}}
			return t.Save(dir, "tally")
		}, definitions, nil, "area is not text"},
		"areas of other columns": {func(dir string) error {
			t := columns.Table{{Name: "area", Text: []string{"1"}}, {Name: "name", Text: []string{""}}, {Name: "probability", Text: []string{""}}, {Name: "weight", Float: []float64{1}}, {Name: "known", Int: []int64{1}}}
			return t.Save(dir, "areas")
		}, definitions, nil, "areas.parquet has not the columns of an extract"},
		"no persons": {func(dir string) error {
			return columns.Table{{Name: "definition", Text: []string{"current"}}}.Save(dir, "tally")
		}, definitions, nil, "no column persons"},
	} {
		dir := t.TempDir()
		if err := small().Write(dir); err != nil {
			t.Fatal(err)
		}
		if tt.damage != nil {
			if err := tt.damage(dir); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := extract.Read(dir, tt.definitions, tt.dimensions); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", name, err, tt.want)
		}
	}
}
