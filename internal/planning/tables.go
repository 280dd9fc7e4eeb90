package planning

import (
	"math"
	"strconv"

	"github.com/concord-stat/concord/internal/columns"
)

// designColumns are the columns that name a candidate.
type designColumns struct{ strata, size, take, selection, estimator, match []string }

func (d *designColumns) add(c Candidate) {
	size := ""
	if c.PSUSize > 0 {
		size = strconv.Itoa(c.PSUSize)
	}
	d.strata, d.size, d.take = append(d.strata, c.Strata), append(d.size, size), append(d.take, c.Take.String())
	d.selection, d.estimator = append(d.selection, c.Selection), append(d.estimator, c.Estimator)
	d.match = append(d.match, c.Match)
}

func (d *designColumns) table() columns.Table {
	return columns.Table{{Name: "strata", Text: d.strata}, {Name: "psu_size", Text: d.size}, {Name: "take", Text: d.take},
		{Name: "selection", Text: d.selection}, {Name: "estimator", Text: d.estimator}, {Name: "match", Text: d.match}}
}

// candidates is a row a candidate, cheapest first; figures of those that miss a target are missing.
func (o *Outcome) candidates() columns.Table {
	var rank []int64
	var d designColumns
	var feasible, target, unit, reason []string
	figures := make([][]float64, 6)
	for i, s := range o.Solutions {
		rank = append(rank, int64(i+1))
		d.add(s.Candidate)
		feasible = append(feasible, map[bool]string{true: "yes", false: "no"}[s.Feasible])
		row := []float64{s.Cost, float64(s.PSUs), s.Listed, s.Interviews, s.Tightest.CV, s.Tightest.Limit}
		for k, v := range row {
			if !s.Feasible && k < 4 {
				v = math.NaN()
			}
			figures[k] = append(figures[k], v)
		}
		target, unit, reason = append(target, s.Tightest.Target), append(unit, s.Tightest.Unit), append(reason, s.Reason)
	}
	t := append(columns.Table{{Name: "rank", Int: rank}}, d.table()...)
	t = append(t, columns.Column{Name: "feasible", Text: feasible})
	for k, name := range []string{"cost", "psus", "households_listed", "interviews", "tightest_cv_pct", "tightest_limit_pct"} {
		t = append(t, columns.Column{Name: name, Float: figures[k]})
	}
	return append(t, columns.Column{Name: "tightest_target", Text: target}, columns.Column{Name: "tightest_unit", Text: unit},
		columns.Column{Name: "reason", Text: reason})
}

// allocation is a row a stratum of the cheapest design.
func (o *Outcome) allocation() columns.Table {
	var code, name, take []string
	var frame, drawn []int64
	var fraction, cost []float64
	if s := o.Best(); s != nil {
		for h, m := range s.allocation {
			code, name = append(code, s.strata.codes[h]), append(name, s.strata.names[h])
			frame, drawn, take = append(frame, int64(s.most[h])), append(drawn, int64(m)), append(take, s.Take.String())
			fraction, cost = append(fraction, float64(m)/float64(s.most[h])), append(cost, s.evaluation.cost[h])
		}
	}
	return columns.Table{{Name: "stratum", Text: code}, {Name: "name", Text: name},
		{Name: "psus", Int: frame}, {Name: "psus_drawn", Int: drawn}, {Name: "fraction", Float: fraction},
		{Name: "take", Text: take}, {Name: "cost", Float: cost}}
}

// precisions is what the cheapest design comes to: a row a target and unit.
func (o *Outcome) precisions() columns.Table {
	var target, level, of, unit, name []string
	var total, cv, limit []float64
	if s := o.Best(); s != nil {
		for j, t := range s.targets {
			for u := range t.units.codes {
				if t.total[u] == 0 {
					continue
				}
				p := s.precision(s.evaluation, j, u, 1)
				target, level, of = append(target, p.Target), append(level, t.Level), append(of, t.Of)
				unit, name, total = append(unit, p.Unit), append(name, p.Name), append(total, t.expected[u])
				cv, limit = append(cv, p.CV), append(limit, p.Limit)
			}
		}
	}
	return columns.Table{{Name: "target", Text: target}, {Name: "level", Text: level}, {Name: "of", Text: of},
		{Name: "unit", Text: unit}, {Name: "name", Text: name}, {Name: "expected_total", Float: total},
		{Name: "cv_pct", Float: cv}, {Name: "limit_pct", Float: limit}}
}

// curve is a row an estimator and scale.
func (o *Outcome) curve() columns.Table {
	var d designColumns
	var limit, cost, psus, interviews []float64
	for _, p := range o.Curve {
		d.add(p.Candidate)
		limit, cost = append(limit, p.Limit), append(cost, p.Cost)
		psus, interviews = append(psus, float64(p.PSUs)), append(interviews, p.Interviews)
	}
	t := columns.Table{{Name: "limit_pct", Float: limit}, {Name: "cost", Float: cost}, {Name: "psus", Float: psus},
		{Name: "interviews", Float: interviews}}
	return append(t, d.table()...)
}
