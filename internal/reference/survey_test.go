package reference

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats"
)

func init() { register("estimates", surveyEntry) }

// A target is what an entry estimates.
type target struct {
	Stat                   string
	Vars                   []string
	By                     []string
	Factor, Interaction    bool
	Numerator, Denominator names
	Missing                string
	Deff                   string
	fields                 map[string]json.RawMessage
}

// Names are one name or several.
type names []string

func (n *names) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*n = names{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(n))
}

// A statistic compares what an entry states of a statistic with ours.
type statistic func(e *entry, s *survey, want target) outcome

// statistics are ours by the name of the statistic. Files of statistics add to it from init.
var statistics = map[string]statistic{
	"total": estimated, "mean": estimated, "ratio": estimated, "variance": estimated,
}

// surveyEntry holds an entry on a survey against ours: its design says which survey, its target which statistic.
func surveyEntry(e *entry) outcome {
	var want target
	if !e.fits("target", &want.fields) || !e.fits("target", &want) {
		return unsupported("no target")
	}
	stat := statistics[want.Stat]
	if stat == nil {
		return unsupported("statistic %s", want.Stat)
	}
	if e.has("error") {
		return refused(e)
	}
	s, cannot := readSurvey(e)
	if cannot != "" {
		return unsupported("%s", cannot)
	}
	return stat(e, s, want)
}

// refused wants ours to refuse a design for a stratum with a single PSU, and to count its degrees of freedom all the same.
func refused(e *entry) outcome {
	err := refusal(e)
	if err == nil || len(err.Problems) != 1 || !strings.Contains(err.Error(), "single sampled PSU") {
		return disagree("no refusal of a stratum with a single PSU: %v", err)
	}
	var fields map[string]json.RawMessage
	e.into("design", &fields)
	fields["lonely_psu"] = encode(analysis.LonelyRemove.String())
	allowed := &entry{dir: e.dir, fields: maps.Clone(e.fields)}
	allowed.fields["design"] = encode(fields)
	s, cannot := readSurvey(allowed)
	if cannot != "" {
		return unsupported("%s", cannot)
	}
	f := newFigures(e, "design", "target", "error")
	f.number("df", s.DF(s.domain))
	return f.outcome()
}

// refusal is the error of a design that ours refuses, nil where it takes it.
func refusal(e *entry) (err *analysis.SampleError) {
	defer func() { err, _ = recover().(*analysis.SampleError) }()
	readSurvey(e)
	return nil
}

// estimated compares totals, means, ratios and variances.
func estimated(e *entry, s *survey, want target) outcome {
	if odd := strangers(want.fields, "stat", "vars", "by", "factor", "interaction", "numerator", "denominator", "missing", "deff", "note"); odd != nil {
		return unsupported("%s with %s", want.Stat, strings.Join(odd, ", "))
	}
	domain := s.domain
	if want.Missing == "drop" || want.Missing == "drop_listwise" {
		domain = s.t.complete(domain, slices.Concat(want.Vars, want.Numerator, want.Denominator))
	}
	labels, st := want.statistic(s.t, s.domain)
	if want.Stat == "variance" {
		labels, st = want.covariances(s, domain)
	}
	f := newFigures(e, "design", "target", "labels", "value_source", "survey_4_1_1", "difference_note")
	if len(want.By) == 0 {
		f.estimates(s, labels, s.Estimate(st, domain))
		f.hold(cellsAgree(s, want, domain, e))
	} else {
		f.byDomain(s, want, labels, st, domain)
	}
	return f.outcome()
}

// statistic is the statistic of a target with the labels of its values.
func (w target) statistic(t *table, domain []bool) ([]string, analysis.Statistic) {
	labels, columns := w.columns(t, domain)
	switch w.Stat {
	case "total":
		return labels, analysis.TotalOf(columns...)
	case "mean":
		return labels, analysis.MeanOf(columns...)
	case "ratio":
		return w.ratios(t)
	}
	return labels, nil
}

// covariances are the variance of a variable, or the elements of the covariance matrix of several. Of a linearised one R
// counts the rows of the survey for n, also those without a value that domain leaves out.
func (w target) covariances(s *survey, domain []bool) (labels []string, st analysis.Statistic) {
	correction := 1.0
	if _, ok := s.Survey.(*analysis.Sample); ok && len(w.By) == 0 {
		all, known := weighted(s, s.domain), weighted(s, domain)
		correction = all / (all - 1) / (known / (known - 1))
	}
	var columns [][]float64
	for _, v := range w.Vars {
		column := slices.Clone(s.t.numbers(v))
		floats.Scale(math.Sqrt(correction), column)
		columns = append(columns, column)
	}
	for _, a := range w.Vars {
		for _, b := range w.Vars {
			if len(w.Vars) == 1 {
				b = ""
			}
			labels = append(labels, strings.TrimSuffix(a+":"+b, ":"))
		}
	}
	return labels, analysis.CovariancesOf(columns...)
}

