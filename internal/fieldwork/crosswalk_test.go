package fieldwork_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/internal/fieldwork"
)

const carried = `
field_results:
  file: census.csv
  kind: counts
  columns: {area: area, sex: sex, count: n}
  sex_codes: {m: male, f: female}
  crosswalks:
    - {file: one.csv, from: old, to: new, share: share, primary: primary}
    - {file: two.csv, from: old, to: new, share: share}
`

func TestCarryByHand(t *testing.T) {
	got, err := read(t, t.TempDir(), carried, map[string]string{
		// a goes over whole; b is split 2:1; of c only the receivers are known, and e takes what stands in; d is not there.
		"one.csv":    "old,new,share,primary\na,A,1,\nb,A,0.6666666667,\nb,B,0.3333333333,\nc,C,,\nc,E,,1\nx,,,\n",
		"two.csv":    "old,new,share\nA,AA,1\nB,BB,\nC,CC,1\nE,AA,1\n",
		"census.csv": "area,sex,n\na,f,10\nb,f,100\nb,m,1\nc,f,7\nd,m,5\n,m,3\nx,f,2\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	persons, _ := cells(got.Tally)
	// b, f: 66.67 and 33.33, the largest remainder is the first; b, m: 0.67 and 0.33.
	want := map[string]int64{"AA | female": 10 + 67 + 7, "AA | male": 1, "BB | female": 33, "missing | male": 5 + 3, "missing | female": 2}
	if diff := cmp.Diff(want, persons); diff != "" {
		t.Error(diff)
	}
	// The 7 of c stand in AA, and may be in CC.
	below, above := got.Splits.Open(func(code string) (string, bool) { return code, true })
	fewer, _ := cells(below)
	more, _ := cells(above)
	if diff := cmp.Diff(map[string]int64{"AA | female": 7}, fewer); diff != "" {
		t.Errorf("fewer:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int64{"CC | female": 7}, more); diff != "" {
		t.Errorf("more:\n%s", diff)
	}
	want2 := []string{"7 persons of 2 units the crosswalk does not know are counted under missing"}
	if diff := cmp.Diff(want2, got.Caveats); diff != "" {
		t.Error(diff)
	}
}

func TestCrosswalkOutOfTheCodeList(t *testing.T) {
	text := listed + "field_results: {file: census.csv, kind: counts, columns: {area: area}, crosswalks: [{file: one.csv, from: old, to: new}]}\n"
	r, err := read(t, t.TempDir(), text, map[string]string{
		"areas.csv": codeList, "one.csv": "old,new\na,01\nb,99\n", "census.csv": "area\na\nb\nc\n"})
	if diff := cmp.Diff([]string{"99: the crosswalk leads to a unit that is not in the code list"}, found(t, r, err)); diff != "" {
		t.Error(diff)
	}
}

func TestAggregatesAreNotCarried(t *testing.T) {
	text := "field_results: {file: census.csv, kind: aggregates, columns: {area: area, value: n}, crosswalks: [{file: one.csv, from: old, to: new}]}\n"
	r, err := read(t, t.TempDir(), text, map[string]string{"census.csv": "area,n\na,1\n", "one.csv": "old,new\na,01\n"})
	if diff := cmp.Diff([]string{"crosswalks: published aggregates cannot be carried over a crosswalk: give them as kind counts"}, found(t, r, err)); diff != "" {
		t.Error(diff)
	}
}

// drawCrosswalk draws a crosswalk with every kind of split, the shares written to ten places.
func drawCrosswalk(t *rapid.T, from, to []string) string {
	b := "old,new,share,primary\n"
	for _, old := range from {
		switch rapid.IntRange(0, 4).Draw(t, "split of "+old) {
		case 0: // not in the crosswalk
		case 1:
			b += fmt.Sprintf("%s,%s,,\n", old, rapid.SampledFrom(to).Draw(t, "whole"))
		case 2: // shares of ten places that add up to a little more than one
			b += fmt.Sprintf("%[1]s,%[2]s,0.6666666667,\n%[1]s,%[3]s,0.1666666667,\n%[1]s,%[4]s,0.1666666667,\n", old, to[0], to[1], to[2])
		case 3:
			first := rapid.IntRange(1, 6).Draw(t, "sevenths")
			b += fmt.Sprintf("%s,%s,%.10f,\n%s,%s,%.10f,\n", old, to[0], float64(first)/7, old, to[1], float64(7-first)/7)
		case 4:
			b += fmt.Sprintf("%s,%s,0.3,\n%s,%s,,\n%s,%s,,1\n", old, to[0], old, to[1], old, to[2])
		}
	}
	return b
}

// No person is lost or made: not over all areas, and not in any category that is carried along.
func TestCarryConservesPersons(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		olds, mids, news := []string{"a", "b", "c", "d"}, []string{"A", "B", "C"}, []string{"X", "Y", "Z"}
		file, before := "area,sex,n\n", make(map[string]int64)
		for range rapid.IntRange(1, 20).Draw(rt, "rows") {
			n := rapid.Int64Range(0, 1<<40).Draw(rt, "persons")
			if rapid.Bool().Draw(rt, "few") {
				n %= 10
			}
			sex := rapid.SampledFrom([]string{"f", "m"}).Draw(rt, "sex")
			before[map[string]string{"f": "female", "m": "male"}[sex]] += n
			file += fmt.Sprintf("%s,%s,%d\n", rapid.SampledFrom(append(olds, "nowhere", "")).Draw(rt, "area"), sex, n)
		}
		got, err := read(rt, t.TempDir(), strings.Replace(carried, "share: share}", "share: share, primary: primary}", 1), map[string]string{
			"census.csv": file, "one.csv": drawCrosswalk(rt, olds, mids), "two.csv": drawCrosswalk(rt, mids, news)})
		if err != nil {
			rt.Fatal(err)
		}
		after := make(map[string]int64)
		sex := got.Tally.Dim("sex")
		for row, n := range got.Tally.N {
			if n < 0 {
				rt.Fatalf("%d persons in a cell", n)
			}
			after[sex.Levels[sex.Code[row]]] += n
		}
		if diff := cmp.Diff(before, after); diff != "" {
			rt.Fatal(diff)
		}
		checkLost(rt, got)
	})
}

// checkLost holds the caveats against the persons under missing: those the crosswalk lost, and those of no area before.
func checkLost(t *rapid.T, got *fieldwork.Results) {
	area, lost := got.Tally.Dim("area"), int64(0)
	for row, n := range got.Tally.N {
		if area.Levels[area.Code[row]] == "missing" {
			lost += n
		}
	}
	told := int64(0)
	for _, c := range got.Caveats {
		var n int64
		if _, err := fmt.Sscanf(c, "%d persons", &n); err != nil {
			t.Fatal(err)
		}
		told += n
	}
	if told > lost {
		t.Fatalf("%d persons told lost, %d under missing", told, lost)
	}
}
