package stage_test

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/stage"
)

// estimated runs up to the estimates and loads one of their tables, rows by area.
func estimated(t *testing.T, parts, census string, files map[string]string, table string) map[string]map[string]any {
	t.Helper()
	r := prepare(t, t.TempDir(), parts, census, files)
	if err := run(r, stage.Draw, stage.Extract, stage.Estimate); err != nil {
		t.Fatal(err)
	}
	path, err := r.Current(stage.Estimate)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := columns.Load(filepath.Join(path, table+".parquet"))
	if err != nil {
		t.Fatal(err)
	}
	return byArea(columns)
}

func byArea(t columns.Table) map[string]map[string]any {
	out := map[string]map[string]any{}
	for i := range t.Rows() {
		row := map[string]any{}
		for _, c := range t {
			switch {
			case c.Text != nil:
				row[c.Name] = c.Text[i]
			case c.Float != nil:
				row[c.Name] = c.Float[i]
			default:
				row[c.Name] = c.Int[i]
			}
		}
		key := row["area"].(string)
		if m, ok := row["measure"]; ok {
			key += " " + m.(string)
		}
		out[key] = row
	}
	return out
}

// TestMeasures: of eight persons in two PSUs of A1, 3 men and 5 women, the sex ratio is 60, and so it is in a count.
func TestMeasures(t *testing.T) {
	const people = "M,20\nM,30\nM,4\nF,20\nF,31\nF,50\nF,70\nF,0\n"
	var sample, count strings.Builder
	sample.WriteString("area,s,p,w,sex,age\n")
	count.WriteString("area,sex,age\n")
	for i, person := range strings.Split(strings.TrimSpace(people), "\n") {
		fmt.Fprintf(&sample, "A1,a,%d,10,%s\n", i%2, person)
		fmt.Fprintf(&count, "A1,%s\n", person)
	}
	for _, tt := range []struct {
		name, columns, census, basis string
		se                           bool
	}{
		{"sample", "kind: sample, columns: {area: area, stratum: s, psu: p, weight: w, sex: sex, age: age}", sample.String(), "design-based", true},
		{"count", "kind: counts, columns: {area: area, sex: sex, age: age}", count.String(), "superpopulation", false},
	} {
		got := estimated(t, "field_results: {file: census.csv, sex_codes: {M: male, F: female}, "+tt.columns+"}\n", tt.census, nil, "measures")
		for key, want := range map[string]float64{
			"A1 sex_ratio": 60, "country sex_ratio": 60, "P1 sex_ratio": 60, "A1 child_dependency_ratio": 40,
			"A1 old_age_dependency_ratio": 20, "A1 ageing_index": 50, "A1 child_woman_ratio": 1000,
		} {
			row := got[key]
			if v, _ := row["value"].(float64); math.Abs(v-want) > 1e-12*want {
				t.Errorf("%s, %s: %v, want %v", tt.name, key, row["value"], want)
			}
			if row["basis"] != tt.basis || math.IsNaN(row["se"].(float64)) == tt.se {
				t.Errorf("%s, %s: interval %v, standard error %v", tt.name, key, row["basis"], row["se"])
			}
		}
		if want := "only 1 of 2 areas here were counted"; tt.name == "count" && got["D1 sex_ratio"]["notes"] != want {
			t.Errorf("a district of which one commune was counted: %v", got["D1 sex_ratio"]["notes"])
		}
	}
	one := estimated(t, "field_results: {file: census.csv, sex_codes: {M: male, F: female}, kind: counts, columns: {area: area, sex: sex, age: age}}\n"+
		"estimation: {measures: [mean_age]}\n", count.String(), nil, "measures")
	for key := range one {
		if !strings.HasSuffix(key, " mean_age") {
			t.Errorf("%s was not asked for", key)
		}
	}
}

