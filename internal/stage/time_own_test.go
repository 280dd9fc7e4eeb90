package stage_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/stage"
)

// ownRegister has in A1 40 men and 40 women of 30, and of those who came or went in 2024 after the reference time two
// born, one of them dead before long, one died, one arrived, three left; in A2 50 persons and one who left before the
// day. Nobody lives elsewhere.
func ownRegister() string {
	var b strings.Builder
	b.WriteString("home,stay,sex,born,died,since,until\n")
	for i := range 80 {
		fmt.Fprintf(&b, "A1,,%s,1993-05-05,,,\n", []string{"m", "f"}[i%2])
	}
	for range 50 {
		b.WriteString("A2,A1,m,1990-01-01,,,\n")
	}
	b.WriteString("A1,,m,2024-05-01,,2024-05-20,\nA1,,f,2024-05-02,2024-05-03,,\n" + // born
		"A1,,m,1940-01-01,2024-06-01,2000-01-01,\n" + // died
		"A1,,f,2000-01-01,,2024-07-01,\n" + // arrived
		"A1,,f,1999-01-01,,,2024-08-01\nA1,,f,1998-01-01,,,2024-08-01\nA1,,m,1997-01-01,,,2024-09-01\n" + // left
		"A2,,f,1960-01-01,,,2023-08-01\nA2,,f,1960-01-01,2025-08-01,,\n") // before the day, and after the other
	return b.String()
}

const ownColumns = "register: {file: register.csv, sex_codes: {m: male, f: female}, columns: {permanent: home, temporary: stay, sex: sex, " +
	"birth_date: born, death_date: died, registered_from: since, registered_to: until}}\n" +
	"definitions: [{name: home, residence: permanent}, {name: both, residence: permanent+temporary}]\n" +
	"compare: {dimensions: [total, age5], levels: [commune, province], margin_pct: 5}\n" +
	"field_results: {file: census.csv, kind: counts, whole: true, columns: {area: area, age: age, count: n}}\n"

const ownCensus = "area,age,n\nA1,30,85\nA1,80,1\nA2,34,50\nA3,1,1\nB1,1,1\nB2,1,1\n"

func ownCompared(t *testing.T, day string) *results.Comparison {
	t.Helper()
	return compared(t, "time: {register: "+day+", events: {from: register}}\n"+ownColumns, ownCensus, map[string]string{"register.csv": ownRegister()})
}

// The table of time has the register at the other day, what happened between and the register at the reference time; in
// the explanation nothing is of time, which says why, and the parts add up to the difference.
func TestOwnEvents(t *testing.T) {
	for _, tt := range []struct{ day, want, note string }{
		{"2024-12-31", "commune A1 home 82 2 2 1 3 -2 84 86\ncommune A1 both 132 2 2 1 3 -2 134 86\ncommune A2 home 51 0 0 0 0 0 51 50\n" +
			"province P1 home 133 2 2 1 3 -2 135 137\nprovince P2 home 0 0 0 0 0 0 0 2\n", "there were 2 persons fewer"},
		{"2023-06-30", "commune A1 home 84 0 0 0 0 0 84 86\ncommune A1 both 134 0 0 0 0 0 134 86\ncommune A2 home 52 0 0 0 1 1 51 50\n" +
			"province P1 home 136 0 0 0 1 1 135 137\n", "there were as many persons"},
		{"2024-04-01", "commune A1 home 84 0 0 0 0 0 84 86\ncommune A2 home 51 0 0 0 0 0 51 50\n", "there were as many persons"},
	} {
		c := ownCompared(t, tt.day)
		table, err := c.Table("time")
		if err != nil {
			t.Fatal(err)
		}
		got := lines(table, "level", "area", "definition", "register", "births", "deaths", "arrivals", "departures", "time", "expected", "census")
		for _, want := range strings.SplitAfter(strings.TrimSuffix(tt.want, "\n"), "\n") {
			if !strings.Contains(got, strings.TrimSuffix(want, "\n")+"\n") {
				t.Errorf("%s: no row %q in\n%s", tt.day, want, got)
			}
		}
		parts, err := c.Table("explanation")
		if err != nil {
			t.Fatal(err)
		}
		said := lines(parts, "area", "definition", "part", "age_group", "persons", "se", "basis", "notes")
		want := "A1 home time all 0 0 given counted at the reference time by its own dates; on " + tt.day + " " + tt.note
		if !strings.Contains(said, want+"\n") {
			t.Errorf("%s: no row %q in\n%s", tt.day, want, said)
		}
		addsUp(t, c, "A1", "home", 84-86)
		addsUp(t, c, "A1", "both", 134-86)
	}
}

// addsUp makes sure that the parts of an area add up to its difference.
func addsUp(t *testing.T, c *results.Comparison, area, definition string, want float64) {
	t.Helper()
	parts, err := c.Table("explanation")
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i := range parts.Rows() {
		if parts[1].Text[i] == area && parts[2].Text[i] == definition && parts[4].Text[i] == "all" && parts[5].Float[i] == parts[5].Float[i] {
			sum += parts[5].Float[i]
		}
	}
	if sum != want {
		t.Errorf("the parts of %s under %s add up to %v, the difference is %v", area, definition, sum, want)
	}
}

// The extract carries events by age group of the comparison, never by single year, with a row in the dictionary for every
// column; its plan states the day, and a study with another day, or none, is refused.
func TestOwnEventsAreSealed(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"register.csv": ownRegister()}
	section := "time: {register: 2024-12-31, events: {from: register}}\n"
	r := prepare(t, dir, section+ownColumns, ownCensus, files)
	if err := run(r, stage.Draw, stage.Extract, stage.Estimate); err != nil {
		t.Fatal(err)
	}
	at, err := r.Current(stage.Extract)
	if err != nil {
		t.Fatal(err)
	}
	var deaths []string
	for _, row := range readCSV(t, filepath.Join(at, "events.csv")) {
		if row[1] == "A1" && row[0] == "home" && row[4] == "deaths" {
			deaths = append(deaths, strings.Join(row, " "))
		}
	}
	if diff := cmp.Diff([]string{"home A1 female 0-4 deaths 1", "home A1 male 80-84 deaths 1"}, deaths); diff != "" {
		t.Error(diff)
	}
	told := make(map[string]bool)
	for _, row := range readCSV(t, filepath.Join(at, "dictionary.csv")) {
		told[row[0]+" "+row[1]] = row[3] != ""
	}
	for _, column := range readCSV(t, filepath.Join(at, "events.csv"))[0] {
		if !told["events.parquet, events.csv "+column] {
			t.Errorf("the dictionary does not tell of column %s of events", column)
		}
	}
	for other, want := range map[string]string{
		"time: {register: 2024-10-01, events: {from: register}}\n": `register_events_to was "2024-12-31", is "2024-10-01"`,
		"": `register_events_to was "2024-12-31", is none`,
	} {
		r := prepare(t, t.TempDir(), "extract: "+at+"\n"+other+ownColumns, ownCensus, files)
		if err := run(r, stage.Estimate, stage.Compare); !errors.Is(err, stage.ErrRefused) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", other, err, want)
		}
	}
	received := prepare(t, t.TempDir(), "extract: "+at+"\n"+section+ownColumns, ownCensus, files)
	if err := os.Remove(filepath.Join(filepath.Dir(received.Study.File), "register.csv")); err != nil {
		t.Fatal(err)
	}
	if err := run(received, stage.Estimate, stage.Compare); err != nil {
		t.Errorf("with a received extract and no register: %v", err)
	}
}

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
