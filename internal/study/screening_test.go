package study

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// withAreas is the small study with a code list.
func withAreas(areas, parts string) string {
	return small + "areas: {file: a.csv, code: c, parents: [{level: district, code: d}, {level: province, code: p}]" + areas + "}\n" + parts
}

func TestScreeningDefaults(t *testing.T) {
	s, err := Parse("study.yaml", []byte(withAreas(", boundaries: {file: m.geojson, code: c}",
		"seed: 7\nscreening: {}\n")))
	if err != nil {
		t.Fatal(err)
	}
	want := &Screening{Definition: "permanent", Dimension: "total", Levels: s.Compare.Levels, Within: []string{"district", "province"},
		Tail:          "heavy",
		CountVariance: 1, Seed: 7, Permutations: 999}
	if diff := cmp.Diff(want, s.Screening); diff != "" {
		t.Error(diff)
	}
	if s.Areas.Boundaries.Tolerance != 50 {
		t.Errorf("tolerance %v", s.Areas.Boundaries.Tolerance)
	}
	s, err = Parse("study.yaml", []byte(withAreas(", centroid: {longitude: x, latitude: y}",
		"screening: {within: []}\n")))
	if err != nil {
		t.Fatal(err)
	}
	if s.Areas.Centroid.Neighbours != 6 || len(s.Screening.Within) != 0 {
		t.Errorf("%+v, %+v", s.Areas.Centroid, s.Screening)
	}
	if s, err := Parse("study.yaml", []byte(small)); err != nil || s.Screening != nil {
		t.Errorf("screening is not asked for: %+v, %v", s.Screening, err)
	}
}

func TestScreeningProblems(t *testing.T) {
	for text, want := range map[string]string{
		withAreas("", "screening: {definition: other}\n"):          `11:13: "other" is not one of the definitions compared`,
		withAreas("", "screening: {dimension: ethnicity}\n"):       `"ethnicity" is not compared: the dimensions are total`,
		withAreas("", "screening: {levels: [region]}\n"):           `"region" is not one of commune`,
		withAreas("", "screening: {within: [commune]}\n"):          `"commune" is not one of district, province`,
		withAreas("", "screening: {covariates: [urban, urban]}\n"): `"urban" is named twice`,
		withAreas("", "screening: {tail: fat}\n"):                  "screening.tail: fat is not one of heavy, limited, normal",
		withAreas("", "screening: {count_variance: 3}\n"):          "count_variance",
		withAreas("", "screening: {permutations: 9}\n"):            "screening.permutations is 9, want 99 or more",
		withAreas("", "screening: {costs: c}\n"):                   "screening.costs is not a key; the nearest is cost",
		withAreas(", boundaries: {file: m.geojson}",
			""): "areas.boundaries.code is missing",
		withAreas(", boundaries: {file: m, code: c}, centroid: {longitude: x, latitude: y}", ""): "leave one out",
		withAreas(", centroid: {longitude: x, latitude: y, neighbours: 4, distance_km: 9}",
			""): "has neighbours and distance_km",
		small + "screening: {covariates: [size, urban]}\n":         `"urban": a covariate is a column of the code list, and areas.file is missing`,
		small + "screening: {cost: c}\n":                           "screening.cost is a column of the code list",
		small + "areas: {centroid: {longitude: x, latitude: y}}\n": "areas.centroid names columns of the code list",
	} {
		if _, err := Parse("study.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want: %s", err, want)
		}
	}
}
