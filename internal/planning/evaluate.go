package planning

import (
	"slices"

	"github.com/concord-stat/concord/internal/study"
	"github.com/concord-stat/concord/sampling"
	"github.com/concord-stat/concord/sampling/plan"
)

// A shape is what targets and strata have to do with one another.
type shape struct {
	targets []target
	strata  *grouping
	grid    []*grid // by target
	most    []int   // PSUs of every stratum
	costs   study.Costs
}

// An evaluator works out variance and cost of one candidate at any allocation.
type evaluator struct {
	Candidate
	*shape
	layout  *layout
	stratum []int // of every PSU
	members [][]int
	group   []int   // of assistance, of every PSU
	groupOf []int   // the same of every commune: its unit of the lowest target level
	area    [][]int // by target: unit of every group

	models []plan.Model // by category
	assist []plan.Assistance
	within []float64 // by category: residual variance of households, in units of that of the register
}

// A grid is the pairs of unit and stratum that have communes in common, in order.
type grid struct {
	cells [][2]int
	of    []int // cell of every commune
}

// An evaluation is the variances, in two stages, of every cell of the grid of every target, and the costs.
type evaluation struct {
	first, second [][]float64
	cost          []float64 // by stratum, without what is fixed
	psus          int
	listed        float64
	interviews    float64
	total         float64 // cost
}

func (p *problem) evaluator(c Candidate) *evaluator {
	e := &evaluator{Candidate: c, layout: p.layouts[c.PSUSize]}
	e.shape = &shape{targets: p.targets, costs: p.study.Costs, strata: p.frame.groups[c.Strata]}
	e.members = make([][]int, len(e.strata.codes))
	lowest := p.frame.groups[p.lowest]
	e.groupOf = lowest.of
	for i, commune := range e.layout.commune {
		h := e.strata.of[commune]
		e.stratum = append(e.stratum, h)
		e.group = append(e.group, lowest.of[commune])
		e.members[h] = append(e.members[h], i)
	}
	for _, members := range e.members {
		e.most = append(e.most, len(members))
	}
	for k := range e.layout.count {
		e.addModel(k, p.study.Model)
	}
	for _, t := range p.targets {
		e.grid = append(e.grid, newGrid(t.units, e.strata))
		area := make([]int, len(lowest.codes))
		for commune, g := range lowest.of {
			area[g] = t.units.of[commune]
		}
		e.area = append(e.area, area)
	}
	return e
}

func newGrid(units, strata *grouping) *grid {
	g := &grid{of: make([]int, len(units.of))}
	for c, u := range units.of {
		g.cells = append(g.cells, [2]int{u, strata.of[c]})
	}
	order := func(a, b [2]int) int { return slices.Compare(a[:], b[:]) }
	slices.SortFunc(g.cells, order)
	g.cells = slices.Compact(g.cells)
	for c, u := range units.of {
		g.of[c], _ = slices.BinarySearchFunc(g.cells, [2]int{u, strata.of[c]}, order)
	}
	return g
}

// addModel settles what the estimator leaves of the counts of a category.
func (e *evaluator) addModel(k int, m study.PlanModel) {
	model := plan.RegisterModel{Ratio: m.Ratio, ClusterCV: *m.RatioCV, PSUCV: *m.PSUCV, Correlation: *m.Correlation}
	slope := 0.0 // of what is known of every household
	if e.Match == MatchHousehold {
		slope = map[string]float64{Ratio: m.Ratio, Difference: 1, Regression: model.Slope(*m.Intraclass)}[e.Estimator]
	}
	totals := model.Totals(e.layout.register(k), slope)
	e.within = append(e.within, model.Within(slope))
	var assist plan.Assistance
	switch auxiliary := e.layout.auxiliary(k, e.Match); {
	case e.Estimator == Ratio:
		assist = plan.Assistance{Auxiliary: [][]float64{auxiliary}, Weight: inverse(auxiliary)}
	case e.Estimator == Difference && e.Match != MatchHousehold:
		for i, a := range auxiliary {
			totals.Mean[i] -= a
		}
	case e.Estimator == Regression && e.Match == MatchHousehold:
		assist = plan.Assistance{Auxiliary: [][]float64{e.layout.households}, Weight: inverse(e.layout.households)}
	case e.Estimator == Regression:
		assist = plan.Assistance{Auxiliary: [][]float64{e.layout.households, auxiliary}, Weight: inverse(e.layout.households)}
	}
	e.models, e.assist = append(e.models, totals), append(e.assist, assist)
}

