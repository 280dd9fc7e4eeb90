package fieldwork_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/fieldwork"
)

const sampleText = `
field_results:
  file: census.csv
  kind: sample
  columns: {area: area, sex: sex, age: age, stratum: h, psu: ea, household: hh, weight: w, psus: n_ea, households: n_hh}
  sex_codes: {M: male, F: female}
  dimensions: [{name: household, column: kind, codes: {"1": alone, "2": family}}]
`

const sampleFile = `area,sex,age,h,ea,hh,w,n_ea,n_hh,kind
02,F,34,south,e9,1,10.5,4,200,1
01,M,0,north,e1,2,20,7,100,2
01,F,101,north,e1,2,20,7,100,2
01,,,north,e1,1,20,7,100,
,M,33,north,e3,1,30,7,150,1
`

func TestSample(t *testing.T) {
	got, err := census(t, sampleText, sampleFile)
	if err != nil {
		t.Fatal(err)
	}
	persons, weights := cells(got.Tally)
	wantPersons := map[string]int64{"01 | male | 0 | family": 1, "01 | female | 100+ | family": 1, "01 | missing | missing | missing": 1,
		"02 | female | 34 | alone": 1, "missing | male | 33 | alone": 1}
	wantWeights := map[string]float64{"01 | male | 0 | family": 20, "01 | female | 100+ | family": 20, "01 | missing | missing | missing": 20,
		"02 | female | 34 | alone": 10.5, "missing | male | 33 | alone": 30}
	if diff := cmp.Diff(wantPersons, persons); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(wantWeights, weights); diff != "" {
		t.Error(diff)
	}
	design := &analysis.Design{
		Strata: []analysis.Stratum{{Name: "north", Population: 7}, {Name: "south", Population: 4}},
		PSUs:   []analysis.PSU{{Name: "e1", Stratum: 0, Population: 100}, {Name: "e3", Stratum: 0, Population: 150}, {Name: "e9", Stratum: 1, Population: 200}},
		SSUs:   []int32{0, 0, 1, 2}, // households 1 and 2 of e1, 1 of e3, 1 of e9: the same number is another household elsewhere
	}
	if diff := cmp.Diff(design, got.Design); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int32{1, 1, 0, 3, 2}, got.Tally.Unit); diff != "" {
		t.Errorf("units of the cells, in order:\n%s", diff)
	}
	if got.Records != 5 || got.Kind != fieldwork.Sample {
		t.Errorf("%d records of kind %s", got.Records, got.Kind)
	}
}

// A household file: one row a household, its size in a column, its weight that of each of its members.
func TestHouseholdFile(t *testing.T) {
	got, err := census(t, `
field_results:
  file: census.csv
  kind: sample
  columns: {area: area, stratum: h, psu: ea, weight: w, count: size}
`, "area,h,ea,w,size\n01,a,1,2.5,4\n01,a,2,2.5,0\n02,a,2,3,1\n")
	if err != nil {
		t.Fatal(err)
	}
	persons, weights := cells(got.Tally)
	if diff := cmp.Diff(map[string]int64{"01": 4, "02": 1}, persons); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]float64{"01": 10, "02": 3}, weights); diff != "" {
		t.Error(diff)
	}
	// Without households the units are the PSUs, and without frame counts there is no correction.
	want := &analysis.Design{Strata: []analysis.Stratum{{Name: "a"}}, PSUs: []analysis.PSU{{Name: "1"}, {Name: "2"}}}
	if diff := cmp.Diff(want, got.Design); diff != "" {
		t.Error(diff)
	}
}

// Ages by the calendar, as in the register: a birthday on the day counts, one of 29 February falls on 1 March.
func TestBirthDateInsteadOfAge(t *testing.T) {
	text := "field_results: {file: census.csv, kind: counts, columns: {area: area, birth_date: born}}\n"
	for born, want := range map[string]string{
		"1990-04-01": "34", "1990-04-02": "33", "2000-02-29": "24", "2024-03-31": "0", "1924-04-01": "100+", "1894-04-01": "100+", "": "missing",
	} {
		got, err := census(t, text, "area,born\n01,"+born+"\n")
		if err != nil {
			t.Errorf("born %s: %v", born, err)
			continue
		}
		persons, _ := cells(got.Tally)
		if diff := cmp.Diff(map[string]int64{"01 | " + want: 1}, persons); diff != "" {
			t.Errorf("born %s:\n%s", born, diff)
		}
	}
}

