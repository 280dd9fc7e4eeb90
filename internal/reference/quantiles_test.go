package reference

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

func init() {
	register("quantiles", quantiles)
	statistics["quantile"] = surveyQuantiles
}

// quantiles holds an entry on the quantiles of a survey, or of numbers that it lists itself, against ours.
func quantiles(e *entry) outcome {
	if e.has("target") {
		return surveyEntry(e)
	}
	var in struct {
		X, W, P []float64
		Rule    string `json:"qrule"`
	}
	e.inputs(&in)
	rule := surveyRule(in.Rule)
	f := newFigures(e, "x", "w", "p", "qrule", "tie_sensitive", "value_source", "survey_4_1_1", "difference_note")
	p := e.besideTies(in.P, func(p []float64) []float64 { return analysis.WeightedQuantiles(p, in.X, in.W, rule) })
	f.vector("estimate", analysis.WeightedQuantiles(p, in.X, in.W, rule))
	return f.outcome()
}

// surveyRule is the rule of that name as R survey computes it. QuantileRule.AsSurvey tells where that is not sound.
func surveyRule(name string) analysis.QuantileRule {
	rule, err := analysis.ParseQuantileRule(name)
	mustSucceed(err)
	return rule.AsSurvey()
}

// besideTies are the probabilities to compare at. Where the entry marks one as sensitive to ties, p times the sum of
// weights is a sum of weights but for rounding, and it was rounding that decided which side the reference value is
// from: if ours is not the same at p, it is taken beside it, at the 1e-9 by which entries were marked.
func (e *entry) besideTies(p []float64, at func(p []float64) []float64) []float64 {
	const beside = 1e-9
	var sensitive []bool
	var want []number
	e.into("tie_sensitive", &sensitive)
	e.into("estimate", &want)
	out := append([]float64(nil), p...)
	for j := range min(len(p), len(sensitive), len(want)) {
		if !sensitive[j] {
			continue
		}
		for _, near := range []float64{p[j], p[j] - beside, p[j] + beside} {
			if e.tolerance.near(at([]float64{near})[0], float64(want[j])) {
				out[j] = near
				break
			}
		}
	}
	return out
}

// surveyQuantiles compares quantiles of a survey with their intervals.
func surveyQuantiles(e *entry, s *survey, want target) outcome {
	if odd := strangers(want.fields, "stat", "vars", "quantiles", "interval_type", "qrule", "missing"); odd != nil {
		return unsupported("quantile with %s", strings.Join(odd, ", "))
	}
	var in struct {
		Quantiles    []float64
		IntervalType string `json:"interval_type"`
		Rule         string `json:"qrule"`
	}
	var ci struct {
		Level, DF    number
		Lower, Upper []number
	}
	if !e.fits("target", &in) || !e.fits("ci", &ci) {
		return unsupported("no interval")
	}
	interval, err := analysis.ParseQuantileInterval(in.IntervalType)
	mustSucceed(err)
	domain, y := s.domain, s.t.numbers(want.Vars[0])
	if want.Missing == "drop" {
		domain = s.t.complete(domain, want.Vars)
	}
	r := analysis.QuantileRequest{Rule: surveyRule(in.Rule), Interval: interval, Level: float64(ci.Level)}
	r.P = e.besideTies(in.Quantiles, func(p []float64) []float64 {
		return s.Estimate(analysis.QuantilesOf(y, r.Rule, p...), domain).Values
	})
	f := newFigures(e, "design", "target", "labels", "tie_sensitive", "ci", "r_warnings", "tolerance_hint",
		"value_source", "survey_4_1_1", "difference_note")
	f.labels(quantileLabels(want.Vars[0], in.Quantiles))
	list := analysis.Quantiles(s, y, domain, r)
	if interval == analysis.ScoreInterval {
		return f.scoreIntervals(s, y, domain, list)
	}
	f.quantiles(list)
	// The degrees of freedom that entries state are those of the design before rows without a value are left out; the
	// quantile of Student's distribution that R took, which is the width over twice the standard error, is on those
	// after.
	f.number("df", s.DF(s.domain))
	f.hold(e.tolerance.vector("ci.df", []float64{s.DF(s.domain)}, []number{ci.DF}))
	f.hold(cellQuantilesAgree(s, y, domain, r, e))
	return f.outcome()
}

