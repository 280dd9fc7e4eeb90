package estimation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/microdata"
	"github.com/concord-stat/concord/internal/problems"
)

// calibrationMethods are the ways to fit weights, by name.
var calibrationMethods = map[string]analysis.CalibrationMethod{
	"linear": analysis.LinearCalibration, "exponential": analysis.ExponentialCalibration,
	"logit":     analysis.LogitCalibration,
	"truncated": analysis.TruncatedCalibration, "rake": analysis.IterativeFitting,
}

// CalibrationMethods are the ways to fit weights by name; poststratify is linear with one term.
func CalibrationMethods() []string {
	return []string{"linear", "exponential", "logit", "truncated", "rake", "poststratify"}
}

// checkCalibration tells what is wrong with the options of a calibration.
func (o *Options) checkCalibration() error {
	switch {
	case o.Calibrate == "" && (o.CalibrateMethod != DefaultCalibrateMethod || o.Bounds != nil):
		return errors.New("--calibrate-method and --bounds go with --calibrate")
	case !slices.Contains(CalibrationMethods(), o.CalibrateMethod):
		return fmt.Errorf("--calibrate-method %q is not one of %s", o.CalibrateMethod,
			strings.Join(CalibrationMethods(), ", "))
	}
	bounded := o.CalibrateMethod == "logit" || o.CalibrateMethod == "truncated"
	switch {
	case bounded && (len(o.Bounds) != 2 || !(o.Bounds[0] < 1 && o.Bounds[1] > 1)):
		return fmt.Errorf("--calibrate-method %s: want --bounds below and above 1, such as 0.5,2", o.CalibrateMethod)
	case !bounded && o.Bounds != nil:
		return errors.New("--bounds go with --calibrate-method logit and truncated")
	}
	return nil
}

// A known is what a file of totals knows of one variable: the totals of its levels, or one where it has none.
type known struct {
	name    string
	columns []string // whose cross has the levels; none where the variable has no levels
	variable
	levels []string
	totals []float64
	lines  []int
}

