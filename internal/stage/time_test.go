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
	table, err := c.Further("time")
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
