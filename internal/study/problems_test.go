package study

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/problems"
)

// found gives the problems of a text without the file.
func found(t *testing.T, text string) []string {
	t.Helper()
	s, err := Parse("f", []byte(text))
	var list *problems.List
	switch {
	case err == nil:
		return nil
	case s != nil:
		t.Error("a study with problems was read in part")
	case !errors.As(err, &list):
		t.Fatalf("error %v of type %T, want a list of problems", err, err)
	}
	var texts []string
	for _, p := range list.Problems {
		texts = append(texts, strings.TrimPrefix(p.String(), "f:"))
	}
	return texts
}

// with is the small study with one piece replaced, or with lines added.
func with(t *testing.T, old, new string) string {
	t.Helper()
	if old == "" {
		return small + new
	}
	if strings.Count(small, old) != 1 {
		t.Fatalf("%q stands %d times in the study", old, strings.Count(small, old))
	}
	return strings.Replace(small, old, new, 1)
}

func TestProblemsOfASmallStudy(t *testing.T) {
	const quote = `, want text: codes are text, so quote it ("01")`
	for _, tt := range []struct {
		name, old, new string
		want           []string
	}{
		{"unknown key", "title: T", "titel: T", []string{"2:1: titel is not a key; the nearest is title"}},
		{"unknown key below", "margin_pct: 5", "margin_pct: 5, margin_pc: 6", []string{"9:26: compare.margin_pc is not a key; the nearest is margin_pct"}},
		{"unknown key in a list", "{name: permanent, residence: permanent}", "{nam: x, name: permanent, residence: permanent}",
			[]string{"5:16: definitions.0.nam is not a key; the nearest is name"}},
		{"wrong type", "margin_pct: 5", "margin_pct: five", []string{"9:11: compare.margin_pct is text, want a number"}},
		{"list for text", "title: T", "title: [T]", []string{"2:1: title is a list, want text"}},
		{"text for a mapping", "{method: all}", "all", []string{"6:1: draw is text, want a mapping"}},
		{"empty", "title: T", "title:", []string{"2:1: title is empty, want text"}},
		{"half a year", "margin_pct: 5", "margin_pct: 5, age_groups: [0, 5, 7.5]", []string{"9:45: compare.age_groups.2 is a number, want a whole number"}},
		{"code not quoted", "{method: all}", "{method: all, areas: [01, \"02\", 00003]}", []string{"6:29: draw.areas.0 is a number" + quote, "6:39: draw.areas.2 is a number" + quote}},
		{"code not quoted as key", "file: r.csv", "file: r.csv, sex_codes: {01: male, 2: female}", []string{"4:37: the key 01 is read as 1: codes are text, so quote it (\"01\")"}},
		{"number as key", "file: r.csv", "file: r.csv, sex_codes: {1.0: male, true: female}", []string{`4:37: the key 1.0 is not text: quote it ("1.0")`, `4:48: the key true is not text: quote it ("true")`}},
		{"no date", "reference_time: 2024-04-01", "reference_time: April", []string{"3:1: reference_time: April is not a date, want YYYY-MM-DD"}},
		{"no such day", "end: 2024-04-30", "end: 2024-04-31", []string{"7:33: collection.end: 2024-04-31 is not a date, want YYYY-MM-DD"}},
		{"enum", "kind: counts", "kind: count", []string{"8:30: field_results.kind: count is not one of sample, counts, aggregates"}},
		{"enum in a list", "", "languages: [vi, fr]\n", []string{"10:17: languages.1: fr is not one of vi, en"}},
		{"pattern", "study: s", "study: S 1", []string{"1:1: study: 'S 1' does not match pattern '^[a-z0-9][a-z0-9-]*$'"}},
		{"missing below", "{margin_pct: 5}", "{}", []string{"9:1: compare.margin_pct is missing"}},
		{"too small", "margin_pct: 5", "margin_pct: 0", []string{"9:11: compare.margin_pct is 0, want more than 0"}},
		{"too large", "margin_pct: 5", "margin_pct: 5, level: 1", []string{"9:26: compare.level is 1, want less than 1"}},
		{"negative", "", "seed: -1\n", []string{"10:1: seed is -1, want 0 or more"}},
		{"past an integer", "{method: all}", "{method: all, n: 99999999999999999999}", []string{"6:21: draw.n is text, want a whole number"}},
		{"nothing named", "margin_pct: 5", "margin_pct: 5, age_groups: [], levels: []", []string{"9:26: compare.age_groups is empty, want 1 or more", "9:42: compare.levels is empty, want 1 or more"}},
		{"several", "title: T", "title: [1]\nseed: x\nlanguages: vi", []string{"2:1: title is a list, want text", "3:1: seed is text, want a whole number", "4:1: languages is text, want a list"}},

		{"key twice", "", "seed: 1\nseed: 2\n", []string{`11:1: mapping key "seed" already defined at [10:1]`}},
		{"tab", "", "areas:\n\tfile: x\n", []string{"11:1: found character '\t' that cannot start any token"}},
		{"open list", "{method: all}", "{method: all", []string{"7:1: ',' or '}' must be specified"}},
		{"open quote", "title: T", "title: 'T", []string{"2:8: could not find end character of single-quoted text"}},
		{"no such anchor", "title: T", "title: *none", []string{`2:9: could not find alias "none"`}},
		{"no such anchor to merge", "", "<<: *none\n", []string{"1: cannot find anchor by alias name none"}},
		{"key of a merge", "", "<<: {sede: 3}\n", []string{"1:1: sede is not a key; the nearest is seed"}},
		{"value of an alias", "title: T", "title: &t T\nlanguages: [*t]", []string{"3:13: languages.0: T is not one of vi, en"}},
		{"two documents", "", "---\nstudy: t\n", []string{"1: want one YAML document"}},

		{"collection ends first", "start: 2024-04-01", "start: 2024-05-01", []string{"7:33: collection ends on 2024-04-30, before it starts on 2024-05-01"}},
		{"areas without code", "", "areas: {file: a.csv}\n", []string{"10:1: areas.code is missing: name the column of the code list that holds the code"}},
		{"level twice", "", "areas: {parents: [{level: p, code: x}, {level: p, code: y}, {level: commune, code: z}]}\n", []string{
			`10:41: level "p" is named twice`, `10:62: level "commune" is named twice`}},
		{"definition twice", "[{name: permanent, residence: permanent}]", "[{name: x, residence: permanent}, {name: x, residence: a}]", []string{`5:49: definition "x" is named twice`, `9:1: "x" is named twice`}},
		{"definition without its column", "residence: permanent", "residence: current", []string{`5:33: definition "permanent" needs register.columns.current`}},
		{"definition without one of its columns", "residence: permanent", "residence: permanent + temporary", []string{
			`5:33: definition "permanent" needs register.columns.permanent and register.columns.temporary`}},
		{"sex", "file: r.csv", `file: r.csv, sex_codes: {"1": man}`, []string{`4:37: register.sex_codes.1: "man" is not one of male, female`}},
		{"dimension of a taken name", "file: r.csv", "file: r.csv, dimensions: [{name: age, column: x}, {name: x, column: x}, {name: x, column: y}]", []string{
			`4:39: dimension "age": the name is taken`, `4:85: dimension "x": the name is taken`}},
		{"field dimension of a taken name", "file: c.csv", "file: c.csv, dimensions: [{name: sex, column: x}]", []string{`8:44: dimension "sex": the name is taken`}},
		{"list of nothing", "{method: all}", "{method: list}", []string{"6:1: draw.areas is missing: name the areas to extract", "6:1: draw.method list needs a code list: set areas.file"}},
		{"draw of nothing", "{method: all}", "{method: stratified, level: ward}", []string{"6:1: draw.method stratified needs a code list: set areas.file",
			"6:1: draw.n is missing: say how many units to draw", "6:1: draw.stratum is missing: name a level above or a column",
			`6:28: "ward" is not one of commune`}},
		{"sizes of nothing", "{method: all}", "{method: pps_systematic, n: 3}", []string{
			"6:1: draw.method pps_systematic needs a code list: set areas.file", "6:1: draw.size is missing: name a population definition or a column"}},
		{"sample without design", "kind: counts", "kind: sample", []string{
			"8:44: field_results.columns.psu is missing: field results of kind sample need it",
			"8:44: field_results.columns.stratum is missing: field results of kind sample need it",
			"8:44: field_results.columns.weight is missing: field results of kind sample need it"}},
		{"figures without a value", "kind: counts", "kind: aggregates", []string{"8:48: field_results.columns.value is missing: field results of kind aggregates need it"}},
		{"second stage alone", "{area: a}", "{area: a, households: n}", []string{
			"8:63: field_results.columns.households needs household and psus beside it: the second stage counts only with both stages known"}},
		{"carried sample", "kind: counts, columns: {area: a}", "kind: sample, columns: {area: a, stratum: h, psu: p, weight: w}, crosswalks: [{file: x, from: a, to: b}]", []string{
			"8:95: a sample cannot be carried over a crosswalk: give it the codes of the code list"}},
		{"compare names", "margin_pct: 5", "margin_pct: 5, definitions: [current], dimensions: [sex, sexe, sex], levels: [ward]", []string{
			`9:40: "current" is not one of permanent`, `9:68: "sexe" is not one of total, sex, age5, sex*age5, age`, `9:74: "sex" is named twice`,
			`9:89: "ward" is not one of commune`}},
		{"margin of nothing", "margin_pct: 5", "margin_pct: 5, margins_pct: {age: 3}", []string{
			`9:40: "age" is not compared: the dimensions are total, sex, age5, sex*age5`}},
		{"age groups", "margin_pct: 5", "margin_pct: 5, age_groups: [0, 5, 5]", []string{"9:26: age groups start at 0, rise, and the last one starts at 100 or before"}},
		{"age groups from 5", "margin_pct: 5", "margin_pct: 5, age_groups: [5, 10]", []string{"9:26: age groups start at 0, rise, and the last one starts at 100 or before"}},
		{"age groups past 100", "margin_pct: 5", "margin_pct: 5, age_groups: [0, 101]", []string{"9:26: age groups start at 0, rise, and the last one starts at 100 or before"}},
	} {
		if diff := cmp.Diff(tt.want, found(t, with(t, tt.old, tt.new))); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
	}
}

