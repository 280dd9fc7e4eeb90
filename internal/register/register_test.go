package register_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/register"
	"github.com/concord-stat/concord/internal/study"
)

// Of seven rows one is cancelled, one died before and one was born after the reference time.
const file = `number,home,stay,sex,born,died,status,folk
1,01,,1,1990-04-01,,on,Kinh
2,01,02,2,1990-04-02,,on,Tày
3,02,02,9,,,on,
4,,,1,2000-01-01,2024-04-01,on,Kinh
5,01,,1,2000-01-01,2024-03-31,on,Kinh
6,01,,1,2024-04-01,,on,Kinh
7,01,,1,1990-04-01,,off,Kinh
`

func open(t *testing.T) *register.Register {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "r.csv"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := study.Parse(filepath.Join(dir, "study.yaml"), []byte(`
study: s
title: T
reference_time: 2024-04-01
register:
  file: r.csv
  where: status = 'on' -- not cancelled
  columns: {person: number, permanent: home, temporary: stay, sex: sex, birth_date: born, death_date: died}
  sex_codes: {"1": male, "2": female}
  dimensions: [{name: ethnicity, column: folk, codes: {Kinh: kinh}}]
definitions:
  - {name: permanent, residence: permanent}
  - {name: registered, residence: permanent+temporary}
  - {name: stays, residence: "coalesce(stay, home)"}
draw: {method: all}
collection: {start: 2024-04-01, end: 2024-04-30}
field_results: {file: c.csv, kind: counts, columns: {area: a}}
compare: {margin_pct: 5}
`))
	if err != nil {
		t.Fatal(err)
	}
	r, err := register.Open(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// rows are the rows of a tally as text, in their order.
func rows(t *analysis.Tally) []string {
	var all []string
	for i, n := range t.N {
		var row []string
		for _, d := range t.Dims {
			row = append(row, d.Levels[d.Code[i]])
		}
		all = append(all, fmt.Sprintf("%s: %d", strings.Join(row, " "), n))
	}
	return all
}

func TestTallyOfAStudy(t *testing.T) {
	got, err := open(t).Tally(context.Background(), []string{"01", "02"}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{
		"permanent 01 female 33: 1", "permanent 01 male 34: 1", "permanent 02 missing missing: 1", "permanent missing male 24: 1",
		"registered 01 female 33: 1", "registered 01 male 34: 1", "registered 02 female 33: 1", "registered 02 missing missing: 1", "registered missing male 24: 1",
		"stays 01 male 34: 1", "stays 02 female 33: 1", "stays 02 missing missing: 1", "stays missing male 24: 1",
	}, {
		"permanent 01 female 33 missing: 1", "permanent 01 male 34 kinh: 1", "permanent 02 missing missing missing: 1", "permanent missing male 24 kinh: 1",
		"registered 01 female 33 missing: 1", "registered 01 male 34 kinh: 1", "registered 02 female 33 missing: 1", "registered 02 missing missing missing: 1", "registered missing male 24 kinh: 1",
		"stays 01 male 34 kinh: 1", "stays 02 female 33 missing: 1", "stays 02 missing missing missing: 1", "stays missing male 24 kinh: 1",
	}}
	for i := range want {
		if diff := cmp.Diff(want[i], rows(got[i])); diff != "" {
			t.Errorf("tally %d:\n%s", i, diff)
		}
	}
	some, err := open(t).Tally(context.Background(), []string{"01", "02"}, []string{"02"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"permanent 02 missing missing: 1", "permanent missing male 24: 1"}, rows(some[0])[:2]); diff != "" {
		t.Errorf("of 02 alone:\n%s", diff)
	}
}

func TestSizes(t *testing.T) {
	for definition, want := range map[string]map[string]int64{
		"permanent":  {"01": 2, "02": 1, "missing": 1},
		"registered": {"01": 2, "02": 2, "missing": 1},
	} {
		got, err := open(t).Sizes(context.Background(), []string{"01", "02", "03"}, definition)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", definition, err, diff)
		}
	}
}

func TestCheck(t *testing.T) {
	got, err := open(t).Check(context.Background(), []string{"01"}, time.Date(2024, 4, 2, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]string)
	for _, c := range got.Counts {
		found[c.Field+" "+c.Check] = fmt.Sprintf("%d/%d", c.Rows, c.Of)
	}
	for name, want := range map[string]string{
		"permanent missing": "1/6", "permanent not in code list": "1/5", "temporary given": "2/6", "temporary not in code list": "2/2",
		"sex missing": "0/6", "sex not in code list": "1/6", "ethnicity not in code list": "1/5", "birth_date missing": "1/6",
		"death_date death before birth": "0/2", "person duplicate key": "0/6", "person not 12 digits": "6/6",
	} {
		if found[name] != want {
			t.Errorf("%s: %s, want %s", name, found[name], want)
		}
	}
	if got.Rows != 6 {
		t.Errorf("%d rows, want 6", got.Rows)
	}
}
