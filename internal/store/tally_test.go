package store_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/internal/store"
)

// codes of areas that persons of the random registers have; "01" and "1" must stay two.
var areaCodes = []string{"", "01", "1", " 02 ", "Ấp 3"}

// A person of a random register, as text; "" is null. A date stands among the odd ones of the tests.
type person struct {
	Permanent, Temporary, Current string
	Sex, Birth, Month, Age        string
	Death, From, To               string
	Status, Count                 string
	Ethnicity, Marital            string
}

const personColumns = "perm,temp,cur,sex,birth,ym,age,death,reg_from,reg_to,status,n,ethnicity,marital"

func (p person) row() []string {
	return []string{p.Permanent, p.Temporary, p.Current, p.Sex, p.Birth, p.Month, p.Age, p.Death, p.From, p.To, p.Status,
		p.Count, p.Ethnicity, p.Marital}
}

func people(all []person) fixture {
	f := texts(personColumns)
	for i := range f.columns {
		switch f.columns[i].Name {
		case "death", "reg_from", "reg_to": // dates in the file, where births are text
			f.columns[i].Type = "DATE"
		}
	}
	for _, p := range all {
		f.rows = append(f.rows, p.row())
	}
	return f
}

var ymd = func(t time.Time) string { return t.Format(time.DateOnly) }

// drawPerson draws a person with what is odd far more often than in life.
func drawPerson(reference time.Time) *rapid.Generator[person] {
	near := []string{"", ymd(reference), ymd(reference.AddDate(0, 0, -1)), ymd(reference.AddDate(0, 0, 1)), "1990-06-15"}
	return rapid.Custom(func(t *rapid.T) person {
		pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
		years := rapid.IntRange(0, 120).Draw(t, "years")
		birth := pick("birth", "", "1950-02-30", "không rõ", "1849-12-31", "1850-01-01", "2000-02-29", ymd(reference),
			ymd(reference.AddDate(0, 0, 1)), ymd(reference.AddDate(-years, 0, 0)), ymd(reference.AddDate(-years, 0, 1)),
			ymd(reference.AddDate(-years, 0, -1)), ymd(reference.AddDate(-years, -5, 3)))
		month := pick("month", "", "1999-13", "2000-02", reference.Format("2006-01"), reference.AddDate(-years, 0, 0).Format("2006-01"))
		return person{
			Permanent: pick("perm", areaCodes...), Temporary: pick("temp", areaCodes...), Current: pick("cur", areaCodes...),
			Sex: pick("sex", "", "1", "2", " 1 ", "9", "m"), Birth: birth, Month: month,
			Age:   pick("age", "", "0", "34", "34.7", "100", "131", "-1", "x"),
			Death: pick("death", near...), From: pick("from", near...), To: pick("to", near...),
			Status: pick("status", "", "active", "cancelled"), Count: pick("n", "", "0", "1", "7"),
			Ethnicity: pick("ethnicity", "", "Kinh", "Ê Đê"), Marital: pick("marital", "", "1", "2", "3"),
		}
	})
}

// A task is a request with what the brute-force tally must know of it.
type task struct {
	age                                string // "", birth, month or age
	sex, death, from, to, where, count bool
	ethnicity, marital                 bool
	listed, wanted                     []string
	definitions                        []string
	reference                          time.Time
}

// areasOf are the definitions: their expressions, and the same in Go.
var areasOf = map[string]struct {
	exprs []store.Expression
	areas func(p person) []string
}{
	"permanent": {[]store.Expression{"perm"}, func(p person) []string { return []string{p.Permanent} }},
	"temporary": {[]store.Expression{"temp"}, func(p person) []string { return []string{p.Temporary} }},
	"current":   {[]store.Expression{"cur"}, func(p person) []string { return []string{p.Current} }},
	"both":      {[]store.Expression{"perm", "temp"}, func(p person) []string { return []string{p.Permanent, p.Temporary} }},
	"all":       {[]store.Expression{"temp", "cur", "perm"}, func(p person) []string { return []string{p.Temporary, p.Current, p.Permanent} }},
	"latest": {[]store.Expression{"coalesce(temp, perm) -- the newest one"}, func(p person) []string {
		if p.Temporary != "" {
			return []string{p.Temporary}
		}
		return []string{p.Permanent}
	}},
}

var references = []string{"2024-04-01", "2024-02-29", "2023-02-28", "2023-03-01", "2024-01-01"}

func drawTask(t *rapid.T) task {
	yes := func(label string) bool { return rapid.Bool().Draw(t, label) }
	subset := func(label string, of []string) []string {
		return slices.DeleteFunc(slices.Clone(of), func(s string) bool { return !yes(label + " " + s) })
	}
	k := task{
		age: rapid.SampledFrom([]string{"", "birth", "birth", "month", "age"}).Draw(t, "age from"), sex: yes("sex"), death: yes("death"),
		from: yes("from"), to: yes("to"), where: yes("where"), count: yes("count"), ethnicity: yes("ethnicity"), marital: yes("marital"),
		listed:      subset("listed", []string{"01", "02", "Ấp 3", "nobody"}),
		definitions: subset("definition", slices.Sorted(maps.Keys(areasOf))),
		reference:   day(rapid.SampledFrom(references).Draw(t, "reference")),
	}
	if len(k.listed) > 0 {
		k.wanted = subset("wanted", []string{"01", "Ấp 3", "elsewhere"})
	}
	if len(k.definitions) == 0 {
		k.definitions = []string{"both"}
	}
	return k
}

