package register_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/register"
	"github.com/concord-stat/concord/internal/study"
)

// Two communes and a code that is not listed. Household a has three persons of 01 and one of 02; two persons of 01 have
// no household. One is dead, one not yet born.
const homes = `id,home,stay,house,ea,sex,born,died
1,01,,a,e1,1,1980-01-01,
2,01,,a,e1,2,1982-01-01,
3,01,,a,e1,2,2020-01-01,
4,02,,a,e9,1,1990-01-01,
5,01,02,b,e2,1,1950-01-01,
6,01,,,e2,2,1951-01-01,
7,01,,,,1,2010-01-01,
8,01,,b,e2,1,1920-01-01,2024-03-31
9,01,,b,e2,1,2024-04-01,
10,77,,c,e3,1,1990-01-01,
`

func households(t *testing.T, population, psu string) []string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "r.csv"), []byte(homes), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := study.Parse(filepath.Join(dir, "study.yaml"), []byte(`
study: s
title: T
reference_time: 2024-04-01
register:
  file: r.csv
  columns: {household: house, permanent: home, temporary: stay, sex: sex, birth_date: born, death_date: died}
  sex_codes: {"1": male, "2": female}
definitions:
  - {name: permanent, residence: permanent}
  - {name: registered, residence: permanent+temporary}
draw: {method: all}
collection: {start: 2024-04-01, end: 2024-04-30}
field_results: {file: c.csv, kind: counts, columns: {area: a}}
compare: {margin_pct: 5}
plan:
  population: `+population+psu+`
  targets: [{level: country, cv_pct: 1}, {level: country, cv_pct: 1, of: female}, {level: country, cv_pct: 1, of: "male*15-59"}]
  costs: {psu: 1, interview: 1}
`))
	if err != nil {
		t.Fatal(err)
	}
	r, err := register.Open(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	h, err := r.Households(context.Background(), []string{"01", "02"}, s.Plan.Categories())
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for i := range h.Area {
		row := fmt.Sprintf("%s %s: %d households", h.Area[i], h.PSU[i], h.Households[i])
		for c := range h.Persons {
			row += fmt.Sprintf(", %d (%d)", h.Persons[c][i], h.Squares[c][i])
		}
		rows = append(rows, row)
	}
	return rows
}

// TestHouseholds has figures counted by hand: persons, and their squares, of everybody, women, and men of 15 to 59.
func TestHouseholds(t *testing.T) {
	for _, tt := range []struct {
		population, psu string
		want            []string
	}{
		{"permanent", "", []string{
			"01 missing: 4 households, 6 (12), 3 (5), 1 (1)", // a with 3, b with 1, two alone
			"02 missing: 1 households, 1 (1), 0 (0), 1 (1)",
			"missing missing: 1 households, 1 (1), 0 (0), 1 (1)",
		}},
		{"registered", "", []string{
			"01 missing: 4 households, 6 (12), 3 (5), 1 (1)",
			"02 missing: 2 households, 2 (2), 0 (0), 1 (1)", // and 5, who stays here
			"missing missing: 1 households, 1 (1), 0 (0), 1 (1)",
		}},
		{"permanent", "\n  psu: ea", []string{
			"01 e1: 1 households, 3 (9), 2 (4), 1 (1)",
			"01 e2: 2 households, 2 (2), 1 (1), 0 (0)",
			"01 missing: 1 households, 1 (1), 0 (0), 0 (0)",
			"02 e9: 1 households, 1 (1), 0 (0), 1 (1)",
			"missing e3: 1 households, 1 (1), 0 (0), 1 (1)",
		}},
	} {
		if diff := cmp.Diff(tt.want, households(t, tt.population, tt.psu)); diff != "" {
			t.Errorf("%s%s:\n%s", tt.population, tt.psu, diff)
		}
	}
}