// weighted counts the rows of a domain that have weight.
func weighted(s *survey, domain []bool) (n float64) {
	for i, w := range s.Weights() {
		if w != 0 && (domain == nil || domain[i]) {
			n++
		}
	}
	return n
}

// ratios are those of every numerator to every denominator, the numerator varying fastest.
func (w target) ratios(t *table) (labels []string, st analysis.Statistic) {
	var y, x [][]float64
	for _, below := range w.Denominator {
		for _, above := range w.Numerator {
			labels = append(labels, above+"/"+below)
			y, x = append(y, t.numbers(above)), append(x, t.numbers(below))
		}
	}
	return labels, analysis.RatiosOf(y, x)
}

// columns are the variables of a target: numbers, or an indicator for every level of a factor, whether or not the domain
// has it.
func (w target) columns(t *table, domain []bool) (labels []string, columns [][]float64) {
	// A column of numbers is no factor, unless it is crossed with another.
	if !w.Factor || !w.Interaction && t.isNumeric(w.Vars[0]) {
		for _, v := range w.Vars {
			labels, columns = append(labels, v), append(columns, t.numbers(v))
		}
		return labels, columns
	}
	prefix := w.Vars[0]
	if w.Interaction {
		prefix = "interaction(" + strings.Join(w.Vars, ", ") + ")"
	}
	for _, g := range t.cross(w.Vars, domain) {
		labels, columns = append(labels, prefix+g.label), append(columns, t.indicator(g, w.Vars))
	}
	return labels, columns
}

func (t *table) isNumeric(column string) bool {
	if _, ok := factorOf(column); ok {
		return false
	}
	_, err := parseNumbers(t.text(column))
	return err == nil
}

// complete is the domain without the rows where a variable is missing.
func (t *table) complete(domain []bool, vars []string) []bool {
	in := make([]bool, t.rows)
	for i := range in {
		in[i] = domain == nil || domain[i]
		for _, v := range vars {
			in[i] = in[i] && !missing(t.text(v)[i])
		}
	}
	return in
}

// estimates compares all that an entry states of estimates. Degrees of freedom are those of the design.
func (f *figures) estimates(s *survey, labels []string, est *analysis.Estimates) {
	f.labels(labels)
	f.vector("estimate", est.Values)
	var want target
	f.e.into("target", &want)
	var se, deff []float64
	for i := range est.Len() {
		se, deff = append(se, est.SE(i)), append(deff, want.deff(est, i))
	}
	f.errors(s, est.Values, se, square(est), deff)
	f.number("df", s.DF(s.domain))
	if f.e.has("cv") {
		f.number("cv", est.SE(0)/est.Values[0])
	}
	list := make([]analysis.Estimate, est.Len())
	for i := range list {
		list[i] = est.At(i)
	}
	f.intervals(list)
}

// errors compares standard errors, covariances and design effects.
func (f *figures) errors(s *survey, values, se []float64, cov [][]float64, deff []float64) {
	want := make([]number, len(se))
	f.e.fits("se", &want)
	var effects []number
	f.e.fits("deff", &effects)
	var covariances [][]number
	if f.e.fits("vcov", &covariances); len(covariances) != len(cov) {
		covariances = nil
	}
	for i, lost := range f.lost(s, values, se) {
		if !lost {
			continue
		}
		se[i] = float64(want[i])
		for j := range covariances { // such a one has covariances of no more than rounding
			if c := float64(covariances[i][j]); math.Abs(c) <= math.Abs(float64(want[i]*want[j]))*(1+1e-8) {
				cov[i][j], cov[j][i] = c, c
			}
			cov[i][i] = se[i] * se[i]
		}
		if deff != nil && len(effects) == len(deff) {
			deff[i] = float64(effects[i])
		}
	}
	f.vector("se", se)
	if cov != nil {
		f.covariance("vcov", cov)
	}
	if deff != nil {
		f.vector("deff", deff)
	}
}

// lost marks standard errors that are 0 but for rounding, in the entry and with us. They are of differences: of rows to
// their mean, of replicates to the estimate. Nothing is known of those below the last digits of the estimate.
func (f *figures) lost(s *survey, values, se []float64) []bool {
	lost, share := make([]bool, len(se)), f.rounding(s)
	var want []number
	if !f.e.fits("se", &want) || len(want) != len(se) {
		return lost
	}
	for i, w := range want {
		size := share * math.Abs(values[i])
		lost[i] = se[i] != float64(w) && se[i] < size && float64(w) < size
	}
	return lost
}

// rounding is the share of an estimate below which nothing is known of its standard error: the last digits, over
// replicates, and more of what weights were fitted to, whose linearised values are what is left of larger ones.
func (f *figures) rounding(s *survey) float64 {
	const lastDigits, leftOver = 0x1p-50, 1e-12
	var design struct{ Kind string }
	f.e.into("design", &design)
	r, ok := s.Survey.(*analysis.Replicates)
	switch {
	case ok:
		all := 0.0
		for _, b := range r.RScales() {
			all += r.Scale() * b
		}
		return lastDigits * math.Sqrt(all)
	case design.Kind == "calibrated":
		return leftOver
	}
	return lastDigits
}

