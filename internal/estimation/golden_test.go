package estimation_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/concord-stat/concord/internal/estimation"
)

// A goldenDesign is a design as the schema of the reference has it.
type goldenDesign struct {
	Kind, Type       string
	Base             *goldenDesign
	MSE              bool
	Scale            float64
	RScales          []float64 `json:"rscales_distinct"`
	RepWeights       string    `json:"repweights_file"`
	IDs, Strata, FPC []string
	Weights          string
	WeightsAllOne    bool   `json:"weights_all_one"`
	Lonely           string `json:"lonely_psu"`
	AdjustDomain     bool   `json:"adjust_domain_lonely"`
	Nest             bool
	Domain           []goldenCondition
}

// A goldenEntry is a reference result: R survey 4.1-1, or 4.5 where the two differ, as its file says.
type goldenEntry struct {
	ID      string
	Dataset string
	Design  goldenDesign
	Target  struct {
		Stat, Deff, Missing    string
		Numerator, Denominator any
		Vars, By               []string
		Factor, Interaction    bool
		Quantiles              []float64
		IntervalType           string `json:"interval_type"`
		Rule                   string `json:"qrule"`
	}
	Labels    []string
	Estimate  []*float64
	SE        []*float64
	Deff      []any
	Error     string
	Ties      []bool `json:"tie_sensitive"` // rounding decides there, as the notes of the file say
	Tolerance struct{ Rel, Abs float64 }
}

type goldenCondition struct {
	Var, Op string
	Value   any
}

func goldenFolder(t *testing.T) string {
	dir := os.Getenv("CONCORD_GOLDEN")
	if dir == "" {
		dir = "../shared/golden"
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("../..", dir)
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CONCORD_GOLDEN: %v", err)
		}
		t.Skipf("CONCORD_GOLDEN names no folder of reference results: %v", err)
	}
	return dir
}

// TestGolden holds estimates from the files against the reference, through the options of the command. The levels of a
// factor are conditions, or a proportion, by turns.
func TestGolden(t *testing.T) { holdTopic(t, "estimates", 290) }

// TestGoldenReplicates does so for replicate weights: those of files stand beside the columns of their data set, the
// others are made by the method.
func TestGoldenReplicates(t *testing.T) { holdTopic(t, "replicates", 90) }

// TestGoldenQuantiles does so for quantiles by the rules of R survey, see analysis.QuantileRule.AsSurvey.
func TestGoldenQuantiles(t *testing.T) { holdTopic(t, "quantiles", 190) }

