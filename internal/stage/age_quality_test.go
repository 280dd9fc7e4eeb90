package stage_test

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/study"
)

// agedPeople are persons by sex and single age in five communes: numbers fall evenly, and in the communes named ten
// of the persons of every age between state the nearest age that ends in 0 or 5.
func agedPeople(heaps ...string) string {
	var out strings.Builder
	out.WriteString("area,sex,age,n\n")
	for _, area := range []string{"A1", "A2", "A3", "B1", "B2"} {
		for _, sex := range []string{"M", "F"} {
			p := make([]int, 100)
			for a := range p {
				n := 160 - a
				for _, h := range heaps {
					if h == area && a%5 != 0 && a > 2 && a < 97 {
						p[5*int(math.Round(float64(a)/5))] += 10
						n -= 10
					}
				}
				p[a] += n
			}
			for a, n := range p {
				fmt.Fprintf(&out, "%s,%s,%d,%d\n", area, sex, a, n)
			}
		}
	}
	return out.String()
}

const agedRegister = "register: {file: register.csv, sex_codes: {M: male, F: female}, columns: {permanent: area, sex: sex, age: age, count: n}}\n"

// ageRows are the rows of a table by level, area, sex and index.
func ageRows(t columns.Table) map[string]map[string]any {
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
		out[fmt.Sprintf("%s %s %s", row["area"], row["sex"], row["index"])] = row
	}
	return out
}

