package stage_test

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/simulate"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/study"
)

const simulatedStudy = `study: planted
title: Planted causes
reference_time: 2024-04-01
areas: {file: areas.csv, code: commune_code, name: commune_name, parents: [{level: district, code: district_code}, {level: province, code: province_code}]}
register: {file: register.duckdb, table: persons, columns: {person: person_number, permanent: permanent_area, temporary: temporary_area,
  current: current_area, sex: sex, birth_date: birth_date, death_date: death_date}, sex_codes: {"1": male, "2": female}}
definitions: [{name: permanent, residence: permanent}, {name: current, residence: current}]
draw: {method: all}
collection: {start: 2024-04-01, end: 2024-04-30}
field_results: {file: census.csv, kind: sample, columns: {area: commune, sex: sex, age: age, stratum: stratum, psu: ea, household: household,
  weight: weight, psus: n_ea, households: n_hh}, sex_codes: {M: male, F: female}}
compare: {dimensions: [total, age5], levels: [commune, province], margin_pct: 5}
`

// explained simulates a country with planted causes, compares it, and gives the comparison and what was planted.
func explained(t *testing.T, parts string) (*results.Comparison, map[string]string) {
	t.Helper()
	dir := t.TempDir()
	_, err := simulate.Run(context.Background(), simulate.Options{
		Out: dir, Persons: 120_000, Seed: 5, Census: simulate.CensusPlan{AreaFraction: 0.9, HouseholdsPerArea: 1000, AreaHouseholds: 8},
		Rates: simulate.Rates{MovedTemporary: 0.03, Missed: 0.01, WronglyIncluded: 0.01, MissingBirth: 0.001, Spread: 1},
		Causes: []simulate.Cause{
			{Name: simulate.Newborns, Share: 0.1, Strength: 0.9, Weakest: 0.8}, {Name: simulate.HeapedAges, Share: 0.1, Strength: 0.5},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "study.yaml"), []byte(simulatedStudy+parts), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := study.Load(filepath.Join(dir, "study.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	r := stage.New(s, "test")
	if err := run(r, stage.Draw, stage.Extract, stage.Estimate, stage.Compare); err != nil {
		t.Fatal(err)
	}
	path, err := r.Current(stage.Compare)
	if err != nil {
		t.Fatal(err)
	}
	c, err := results.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return c, plantedIn(t, filepath.Join(dir, "truth", "causes.csv"))
}

func plantedIn(t *testing.T, file string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	planted := make(map[string]string)
	for _, row := range rows[1:] {
		planted[row[0]] = row[1]
	}
	return planted
}

// TestExplanationAddsUp: the parts of every area add up to its discrepancy, in total and in every age group, and ages to
// the total but for persons of unknown age.
func TestExplanationAddsUp(t *testing.T) {
	c, planted := explained(t, "")
	parts := table(t, c, "explanation")
	sums := map[[3]string]float64{}
	for i := range parts.Rows() {
		key := [3]string{parts[1].Text[i], parts[2].Text[i], parts[4].Text[i]}
		if v := parts[5].Float[i]; !math.IsNaN(v) {
			sums[key] += v
		} else if parts[12].Text[i] == "" {
			t.Fatalf("%v: no persons, and no reason", key)
		}
	}
	held := 0
	for _, row := range c.Rows {
		cell := row.Cell
		if row.Dimension == "total" {
			cell = "all"
		}
		sum, told := sums[[3]string{row.Area, row.Definition, cell}]
		if !told {
			continue
		}
		held++
		want := row.Register - row.Census
		if math.IsNaN(row.Census) {
			want = row.Register // nobody sampled in this cell
		}
		if math.Abs(sum-want) > 1e-5 { // figures of 18 groups are rounded to whole multiples of 2⁻²⁰ persons
			t.Errorf("%s %s %s: parts add up to %v, the difference is %v", row.Area, row.Definition, row.Cell, sum, want)
		}
	}
	if held < 2*2*18*6 {
		t.Errorf("%d differences held", held)
	}
	found, other := 0, 0
	causes := table(t, c, "causes")
	for i := range causes.Rows() {
		if cause := causes[3].Text[i]; causes[0].Text[i] == "commune" && causes[2].Text[i] == "current" && cause != "none found" && cause != "not tested" {
			if cause == planted[causes[1].Text[i]] {
				found++
			} else {
				other++
			}
		}
	}
	if found < 20 || other > found/5 {
		t.Errorf("%d causes found, %d others named", found, other)
	}
	fits := table(t, c, "definition_fit")
	for i := range fits.Rows() {
		if fits[1].Text[i] == "all" && fits[2].Text[i] == "all" && fits[0].Text[i] == "commune" && fits[6].Text[i] != "current" {
			t.Errorf("best definition is %s, want current", fits[6].Text[i])
		}
	}
}

func table(t *testing.T, c *results.Comparison, name string) columns.Table {
	t.Helper()
	found, err := c.Table(name)
	if err != nil {
		t.Fatal(err)
	}
	return found
}