func square(est *analysis.Estimates) [][]float64 {
	m := make([][]float64, est.Len())
	for i := range m {
		for j := range m {
			m[i] = append(m[i], est.Cov.At(i, j))
		}
	}
	return m
}

// deff is a design effect, of the kind the target asks for.
func (w target) deff(est *analysis.Estimates, i int) float64 {
	if w.Deff == "wr" {
		return est.DeffReplace(i)
	}
	return est.Deff(i)
}

// labels compares the labels of estimates.
func (f *figures) labels(got []string) {
	var want []string
	f.e.into("labels", &want)
	if len(got) == 1 && len(want) == 1 && want[0] == "1" {
		return // R has no name for it, only a number
	}
	if strings.Join(want, "|") != strings.Join(got, "|") {
		f.hold(fmt.Errorf("estimates of %q, want %q", got, want))
	}
}

// intervals compares symmetric intervals on the degrees of freedom that the entry states.
func (f *figures) intervals(list []analysis.Estimate) {
	var ci struct {
		Level, DF    number
		Lower, Upper []number
	}
	f.field("ci", &ci, func() error {
		lower, upper := make([]float64, len(list)), make([]float64, len(list))
		for i, est := range list {
			est.DF = float64(ci.DF)
			lower[i], upper[i] = est.Interval(float64(ci.Level))
		}
		if err := f.e.tolerance.vector("ci.lower", lower, ci.Lower); err != nil {
			return err
		}
		return f.e.tolerance.vector("ci.upper", upper, ci.Upper)
	})
}

// byDomain compares estimates of several domains; levels of a factor, or several variables, vary slowest.
func (f *figures) byDomain(s *survey, want target, labels []string, st analysis.Statistic, domain []bool) {
	var domains [][]bool
	var names []string
	var each []*analysis.Estimates
	for _, g := range s.t.groups(want.By, s.domain) {
		in := both(g.rows, domain)
		domains, names = append(domains, in), append(names, g.label)
		each = append(each, s.Estimate(st, in))
	}
	var label []string
	var list []analysis.Estimate
	var values, se, deff []float64
	var order []int // of the estimates, in which the first domain's come first
	for j := range each[0].Len() {
		for d, est := range each {
			list, order = append(list, est.At(j)), append(order, d*est.Len()+j)
			values, se, deff = append(values, est.Values[j]), append(se, est.SE(j)), append(deff, want.deff(est, j))
			if est.Len() == 1 {
				label = append(label, names[d])
			} else {
				label = append(label, names[d]+":"+labels[j])
			}
		}
	}
	f.labels(label)
	f.vector("estimate", values)
	var cov [][]float64
	if f.e.has("vcov") {
		cov = permuted(square(s.Estimate(analysis.ByDomain(st, domains...), domain)), order)
	}
	f.errors(s, values, se, cov, deff)
	f.number("df", s.DF(s.domain))
	f.intervals(list)
	f.hold(cellsAgree(s, want, domain, f.e))
}

// permuted is a matrix with its rows and columns in another order.
func permuted(m [][]float64, order []int) [][]float64 {
	out := make([][]float64, len(order))
	for i, from := range order {
		for _, to := range order {
			out[i] = append(out[i], m[from][to])
		}
	}
	return out
}

func both(a, b []bool) []bool {
	out := make([]bool, len(a))
	for i := range a {
		out[i] = a[i] && (b == nil || b[i])
	}
	return out
}

// cellsAgree holds the path that estimates all cells in one pass against the entry, where it serves.
func cellsAgree(s *survey, want target, domain []bool, e *entry) error {
	cells, ok := s.Survey.(analysis.CellEstimator)
	if !ok || len(want.Vars) > 1 || len(want.Numerator) > 1 || want.Factor || want.Stat == "variance" {
		return nil
	}
	by := s.t.groups(want.By, s.domain)
	cell := make([]int32, s.t.rows)
	for i := range cell {
		cell[i] = -1
		for c, g := range by {
			if g.rows[i] && (domain == nil || domain[i]) {
				cell[i] = int32(c)
			}
		}
	}
	var list []analysis.Estimate
	switch want.Stat {
	case "total":
		list = cells.Totals(s.t.numbers(want.Vars[0]), cell, len(by))
	case "mean":
		list = cells.Ratios(s.t.numbers(want.Vars[0]), nil, cell, len(by))
	case "ratio":
		list = cells.Ratios(s.t.numbers(want.Numerator[0]), s.t.numbers(want.Denominator[0]), cell, len(by))
	}
	f := newFigures(e)
	var values, se []float64
	for _, est := range list {
		values, se = append(values, est.Value), append(se, est.SE)
	}
	f.vector("estimate", values)
	f.errors(s, values, se, nil, nil)
	return f.err
}
