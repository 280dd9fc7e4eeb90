package planning

import (
	"fmt"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/concord-stat/concord/internal/study"
)

// A target is a precision asked for in every unit of a level.
type target struct {
	study.Target
	category int
	units    *grouping
	limit    float64   // of the standard error, relative to the total it is measured against
	total    []float64 // by unit: that total; 0 for a unit that has nobody to count, or too few
	expected []float64 // by unit: the census total
}

// targets puts the targets of a study to the frame.
func (f *Frame) targets(p study.Plan) []target {
	var all []target
	categories := p.Categories()
	for _, t := range p.Targets {
		next := target{Target: t, units: f.groups[t.Level]}
		for k, c := range categories {
			if c.Name == t.Of {
				next.category = k
			}
		}
		counted := f.totals(next.category, next.units)
		for _, n := range f.census(next.category, next.units, *p.Model.Slope) {
			next.expected = append(next.expected, p.Model.Ratio*n)
		}
		next.limit, next.total = t.CV/100, slices.Clone(next.expected)
		if t.Discrepancy > 0 {
			next.limit, next.total = detectable(t), slices.Clone(counted)
		}
		for u, n := range counted {
			if n < float64(t.Least) {
				next.total[u] = 0
			}
		}
		all = append(all, next)
	}
	return all
}

// detectable is the standard error, relative to the register count, at which a two-sided test of size alpha finds a gap
// of the discrepancy with the power asked for:
//
//	SE = d / (z(1-α/2) + z(power))
func detectable(t study.Target) float64 {
	n := distuv.UnitNormal
	return t.Discrepancy / 100 / (n.Quantile(1-t.Alpha/2) + n.Quantile(t.Power))
}

// allowed is the variance allowed in a unit when every limit is scaled.
func (t target) allowed(unit int, scale float64) float64 {
	se := scale * t.limit * t.total[unit]
	return se * se
}

// Name says what is asked for.
func (t target) Name() string {
	what := t.Level
	if t.Of != "total" {
		what += ", " + t.Of
	}
	if t.Discrepancy > 0 {
		return fmt.Sprintf("%s: a gap of %s %% found with power %s", what, number(t.Discrepancy), number(t.Power))
	}
	return fmt.Sprintf("%s: CV %s %%", what, number(t.CV))
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
