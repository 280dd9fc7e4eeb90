package fieldwork_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/problems"
)

// otherGroups is what is said of age groups that are groups, but not those compared.
const otherGroups = ": age groups other than those of compare.age_groups are matched where field_results.graduate says how (sprague, beers or monotone)"

// secret stands for what a record holds; it begins no message.
const secret = "Bí-Mật"

const everything = `
field_results:
  file: census.csv
  kind: sample
  columns: {area: area, sex: sex, age: age, stratum: h, psu: ea, household: hh, weight: w, psus: n_ea, households: n_hh, count: n}
  sex_codes: {M: male, F: female}
  dimensions: [{name: ethnicity, column: e, codes: {"1": Kinh}}]
`

func TestEveryProblemOfASampleAtOnce(t *testing.T) {
	file := "area,sex,age,h,ea,hh,w,n_ea,n_hh,n,e\n" + // 1
		"01,M,30,a,1,1,2,5,50,1,1\n" +
		"X,M,30,a,1,1,2,5,50,1,1\n" + // 3
		"01,Q,30,a,1,1,2,5,50,1,1\n" +
		"01,M,131,a,1,1,2,5,50,1,1\n" +
		"01,M,30.5,a,1,1,2,5,50,1,1\n" +
		"01,M,-1,a,1,1,2,5,50,1,1\n" +
		"01,M,30,,1,1,2,5,50,1,1\n" + // 8
		"01,M,30,a,,1,2,5,50,1,1\n" +
		"01,M,30,a,1,,2,5,50,1,1\n" +
		"01,M,30,a,1,1,,5,50,1,1\n" +
		"01,M,30,a,1,1,0,5,50,1,1\n" +
		"01,M,30,a,1,1,NaN,5,50,1,1\n" +
		"01,M,30,a,1,1,x,5,50,1,1\n" + // 14
		"01,M,30,a,1,1,2,,50,1,1\n" +
		"01,M,30,a,1,1,2,5,-1,1,1\n" +
		"01,M,30,a,1,1,2,5,50,-1,1\n" +
		"01,M,30,a,1,1,2,5,50,1.5,1\n" +
		"01,M,30,a,1,1,2,5,50,1,9\n" + // 19
		"01,M,30,b,1,1,2,5,50,1,1\n" + // PSU 1 is in a
		"01,M,30,a,1,1,2,6,50,1,1\n" + // stratum a has 5
		"01,M,30,a,1,1,2,5,51,1,1\n" + // PSU 1 has 50
		"X,Q,x,,,,x,x,x,x,9\n" + // 23: everything
		"01,M\n" +
		"01,M,30,a,1,1,2,5,50,1,\xff\n"
	r, err := census(t, everything, file)
	const age, number, code = "not an age in whole years from 0 to 130", "not a number", "the code is not among those the study lists"
	want := []string{
		"3:area: the code is not in the code list", "4:sex: " + code, "5:age: " + age, "6:age: " + age, "7:age: " + age,
		"8:h: empty", "9:ea: empty", "10:hh: empty", "11:w: empty", "12:w: not above 0", "13:w: " + number, "14:w: " + number,
		"15:n_ea: empty", "15:n_ea: differs from the number of PSUs on an earlier line of the same stratum",
		"16:n_hh: not above 0", "16:n_hh: differs from the number of households on an earlier line of the same PSU",
		"17:n: not a whole number, 0 or more", "18:n: not a whole number, 0 or more", "19:e: " + code,
		"20:ea: the PSU is in another stratum on an earlier line",
		"21:n_ea: differs from the number of PSUs on an earlier line of the same stratum",
		"22:n_hh: differs from the number of households on an earlier line of the same PSU",
		"23:area: the code is not in the code list", "23:sex: " + code, "23:age: " + age, "23:n: not a whole number, 0 or more", "23:w: " + number,
		"23:e: " + code, "23:h: empty", "23:ea: empty", "23:n_ea: " + number, "23:n_hh: " + number, "23:hh: empty",
		"24: 2 fields, the header has 11", "25:e: not UTF-8",
	}
	if diff := cmp.Diff(want, found(t, r, err)); diff != "" {
		t.Error(diff)
	}
}