// inverse is 1/v, and 0 where v is.
func inverse(v []float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		if x > 0 {
			out[i] = 1 / x
		}
	}
	return out
}

// probabilities are those of the first stage when m PSUs are drawn in every stratum.
func (e *evaluator) probabilities(m []int) []float64 {
	pi := make([]float64, len(e.stratum))
	var size []float64
	for h, members := range e.members {
		if e.Selection == SRS || m[h] == len(members) {
			for _, i := range members {
				pi[i] = float64(m[h]) / float64(len(members))
			}
			continue
		}
		size = size[:0]
		for _, i := range members {
			size = append(size, e.layout.households[i])
		}
		within, err := sampling.InclusionProbabilities(size, m[h])
		if err != nil {
			panic("planning: " + err.Error()) // every PSU has households
		}
		for j, i := range members {
			pi[i] = within[j]
		}
	}
	return pi
}

// at evaluates an allocation: PSUs to draw in every stratum.
func (e *evaluator) at(m []int) *evaluation {
	pi := e.probabilities(m)
	out := e.cost(m, pi)
	design := plan.Design{Stratum: e.stratum, Probability: pi}
	if e.Selection == Balanced {
		design.Balance = append([][]float64{e.layout.households}, e.layout.count...)
	}
	first := make([]*plan.FirstStage, len(e.models))
	for k := range e.models {
		first[k] = plan.Anticipate(design, e.models[k], e.assist[k], e.group)
	}
	for j, t := range e.targets {
		v := make([]float64, len(e.grid[j].cells))
		for i, part := range first[t.category].Parts(e.area[j]) {
			v[i] = part.Variance // parts come in the order of the grid
		}
		out.first = append(out.first, v)
	}
	e.addSecond(out, pi, func(k, commune int) float64 { return first[k].Fitted(e.groupOf[commune]) })
	return out
}

// everyPSU is the evaluation of drawing all: only the second stage has a variance.
func (e *evaluator) everyPSU() *evaluation {
	pi := e.probabilities(e.most)
	out := e.cost(e.most, pi)
	for _, g := range e.grid {
		out.first = append(out.first, make([]float64, len(g.cells)))
	}
	e.addSecond(out, pi, func(int, int) float64 { return 1 })
	return out
}

// addSecond adds the variance of the second stage. fitted is what the fit of a category costs in a commune.
func (e *evaluator) addSecond(out *evaluation, pi []float64, fitted func(k, commune int) float64) {
	second := make([][]float64, len(e.models))
	for k := range e.models {
		second[k] = e.secondStage(k, pi)
	}
	for j, t := range e.targets {
		v := make([]float64, len(e.grid[j].cells))
		for commune, x := range second[t.category] {
			v[e.grid[j].of[commune]] += fitted(t.category, commune) * x
		}
		out.second = append(out.second, v)
	}
}

// secondStage is the variance of the second stage by commune.
func (e *evaluator) secondStage(k int, pi []float64) []float64 {
	sums := make([]float64, len(e.strata.of))
	for i, v := range plan.SecondStage(e.layout.households, e.layout.spread[k], pi, int(e.Take)) {
		sums[e.layout.commune[i]] += e.within[k] * v
	}
	return sums
}

// cost expects the costs of an allocation.
func (e *evaluator) cost(m []int, pi []float64) *evaluation {
	out := &evaluation{cost: make([]float64, len(m)), total: e.costs.Fixed}
	interview := e.costs.Interview
	if e.Match == MatchHousehold {
		interview += e.costs.Linking
	}
	for h, members := range e.members {
		listed, interviews := 0.0, 0.0
		for _, i := range members {
			listed += pi[i] * e.layout.households[i]
			interviews += pi[i] * e.taken(i)
		}
		out.cost[h] = e.costs.PSU*float64(m[h]) + e.costs.Listing*listed + interview*interviews
		out.psus += m[h]
		out.listed += listed
		out.interviews += interviews
		out.total += out.cost[h]
	}
	return out
}

// taken is the households interviewed in a PSU drawn.
func (e *evaluator) taken(i int) float64 {
	if e.Take == study.TakeAll {
		return e.layout.households[i]
	}
	return min(float64(e.Take), e.layout.households[i])
}