// smallCountry is twenty communes in two provinces, of 1,000 to 2,900 persons in the register, and a census sample of
// two areas in each commune but two. The census counts nine tenths of the register.
func smallCountry() (files map[string]string, census string) {
	var list, register, sample strings.Builder
	list.WriteString("code,name,d,dn,p,pn\n")
	register.WriteString("area,n\n")
	sample.WriteString("area,s,p,w\n")
	for c := range 20 {
		code, province := fmt.Sprintf("C%02d", c), fmt.Sprintf("P%d", c/10)
		fmt.Fprintf(&list, "%s,%s,D%d,d,%s,p\n", code, code, c/5, province)
		fmt.Fprintf(&register, "%s,%d\n", code, 1000+100*c)
		if c == 3 || c == 17 {
			continue
		}
		for area := range 2 {
			for range 9 + c - (c+area)%3 {
				fmt.Fprintf(&sample, "%s,%s,%s-%d,50\n", code, province, code, area)
			}
		}
	}
	return map[string]string{"areas.csv": list.String(), "register.csv": register.String()}, sample.String()
}

// TestSmallAreas: every commune has an estimate that says what it is; communes agree with the direct estimate of their
// province in sum; who is not benchmarked does not.
func TestSmallAreas(t *testing.T) {
	files, census := smallCountry()
	const field = "field_results: {file: census.csv, kind: sample, columns: {area: area, stratum: s, psu: p, weight: w}}\n"
	got := estimated(t, field+"estimation: {small_areas: {level: commune}}\n", census, files, "small_areas")
	direct := estimated(t, field+"estimation: {small_areas: {level: commune}}\n", census, files, "estimates")
	for p := range 2 {
		sum := 0.0
		for c := 10 * p; c < 10*p+10; c++ {
			row := got[fmt.Sprintf("C%02d", c)]
			sum += row["value"].(float64)
			kind, sampled := row["kind"].(string), c != 3 && c != 17
			if want := map[bool]string{true: "EBLUP", false: "synthetic"}[sampled]; !strings.HasPrefix(kind, want) {
				t.Errorf("commune %d is %q, want %s", c, kind, want)
			}
			if math.IsNaN(row["direct"].(float64)) == sampled || !(row["rmse"].(float64) > 0) {
				t.Errorf("commune %d: %v", c, row)
			}
		}
		want := direct[fmt.Sprintf("P%d", p)]["value"].(float64)
		if math.Abs(sum-want) > 1e-9*want {
			t.Errorf("province %d: communes add up to %v, want %v", p, sum, want)
		}
	}
	free := estimated(t, field+"estimation: {small_areas: {level: commune, benchmark: none, method: ml}}\n", census, files, "small_areas")
	if kind := free["C00"]["kind"]; strings.Contains(kind.(string), "benchmarked") {
		t.Errorf("without a benchmark: %v", kind)
	}
}

// TestSmallAreasOfDistricts: by default districts are modelled, and communes have the ratio of theirs: their sum is that of
// the district, and there is no error.
func TestSmallAreasOfDistricts(t *testing.T) {
	files, census := smallCountry()
	const field = "field_results: {file: census.csv, kind: sample, columns: {area: area, stratum: s, psu: p, weight: w}}\n"
	got := estimated(t, field+"estimation: {small_areas: {}}\n", census, files, "small_areas")
	for d := range 4 {
		district := got[fmt.Sprintf("D%d", d)]
		if !strings.HasPrefix(district["kind"].(string), "EBLUP") || !(district["rmse"].(float64) > 0) {
			t.Errorf("district %d: %v", d, district)
		}
		sum := 0.0
		for c := 5 * d; c < 5*d+5; c++ {
			row := got[fmt.Sprintf("C%02d", c)]
			sum += row["value"].(float64)
			if row["level"] != "commune" || row["kind"] != "synthetic" || !math.IsNaN(row["rmse"].(float64)) || row["notes"] == "" {
				t.Errorf("commune %d: %v", c, row)
			}
		}
		if want := district["value"].(float64); math.Abs(sum-want) > 1e-9*want {
			t.Errorf("district %d: communes add up to %v, want %v", d, sum, want)
		}
	}
}

// TestSmallAreasNeedTheExtract: without the register's counts there is no model, and the message says where they come from.
func TestSmallAreasNeedTheExtract(t *testing.T) {
	files, census := smallCountry()
	r := prepare(t, t.TempDir(), "field_results: {file: census.csv, kind: sample, columns: {area: area, stratum: s, psu: p, weight: w}}\n"+
		"estimation: {small_areas: {}}\n", census, files)
	if err := run(r, stage.Estimate); err == nil || !strings.Contains(err.Error(), "extract") {
		t.Errorf("error %v", err)
	}
}
