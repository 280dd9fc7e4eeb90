package study

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProblemsOfFamiliesAndSizes(t *testing.T) {
	const plan = "margin_pct: 5"
	for _, tt := range []struct {
		name, new string
		want      []string
	}{
		{"in order", plan + ", families: [{name: a, levels: [commune]}, {name: b, dimensions: [sex]}], margins_by_size: [{below: 10, margin_pct: 9}, {below: 20, margin_pct: 8}]", nil},
		{"unknown adjustment", plan + ", adjust: bonf", []string{`9:26: compare.adjust: bonf is not one of bh, by, holm, hochberg, hommel, bonferroni, hierarchical, hierarchical_bonferroni`}},
		{"unknown names", plan + ", families: [{name: a, levels: [district], definitions: [all], dimensions: [age]}]",
			[]string{`9:56: "district" is not one of commune`, `9:81: "all" is not one of permanent`, `9:100: "age" is not one of total, sex, age5, sex*age5`}},
		{"unknown unit", plan + ", families: [{name: a, within: province}]", []string{`9:47: "province" is not one of commune`}},
		{"named twice", plan + ", families: [{name: a}, {name: a}]", []string{`9:49: family "a" is named twice`}},
		{"not rising", plan + ", margins_by_size: [{below: 10, margin_pct: 9}, {below: 10, margin_pct: 8}]", []string{"9:73: below is 10, want more than in the class before"}},
		{"margin of what is not compared", plan + ", margins_by_size: [{below: 10, margin_pct: 9, margins_pct: {age: 3}}]",
			[]string{`9:85: "age" is not compared: the dimensions are total, sex, age5, sex*age5`}},
	} {
		if diff := cmp.Diff(tt.want, found(t, with(t, plan, tt.new))); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
	}
}

func TestNoiseIsOfCounts(t *testing.T) {
	want := []string{"8:63: field_results.columns.noise_sd is for aggregates, and for counts with count: noise is added to counts, not to persons"}
	if diff := cmp.Diff(want, found(t, with(t, "kind: counts, columns: {area: a}", "kind: counts, columns: {area: a, noise_sd: e}"))); diff != "" {
		t.Error(diff)
	}
	want = []string{"4:49: register.columns.noise_sd needs register.columns.count: noise is added to counts, not to persons"}
	if diff := cmp.Diff(want, found(t, with(t, "{permanent: a}", "{permanent: a, noise_sd: e}"))); diff != "" {
		t.Error(diff)
	}
}

// A family of communes within communes' own units lies in order; one of provinces within districts does not.
func TestFamiliesWithinUnits(t *testing.T) {
	const parents = "areas: {file: a.csv, code: c, parents: [{level: district, code: d}, {level: province, code: p}]}\n"
	text := func(family string) string {
		return with(t, "margin_pct: 5", "margin_pct: 5, levels: [commune, province], families: ["+family+"]") + parents
	}
	if got := found(t, text("{name: a, levels: [commune], within: district}")); got != nil {
		t.Error(got)
	}
	want := []string{"9:76: a province does not lie in a district: name the levels of the family"}
	if diff := cmp.Diff(want, found(t, text("{name: a, within: district}"))); diff != "" {
		t.Error(diff)
	}
}

func TestDefaultsOfFamilies(t *testing.T) {
	s, err := Parse("f", []byte(with(t, "margin_pct: 5", "margin_pct: 5, adjust: holm, fdr: 0.1, families: [{name: a}, {name: b, adjust: by, rate: 0.2}]")))
	if err != nil {
		t.Fatal(err)
	}
	a, b := s.Compare.Families[0], s.Compare.Families[1]
	if a.Adjust != "holm" || a.Rate != 0.1 || b.Adjust != "by" || b.Rate != 0.2 {
		t.Errorf("families %+v", s.Compare.Families)
	}
	if !a.Covers("commune", "x", "sex") || (Family{Levels: []string{"district"}}).Covers("commune", "x", "sex") {
		t.Error("a family covers what it does not exclude, and nothing else")
	}
}
