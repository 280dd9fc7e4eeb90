package study_test

import (
	"strings"
	"testing"

	"github.com/concord-stat/concord/internal/study"
)

const withPlan = `
study: s
title: T
reference_time: 2024-04-01
areas: {file: a.csv, code: c, parents: [{level: district, code: d}, {level: province, code: p}]}
register:
  file: r.csv
  columns: {household: house, permanent: home, sex: sex, birth_date: born}
  sex_codes: {"1": male, "2": female}
definitions: [{name: permanent, residence: permanent}]
draw: {method: all}
collection: {start: 2024-04-01, end: 2024-04-30}
field_results: {file: c.csv, kind: counts, columns: {area: a}}
compare: {margin_pct: 5}
plan:
`

func TestPlanDefaults(t *testing.T) {
	s, err := study.Parse("s.yaml", []byte(withPlan+`  targets: [{level: province, cv_pct: 1}, {level: commune, discrepancy_pct: 10}]
  costs: {psu: 60, interview: 4}
  baseline: {fraction: 0.2}
`))
	if err != nil {
		t.Fatal(err)
	}
	p := s.Plan
	if !s.Planned() || p.Population != "permanent" || p.Targets[0].Of != "total" || p.Targets[1].Power != 0.8 || p.Targets[1].Alpha != 0.05 {
		t.Errorf("%+v", p)
	}
	if c := p.Candidates; strings.Join(c.Strata, " ") != "district province" || c.Take[1] != study.TakeAll || len(c.Selection) != 3 || c.PSUSize[0] != 140 {
		t.Errorf("candidates %+v", c)
	}
	if m := p.Model; m.Ratio != 1 || *m.RatioCV != 0.1 || *m.Slope != 1 {
		t.Errorf("model %+v", m)
	}
	if b := p.Baseline; b.Strata != "district" || *b.Take != 30 || b.Selection != "srs" || b.Estimator != "expansion" {
		t.Errorf("baseline %+v", b)
	}
}

// TestPlanZero: a parameter of 0 is one, not the default.
func TestPlanZero(t *testing.T) {
	s, err := study.Parse("s.yaml", []byte(withPlan+`  targets: [{level: country, cv_pct: 1}]
  costs: {psu: 0, interview: 4}
  candidates: {take: [all, 5]}
  model: {ratio_cv: 0, intraclass: 0}
`))
	if err != nil {
		t.Fatal(err)
	}
	if m := s.Plan.Model; *m.RatioCV != 0 || *m.Intraclass != 0 || *m.PSUCV != 0.05 {
		t.Errorf("model %+v", m)
	}
	if c := s.Plan.Candidates; c.Take[0] != study.TakeAll || c.Take[1] != 5 {
		t.Errorf("take %v", c.Take)
	}
}

func TestPlanProblems(t *testing.T) {
	for _, tt := range []struct{ plan, want string }{
		{"  targets: []\n  costs: {psu: 1, interview: 1}\n", "plan.targets is empty"},
		{"  targets: [{level: province}]\n  costs: {psu: 1, interview: 1}\n", "either cv_pct or discrepancy_pct"},
		{"  targets: [{level: province, cv_pct: 1, power: 0.9}]\n  costs: {psu: 1, interview: 1}\n", "power and alpha go with discrepancy_pct"},
		{"  targets: [{level: province, cv_pct: 1}]\n", "plan.costs is missing"},
		{"  targets: [{level: province, cv_pct: 1}]\n  costs: {psu: 1}\n", "plan.costs.interview is missing"},
		{"  targets: [{level: province, cv_pct: 1}]\n  costs: {psu: 1, interview: 1}\n  baseline: {fractoin: 0.2}\n", "the nearest is fraction"},
		{"  targets: [{level: province, cv_pct: 1}]\n  costs: {psu: 1, interview: 1}\n  candidates: {take: [some]}\n", "plan.candidates.take.0"},
		{"  targets: [{level: province, cv_pct: 1}]\n  costs: {psu: 1, interview: 1}\n  candidates: {strata: [region]}\n", `"region" is not one of none, commune, district, province`},
		{"  targets: [{level: province, cv_pct: 1}]\n  costs: {psu: 1, interview: 1}\n  candidates: {psu_size: [1]}\n", "want 2 or more"},
		{"  targets: [{level: province, cv_pct: 1}]\n  costs: {psu: 1, interview: 1}\n  psu: ea\n  candidates: {psu_size: [100]}\n", "psu_size does not go with plan.psu"},
		{"  targets: [{level: province, cv_pct: 1}]\n  costs: {psu: 1, interview: 1}\n  population: usual\n", `"usual" is not one of permanent`},
		{"  targets: [{level: province, cv_pct: 1}]\n  costs: {psu: 1, interview: 1}\n  model: {household_correlation: 2}\n", "plan.model.household_correlation"},
	} {
		_, err := study.Parse("s.yaml", []byte(withPlan+tt.plan))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", tt.plan, err, tt.want)
		}
	}
}

func TestParseCategory(t *testing.T) {
	for text, want := range map[string]study.Category{
		"total":        {Name: "total", To: -1},
		"male":         {Name: "male", Sex: "male", To: -1},
		"0-14":         {Name: "0-14", Aged: true, To: 14},
		"65+":          {Name: "65+", Aged: true, From: 65, To: -1},
		"female*15-49": {Name: "female*15-49", Sex: "female", Aged: true, From: 15, To: 49},
		"100+":         {Name: "100+", Aged: true, From: 100, To: -1},
	} {
		if got, err := study.ParseCategory(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "women", "14-0", "0-14-20", "15", "-5", "101+", "0-100", "male*", "*5+", "1e1+", "female*male"} {
		if got, err := study.ParseCategory(text); err == nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

// TestTemplateOfAPlan: the plan of the template is a plan once its comment signs are gone.
func TestTemplateOfAPlan(t *testing.T) {
	var text strings.Builder
	inPlan := false
	for line := range strings.Lines(string(study.Template)) {
		inPlan = (inPlan || strings.HasPrefix(line, "# plan:")) && strings.HasPrefix(line, "#")
		if inPlan {
			line = strings.TrimPrefix(line, "# ")
		}
		text.WriteString(line)
	}
	s, err := study.Parse("s.yaml", []byte(text.String()))
	if err != nil || !s.Planned() || len(s.Plan.Targets) != 3 || s.Plan.Baseline.Fraction != 0.2 {
		t.Fatalf("%v", err)
	}
}
