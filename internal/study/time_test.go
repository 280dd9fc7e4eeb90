package study

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/problems"
)

func TestTimeDefaults(t *testing.T) {
	s, err := Parse("s.yaml", []byte(small+"time: {register: 2024-12-31, rates: {file: r.csv}}\nearlier_census: {date: 2014-04-01, file: e.csv}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Time.Ages != AgesAtRegister || s.Time.Error != PoissonEvents || s.Time.Rates.SexRatio != 1.05 || s.Earlier.Least != 0.9 || s.StepsSinceEarlier() != 2 {
		t.Errorf("time %+v, earlier census %+v, steps %d", s.Time, s.Earlier, s.StepsSinceEarlier())
	}
	s, err = Parse("s.yaml", []byte(small+"time: {register: 2024-12-31, events: {file: e.csv}}\n"))
	if err != nil || s.Time.Ages != AgesAtReference || s.Time.Error != NoEventError {
		t.Errorf("time %+v: %v", s.Time, err)
	}
	if diff := cmp.Diff([]string{"e.csv"}, s.Time.Files()); diff != "" {
		t.Error(diff)
	}
}

func TestTimeRefusals(t *testing.T) {
	for section, want := range map[string]string{
		"time: {register: 2024-12-31}\n":                                                         "time needs events or rates",
		"time: {register: 2024-12-31, events: {file: e}, rates: {file: r}}\n":                    "time has events and rates",
		"time: {register: 2024-04-01, events: {file: e}}\n":                                      "time.register is the reference time",
		"time: {register: 2024-12-31, ages: reference, rates: {file: r}}\n":                      "time.rates needs time.ages: register",
		"time: {register: 2024-12-31, rates: {file: r, columns: {survival: s, mortality: m}}}\n": "time.rates.columns has survival and mortality",
		"time: {register: 2024-12-31, events: {file: e, sex_codes: {'1': man}}}\n":               `"man" is not one of male, female`,
		"earlier_census: {date: 2024-04-01, file: e}\n":                                          "want a day before the reference time",
		"earlier_census: {date: 2022-04-01, file: e}\n":                                          "cohorts are followed through age groups of one width",
	} {
		_, err := Parse("s.yaml", []byte(small+section))
		var found *problems.List
		if !errors.As(err, &found) || len(found.Problems) != 1 || !strings.Contains(found.Problems[0].Text, want) {
			t.Errorf("%s: %v, want %q", strings.TrimSpace(section), err, want)
		}
	}
	dated := strings.Replace(small, "permanent: a}", "permanent: a, death_date: d}", 1) + "time: {register: 2024-12-31, events: {file: e}}\n"
	if _, err := Parse("s.yaml", []byte(dated)); err == nil || !strings.Contains(err.Error(), "is counted at the reference time by itself") {
		t.Errorf("a register with dates of death: %v", err)
	}
	for section, want := range map[string]string{
		"death_date: d}|time: {register: 2024-12-31, events: {from: register}}\n":                          "",
		"birth_date: d}|time: {register: 2024-04-01, events: {from: register}}\n":                          "",
		"death_date: d}|time: {register: 2024-12-31, events: {from: register, file: e}}\n":                 "has from: register and says what a file of events is like",
		"death_date: d}|time: {register: 2024-12-31, events: {from: register}, ages: register}\n":          "time.ages: register is not for the register's own events",
		"death_date: d}|time: {register: 2024-12-31, events: {from: register}, error: poisson}\n":          "time.error: poisson is not for the register's own events",
		"sex: s}, sex_codes: {m: male}|time: {register: 2024-12-31, events: {from: register}}\n":           "the register tells nothing of time",
		"death_date: d, count: n}|time: {register: 2024-12-31, events: {from: register}}\n":                "a register of counts has no events of its own",
		"sex: s}, sex_codes: {m: male}|time: {register: 2024-12-31, events: {}}\n":                         "time.events needs a file, or from: register",
		"sex: s}, sex_codes: {m: male}|time: {register: 2024-12-31, events: {from: elsewhere, file: f}}\n": "from",
	} {
		columns, section, _ := strings.Cut(section, "|")
		text := strings.Replace(small, "permanent: a}", "permanent: a, "+columns, 1) + section
		s, err := Parse("s.yaml", []byte(text))
		if want == "" {
			if err != nil || !s.Time.OwnEvents() || len(s.Time.Files()) > 0 {
				t.Errorf("%s: own events %v, files %v: %v", section, s != nil && s.Time.OwnEvents(), s.Time.Files(), err)
			}
			continue
		}
		var found *problems.List
		if !errors.As(err, &found) || len(found.Problems) != 1 || !strings.Contains(found.Problems[0].Text, want) {
			t.Errorf("%s: %v, want %q", strings.TrimSpace(section), err, want)
		}
	}
	graduated := strings.Replace(small, "kind: counts", "kind: counts, graduate: sprague", 1)
	if _, err := Parse("s.yaml", []byte(graduated)); err == nil || !strings.Contains(err.Error(), "field_results.graduate is for field results of kind aggregates") {
		t.Errorf("graduate of counts: %v", err)
	}
}
