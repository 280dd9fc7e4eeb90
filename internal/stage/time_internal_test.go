package stage

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/extract"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
)

// timeStudy is a study with a section on time, and its files; the register's figures stand a quarter of a year late.
func timeStudy(t testing.TB, section string, files map[string]string) (*study.Study, *areas.List) {
	t.Helper()
	dir := t.TempDir()
	files["areas.csv"] = "code,p\nA1,P1\nA2,P1\nB1,P2\n"
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := study.Parse(filepath.Join(dir, "study.yaml"), []byte(`study: s
title: T
reference_time: 2023-01-01
areas: {file: areas.csv, code: code, parents: [{level: province, code: p}]}
register: {file: r.csv, columns: {permanent: a}}
definitions: [{name: all, residence: permanent}]
draw: {method: all}
collection: {start: 2024-04-01, end: 2024-04-30}
field_results: {file: c.csv, kind: counts, columns: {area: a}}
compare: {margin_pct: 5, age_groups: [0, 5, 65]}
`+section))
	if err != nil {
		t.Fatal(err)
	}
	list, err := areas.Read(s)
	if err != nil {
		t.Fatal(err)
	}
	return s, list
}

// partOf is the part of time of an extract.
func partOf(t testing.TB, section string, files map[string]string, e *extract.Extract) *timePart {
	t.Helper()
	s, list := timeStudy(t, section, files)
	timed, err := (&Runner{Study: s}).timeOf(list)
	if err != nil {
		t.Fatal(err)
	}
	p, err := timed.part(e, "all")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// extractOf is an extract of the areas A1, A2, B1 with so many persons of each sex and single age in A1.
func extractOf(persons func(sex, age int) int64) *extract.Extract {
	tally := &analysis.Tally{Dims: []analysis.Dim{{Name: "definition", Levels: []string{"all", "other"}}, {Name: "area", Levels: []string{"A1", "A2"}},
		{Name: "sex", Levels: []string{"female", "male", analysis.Missing}}, {Name: "age", Levels: analysis.AgeLevels()}}}
	row := func(n int64, codes ...int32) {
		for i, c := range codes {
			tally.Dims[i].Code = append(tally.Dims[i].Code, c)
		}
		tally.N = append(tally.N, n)
	}
	for sex := range 2 { // 0 is male
		for age := range analysis.OpenAge + 1 {
			row(persons(sex, age), 0, 0, int32(1-sex), int32(age))
		}
	}
	row(7, 1, 0, 0, 30) // of another definition
	row(9, 0, 0, 2, analysis.OpenAge+1)
	return &extract.Extract{Tallies: []*analysis.Tally{tally}, Areas: []extract.Area{{Code: "A1", Known: true}, {Code: "A2", Known: true}, {Code: "B1", Known: true}}}
}

func evenly(int, int) int64 { return 100 }

func held(t *testing.T, p *timePart, area string, group int, persons, se float64) {
	t.Helper()
	got, error, ok := p.at(area, group)
	if !ok || math.Abs(got-persons) > 1e-9 || math.Abs(error-se) > 1e-9 {
		t.Errorf("%s, group %d: %v ± %v (%t), want %v ± %v", area, group, got, error, ok, persons, se)
	}
}

const eventFile = "area,age,births,deaths,arrivals,departures\nA1,0,20,2,1,0\nA1,20-24,0,3,30,12\nA1,65+,0,9,0,1\nA1,missing,0,1,0,0\nA2,0-4,1,0,0,0\n"

// TestEventsByHand: a register that stands later is larger by what its events made it, one that stands earlier is not
// yet.
func TestEventsByHand(t *testing.T) {
	files := map[string]string{"e.csv": eventFile}
	later := partOf(t, "time: {register: 2023-07-02, events: {file: e.csv}}\n", files, extractOf(evenly))
	held(t, later, "A1", -1, 20-2+1-3+30-12-9-1-1, 0)
	held(t, later, "A1", 0, 19, 0)
	held(t, later, "A1", 1, 15, 0)
	held(t, later, "A1", 2, -10, 0)
	held(t, later, "P1", -1, 24, 0)
	held(t, later, "P1", 0, 20, 0)
	if _, _, ok := later.at("B1", -1); ok {
		t.Error("an area without events has a part of time")
	}
	if _, _, ok := later.at("P2", 0); ok {
		t.Error("a province with such an area has one")
	}
	earlier := partOf(t, "time: {register: 2022-07-02, error: poisson, events: {file: e.csv}}\n", files, extractOf(evenly))
	held(t, earlier, "A1", -1, -23, math.Sqrt(20+2+1+3+30+12+9+1+1))
	held(t, earlier, "A1", 2, 10, math.Sqrt(10))
}

// TestEventsAndAgeing: with ages of the register's own day, of those within half a year of a bound half are on its
// other side, and half by chance; over the groups nobody is made or lost.
func TestEventsAndAgeing(t *testing.T) {
	share := 181. / 365 // 2023-07-01
	p := partOf(t, "time: {register: 2023-07-01, ages: register, events: {file: e.csv}}\n", map[string]string{"e.csv": eventFile}, extractOf(evenly))
	bound := math.Sqrt(200 * share * (1 - share))
	held(t, p, "A1", 0, 19-200*share, bound)
	held(t, p, "A1", 1, 15, bound*math.Sqrt2)
	held(t, p, "A1", 2, -10+200*share, bound)
	held(t, p, "A1", -1, 23, 0)
}

// TestEventsWithoutAges tell nothing of age groups.
func TestEventsWithoutAges(t *testing.T) {
	p := partOf(t, "time: {register: 2023-07-02, events: {file: e.csv, columns: {arrivals: in, departures: out}}}\n",
		map[string]string{"e.csv": "area,births,deaths,in,out\nA1,20,2,1,0\n"}, extractOf(evenly))
	held(t, p, "A1", -1, 19, 0)
	if _, _, ok := p.at("A1", 0); ok {
		t.Error("an age group has a part of time")
	}
}

// TestCrossedAgainstBirthdays gives everybody a birthday at random and counts who crosses an age in the time; the count
// is within six standard errors but for 2 in 10⁹ a case.
func TestCrossedAgainstBirthdays(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	persons := make([]float64, analysis.OpenAge+1)
	for i := range persons {
		persons[i] = float64(400 + 7*i%90)
	}
	for _, years := range []float64{0.25, 1, 2.6, -0.25, -1.75} {
		count := 0.0
		for age, n := range persons[:analysis.OpenAge] {
			for range int(n) {
				exact := float64(age) + rng.Float64()
				if exact >= 40 && exact-years < 40 {
					count++
				}
				if exact < 40 && exact-years >= 40 {
					count--
				}
			}
		}
		n, v := crossed(persons, 40, years)
		if math.Abs(n-count) > 6*math.Sqrt(v)+1e-9 {
			t.Errorf("%v years: %v cross, counted %v (standard error %v)", years, n, count, math.Sqrt(v))
		}
	}
}

// rateFile makes a file of rates of every age.
func rateFile(survival, fertility, migration float64) string {
	b := &strings.Builder{}
	b.WriteString("sex,age,survival,fertility,migration\n")
	for _, sex := range []string{"male", "female"} {
		fmt.Fprintf(b, "%s,birth,%v,0,0\n", sex, survival)
		for age := range analysis.OpenAge + 1 {
			f := 0.0
			if sex == "female" && age >= 15 && age < 50 {
				f = fertility
			}
			fmt.Fprintf(b, "%s,%d,%v,%v,%v\n", sex, age, survival, f, migration)
		}
	}
	return b.String()
}

// TestRatesByHand: half a year after the reference time half of those who die in a year have done so.
func TestRatesByHand(t *testing.T) {
	none := extractOf(func(sex, age int) int64 {
		if sex == 0 && age == 30 {
			return 1000
		}
		return 0
	})
	const share = 181. / 365
	back := partOf(t, "time: {register: 2023-07-01, error: none, rates: {file: r.csv}}\n", map[string]string{"r.csv": rateFile(0.9, 0, 0)}, none)
	held(t, back, "A1", -1, -share*(1000/0.9-1000), 0)
	on := partOf(t, "time: {register: 2022-07-03, rates: {file: r.csv}}\n", map[string]string{"r.csv": rateFile(0.9, 0, 0)}, none)
	const before = 182. / 365
	held(t, on, "A1", -1, before*100, math.Sqrt(before*1000*0.9*0.1))
	held(t, on, "A2", -1, 0, 0)
	held(t, on, "P1", 1, before*100, math.Sqrt(before*1000*0.9*0.1))
}

// TestRatesConserve: with no deaths, births or moves time takes nobody away; it only makes them older.
func TestRatesConserve(t *testing.T) {
	s, list := timeStudy(t, "time: {register: 2023-07-01, rates: {file: r.csv}}\n", map[string]string{"r.csv": rateFile(1, 0, 0)})
	rates, err := readTimeRates(s, list)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		years := rapid.Float64Range(-3, 0).Draw(t, "years")
		e := extractOf(func(int, int) int64 { return rapid.Int64Range(0, 1000).Draw(t, "persons") })
		timed := &timed{study: s, list: list, years: years, rates: rates}
		p, err := timed.part(e, "all")
		if err != nil {
			t.Fatal(err)
		}
		all, _, _ := p.at("A1", -1)
		sum := 0.0
		for group := range 3 {
			persons, _, _ := p.at("A1", group)
			sum += persons
		}
		if math.Abs(all) > 1e-7 || math.Abs(sum) > 1e-7 {
			t.Fatalf("%v persons are lost in %v years, %v over age groups", all, years, sum)
		}
	})
}

