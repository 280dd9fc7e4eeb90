package fieldwork_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/fieldwork"
)

const published = "field_results: {file: census.csv, kind: aggregates, graduate: monotone, columns: {area: area, dimension: d, cell: c, value: v, se: s}}\n"

// figuresOf are the figures of an area and dimension, by cell.
func figuresOf(r *fieldwork.Results, area, dimension string) map[string]fieldwork.Figure {
	found := make(map[string]fieldwork.Figure)
	for _, f := range r.Figures {
		if f.Area == area && f.Dimension == dimension {
			found[f.Cell] = f
		}
	}
	return found
}

// TestAgesAreMatched: of an area in other groups, whole groups are added up with their errors, one that is cut is
// split, with a word on either, and what the groups do not tell is no figure. An area in the groups compared stays as
// it is.
func TestAgesAreMatched(t *testing.T) {
	got, err := census(t, published, "area,d,c,v,s\n01,age5,5-9,30,4\n01,age5,0,10,3\n01,age5,1-4,32,4\n01,age5,10-19,100,8\n01,age5,20+,400,20\n"+
		"01,age5,missing,3,\n02,age5,0-4,7,\n02,age5,85+,2,1\n01,sex*age5,male*0-9,20,\n01,sex*age5,male*10+,50,\n01,total,,575,\n")
	if err != nil {
		t.Fatal(err)
	}
	f := figuresOf(got, "01", "age5")
	for cell, want := range map[string]fieldwork.Figure{
		"0-4":     {Value: 42, SE: 5, Note: "added up from groups 0, 1-4"},
		"5-9":     {Value: 30, SE: 4},
		"20-24":   {Value: math.NaN(), Note: "no such age group in the field results, which end with 20+"},
		"85+":     {Value: math.NaN(), Note: "no such age group in the field results, which end with 20+"},
		"missing": {Value: 3, SE: math.NaN()},
	} {
		if g := f[cell]; g.Note != want.Note || !same(g.Value, want.Value) || want.Note == "" && !same(g.SE, want.SE) {
			t.Errorf("%s is %+v, want %+v", cell, g, want)
		}
	}
	if sum := f["10-14"].Value + f["15-19"].Value; math.Abs(sum-100) > 1e-9 || f["10-14"].Note != "graduated by monotone from groups 10-19" || !(f["10-14"].SE > 0) {
		t.Errorf("10-14 is %+v, 15-19 %+v", f["10-14"], f["15-19"])
	}
	if diff := cmp.Diff(map[string]float64{"0-4": 7, "85+": 2}, values(figuresOf(got, "02", "age5"))); diff != "" {
		t.Error(diff)
	}
	if men := figuresOf(got, "01", "sex*age5"); math.Abs(men["male*0-4"].Value+men["male*5-9"].Value-20) > 1e-9 || !math.IsNaN(men["male*10-14"].Value) {
		t.Errorf("men %+v", men)
	}
	want := []string{"4 figures of ages are graduated by monotone: their errors are those of the published groups, not of the splitting",
		"3 figures of ages are put together of several, whose errors are taken for independent"}
	if diff := cmp.Diff(want, got.Caveats); diff != "" {
		t.Error(diff)
	}
}

func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func values(figures map[string]fieldwork.Figure) map[string]float64 {
	v := make(map[string]float64)
	for cell, f := range figures {
		v[cell] = f.Value
	}
	return v
}

// TestAgesThatCannotBeMatched are told with their line: groups that leave a gap, and a method they do not fit.
func TestAgesThatCannotBeMatched(t *testing.T) {
	const head = "area,d,c,v,s\n"
	for _, tt := range []struct{ text, file, want string }{
		{published, "01,total,,1,\n01,age5,0-9,1,\n01,age5,20+,1,\n",
			"3:c: age groups 0-9 and 20+ do not follow each other: groups leave no gap and do not overlap"},
		{strings.Replace(published, "monotone", "sprague", 1), "01,age5,0-9,1,\n01,age5,10+,1,\n",
			"2:c: sprague needs groups of five years or finer, and none begins at age 5; monotone takes any"},
		{published, "01,age5,0-9x,1,\n", "2:c: not a cell of age5, like 0-4"},
		{published, "01,sex*age5,other*0-9,1,\n", "2:c: not a cell of sex*age5, like male*0-4"},
	} {
		r, err := census(t, tt.text, head+tt.file)
		if diff := cmp.Diff([]string{tt.want}, found(t, r, err)); diff != "" {
			t.Error(diff)
		}
	}
}
