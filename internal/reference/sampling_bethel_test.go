package reference

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/concord-stat/concord/sampling/plan"
	"gonum.org/v1/gonum/floats"
)

// optimalAllocations holds the cheapest allocation under precision constraints against ours.
func optimalAllocations(e *entry) outcome {
	var in struct {
		Dataset     string
		StratumVar  string `json:"stratum_var"`
		Constraints []constraint
		Costs       []float64
		Min         float64
	}
	e.inputs(&in)
	s := stratify(readTable(e.path(in.Dataset)), in.StratumVar)
	var precisions []plan.Precision
	for _, c := range in.Constraints {
		precisions = append(precisions, s.precision(c))
	}
	constraints := must(plan.Constraints(s.units, precisions))
	o, err := plan.Bethel(in.Costs, plan.OrAll(in.Min, s.units), s.units, constraints)
	if err != nil {
		return disagree("%v", err)
	}
	cv := make([]float64, len(precisions))
	for j, p := range precisions {
		cv[j] = p.Achieved(s.units, o.N)
	}
	f := newFigures(e, "stratum_var", "constraints", "costs", "min", "chromy_note")
	f.vector("allocation", o.N)
	f.vector("achieved_cv", cv)
	f.optimum(o, constraints)
	return f.outcome()
}

// A constraint of an entry limits the coefficient of variation of the total of a variable in a domain of strata.
type constraint struct {
	Var    string
	Domain json.RawMessage
	CV     float64
}

// precision is a constraint as ours.
func (s *stratification) precision(c constraint) plan.Precision {
	at, m := must(s.positions(c.Domain)), s.moments(c.Var)
	return plan.Precision{Name: c.Var, Strata: at, SD: pick(m.SD, at), Total: floats.Sum(pick(m.Total, at)), CV: c.CV}
}

// optimum compares what follows from the allocation. The multipliers of an entry belong to constraints divided by their
// bounds.
func (f *figures) optimum(o plan.Optimum, constraints []plan.Constraint) {
	total := floats.Sum(o.N)
	f.number("total_n", total)
	f.number("total_cost", o.Cost)
	multipliers := make([]float64, len(o.Multipliers))
	for j, m := range o.Multipliers {
		multipliers[j] = m * constraints[j].Bound
	}
	f.vector("multipliers", multipliers)
	f.audit("max_violation", violation(o, constraints), 1)
	f.audit("complementarity", complementarity(o, constraints), o.Cost)
	f.heuristic("chromy_package_total", total)
}

// violation is the greatest excess of a constraint over its bound, as a share of it.
func violation(o plan.Optimum, constraints []plan.Constraint) (most float64) {
	for j, c := range constraints {
		most = max(most, o.Achieved[j]/c.Bound-1)
	}
	return most
}

// complementarity is the greatest product of a multiplier and what is left to its bound.
func complementarity(o plan.Optimum, constraints []plan.Constraint) (most float64) {
	for j, c := range constraints {
		most = max(most, math.Abs(o.Multipliers[j]*(c.Bound-o.Achieved[j])))
	}
	return most
}

// audit holds a residual that is 0 at the exact optimum, of the entry's and of ours, against the tolerance times the
// scale.
func (f *figures) audit(field string, got, scale float64) {
	var stated float64
	f.field(field, &stated, func() error {
		for _, r := range []float64{stated, got} {
			if !(math.Abs(r) <= f.e.tolerance.Rel*scale) {
				return fmt.Errorf("%s = %v, stated %v, want 0", field, got, stated)
			}
		}
		return nil
	})
}

// heuristic holds the total that an approximate method needs where all units cost the same, against ours: the optimum
// is no larger.
func (f *figures) heuristic(field string, optimum float64) {
	var stated float64
	f.field(field, &stated, func() error {
		if stated < optimum*(1-f.e.tolerance.Rel) {
			return fmt.Errorf("%s is %v, less than the optimum of %v", field, stated, optimum)
		}
		return nil
	})
}