// TestRatesOfUnitsAbove: an area has the rates of the nearest unit that has some.
func TestRatesOfUnitsAbove(t *testing.T) {
	head, rest, _ := strings.Cut(rateFile(1, 0, 0), "\n")
	_, dying, _ := strings.Cut(rateFile(0.5, 0, 0), "\n")
	text := "area," + head + "\n"
	for _, line := range strings.Split(strings.TrimSpace(rest), "\n") {
		text += "," + line + "\n"
	}
	for _, line := range strings.Split(strings.TrimSpace(dying), "\n") {
		text += "P1," + line + "\n"
	}
	s, list := timeStudy(t, "time: {register: 2023-07-01, rates: {file: r.csv}}\n", map[string]string{"r.csv": text})
	rates, err := readTimeRates(s, list)
	if err != nil {
		t.Fatal(err)
	}
	timed := &timed{list: list, rates: rates}
	if a, b := timed.ratesOf("A1").Survival.Male[30], timed.ratesOf("B1").Survival.Male[30]; a != 0.5 || b != 1 {
		t.Errorf("survival in A1 %v, in B1 %v", a, b)
	}
}

// TestTimeProblems: every problem of a file is told at once, with its line.
func TestTimeProblems(t *testing.T) {
	for _, tt := range []struct {
		section, file string
		want          []string
	}{
		{"events: {file: f.csv}", "area,births,deaths\nA1,1,1\n", []string{
			"1:arrivals: no such column; the file has area, births, deaths", "1:departures: no such column; the file has area, births, deaths"}},
		{"events: {file: f.csv}", "area,sex,age,births,deaths,arrivals,departures\nXX,male,0,1,1,1,1\nP1,x,0,1,1,1,1\nA1,male,0,-1,x,,NaN\n" +
			"A1,male,3-7,0,0,0,0\nA1,male,x,0,0,0,0\nA1,male,30,1,0,0,0\nA1,male,31,0,0,0,0\nA1,male,31,0,0,0,0\nA1\n", []string{
			"2:area: the code is not in the code list", "3:area: the code of a province, want that of a commune", "3:sex: the code is not among those the study lists",
			"4:births: below 0", "4:deaths: not a number", "4:arrivals: not a number", "4:departures: not a number",
			"5:age: not within one of the age groups compared, like 0-4", "6:age: not an age, want one like 7, 0-4, 85+",
			"7:births: births at another age than 0", "9: stands on line 8 already", "10: 1 fields, the header has 7"}},
		{"events: {file: f.csv}", "area,births,deaths,arrivals,departures\n", []string{"1: no records"}},
		{"rates: {file: f.csv}", "sex,age,fertility\n", []string{"1: want one of the columns survival and mortality"}},
		{"rates: {file: f.csv, sex_codes: {'1': male, '2': female}}", "sex,age,survival,fertility\n1,101,0.5,0\n1,0,1.5,0\n2,20,0.9,x\n", []string{
			"2:age: not an age from 0 to 100, or birth", "3:survival: above 1", "4:fertility: not a number",
			" rates for male lack 101 rows, the first of age 1", " rates for female lack 101 rows, the first of age 0"}},
	} {
		s, list := timeStudy(t, "time: {register: 2023-07-01, "+tt.section+"}\n", map[string]string{"f.csv": tt.file})
		_, err := (&Runner{Study: s}).timeOf(list)
		var found *problems.List
		if !errors.As(err, &found) {
			t.Errorf("%s: error %v", tt.section, err)
			continue
		}
		var got []string
		for _, p := range found.Problems {
			_, text, _ := strings.Cut(p.String(), "f.csv:")
			got = append(got, text)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s:\n%s", tt.section, diff)
		}
	}
}
