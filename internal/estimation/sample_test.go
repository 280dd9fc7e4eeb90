package estimation_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/estimation"
)

const sampleFile = "../../testdata/samples/sample.csv"

// base is the design of the households of testdata/samples: enumeration areas by region, households within.
func base() estimation.Options {
	return estimation.Options{
		File: sampleFile, Strata: []string{"region"}, PSU: []string{"ea", "household"}, FPC: []string{"n_ea", "n_hh"},
		Weight: "w",
		Lonely: "fail", Level: 0.95, Method: "logit", Interval: "auto", QuantileInterval: "wald", QuantileRule: "math",
		CalibrateMethod: "linear",
	}
}

func run(t *testing.T, o estimation.Options) *estimation.Result {
	t.Helper()
	r, err := estimation.Run(context.Background(), o, "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func find(t *testing.T, r *estimation.Result, name string) estimation.Row {
	t.Helper()
	for _, e := range r.Estimates {
		if strings.Join(append([]string{e.Statistic, e.Variable + e.Category}, e.By...), " ") == name {
			return e
		}
	}
	t.Fatalf("no %s", name)
	return estimation.Row{}
}

// TestAgainstR holds against R 4.2.2, survey 4.1-1, of sample.csv as d, m being marital with "missing" for NA:
//
//	one <- svydesign(~ea, strata = ~region, weights = ~w, fpc = ~n_ea, data = d)
//	two <- svydesign(~ea + household, strata = ~region, weights = ~w, fpc = ~n_ea + n_hh, data = d)
//	confint(svytotal(~persons, one), df = 12); svyby(~persons, ~region + sex, one, svytotal)
//	svyratio(~income, ~persons, subset(two, !is.na(income)), deff = TRUE); svymean(~m, two, deff = TRUE)
//	svymean(~age, subset(two, age >= 60 & sex == 2)); svyciprop(~I(m == "married"), two, method = …)
func TestAgainstR(t *testing.T) {
	one := base()
	one.PSU, one.FPC, one.Totals = one.PSU[:1], one.FPC[:1], []string{"persons"}
	e := find(t, run(t, one), "total persons")
	near(t, "total", e, 48799.25, 2156.873322949, 44099.82673199, 53498.67326801)

	one.By = []string{"region", "sex"}
	e = find(t, run(t, one), "total persons south 2")
	near(t, "total by region and sex", e, 3756.5625, 781.0778685373)

	two := base()
	two.Ratios, two.Proportions, two.Deff = []string{"income/persons"}, []string{"marital"}, "without"
	r := run(t, two)
	e = find(t, r, "ratio income/persons")
	near(t, "ratio", e, 4.507806525635, 0.428357248100)
	near(t, "its design effect", estimation.Row{Estimate: e.Deff}, 1.904947504059)
	if e.DF != 12 || e.N != 113 || e.Missing != 7 {
		t.Errorf("ratio: %v degrees of freedom, %d rows, %d missing", e.DF, e.N, e.Missing)
	}
	e = find(t, r, "proportion maritalmissing")
	near(t, "missing", e, 0.01825889858966, 0.01163000255337)
	near(t, "its design effect", estimation.Row{Estimate: e.Deff}, 0.9060276717254)

	for method, ci := range map[string][2]float64{
		"logit": {0.3558608330092, 0.5943734922684}, "wald": {0.3520203890680, 0.5952036986866},
		"arcsine":       {0.3539972155468, 0.5947840467319},
		"korn-graubard": {0.3494117563275, 0.6002525893962},
	} {
		two.Method = method
		e = find(t, run(t, two), "proportion maritalmarried")
		near(t, method, e, 0.47361204387732, 0.05580637912247)
		// R's logit comes from an iteration that ends when the deviance changes by less than 1e-8.
		if math.Abs(float64(e.Lower)-ci[0]) > 1e-10 || math.Abs(float64(e.Upper)-ci[1]) > 1e-10 {
			t.Errorf("%s: %v, %v, want %v", method, e.Lower, e.Upper, ci)
		}
	}

	two = base()
	two.Means, two.Where = []string{"age"}, "age >= 60 and sex = 2"
	e = find(t, run(t, two), "mean age")
	near(t, "mean in a domain", e, 72.350914655847, 1.974467019846)
	if e.DF != 4 {
		t.Errorf("mean in a domain: %v degrees of freedom", e.DF)
	}
}

// near compares estimate, SE and ends, as far as they are given, as printed with 13 digits.
func near(t *testing.T, what string, e estimation.Row, want ...float64) {
	t.Helper()
	for i, got := range []estimation.Number{e.Estimate, e.SE, e.Lower, e.Upper}[:len(want)] {
		if math.Abs(float64(got)-want[i]) > 5e-12*math.Abs(want[i]) {
			t.Errorf("%s: figure %d is %v, want %v", what, i, got, want[i])
		}
	}
}

// everything asks for something of every kind.
func everything(file string) estimation.Options {
	o := base()
	o.File, o.Deff = file, "without"
	o.Totals, o.Means, o.Ratios = []string{"1,persons"}, []string{"income", "age < 40 and not marital is missing"},
		[]string{"income/persons"}
	o.Quantiles = []string{"age:0.25,0.5"}
	o.Proportions, o.By, o.Cut, o.Where = []string{"marital"}, []string{"province", "age"}, []string{"age:35,50"},
		"persons > 1"
	return o
}

func estimates(t *testing.T, o estimation.Options) string {
	t.Helper()
	text, err := json.Marshal(run(t, o).Estimates)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestSameBits: neither the format of the file nor the order of its rows changes a bit.
func TestSameBits(t *testing.T) {
	paths, err := filepath.Glob("../microdata/testdata/*.[dp]*")
	if err != nil || len(paths) != 10 {
		t.Fatal(len(paths), err)
	}
	for range 3 {
		paths = append(paths, shuffled(t))
	}
	for name, change := range map[string]func(o *estimation.Options){
		"as drawn":   func(*estimation.Options) {},
		"bootstrap":  func(o *estimation.Options) { o.Replicates = "bootstrap:20:1" },
		"calibrated": func(o *estimation.Options) { o.Calibrate = "../../testdata/samples/totals.csv" },
		"assisted": func(o *estimation.Options) {
			o.By, o.Cut, o.Assist, o.AssistX, o.AssistGroup = o.By[:1], nil, registerFile, []string{"persons"}, "region"
		},
	} {
		o := everything(sampleFile)
		change(&o)
		want := estimates(t, o)
		for _, o.File = range paths {
			if got := estimates(t, o); got != want {
				t.Errorf("%s, %s: %s", name, o.File, cmp.Diff(want, got))
			}
		}
	}
}

// shuffled is the sample with its rows in another order.
func shuffled(t *testing.T) string {
	text, err := os.ReadFile(sampleFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(strings.Lines(string(text)))
	rand.Shuffle(len(lines)-1, func(i, j int) { lines[i+1], lines[j+1] = lines[j+1], lines[i+1] })
	path := filepath.Join(t.TempDir(), "shuffled.csv")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestDomains: the totals of domains add up to that of all, and a domain of all rows is no domain.
func TestDomains(t *testing.T) {
	o := base()
	o.Totals, o.By = []string{"persons"}, []string{"province", "marital"}
	sum, n := 0.0, int64(0)
	for _, e := range run(t, o).Estimates {
		sum += float64(e.Estimate)
		n += e.N
	}
	o.By = nil
	whole := estimates(t, o)
	all := find(t, run(t, o), "total persons")
	if math.Abs(sum-float64(all.Estimate)) > 1e-9*sum || n != 120 {
		t.Errorf("domains add up to %v of %d rows, all are %v", sum, n, all.Estimate)
	}
	o.Where = "persons > 0 or persons is missing"
	if got := estimates(t, o); got != whole {
		t.Error(cmp.Diff(whole, got))
	}
	o.Where = "persons > 100"
	if e := find(t, run(t, o), "total persons"); e.N != 0 || !slices.Contains(e.Notes, "nobody sampled here") ||
		!math.IsNaN(float64(e.SE)) {
		t.Errorf("nobody: %+v", e)
	}
}

func TestConditions(t *testing.T) {
	o := base()
	o.Means = []string{"age"}
	for condition, want := range map[string]int64{ // counted in the file by awk
		"sex = 2": 38, "sex == 2": 38, "sex != 1": 38, "sex <> 1": 38, "not sex = 1": 38, "sex in (2, 3)": 38,
		"sex not in (1)":     38,
		"marital is missing": 3, "not marital is missing": 117, "marital is not missing": 117,
		"region = 'north' or region = \"south\"": 72, "region in ('north', 'south')": 72, "region != 'centre'": 72,
		"sex = 2 and (region = 'north' or region = 'south')": 23, "sex = 2 and region = 'north' or region = 'south'": 43,
		"marital = 'single'": 21, "marital != 'single'": 96, "not (marital = 'single' and sex = 1)": 102,
		"income < 5 or age >= 80": 11, "persons": 120, "\"persons\" >= 1e0": 120, "income > -1": 113,
	} {
		o.Where = condition
		if e := find(t, run(t, o), "mean age"); e.N != want {
			t.Errorf("%s: %d rows, want %d", condition, e.N, want)
		}
	}
	for condition, want := range map[string]string{
		"age >":       "the end stands where a number should",
		"age >= 'x'":  "a text can be equal or not, but >= goes with numbers",
		"age > 1 2":   `"2" is one too many`,
		"(age > 1":    "a ) is missing",
		"age in 1":    "in goes with a list",
		"age in (1":   "a ) is missing",
		"age is 3":    `"3" stands where missing should`,
		"age not 3":   "not stands before a condition, or before in",
		"3 < age":     `"3" stands where a column should`,
		"age > 1-2-":  `"1-2-" is not a number`,
		"age & 2":     `'&' is no sign of a condition`,
		"region = 'a": "a ' is not closed",
		"age > 1 and": "the end stands where a column should",
	} {
		o.Where = condition
		_, err := estimation.Run(context.Background(), o, "test", nil)
		var usage *estimation.UsageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), "--where: "+want) {
			t.Errorf("%s: %v, want %s", condition, err, want)
		}
	}
}

func TestTable(t *testing.T) {
	o := base()
	o.Totals, o.By, o.Where = []string{"persons"}, []string{"region"}, "region = 'north'"
	var text bytes.Buffer
	if err := run(t, o).WriteTable(&text); err != nil {
		t.Fatal(err)
	}
	want := `../../testdata/samples/sample.csv: 120 rows, 3 strata (region), 15 PSUs (ea), weights sum to 13,401.0, df 12
stage 2: household
domain: region = 'north'

region                 estimate     SE  CV %   lower   upper  interval  df   n
centre  total persons         0      –     –       –       –         t   0   0  a
north   total persons    13,803  1,399  10.1  10,417  18,290       log   4  40
south   total persons         0      –     –       –       –         t   0   0  a

lower and upper: 95 % interval; t: estimate ∓ t·SE for totals; log: estimate · exp(∓ t·SE/estimate) for totals
a: nobody sampled here
`
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Error(diff)
	}
}