// readTotals reads a file of totals: variable, level, total.
func readTotals(ctx context.Context, path string, data *microdata.File) ([]*known, error) {
	f, err := microdata.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	found := &problems.List{}
	for _, name := range []string{"variable", "level", "total"} {
		if !f.Has(name) {
			found.Add(path, 1, name, "no such column: totals are in columns variable, level, total")
		}
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	t, found, err := f.Read(ctx, append(append(code("variable"), code("level")...), number("total")...))
	if err != nil || t == nil {
		return nil, errors.Join(err, found.Err())
	}
	all := gatherTotals(t, found)
	for _, k := range all {
		k.resolve(data, path, found)
	}
	if len(all) == 0 {
		found.Add(path, 0, "", "no totals")
	}
	found.Sort()
	return all, found.Err()
}

// gatherTotals puts the totals of a variable together, in the order of the file.
func gatherTotals(t *microdata.Table, found *problems.List) (all []*known) {
	variables, levels, totals := t.Codes("variable"), t.Codes("level"), t.Numbers("total")
	of := map[string]*known{}
	for i, total := range totals {
		name, level := variables.Labels[variables.Code[i]], levels.Labels[levels.Code[i]]
		if levels.Code[i] == levels.MissingLevel() {
			level = ""
		}
		k := of[name]
		if k == nil {
			k = &known{name: name}
			of[name] = k
			all = append(all, k)
		}
		switch line := t.Line(i); {
		case variables.Code[i] == variables.MissingLevel():
			found.Add(t.Path, line, "variable", "missing")
		case total != total && !t.Unread("total", i):
			found.Add(t.Path, line, "total", "missing")
		case slices.Contains(k.levels, level):
			found.Add(t.Path, line, "level", "the same variable and level as on line %d", k.lines[slices.Index(k.levels, level)])
		case len(k.levels) > 0 && (level == "") != (k.levels[0] == ""):
			found.Add(t.Path, line, "level", "the variable has a total with a level and one without")
		default:
			k.levels, k.totals, k.lines = append(k.levels, level), append(k.totals, total), append(k.lines, line)
		}
	}
	return all
}

// resolve says which columns of the data a variable stands for.
func (k *known) resolve(data *microdata.File, path string, found *problems.List) {
	if len(k.levels) == 0 {
		return
	}
	if k.levels[0] == "" {
		v, err := parseVariable(k.name, data)
		if err != nil {
			found.Add(path, k.lines[0], "variable", "%v", err)
		}
		k.variable = v
		return
	}
	k.columns = []string{k.name}
	if !data.Has(k.name) {
		k.columns = splitTop(k.name, '*')
	}
}

// calibrationWants are the columns that a calibration needs.
func (r *request) calibrationWants() (wants []microdata.Want) {
	for _, k := range r.known {
		for _, c := range k.columns {
			wants = append(wants, r.category(c))
		}
		if k.columns == nil {
			wants = append(wants, k.wants()...)
		}
	}
	return wants
}

// calibration is the calibration to the totals, over the rows of the file. Rows of which a variable is not known, or
// has a level without a total, are added to found.
func (r *request) calibration(t *microdata.Table, found *problems.List) analysis.Calibration {
	c := analysis.Calibration{Method: calibrationMethods[r.CalibrateMethod]}
	if r.Bounds != nil {
		c.Lower, c.Upper = r.Bounds[0], r.Bounds[1]
	}
	for _, k := range r.known {
		if k.columns == nil {
			c.Terms = append(c.Terms, analysis.Term{Name: k.name, X: k.numbers(t, found), Totals: k.totals})
			continue
		}
		c.Terms = append(c.Terms, analysis.Term{
			Name: k.name, Code: r.margin(k, t, found), Levels: k.levels, Totals: k.totals,
		})
	}
	return c
}

// numbers are the values of a variable without levels, which must all be known.
func (k *known) numbers(t *microdata.Table, found *problems.List) []float64 {
	x := k.values(t)
	var faults problems.Faults
	for i, v := range x {
		if v != v && !t.Unread(k.column, i) {
			faults.Add(t.Line(i), "missing: a variable that weights are calibrated to is known on every row")
		}
	}
	faults.Tell(found, t.Path, k.name)
	return x
}

// margin is the level of every row.
func (r *request) margin(k *known, t *microdata.Table, found *problems.List) []int32 {
	var by []microdata.Codes
	for _, c := range k.columns {
		by = append(by, r.categories(t, c))
	}
	cross, err := crossed(t.Rows, by)
	if err != nil {
		found.Add(t.Path, 0, k.name, "%v", err)
		return nil
	}
	level := make([]int32, cross.len())
	for c, labels := range cross.labels {
		level[c] = int32(slices.Index(k.levels, strings.Join(labels, "*")))
	}
	var faults problems.Faults
	out := make([]int32, t.Rows)
	for i, c := range cross.of {
		if out[i] = level[c]; out[i] < 0 {
			faults.Add(t.Line(i), "a level for which "+r.Calibrate+" has no total")
		}
	}
	faults.Tell(found, t.Path, k.name)
	return out
}

// calibrated is the engine with its weights fitted to the totals, and the record of it.
func (r *request) calibrated(e engine, t *microdata.Table, found *problems.List) (engine, *CalibrationRecord, error) {
	c := r.calibration(t, found)
	if found.Count() > 0 {
		return nil, nil, nil
	}
	var fit *analysis.CalibrationFit
	var err error
	switch of := e.(type) {
	case *analysis.Sample:
		e, fit, err = sampleCalibrated(of, c)
	case *analysis.Replicates:
		e, fit, err = replicatesCalibrated(of, c)
	}
	var negative *analysis.ReplicateError
	if errors.As(err, &negative) {
		err = errors.New("replicates have negative weights: take --calibrate-method exponential, or logit with bounds")
	}
	if err != nil {
		return nil, nil, problems.Input(fmt.Errorf("%s: %s", r.Calibrate, strings.TrimPrefix(err.Error(), "analysis: ")))
	}
	return e, newCalibrationRecord(r, fit), nil
}

func sampleCalibrated(s *analysis.Sample, c analysis.Calibration) (engine, *analysis.CalibrationFit, error) {
	out, fit, err := s.Calibrate(c)
	return out, fit, err
}

// maxCalibratedReplicates is how many weights of replicates are fitted at once: 4 GB with those they come from.
const maxCalibratedReplicates = 1 << 28

// replicatesCalibrated fits the weights of every replicate to the totals, too.
func replicatesCalibrated(of *analysis.Replicates, c analysis.Calibration) (engine, *analysis.CalibrationFit, error) {
	k, err := analysis.NewCalibrator(c, len(of.Weights()))
	if err != nil {
		return nil, nil, err
	}
	w, fit, err := k.Fit(of.Weights())
	if err != nil {
		return nil, nil, err
	}
	if n := int64(of.Len()) * int64(len(w)); n > maxCalibratedReplicates {
		return nil, nil, fmt.Errorf("%d replicates of %d rows, each fitted to totals, take %d GB: take fewer, "+
			"or no --replicates, which needs none of that", of.Len(), len(w), 16*n>>30)
	}
	all := make([][]float64, of.Len())
	for r := range all {
		all[r] = of.ReplicateWeights(r)
	}
	if all, err = k.FitReplicates(all); err != nil {
		return nil, nil, err
	}
	out, err := analysis.GivenReplicates(analysis.ReplicateColumns{
		Weights: w, Combined: all, Scale: of.Scale(), RScales: of.RScales(), AboutEstimate: of.IsAboutEstimate(),
	})
	return out, fit, err
}

// A CalibrationRecord is what became of a calibration.
type CalibrationRecord struct {
	File       string       `json:"file"`
	SHA256     string       `json:"sha256"`
	Method     string       `json:"method"`
	Iterations int          `json:"iterations"`
	GMin       Number       `json:"g_min"` // new weights over old ones
	GMax       Number       `json:"g_max"`
	GCV        Number       `json:"g_cv"`
	Negative   int          `json:"negative_weights"`
	DeffBefore Number       `json:"weighting_effect_before"` // nΣw²/(Σw)²
	DeffAfter  Number       `json:"weighting_effect_after"`
	Totals     []KnownTotal `json:"totals"`
}

// A KnownTotal is a total before and after a calibration.
type KnownTotal struct {
	Name   string `json:"name"`
	Total  Number `json:"total"`
	Before Number `json:"before"`
	After  Number `json:"after"`
}

func newCalibrationRecord(r *request, f *analysis.CalibrationFit) *CalibrationRecord {
	out := &CalibrationRecord{
		File: r.Calibrate, SHA256: r.totalsDigest, Method: r.CalibrateMethod, Iterations: f.Iterations,
		GMin: Number(f.G.Min), GMax: Number(f.G.Max), GCV: Number(f.G.CV),
		Negative: f.G.Negative, DeffBefore: Number(f.G.DeffBefore), DeffAfter: Number(f.G.DeffAfter),
	}
	for _, t := range f.Terms {
		out.Totals = append(out.Totals, KnownTotal{t.Term, Number(t.Target), Number(t.Start), Number(t.Fitted)})
	}
	return out
}
