package stage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTimeTable: the register brought to the reference time by its own events, beside the census, at every level.
func TestTimeTable(t *testing.T) {
	c := compared(t, "time: {register: 2024-12-31, events: {file: events.csv}}\n",
		"area,n\nA1,92\nA2,100\nA3,100\nB1,100\nB2,100\n",
		map[string]string{"events.csv": "area,births,deaths,arrivals,departures\nA1,6,1,4,2\nA2,0,0,0,0\nB1,3,1,0,0\nB2,1,0,0,0\n"})
	table, err := c.Table("time")
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) []float64 {
		c, err := table.Column(name)
		if err != nil {
			t.Fatal(err)
		}
		return c.Float
	}
	level, area, notes := table[0].Text, table[1].Text, table[len(table)-1].Text
	var lines []string
	for i := range level {
		line := fmt.Sprintf("%s %s:", level[i], area[i])
		for _, name := range []string{"register", "births", "deaths", "arrivals", "departures", "time", "expected", "census", "closure"} {
			line += fmt.Sprintf(" %v", column(name)[i])
		}
		lines = append(lines, strings.TrimSpace(line+" "+notes[i]))
	}
	want := []string{
		"commune A1: 100 6 1 4 2 7 93 92 -1",
		"commune A2: 100 0 0 0 0 0 100 100 0",
		"commune A3: 100 NaN NaN NaN NaN NaN NaN 100 NaN no events of every area here",
		"commune B1: 100 3 1 0 0 2 98 100 2",
		"commune B2: 100 1 0 0 0 1 99 100 1",
		"district D1: 200 6 1 4 2 7 193 192 -1",
		"district D2: 100 NaN NaN NaN NaN NaN NaN 100 NaN no events of every area here",
		"district D3: 200 4 1 0 0 3 197 200 3",
		"province P1: 300 NaN NaN NaN NaN NaN NaN 292 NaN no events of every area here",
		"province P2: 200 4 1 0 0 3 197 200 3",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	// What explains a difference changes none: the figures compared are the register's as it stands.
	expect(t, c, "A1 total 100 92 differs: "+exact)
}

// TestGraduatedAgesSaySo in the notes of their rows; a group that is added up is compared as it comes.
func TestGraduatedAgesSaySo(t *testing.T) {
	c := compared(t, "register: {file: register.csv, columns: {permanent: area, count: n, age: age}}\n"+
		"compare: {dimensions: [age5], age_groups: [0, 5, 10, 15, 20, 25], margin_pct: 5}\n"+
		"field_results: {file: census.csv, kind: aggregates, graduate: monotone, columns: {area: area, dimension: d, cell: c, value: n}}\n",
		"area,d,c,n\nA1,age5,0-9,60\nA1,age5,10-14,30\nA1,age5,15-17,12\nA1,age5,18-19,8\nA1,age5,20+,90\n",
		map[string]string{"register.csv": "area,age,n\nA1,2,30\nA1,7,30\nA1,17,21\nA1,30,90\n"})
	notes := make(map[string]string)
	for _, row := range c.Rows {
		if row.Area == "A1" {
			notes[row.Cell] = row.Notes
		}
	}
	const alone = "standard error not stated: judged by the margin alone"
	for cell, want := range map[string]string{
		"0-4":   "graduated by monotone from groups 0-9; " + alone,
		"10-14": alone,
		"15-19": "added up from groups 15-17, 18-19; " + alone,
		"20-24": "no such age group in the field results, which end with 20+",
	} {
		if notes[cell] != want {
			t.Errorf("%s: %q, want %q", cell, notes[cell], want)
		}
	}
}

// TestSurvivalTable follows the cohorts of a census five years before: one that grew and one that shrank are pointed
// at, the old who died are not.
func TestSurvivalTable(t *testing.T) {
	c := compared(t, "earlier_census: {date: 2019-04-01, file: earlier.csv}\n"+
		"register: {file: register.csv, columns: {permanent: area, count: n, age: age}}\n"+
		"compare: {dimensions: [age5], levels: [commune, district], margin_pct: 5}\n"+
		"field_results: {file: census.csv, kind: counts, columns: {area: area, age: age, count: n}}\n",
		"area,age,n\nA1,7,110\nA1,12,98\nA1,17,80\nA1,67,70\nA2,7,100\n",
		map[string]string{"register.csv": "area,age,n\nA1,2,30\nA2,3,40\n",
			"earlier.csv": "area,age,sex,persons\nA1,0-4,male,50\nA1,0-4,female,50\nA1,5-9,,100\nA1,10-14,,100\nA1,60-64,,100\nA2,0-4,,100\n"})
	table, err := c.Table("survival")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for i := range table.Rows() {
		if before := table[4].Float[i]; before > 0 {
			lines = append(lines, fmt.Sprintf("%s %s %s %v %v %v %s", table[1].Text[i], table[2].Text[i], table[3].Text[i], before,
				table[5].Float[i], table[6].Float[i], table[8].Text[i]))
		}
	}
	want := []string{
		"A1 0-4 5-9 100 110 1.1 above 1: arrivals, or persons the earlier census missed or put at another age",
		"A1 5-9 10-14 100 98 0.98 ",
		"A1 10-14 15-19 100 80 0.8 below 0.9: departures, or persons the census missed or put at another age",
		"A1 60-64 65-69 100 70 0.7 ",
		"A2 0-4 5-9 100 100 1 ",
		"D1 0-4 5-9 200 210 1.05 above 1: arrivals, or persons the earlier census missed or put at another age",
		"D1 5-9 10-14 100 98 0.98 ",
		"D1 10-14 15-19 100 80 0.8 below 0.9: departures, or persons the census missed or put at another age",
		"D1 60-64 65-69 100 70 0.7 ",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}