func holdTopic(t *testing.T, topic string, least int) {
	dir := goldenFolder(t)
	text, err := os.ReadFile(filepath.Join(dir, topic+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Entries []goldenEntry }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, e := range file.Entries {
		o, ok := e.options(dir)
		if !ok {
			continue
		}
		held++
		t.Run(e.ID, func(t *testing.T) {
			if e.Design.Kind == "replicate" {
				e.replicates(t, &o, dir)
			}
			e.hold(t, o)
		})
	}
	if held < least {
		t.Errorf("%d entries were held against, want %d at least", held, least)
	}
}

// quantiles sets what is asked for of an entry on quantiles. Score intervals of R are not ours.
func (e *goldenEntry) quantiles(o *estimation.Options) bool {
	target := &e.Target
	var p []string
	for _, v := range target.Quantiles {
		p = append(p, fmt.Sprint(v))
	}
	interval, ok := map[string]string{"mean": "wald", "beta": "korn-graubard", "xlogit": "logit",
		"asin": "arcsine"}[target.IntervalType]
	o.Quantiles, o.QuantileInterval, o.QuantileRule = []string{target.Vars[0] + ":" + strings.Join(p, ",")}, interval,
		"survey-"+target.Rule
	return ok && e.Design.Kind == "linearized"
}

// replicates sets the replicate weights of an entry.
func (e *goldenEntry) replicates(t *testing.T, o *estimation.Options, dir string) {
	o.AboutEstimate = e.Design.MSE
	if e.Design.RepWeights == "" {
		o.Replicates = strings.ToLower(e.Design.Type)
		return
	}
	scale := e.Design.Scale
	if len(e.Design.RScales) == 1 {
		scale *= e.Design.RScales[0]
	}
	o.Replicates, o.PSU, o.Strata, o.FPC, o.Nest = fmt.Sprintf("rep_*:%v", scale), nil, nil, nil, false
	o.File = beside(t, o.File, filepath.Join(dir, e.Design.RepWeights))
}

// beside puts the columns of two files beside one another, those of the second under rep_ and their names.
func beside(t *testing.T, a, b string) string {
	var lines [2][]string
	for i, path := range []string{a, b} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines[i] = strings.Split(strings.TrimSpace(string(text)), "\n")
	}
	if len(lines[0]) != len(lines[1]) {
		t.Fatalf("%d lines and %d", len(lines[0]), len(lines[1]))
	}
	lines[1][0] = "rep_" + strings.ReplaceAll(lines[1][0], ",", ",rep_")
	for i := range lines[0] {
		lines[0][i] += "," + lines[1][i]
	}
	path := filepath.Join(t.TempDir(), "beside.csv")
	if err := os.WriteFile(path, []byte(strings.Join(lines[0], "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// options are the entry as a command has it; not all can be said: no variances, no cross of two factors, no result
// that is missing because a value is.
func (e *goldenEntry) options(dir string) (o estimation.Options, ok bool) {
	d, target := &e.Design, &e.Target
	if d.Base != nil {
		d = d.Base
	}
	if len(e.Labels) == 1 && len(target.Vars) == 1 && e.Labels[0] == target.Vars[0] {
		target.Factor = false // said of a column of numbers, which R takes as such
	}
	o = estimation.Options{
		File: filepath.Join(dir, e.Dataset), PSU: d.IDs, FPC: d.FPC, Strata: d.Strata, Weight: d.Weights, Nest: d.Nest,
		Lonely:         d.Lonely,
		LonelyInDomain: d.AdjustDomain, By: target.By, Level: 0.95, Method: "wald", Interval: "t", QuantileInterval: "wald",
		QuantileRule: "math", CalibrateMethod: "linear", Deff: map[string]string{"wor": "without",
			"wr": "replace"}[target.Deff],
	}
	if d.WeightsAllOne {
		o.Weight = "1"
	}
	var conditions []string
	for _, c := range e.Design.Domain {
		conditions = append(conditions, c.String())
	}
	o.Where = strings.Join(conditions, " and ")
	variables := target.Vars
	switch {
	case target.Interaction || target.Missing == "propagate" || target.Missing == "drop_listwise":
		return o, false
	case target.Factor && target.Stat == "mean":
		o.Proportions = variables
		return o, len(variables) == 1
	case target.Factor:
		variables = nil
		for _, label := range e.Labels {
			level := label[strings.LastIndexByte(label, ':')+1:]
			variables = append(variables, fmt.Sprintf("%s = '%s'", target.Vars[0], strings.TrimPrefix(level, target.Vars[0])))
		}
	}
	switch target.Stat {
	case "quantile":
		return o, e.quantiles(&o)
	case "total":
		o.Totals = variables
	case "mean":
		o.Means = variables
	case "ratio":
		o.Ratios = e.Labels
		if len(target.By) > 0 {
			o.Ratios = []string{fmt.Sprintf("%v/%v", target.Numerator, target.Denominator)}
		}
	default:
		return o, false
	}
	return o, true
}

func (c goldenCondition) String() string {
	switch v := c.Value.(type) {
	case string:
		return fmt.Sprintf("%s %s '%s'", c.Var, c.Op, v)
	case []any:
		return fmt.Sprintf("%s in (%s)", c.Var, strings.Trim(strings.ReplaceAll(fmt.Sprint(v), " ", ","), "[]"))
	default:
		return fmt.Sprintf("%s %s %v", c.Var, c.Op, v)
	}
}

func (e *goldenEntry) hold(t *testing.T, o estimation.Options) {
	result, err := estimation.Run(context.Background(), o, "test", nil)
	if e.Error != "" {
		if err == nil {
			t.Errorf("no error, want %s", e.Error)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]estimation.Row{}
	for _, row := range result.Estimates {
		got[e.key(row)] = row
	}
	if len(got) != len(e.Labels) {
		t.Fatalf("%d estimates, want %d", len(got), len(e.Labels))
	}
	for i, label := range e.Labels {
		if e.Ties != nil && e.Ties[i] {
			continue
		}
		row, ok := got[label]
		if !ok {
			t.Fatalf("no estimate %q among %v", label, got)
		}
		e.close(t, label, float64(row.Estimate), e.Estimate[i])
		noVariance := e.Target.Stat == "quantile" && slices.Contains(row.Notes, "the sample shows no variance here")
		if e.SE != nil && !(noVariance && e.SE[i] == nil) { // ours gives an interval there, with this note
			e.close(t, label+" SE", float64(row.SE), e.SE[i])
		}
		if e.Deff != nil {
			e.close(t, label+" deff", float64(row.Deff), goldenNumber(e.Deff[i]))
		}
	}
}

// key is the label that R gives an estimate.
func (e *goldenEntry) key(row estimation.Row) string {
	domain := strings.Join(row.By, ".")
	name := row.Variable
	if e.Target.Factor {
		level := row.Category
		if level == "" {
			level = strings.Trim(strings.SplitN(row.Variable, " = ", 2)[1], "'")
		}
		name = e.Target.Vars[0] + level
	}
	switch {
	case row.Statistic == "quantile":
		return row.Variable + "@" + row.Category
	case domain == "":
		return name // a label of a matrix of ratios, too
	case len(e.Target.Vars) > 1 || e.Target.Factor:
		return domain + ":" + name
	}
	return domain
}

func goldenNumber(v any) *float64 {
	switch v := v.(type) {
	case float64:
		return &v
	case string:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return &f
		}
	}
	return nil
}

func (e *goldenEntry) close(t *testing.T, what string, got float64, want *float64) {
	t.Helper()
	if want == nil {
		if !math.IsNaN(got) {
			t.Errorf("%s is %v, want none", what, got)
		}
		return
	}
	if got == 0 && math.Abs(*want) < 1e-14 {
		return // what rounding leaves R of a share that the strata fix
	}
	if got == *want || math.Abs(got-*want) <= max(e.Tolerance.Abs, e.Tolerance.Rel*math.Abs(*want)) {
		return
	}
	t.Errorf("%s is %v, want %v", what, got, *want)
}
