package reference

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats"
)

func init() {
	register("calibration", calibrationEntry)
	designKinds["calibrated"] = calibratedDesign
}

// calibrationEntry holds an entry on calibration against ours: an estimate from a calibrated survey, its weights, or
// the g of a calibration by itself.
func calibrationEntry(e *entry) outcome {
	switch {
	case e.has("target"):
		e.tolerance.Abs = max(e.tolerance.Abs, rounding(e))
		return surveyEntry(withFormula(e))
	case e.has("weights"):
		return fittedWeights(e)
	}
	return bareCalibration(e)
}

// rounding is what standard errors may be of which the reference is nothing but rounding, as those of totals that the
// weights were fitted to; 0 where one is more. It is narrower than what the file allows for them.
func rounding(e *entry) float64 {
	const share = 1e-9
	var estimate, se []number
	e.into("estimate", &estimate)
	e.into("se", &se)
	largest := 0.0
	for i := range se {
		largest = max(largest, share*math.Abs(float64(estimate[i])))
	}
	for i := range se {
		if !(float64(se[i]) <= largest) {
			return 0
		}
	}
	return largest
}

// withFormula is the entry with a target of columns where it has one of a formula.
func withFormula(e *entry) *entry {
	var fields map[string]json.RawMessage
	e.into("target", &fields)
	var formula string
	if json.Unmarshal(fields["formula"], &formula) != nil {
		return e
	}
	var dataset string
	e.into("dataset", &dataset)
	name := strings.TrimPrefix(formula, "~")
	fields = maps.Clone(fields)
	delete(fields, "formula")
	fields["vars"], fields["factor"] = encode([]string{name}), encode(!readTable(e.path(dataset)).isNumeric(name))
	out := &entry{topic: e.topic, dir: e.dir, fields: maps.Clone(e.fields), tolerance: e.tolerance}
	out.fields["target"] = encode(fields)
	return out
}

// fittedWeights compares final weights.
func fittedWeights(e *entry) outcome {
	s, cannot := readSurvey(e)
	if cannot != "" {
		return unsupported("%s", cannot)
	}
	f := newFigures(e, "design")
	var replicates [][]float64
	if r, ok := s.Survey.(*analysis.Replicates); ok {
		for n := range r.Len() {
			replicates = append(replicates, r.ReplicateWeights(n))
		}
	}
	f.checksums("weights", s.Weights(), replicates)
	return f.outcome()
}

// checksums compares what an entry states of a column, and of such columns of replicates.
func (f *figures) checksums(field string, got []float64, replicates [][]float64) {
	var want map[string]json.RawMessage
	f.field(field, &want, func() error {
		of := newFigures(&entry{fields: want, tolerance: f.e.tolerance})
		index, sums, squares := 0.0, []float64{}, 0.0
		for i, v := range got {
			index += float64(i+1) * v
		}
		for _, r := range replicates {
			sums, squares = append(sums, floats.Sum(r)), squares+floats.Dot(r, r)
		}
		of.number("n", float64(len(got)))
		of.number("sum", floats.Sum(got))
		of.number("sumsq", floats.Dot(got, got))
		of.number("index_sum", index)
		of.number("min", slices.Min(got))
		of.number("max", slices.Max(got))
		of.vector("first10", got[:min(10, len(got))])
		of.vector("all", got)
		of.vector("replicate_sums_first5", sums[:min(5, len(sums))])
		of.number("replicate_sumsq_total", squares)
		if err := of.all(); err != nil {
			return fmt.Errorf("%s: %w", field, err)
		}
		return nil
	})
}