func (k task) request() store.Request {
	when := func(yes bool, e store.Expression) store.Expression {
		if yes {
			return e
		}
		return ""
	}
	p := store.Persons{
		Where: when(k.where, "status = 'active' OR status = 'x' -- both"), Count: when(k.count, "n"),
		Sex:       store.Coded{Name: "sex", Expr: when(k.sex, "sex"), Codes: map[string]string{"1": "male", "2": "female"}},
		BirthDate: when(k.age == "birth", "birth"), BirthYearMonth: when(k.age == "month", "ym"), Age: when(k.age == "age", "age"),
		DeathDate: when(k.death, "death"), RegisteredFrom: when(k.from, "reg_from"), RegisteredTo: when(k.to, "reg_to"),
	}
	if k.ethnicity {
		p.Dimensions = append(p.Dimensions, store.Coded{Name: "ethnicity", Expr: "ethnicity"})
	}
	if k.marital {
		p.Dimensions = append(p.Dimensions, store.Coded{Name: "marital", Expr: "marital", Codes: map[string]string{"1": "single", "2": "married"}})
	}
	r := store.Request{Persons: p, Reference: k.reference, Listed: k.listed, Wanted: k.wanted}
	for _, name := range k.definitions {
		r.Definitions = append(r.Definitions, store.Definition{Name: name, Areas: areasOf[name].exprs})
	}
	return r
}

// bruteForce tallies person by person, as the words of the request say and without any SQL.
func (k task) bruteForce(all []person) []map[string]int64 {
	sets := []func(person) string{func(person) string { return "" }}
	if k.ethnicity {
		sets = append(sets, func(p person) string { return " | " + orMissing(p.Ethnicity) })
	}
	if k.marital {
		sets = append(sets, func(p person) string { return " | " + coded(p.Marital, "single", "married") })
	}
	out := make([]map[string]int64, len(sets))
	for i, further := range sets {
		out[i] = make(map[string]int64)
		for _, p := range all {
			n, age, counts := k.person(p)
			if !counts {
				continue
			}
			for _, d := range k.definitions {
				for _, area := range k.areas(areasOf[d].areas(p)) {
					key := d + " | " + area
					if k.sex {
						key += " | " + coded(p.Sex, "male", "female")
					}
					if k.age != "" {
						key += " | " + age
					}
					out[i][key+further(p)] += n
				}
			}
		}
		maps.DeleteFunc(out[i], func(_ string, n int64) bool { return n == 0 })
	}
	return out
}

func orMissing(text string) string {
	if text == "" {
		return store.Missing
	}
	return text
}

func coded(code, one, two string) string {
	switch strings.TrimSpace(code) {
	case "1":
		return one
	case "2":
		return two
	}
	return store.Missing
}

// areas are the levels a person counts under: every distinct listed area, missing where there is none.
func (k task) areas(of []string) []string {
	var distinct []string
	for _, a := range of {
		a = strings.TrimSpace(a)
		listed := len(k.listed) == 0 || slices.Contains(k.listed, a)
		if a != "" && listed && !slices.Contains(distinct, a) {
			distinct = append(distinct, a)
		}
	}
	if len(distinct) == 0 {
		return []string{store.Missing}
	}
	return slices.DeleteFunc(distinct, func(a string) bool { return len(k.wanted) > 0 && !slices.Contains(k.wanted, a) })
}

// person tells how many persons a row stands for, their age, and whether they count at the reference time.
func (k task) person(p person) (n int64, age string, counts bool) {
	n = 1
	if k.count {
		if _, err := fmt.Sscan(p.Count, &n); err != nil {
			return 0, "", false
		}
	}
	before := func(date string) bool { return date == "" || day(date).Before(k.reference) }
	notBefore := func(date string) bool { return date == "" || !day(date).Before(k.reference) }
	if k.where && p.Status != "active" || k.death && !notBefore(p.Death) || k.from && !before(p.From) || k.to && !notBefore(p.To) {
		return 0, "", false
	}
	switch k.age {
	case "birth":
		age, counts = ageSince(p.Birth, k.reference)
	case "month":
		age, counts = ageSince(p.Month+"-15", k.reference)
	case "age":
		ages := map[string]string{"0": "0", "34": "34", "34.7": "34", "100": "100+", "131": "100+"}
		age, counts = orMissing(ages[p.Age]), true
	default:
		counts = true
	}
	return n, age, counts
}