func TestProblemsOfTexts(t *testing.T) {
	for text, want := range map[string]string{
		"": "1: want one YAML document", "# a comment\n": "1: want one YAML document", "[1, 2]": "1:1: the study is a list, want a mapping",
		"5": "1:1: the study is a number, want a mapping", "null": "1:1: the study is empty, want a mapping", "\xff\xfe\n": "1:1: the study is text, want a mapping",
		"study: s\n": "1:1: collection is missing", "seed: .nan\n": "1: a value that is neither text, number, list nor mapping: json: unsupported value: NaN",
		"a: b: c\n": "1:4: mapping value is not allowed in this context",
	} {
		if got := found(t, text); len(got) == 0 || got[0] != want {
			t.Errorf("%q: %v, want %s", text, got, want)
		}
	}
}

// A study of any text is either read or refused with its problems, in the file: never a panic.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		small, string(Template), "", "[1]", "a: &a [*a]\n", "<<: {seed: 3}\n" + small, small + "\tseed: 1\n", "%YAML 1.2\n---\n" + small, small + "? {a: b}\n: c\n",
		strings.ReplaceAll(small, "{", "[{"), small + "areas: {parents: [{level: p}]}\n", small + "seed: !!str 5\n", small + "~: 2\n",
		strings.Replace(small, "margin_pct: 5", "margin_pct: 5, age_groups: []", 1), strings.Replace(small, "[{name", "&d [{name", 1) + "extract: *d\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse("f", text)
		var list *problems.List
		switch {
		case (s == nil) == (err == nil):
			t.Errorf("study %v and error %v", s, err)
		case err != nil && !errors.As(err, &list):
			t.Errorf("error %v of type %T, want a list of problems", err, err)
		case err != nil && list.Count() == 0:
			t.Error("no problem in the list")
		}
	})
}