// bareCalibration compares g of a calibration of a sample of whose design nothing is said but the weights.
func bareCalibration(e *entry) outcome {
	var in struct {
		Dataset, Call string
		Columns       []string
		Totals        []float64
		Bounds        []float64
	}
	e.inputs(&in)
	t := readTable(e.path(in.Dataset))
	c := analysis.Calibration{Method: calibMethods[quoted(in.Call, "method")]}
	c.Lower, c.Upper = bounds(in.Bounds)
	for j, name := range in.Columns {
		c.Terms = append(c.Terms, analysis.Term{Name: name, X: modelColumn(t, name), Totals: in.Totals[j : j+1]})
	}
	k, err := analysis.NewCalibrator(c, t.rows)
	mustSucceed(err)
	d := t.numbers("wt")
	w, fit, err := k.Fit(d)
	if err != nil {
		return disagree("%v", err)
	}
	g, achieved := make([]float64, len(d)), make([]float64, len(fit.Terms))
	for i := range g {
		g[i] = w[i] / d[i]
	}
	for j, term := range fit.Terms {
		achieved[j] = term.Fitted
	}
	f := newFigures(e, "columns", "totals", "bounds")
	f.checksums("g", g, nil)
	f.vector("achieved", achieved)
	return f.outcome()
}

var calibMethods = map[string]analysis.CalibrationMethod{
	"linear": analysis.LinearCalibration, "raking": analysis.ExponentialCalibration,
	"truncated": analysis.TruncatedCalibration, "logit": analysis.LogitCalibration,
}

// quoted is the text in quotes that a call gives an argument.
func quoted(call, argument string) string {
	_, after, ok := strings.Cut(call, argument+`="`)
	text, _, closed := strings.Cut(after, `"`)
	if !ok || !closed {
		panic(fmt.Sprintf("no %s in %s", argument, call))
	}
	return text
}

func bounds(b []float64) (lower, upper float64) {
	if b == nil {
		return 0, 0
	}
	return b[0], b[1]
}

// modelColumn is a column of a model: the intercept, a column of numbers, or the indicator of a level; factor(x)1 is
// that of level 1 of x.
func modelColumn(t *table, name string) []float64 {
	if name == "(Intercept)" {
		return constant(t.rows)
	}
	if slices.Contains(t.names, name) {
		return t.numbers(name)
	}
	return indicator(t, name)
}

// An adjustment is how weights were fitted.
type adjustment struct {
	Method              string
	Formula             string
	Terms               []string
	Totals, Bounds      []float64
	Margins             []margin
	Aggregate, Variance string
	Trim                struct {
		Lower, Upper *float64
		Strict       bool
	}
}

type margin struct {
	Vars   []string
	Levels []names
	Counts []float64
}

// calibratedDesign fits the weights of another design.
func calibratedDesign(e *entry, fields map[string]json.RawMessage, t *table) (analysis.Survey, string) {
	if odd := strangers(fields, "name", "kind", "base", "adjust", "r_call", "domain"); odd != nil {
		return nil, fmt.Sprintf("design with %v", odd)
	}
	base, cannot := readDesign(e, baseDesign(e, fields["base"]), t)
	if cannot != "" {
		return nil, cannot
	}
	var a adjustment
	var given map[string]json.RawMessage
	mustSucceed(json.Unmarshal(fields["adjust"], &a))
	mustSucceed(json.Unmarshal(fields["adjust"], &given))
	odd := strangers(given, "method", "formula", "terms", "totals", "bounds", "margins", "aggregate", "variance", "trim", "note")
	if odd != nil {
		return nil, fmt.Sprintf("calibration with %v", odd)
	}
	if r, ok := base.(*analysis.Replicates); ok {
		fitted, _, err := r.Calibrate(a.calibration(t, nil))
		mustSucceed(err)
		return fitted, ""
	}
	s := base.(*analysis.Sample)
	if a.Method == "trim" {
		trimmed, _, err := s.Trim(a.trimming())
		mustSucceed(err)
		return trimmed, ""
	}
	fitted, _, err := s.Calibrate(a.calibration(t, s))
	mustSucceed(err)
	return fitted, ""
}