func TestProblemsOfFiles(t *testing.T) {
	counts := "field_results: {file: census.csv, kind: counts, columns: {area: area, birth_date: b}}\n"
	figures := "field_results: {file: census.csv, kind: aggregates, columns: {area: area, dimension: d, cell: c, value: v, se: s}}\n"
	frame := "field_results: {file: census.csv, kind: sample, columns: {area: area, stratum: h, psu: p, household: k, weight: w, psus: m, households: n}}\n"
	for _, tt := range []struct {
		name, text, file string
		want             []string
	}{
		{"no records", counts, "area,b\n", []string{"1: no records"}},
		{"empty file", counts, "", []string{"1: empty: want a header row"}},
		{"header twice", counts, "area,b,area\n", []string{"1:area: two columns have this name"}},
		{"birth dates", counts, "area,b\n01,2024-03-31\n01,1.4.1990\n01,1990-02-30\n01,1890-01-01\n01,1990-1-1\n", []string{
			"3:b: not a date, want YYYY-MM-DD", "4:b: not a date, want YYYY-MM-DD",
			"5:b: more than 130 years before the reference time", "6:b: not a date, want YYYY-MM-DD"}},
		{"figures", figures, "area,d,c,v,s\n01,,,x,\n01,sex,,5,\n09,,,5,\n01,,,-1,-2\n02,,,,\n03,,,Inf,NaN\n", []string{
			"2:v: not a number, 0 or more", "3:c: empty: only the total needs no cell", "4:area: the code is not in the code list",
			"5:v: not a number, 0 or more", "5:s: not a number, 0 or more", "6:v: not a number, 0 or more",
			"7:v: not a number, 0 or more", "7:s: not a number, 0 or more"}},
		{"figures twice", figures, "area,d,c,v,s\n01,,,1,\n02,,,1,\n01,total,total,2,\n01,sex,male,2,\n01,sex,male,2,\n", []string{
			"4:area: the figure stands on line 2 already", "6:area: the figure stands on line 5 already"}},
		{"figures of nothing compared", figures, "area,d,c,v,s\n01,age_5,0-4,1,\n01,age5,0-9,1,\n01,sex*age5,male,1,\n01,sex*age5,male*0-4,1,\n", []string{
			"2:d: not one of total, sex, age5, sex*age5, age", "3:c: not a cell of age5, like 0-4" + otherGroups, "4:c: not a cell of sex*age5, like male*0-4"}},
		{"a household in two areas", frame, "area,h,p,k,w,m,n\n01,x,1,1,1,9,2\n02,x,1,1,1,9,2\n01,x,2,1,1,9,2\n", []string{
			"3:area: the household is in another area on an earlier line"}},
		{"a weight of nobody", frame, "area,h,p,k,w,m,n\n01,x,1,1,1e300,9,2\n01,x,2,1,1,9,2\n", []string{
			"2:w: not a plausible weight: one person cannot stand for so many"}},
		{"frame smaller than the sample", frame, "area,h,p,k,w,m,n\n01,x,1,1,1,9,2\n01,a,2,1,1,1,1\n01,a,3,1,1,1,1\n01,a,3,2,1,1,1\n", []string{
			"3:m: fewer than the 2 PSUs the file has of the stratum", "4:n: fewer than the 2 households the file has of the PSU"}},
	} {
		r, err := census(t, tt.text, tt.file)
		if diff := cmp.Diff(tt.want, found(t, r, err)); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
	}
}

func TestProblemsStopAtTheLimit(t *testing.T) {
	file := "area,b\n" + strings.Repeat("01,x\n", problems.Limit+7)
	r, err := census(t, "field_results: {file: census.csv, kind: counts, columns: {area: area, birth_date: b}}\n", file)
	if n := len(found(t, r, err)); n != problems.Limit {
		t.Errorf("%d problems kept, want %d", n, problems.Limit)
	}
	if !strings.HasSuffix(err.Error(), "… and 7 more") {
		t.Errorf("the error ends in %q", err.Error()[len(err.Error())-40:])
	}
}

// A value may be a person's, and the message goes to logs.
func TestProblemsDoNotQuoteValues(t *testing.T) {
	header := "area,sex,age,h,ea,hh,w,n_ea,n_hh,n,e"
	columns := len(strings.Split(header, ","))
	for i := range columns {
		row := strings.Split("01,M,30,a,1,1,2,5,50,1,1", ",")
		row[i] = secret
		good := "01,M,30,a,1,1,2,5,50,1,1\n" // makes another stratum or PSU a contradiction
		_, err := census(t, everything, header+"\n"+good+strings.Join(row, ",")+"\n")
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("column %d: %v", i, err)
		}
		if free := i == 3 || i == 4 || i == 5; err == nil && !free {
			t.Errorf("column %d: no problem", i)
		}
	}
	_, err := census(t, everything, header+"\n"+strings.Repeat(secret+",", columns)+secret+"\n")
	if err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("ragged line: %v", err)
	}
}

func TestUnknownColumn(t *testing.T) {
	_, err := census(t, "field_results: {file: census.csv, kind: counts, columns: {area: commune}}\n", "area\n01\n")
	if want := fmt.Sprintf("%q", "commune"); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "no column") {
		t.Errorf("error %v, want one that says there is no column %s", err, want)
	}
}