// ageSince counts birthdays one by one; one of 29 February falls on 1 March in a common year, as package time has it.
func ageSince(text string, at time.Time) (age string, born bool) {
	b, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return store.Missing, true
	}
	if !b.Before(at) {
		return "", false
	}
	years := 0
	for !time.Date(b.Year()+years+1, b.Month(), b.Day(), 0, 0, 0, 0, time.UTC).After(at) {
		years++
	}
	switch {
	case b.Year() < 1850:
		return store.Missing, true
	case years >= 100:
		return "100+", true
	}
	return fmt.Sprint(years), true
}

// A country is a register of random persons, open in every format.
type country struct {
	people  []person
	sources map[string]*store.Source
}

// countryAt draws 400 persons around a reference time; the seeds are fixed, so that a failure repeats.
func countryAt(t *testing.T, reference time.Time) country {
	t.Helper()
	c := country{sources: make(map[string]*store.Source)}
	for seed := range 400 {
		c.people = append(c.people, drawPerson(reference).Example(seed))
	}
	for format, at := range people(c.people).write(t, t.TempDir()) {
		s, err := store.Open(context.Background(), at)
		check(t, err)
		t.Cleanup(func() { s.Close() })
		c.sources[format] = s
	}
	return c
}

func TestTallyAgreesWithBruteForceInEveryFormat(t *testing.T) {
	countries := make(map[string]country)
	for _, reference := range references {
		countries[reference] = countryAt(t, day(reference))
	}
	rapid.Check(t, func(rt *rapid.T) {
		k := drawTask(rt)
		c := countries[ymd(k.reference)]
		want := k.bruteForce(c.people)
		for format, s := range c.sources {
			got, err := s.Tally(context.Background(), k.request())
			check(rt, err)
			if len(got) != len(want) {
				rt.Fatalf("%s: %d tallies, want %d", format, len(got), len(want))
			}
			for i := range want {
				if diff := cmp.Diff(want[i], cells(rt, got[i])); diff != "" {
					rt.Errorf("%s, tally %d (-brute force +store):\n%s", format, i, diff)
				}
			}
		}
	})
}

func TestTallyShape(t *testing.T) {
	f := people([]person{
		{Permanent: "b", Sex: "2", Age: "100", Ethnicity: "x"},
		{Permanent: "", Sex: "1", Age: "7", Ethnicity: ""},
		{Permanent: "Ă", Sex: "9", Age: "10", Ethnicity: "zz"},
	})
	k := task{age: "age", sex: true, ethnicity: true, marital: true, definitions: []string{"permanent", "current"}}
	everyFormat(t, f, func(t *testing.T, at store.Location) {
		got := tally(t, at, k.request())
		var names [][]string
		for _, x := range got {
			var dims []string
			for _, d := range x.Dims {
				dims = append(dims, d.Name)
			}
			names = append(names, dims)
		}
		first := []string{"definition", "area", "sex", "age"}
		want := [][]string{first, append(slices.Clone(first), "ethnicity"), append(slices.Clone(first), "marital")}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Error(diff)
		}
		for name, levels := range map[string][]string{
			"definition": {"permanent", "current"}, "area": {"b", "Ă", store.Missing}, "sex": {"female", "male", store.Missing},
		} {
			if diff := cmp.Diff(levels, got[0].Dim(name).Levels); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		if diff := cmp.Diff([]string{"x", "zz", store.Missing}, got[1].Dim("ethnicity").Levels); diff != "" {
			t.Error(diff)
		}
	})
}

// The cases of the reference time that a person would ask about one by one, with the answer by the calendar.
func TestAgeAtTheReferenceTime(t *testing.T) {
	for _, tt := range []struct{ birth, reference, want string }{
		{"2024-04-01", "2024-04-01", ""},   // born on the day: not yet at 0:00
		{"2024-03-31", "2024-04-01", "0"},  // the day before
		{"2025-01-01", "2024-04-01", ""},   // after
		{"1990-04-01", "2024-04-01", "34"}, // birthday
		{"1990-04-02", "2024-04-01", "33"}, // the day after
		{"2000-02-29", "2023-02-28", "22"},
		{"2000-02-29", "2023-03-01", "23"},
		{"2000-02-29", "2024-02-29", "24"},
		{"1924-04-01", "2024-04-01", "100+"},
		{"1924-04-02", "2024-04-01", "99"},
		{"1850-01-01", "2024-04-01", "100+"},
		{"1849-12-31", "2024-04-01", store.Missing},
		{"2023-02-29", "2024-04-01", store.Missing},
		{"0000-00-00", "2024-04-01", store.Missing},
		{"", "2024-04-01", store.Missing},
	} {
		k := task{age: "birth", definitions: []string{"permanent"}, reference: day(tt.reference)}
		want := map[string]int64{"permanent | a | " + tt.want: 1}
		if tt.want == "" {
			want = map[string]int64{}
		}
		at := store.Location{File: filepath.Join(t.TempDir(), "register.csv")}
		people([]person{{Permanent: "a", Birth: tt.birth}}).writeCSV(t, at.File)
		if diff := cmp.Diff(want, cells(t, tally(t, at, k.request())[0])); diff != "" {
			t.Errorf("born %s, on %s:\n%s", tt.birth, tt.reference, diff)
		}
	}
}