// keepsDF tells whether the degrees of freedom in R are those before the calibration: it counts those of replicates
// anew but where the weights were found by iteration.
func keepsDF(fields map[string]json.RawMessage) bool {
	var a adjustment
	if fields["adjust"] == nil {
		return false
	}
	mustSucceed(json.Unmarshal(fields["adjust"], &a))
	return slices.Contains([]string{"raking", "logit", "bounded_linear"}, a.Method)
}

// baseDesign is the design that another is built on: written out, or by its name in another entry of the file.
func baseDesign(e *entry, text json.RawMessage) map[string]json.RawMessage {
	var name string
	if json.Unmarshal(text, &name) != nil {
		return nestedDesign(map[string]json.RawMessage{"base": text}, "base")
	}
	f, err := read(filepath.Join(e.dir, e.topic+".json"))
	mustSucceed(err)
	for _, other := range f.Entries {
		var design map[string]json.RawMessage
		if json.Unmarshal(other["design"], &design) == nil && string(design["name"]) == string(text) {
			return design
		}
	}
	panic("no design " + name)
}

func (a *adjustment) trimming() analysis.Trimming {
	t := analysis.Trimming{Lower: math.Inf(-1), Upper: math.Inf(1), Strict: a.Trim.Strict}
	if a.Trim.Lower != nil {
		t.Lower = *a.Trim.Lower
	}
	if a.Trim.Upper != nil {
		t.Upper = *a.Trim.Upper
	}
	return t
}

// calibration is an adjustment as one of ours.
func (a *adjustment) calibration(t *table, s *analysis.Sample) analysis.Calibration {
	switch a.Method {
	case "poststratify":
		term := a.Margins[0].term(t)
		return analysis.PostStratification(term.Code, term.Levels, term.Totals)
	case "ipf_rake":
		c := analysis.Calibration{Method: analysis.IterativeFitting, Residuals: analysis.ResidualsByRounds}
		for _, m := range a.Margins {
			c.Terms = append(c.Terms, m.term(t))
		}
		return c
	}
	c := analysis.Calibration{Method: map[string]analysis.CalibrationMethod{
		"linear": analysis.LinearCalibration, "bounded_linear": analysis.TruncatedCalibration,
		"raking": analysis.ExponentialCalibration, "logit": analysis.LogitCalibration,
	}[a.Method]}
	c.Lower, c.Upper = bounds(a.Bounds)
	columns := parseFormula(a.Formula).columns(t, t.complete(nil, nil))
	for j, name := range a.Terms {
		at := slices.IndexFunc(columns, func(m analysis.ModelColumn) bool { return m.Name == blankless(name) })
		if at < 0 {
			panic(fmt.Sprintf("no column %s in the model %s", name, a.Formula))
		}
		c.Terms = append(c.Terms, analysis.Term{Name: name, X: columns[at].Values, Totals: a.Totals[j : j+1]})
	}
	if a.Variance == "first_x" {
		c.Q = each(c.Terms[0].X, func(x float64) float64 { return 1 / x })
	}
	if a.Aggregate == "psu" {
		c.Unit = s.PSU()
	}
	return c
}

// term is a margin, or the cells of a cross of factors.
func (m margin) term(t *table) analysis.Term {
	term := analysis.Term{Name: strings.Join(m.Vars, " x "), Totals: m.Counts, Code: make([]int32, t.rows)}
	at := map[string]int32{}
	for i, level := range m.Levels {
		term.Levels = append(term.Levels, strings.Join(level, "."))
		at[term.Levels[i]] = int32(i)
	}
	for i := range term.Code {
		var level []string
		for _, v := range m.Vars {
			level = append(level, t.text(v)[i])
		}
		code, ok := at[strings.Join(level, ".")]
		if !ok {
			panic(fmt.Sprintf("row %d has no level of %v", i, m.Vars))
		}
		term.Code[i] = code
	}
	return term
}
