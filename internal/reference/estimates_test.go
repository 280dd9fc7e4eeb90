package reference

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

func init() { register("estimates", estimates) }

// target is what an entry estimates.
type target struct {
	Stat    string
	Vars    []string
	By      []string
	Factor  bool
	Missing string
}

// estimates holds totals by linearisation against Design.Totals.
func estimates(e *entry) outcome {
	var object map[string]json.RawMessage
	var want target
	if !e.fits("target", &object) || !e.fits("target", &want) {
		return unsupported("no target")
	}
	if want.Stat != "total" {
		return unsupported("statistic %s", want.Stat)
	}
	if odd := strangers(object, "stat", "vars", "by", "factor", "missing"); odd != nil {
		return unsupported("total with %s", strings.Join(odd, ", "))
	}
	d, cannot := readDesign(e)
	if cannot != "" {
		return unsupported("%s", cannot)
	}
	var dataset string
	e.into("dataset", &dataset)
	x := newTotals(&d, want, readTable(e.path(dataset)))
	if cannot := x.cannot(&d, e.has("error")); cannot != "" {
		return unsupported("%s", cannot)
	}
	return x.compare(e)
}

// totals are our estimates by label, and what the design as a whole says.
type totals struct {
	s     *sample
	t     *table
	in    []bool // rows of the domain
	by    map[string]analysis.Estimate
	whole analysis.Estimate // of the domain, in persons: its notes and degrees of freedom are those of the design
}

func newTotals(d *design, want target, t *table) *totals {
	x := &totals{s: d.sample(t), t: t, in: d.domain(t), by: map[string]analysis.Estimate{}}
	x.whole = x.estimate(x.s.weight, func(int) string { return "" })[""]
	levels := func(i int) string {
		var names []string
		for _, v := range want.By {
			names = append(names, t.text(v)[i])
		}
		return strings.Join(names, ".")
	}
	if want.Missing == "drop" || want.Missing == "drop_listwise" {
		x.dropMissing(want.Vars)
	}
	for _, v := range want.Vars {
		x.variable(v, levels, want)
	}
	return x
}

// dropMissing takes the rows without a value out of the domain.
func (x *totals) dropMissing(vars []string) {
	for _, v := range vars {
		for i, text := range x.t.text(v) {
			x.in[i] = x.in[i] && text != ""
		}
	}
}

// variable estimates the totals of a variable, or the persons in every level of a factor, by domain.
func (x *totals) variable(v string, levels func(int) string, want target) {
	w, label := append([]float64{}, x.s.weight...), levels
	switch by := len(want.By) > 0; {
	case want.Factor && by:
		label = func(i int) string { return levels(i) + ":" + v + x.t.text(v)[i] }
	case want.Factor:
		label = func(i int) string { return v + x.t.text(v)[i] }
	case by && len(want.Vars) > 1:
		label = func(i int) string { return levels(i) + ":" + v }
	case !by:
		label = func(int) string { return v }
	}
	if !want.Factor {
		for i, value := range x.t.numbers(v) {
			w[i] *= value
		}
	}
	for l, e := range x.estimate(w, label) {
		x.by[l] = e
	}
}

// estimate gives the totals of w over the rows of the domain by label.
func (x *totals) estimate(w []float64, label func(row int) string) map[string]analysis.Estimate {
	coder := analysis.NewCoder()
	tally := &analysis.Tally{N: make([]int64, x.t.rows), W: w, Unit: x.s.unit}
	cell := make([]int32, x.t.rows)
	for i := range cell {
		tally.N[i], cell[i] = 1, -1
		if x.in[i] {
			cell[i] = coder.Code(label(i))
		}
	}
	by := map[string]analysis.Estimate{}
	for c, e := range x.s.Totals(tally, cell, coder.Len()) {
		by[coder.Name(int32(c))] = e
	}
	return by
}

// cannot says what the entry asks of units sampled singly that ours does not do: ours gives no standard error, which is
// the policy to fail.
func (x *totals) cannot(d *design, fails bool) string {
	notes := x.whole.Notes
	for _, e := range x.by {
		notes |= e.Notes
	}
	switch {
	case notes&analysis.SinglePSU != 0 && !fails && d.LonelyPSU != "fail":
		return "policy " + d.LonelyPSU + " for a stratum with a single PSU"
	case d.LonelyPart && x.lonelyInDomain():
		return "policy for a stratum with a single PSU in the domain"
	case notes&analysis.SingleSSU != 0:
		return "a PSU with a single second-stage unit"
	}
	return ""
}

// lonelyInDomain reports whether only one of several PSUs of a stratum has a row in the domain.
func (x *totals) lonelyInDomain() bool {
	member := make([]bool, len(x.s.PSUs))
	for i, p := range x.s.psu {
		member[p] = member[p] || x.in[i]
	}
	members, all := make([]int, len(x.s.Strata)), make([]int, len(x.s.Strata))
	for p, u := range x.s.PSUs {
		all[u.Stratum]++
		if member[p] {
			members[u.Stratum]++
		}
	}
	for h := range all {
		if all[h] > 1 && members[h] == 1 {
			return true
		}
	}
	return false
}

// compare holds value, standard error, degrees of freedom and interval against those of the entry.
func (x *totals) compare(e *entry) outcome {
	if e.has("error") {
		for l, est := range x.by {
			if !math.IsNaN(est.SE) || est.Notes&analysis.SinglePSU == 0 {
				return disagree("%s: standard error %v, want a refusal", l, est.SE)
			}
		}
		return agree()
	}
	var labels []string
	e.into("labels", &labels)
	if len(labels) != len(x.by) {
		return disagree("%d estimates, want %d", len(x.by), len(labels))
	}
	list := make([]analysis.Estimate, len(labels))
	for i, l := range labels {
		est, ok := x.by[l]
		if !ok {
			return disagree("no estimate for %q", l)
		}
		list[i] = est
	}
	if err := compareEstimates(e, list, x.whole.DF); err != nil {
		return disagree("%v", err)
	}
	return agree(stated(e, "deff", "vcov")...)
}

// stated are the fields of a list that the entry has.
func stated(e *entry, fields ...string) (has []string) {
	for _, f := range fields {
		if e.has(f) {
			has = append(has, f)
		}
	}
	return has
}

// compareEstimates compares what the entry states of a list of estimates. The degrees of freedom of an entry are those
// of its design, one number for all its domains; so are those of its intervals.
func compareEstimates(e *entry, list []analysis.Estimate, df float64) error {
	var values, ses []number
	var ci struct {
		Level, DF    number
		Lower, Upper []number
	}
	e.into("estimate", &values)
	e.into("se", &ses)
	e.into("ci", &ci)
	value, se := make([]float64, len(list)), make([]float64, len(list))
	lower, upper := make([]float64, len(list)), make([]float64, len(list))
	for i, est := range list {
		value[i], se[i] = est.Value, est.SE
		est.DF = float64(ci.DF)
		lower[i], upper[i] = est.Interval(float64(ci.Level))
	}
	if err := e.tolerance.vector("estimate", value, values); err != nil {
		return err
	}
	if err := e.tolerance.vector("se", se, ses); err != nil {
		return err
	}
	if e.has("df") {
		var want number
		e.into("df", &want)
		if !e.tolerance.near(df, float64(want)) {
			return fmt.Errorf("df = %v, want %v", df, float64(want))
		}
	}
	if !e.has("ci") {
		return nil
	}
	if err := e.tolerance.vector("ci.lower", lower, ci.Lower); err != nil {
		return err
	}
	return e.tolerance.vector("ci.upper", upper, ci.Upper)
}