// Who was not yet born does not count, but the PSU they were found in was drawn: it keeps its place in the design.
func TestBornTooLate(t *testing.T) {
	got, err := census(t, `
field_results:
  file: census.csv
  kind: sample
  columns: {area: area, birth_date: born, stratum: h, psu: ea, weight: w}
`, "area,born,h,ea,w\n01,2024-04-01,a,1,2\n01,2024-03-31,a,2,2\n01,2030-01-01,a,3,2\n01,1990-01-01,a,3,2\n")
	if err != nil {
		t.Fatal(err)
	}
	persons, _ := cells(got.Tally)
	if diff := cmp.Diff(map[string]int64{"01 | 0": 1, "01 | 34": 1}, persons); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int32{1, 2}, got.Tally.Unit); diff != "" || len(got.Design.PSUs) != 3 {
		t.Errorf("%d PSUs, units of the cells, in order:\n%s", len(got.Design.PSUs), diff)
	}
	want := []string{"2 records of persons born at the reference time or later are left out"}
	if diff := cmp.Diff(want, got.Caveats); diff != "" {
		t.Error(diff)
	}
}

func TestCounts(t *testing.T) {
	text := `
field_results:
  file: census.csv
  kind: counts
  columns: {area: "right('0' || area, 2)", sex: sex, count: n}
  sex_codes: {m: male, f: female}
  dimensions: [{name: ethnicity, column: e}]
`
	got, err := census(t, text, "area,sex,n,e\n1,f,12345678901,Ê Đê\n1,f,9,Ê Đê\n2,m,0,Kinh\n3,,5,\n")
	if err != nil {
		t.Fatal(err)
	}
	persons, _ := cells(got.Tally)
	want := map[string]int64{"01 | female | Ê Đê": 12345678910, "03 | missing | missing": 5}
	if diff := cmp.Diff(want, persons); diff != "" {
		t.Error(diff)
	}
	// An area that was counted and has nobody is not an area without a figure.
	if diff := cmp.Diff([]string{"01", "02", "03"}, got.Tally.Dim("area").Levels); diff != "" {
		t.Error(diff)
	}
	if got.Tally.W != nil || got.Tally.Unit != nil || got.Design != nil {
		t.Error("a complete count has no weights and no design")
	}
}

// TestNoiseOfCounts: variances add up.
func TestNoiseOfCounts(t *testing.T) {
	text := "field_results: {file: census.csv, kind: counts, columns: {area: area, count: n, noise_sd: e}}\n"
	got, err := census(t, text, "area,n,e\n01,5,3\n01,6,4\n02,7,\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float64{25, 0}, got.Tally.Noise); diff != "" {
		t.Error(diff)
	}
	if _, err := census(t, text, "area,n,e\n01,5,-3\n"); err == nil || !strings.Contains(err.Error(), "not a number, 0 or more") {
		t.Errorf("a standard deviation below 0: %v", err)
	}
}

func TestAggregates(t *testing.T) {
	text := "field_results: {file: census.csv, kind: aggregates, columns: {area: area, dimension: d, cell: c, value: v, se: s, noise_sd: e}}\n"
	got, err := census(t, text, "area,d,c,v,s,e\n01,,,1000.5,12,1.5\nP1,sex,male,5e2,,\n,age5,0-4,0,0,0\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []fieldwork.Figure{
		{Area: "01", Dimension: "total", Cell: "total", Value: 1000.5, SE: 12, Noise: 1.5},
		{Area: "P1", Dimension: "sex", Cell: "male", Value: 500, SE: math.NaN()},
		{Area: "missing", Dimension: "age5", Cell: "0-4"},
	}
	if diff := cmp.Diff(want, got.Figures, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
}

// The order of the file means nothing: design and tally are the same. The weights are eighths, whose sums are exact.
func TestOrderOfTheFileDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(rt, "records")
		lines := make([]string, n)
		for i := range lines {
			ea := rapid.IntRange(1, 9).Draw(rt, "ea")
			h := string(rune('a' + ea%3))                                         // a PSU lies in one stratum
			lines[i] = strings.Join([]string{[]string{"01", "02", ""}[ea%2+ea/9], // and in one area
				rapid.SampledFrom([]string{"M", "F", ""}).Draw(rt, "sex"), rapid.SampledFrom([]string{"1", "2", ""}).Draw(rt, "age"), h,
				"e" + string(rune('0'+ea)), rapid.SampledFrom([]string{"1", "2", "3"}).Draw(rt, "household"),
				rapid.SampledFrom([]string{"0.125", "3", "7.5"}).Draw(rt, "weight"), "9", "90", ""}, ",")
		}
		header, _, _ := strings.Cut(sampleFile, "\n")
		take := func() *fieldwork.Results {
			got, err := read(rt, t.TempDir(), listed+sampleText, map[string]string{
				"areas.csv": codeList, "census.csv": header + "\n" + strings.Join(lines, "\n") + "\n"})
			if err != nil {
				rt.Fatal(err)
			}
			got.Tally.Sort()
			return got
		}
		first := take()
		rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "shuffle"), 1)).Shuffle(n, func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		if diff := cmp.Diff(first, take()); diff != "" {
			rt.Fatalf("shuffled:\n%s", diff)
		}
	})
}