// TestOneSideHeaps: the census of A1 and the register of B1 heap; who does is named for the commune, and the district
// of A1 has the mean of its two communes.
func TestOneSideHeaps(t *testing.T) {
	r := prepare(t, t.TempDir(), agedRegister+
		"field_results: {file: census.csv, kind: counts, whole: true, sex_codes: {M: male, F: female}, columns: {area: area, sex: sex, age: age, count: n}}\n",
		agedPeople("A1"), map[string]string{"register.csv": agedPeople("B1")})
	if err := run(r, stage.Names...); err != nil {
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
	table, err := c.Table("age_quality")
	if err != nil {
		t.Fatal(err)
	}
	got := ageRows(table)
	for key, want := range map[string]string{
		"A1 both whipple": "census_heaps", "A1 both myers": "census_heaps", "A1 male whipple": "census_heaps",
		"B1 both whipple": "register_heaps", "B1 both bachi": "register_heaps", "B1 both spoorenberg": "register_heaps",
		"A2 both whipple": "neither_shown", "B2 both myers": "neither_shown", "D2 both noumbissi_5": "neither_shown",
	} {
		if got[key]["verdict"] != want {
			t.Errorf("%s: %v, want %s", key, got[key], want)
		}
	}
	if _, ok := got["A1 both noumbissi_5"]; ok {
		t.Error("a commune has the preference of a single digit")
	}
	row := got["A1 both whipple"]
	for name, want := range map[string]float64{
		"register": demography.Whipple(23, 62, 0, 5).Value(fallingBy(0)), "census": demography.Whipple(23, 62, 0, 5).Value(fallingBy(10)),
	} {
		if v := row[name].(float64); math.Abs(v-want) > 1e-9 {
			t.Errorf("%s of A1: %v, want %v", name, v, want)
		}
	}
	if d := row["difference"].(float64) - row["register"].(float64) + row["census"].(float64); math.Abs(d) > 1e-9 {
		t.Errorf("the difference is not register less census: %v", row)
	}
	if row["basis"] != "superpopulation" || !(row["se"].(float64) > 0) {
		t.Errorf("A1: %v", row)
	}
	if v := got["country both age_sex_accuracy"]; v["verdict"] == nil || math.IsNaN(v["census"].(float64)) {
		t.Errorf("the country has no score of age and sex: %v", v)
	}
}

// TestSmallCommunesPointUp: of 18,000 people below 75 the score of age and sex tells nothing, nor of two such
// communes, a district or a province; of a province of three it does, and else of the country.
func TestSmallCommunesPointUp(t *testing.T) {
	r := prepare(t, t.TempDir(), agedRegister+
		"field_results: {file: census.csv, kind: counts, whole: true, sex_codes: {M: male, F: female}, columns: {area: area, sex: sex, age: age, count: n}}\n",
		agedPeople(), map[string]string{"register.csv": agedPeople()})
	if err := run(r, stage.Draw, stage.Extract, stage.Estimate); err != nil {
		t.Fatal(err)
	}
	path, _ := r.Current(stage.Estimate)
	table, err := columns.Load(filepath.Join(path, "age_quality.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	got := ageRows(table)
	for area, want := range map[string]string{"A1": "P1", "D1": "P1", "B1": "country", "P2": "country", "P1": ""} {
		row := got[area+" both age_sex_accuracy"]
		if row["pooled_over"] != want {
			t.Errorf("%s is pooled over %v, want %q: %v", area, row["pooled_over"], want, row)
		}
		if above := got[want+" both age_sex_accuracy"]; want != "" && row["pooled"] != above["value"] {
			t.Errorf("%s: pooled %v, and %s has %v", area, row["pooled"], want, above["value"])
		}
	}
}

// fallingBy are the numbers of agedPeople, of both sexes.
func fallingBy(moved float64) []float64 {
	p := make([]float64, 100)
	for a := range p {
		p[a] += 2 * float64(160-a)
		if a%5 != 0 && a > 2 && a < 97 {
			p[a] -= 2 * moved
			p[5*int(math.Round(float64(a)/5))] += 2 * moved
		}
	}
	return p
}

// TestAgesOfASample: a sample has design-based errors; a commune with few persons says so and points to what is above.
func TestAgesOfASample(t *testing.T) {
	var sample strings.Builder
	sample.WriteString("area,s,p,w,sex,age,n\n")
	for i, line := range strings.Split(strings.TrimSpace(agedPeople("A1")), "\n")[1:] {
		parts := strings.Split(line, ",")
		for psu := range 4 {
			fmt.Fprintf(&sample, "%s,%s,%s-%d,5,%s,%s,%d\n", parts[0], parts[0], parts[0], psu, parts[1], parts[2], 5+(i+psu)%3)
		}
	}
	files := map[string]string{"register.csv": agedPeople()}
	field := "field_results: {file: census.csv, kind: sample, sex_codes: {M: male, F: female}, columns: {area: area, stratum: s, psu: p, weight: w, sex: sex, age: age, count: n}}\n"
	r := prepare(t, t.TempDir(), agedRegister+field, sample.String(), files)
	if err := run(r, stage.Names...); err != nil {
		t.Fatal(err)
	}
	path, err := r.Current(stage.Estimate)
	if err != nil {
		t.Fatal(err)
	}
	table, err := columns.Load(filepath.Join(path, "age_quality.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	got := ageRows(table)
	row := got["A2 both age_sex_accuracy"]
	if row["basis"] != "design-based" || !strings.Contains(row["notes"].(string), "fewer than 40000") || !(row["expected_by_chance"].(float64) > 0) {
		t.Errorf("a commune: %v", row)
	}
	if row := got["A1 both whipple"]; !(row["se"].(float64) > 0) || row["n"].(int64) == 0 || row["df"].(float64) != 13 {
		t.Errorf("a commune: %v", row) // 3 degrees of freedom, and 10 of the other communes
	}
	if row := got["country both whipple"]; row["df"].(float64) != 15 {
		t.Errorf("the country: %v", row)
	}
	path, _ = r.Current(stage.Compare)
	c, err := results.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if table, err = c.Table("age_quality"); err != nil {
		t.Fatal(err)
	}
	if row := ageRows(table)["A1 both whipple"]; row["basis"] != "design-based" || row["df"].(float64) != 13 {
		t.Errorf("against a sample: %v", row)
	}
}

// TestPublishedAges: published five-year groups by sex have the score of age and sex, and no index of single ages.
func TestPublishedAges(t *testing.T) {
	var groups strings.Builder
	groups.WriteString("area,dimension,cell,n\n")
	for g := range 18 {
		label := fmt.Sprintf("%d-%d", 5*g, 5*g+4)
		if g == 17 {
			label = "85+"
		}
		fmt.Fprintf(&groups, "A1,sex*age5,male*%s,%d\nA1,sex*age5,female*%s,%d\n", label, 900-40*g+7*(g%3), label, 880-38*g)
	}
	got := estimated(t, "compare: {dimensions: [sex*age5], levels: [commune], margin_pct: 5}\n"+
		"field_results: {file: census.csv, kind: aggregates, columns: {area: area, dimension: dimension, cell: cell, value: n}}\n",
		groups.String(), nil, "age_quality")
	if len(got) != 1 {
		t.Fatalf("%v", got)
	}
	if v := got["A1"]["value"].(float64); !(v > 0) || got["A1"]["index"] != "age_sex_accuracy" {
		t.Errorf("%v", got["A1"])
	}
}

// TestAskedAgeQuality: who asks for one index has that alone, and who asks for none that exists is told.
func TestAskedAgeQuality(t *testing.T) {
	r := prepare(t, t.TempDir(), agedRegister+"estimation: {age_quality: [myers]}\n"+
		"field_results: {file: census.csv, kind: counts, whole: true, columns: {area: area, age: age, count: n}}\n", agedPeople(), map[string]string{"register.csv": agedPeople()})
	if err := run(r, stage.Draw, stage.Extract, stage.Estimate); err != nil {
		t.Fatal(err)
	}
	path, _ := r.Current(stage.Estimate)
	table, err := columns.Load(filepath.Join(path, "age_quality.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	for key := range ageRows(table) {
		if !strings.HasSuffix(key, "both myers") {
			t.Errorf("%s was not asked for", key)
		}
	}
	_, err = study.Parse("study.yaml", []byte(text("estimation: {age_quality: [meyers]}\n")))
	if err == nil || !strings.Contains(err.Error(), `"meyers" is not one of whipple, myers`) {
		t.Errorf("an index that does not exist: %v", err)
	}
}