func quantileLabels(name string, p []float64) []string {
	labels := make([]string, len(p))
	for j, x := range p {
		labels[j] = name + "@" + strconv.FormatFloat(x, 'g', 15, 64)
	}
	return labels
}

// quantiles compares estimates, standard errors and the ends of intervals. Ours may give an interval, with a note,
// where the sample shows no variance and the entry has none.
func (f *figures) quantiles(list []analysis.QuantileEstimate) {
	var ci struct{ Lower, Upper []number }
	f.e.into("ci", &ci)
	var values, se, lower, upper []float64
	for j, q := range list {
		if q.Notes&analysis.NoVariance != 0 && j < len(ci.Lower) && math.IsNaN(float64(ci.Lower[j])) {
			q.SE, q.Limits.Lower, q.Limits.Upper = math.NaN(), math.NaN(), math.NaN()
		}
		values, se = append(values, q.Value), append(se, q.SE)
		lower, upper = append(lower, q.Limits.Lower), append(upper, q.Limits.Upper)
	}
	f.vector("estimate", values)
	f.vector("se", se)
	f.hold(f.e.tolerance.vector("ci.lower", lower, ci.Lower))
	f.hold(f.e.tolerance.vector("ci.upper", upper, ci.Upper))
}

// scoreIntervals compares intervals by a test of the share up to a value. Where the test statistic crosses t, R goes
// on to the share of rows up to there, without their weights, and gives the weighted quantile at that share; the root
// it starts from is coarse and may be the sampled value before. What ends are by our crossing, or the value before,
// taken the same way must be R's; the ends themselves differ, and the entry does not count as agreement.
func (f *figures) scoreIntervals(s *survey, y []float64, in []bool, list []analysis.QuantileEstimate) outcome {
	var ci struct{ Lower, Upper []float64 }
	f.e.into("ci", &ci)
	var rows, weights, values []float64
	for i, w := range s.Weights() {
		if in == nil || in[i] {
			rows, weights = append(rows, y[i]), append(weights, w)
		}
	}
	for j, q := range list {
		values = append(values, q.Value)
		for end, ours := range limits(q.Limits) {
			want := [][]float64{ci.Lower, ci.Upper}[end][j]
			if !slices.Contains(unweightedEnds(rows, weights, ours), want) {
				f.hold(fmt.Errorf("score interval from %v, which would not be %v in R", ours, want))
			}
		}
	}
	f.vector("estimate", values)
	return f.except([]string{"score: R takes the share up to the root without weights"})
}

// unweightedEnds are the weighted quantiles at the unweighted share of rows up to a value, and up to the one before.
func unweightedEnds(y, w []float64, value float64) (ends []float64) {
	before := math.Inf(-1)
	for _, v := range y {
		if v < value {
			before = max(before, v)
		}
	}
	for _, at := range []float64{value, before} {
		n := 0.0
		for _, v := range y {
			if v <= at {
				n++
			}
		}
		ends = append(ends, analysis.WeightedQuantiles([]float64{n / float64(len(y))}, y, w, analysis.HF1)...)
	}
	return ends
}

// cellQuantilesAgree holds the path that serves all cells at once against the entry, with the domain as one of two
// cells.
func cellQuantilesAgree(s *survey, y []float64, domain []bool, r analysis.QuantileRequest, e *entry) error {
	cells, ok := s.Survey.(interface {
		Quantiles(y []float64, cell []int32, k int, r analysis.QuantileRequest) [][]analysis.QuantileEstimate
	})
	if !ok || !r.Interval.Woodruff() {
		return nil
	}
	cell := make([]int32, s.t.rows)
	for i := range cell {
		if domain != nil && !domain[i] {
			cell[i] = -1
		}
	}
	f := newFigures(e)
	f.quantiles(cells.Quantiles(y, cell, 1, r)[0])
	return f.err
}
