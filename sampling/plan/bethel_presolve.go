package plan

import "math"

// census is how near to its bound, relatively, a constraint must come at the greatest allocation for that allocation
// to be the only one that meets it.
const census = 1e-12

// program is a problem of [Bethel] after what can be settled beforehand has been.
type program struct {
	bounds  // least is raised to what constraints on one stratum ask for
	cost    []float64
	rows    []Constraint
	columns [][]entry // by stratum, the constraints it is part of with A > 0
	single  []int     // by stratum, the constraint on it alone that raised its least, or -1
	full    []int     // constraints that only the greatest allocation meets
	open    []int     // constraints left to solve for
}

func presolve(cost []float64, within bounds, rows []Constraint) *program {
	p := &program{bounds: within, cost: cost, rows: rows}
	p.least = append([]float64(nil), within.least...)
	p.single, p.columns = make([]int, len(cost)), make([][]entry, len(cost))
	for h := range p.single {
		p.single[h] = -1
	}
	var several []int
	for j, c := range rows {
		if !p.settle(j, c) {
			several = append(several, j)
		}
	}
	for _, j := range several {
		if rows[j].at(p.least) > rows[j].Bound {
			p.open = append(p.open, j)
		}
	}
	return p
}

// settle enters a constraint into the columns, and raises least if that is all it asks for.
func (p *program) settle(j int, c Constraint) bool {
	last, positive := -1, 0
	for i, h := range c.Strata {
		if c.A[i] > 0 {
			p.columns[h] = append(p.columns[h], entry{j, c.A[i]})
			last, positive = i, positive+1
		}
	}
	switch {
	case c.at(p.most) >= c.Bound*(1-census) && positive > 0:
		p.full = append(p.full, j)
		for _, h := range c.Strata {
			if p.uses(j, h) {
				p.least[h] = p.most[h]
			}
		}
	case positive == 1:
		h := c.Strata[last]
		if need := min(c.A[last]/c.Bound, p.most[h]); need > p.least[h] {
			p.least[h], p.single[h] = need, j
		}
	default:
		return positive == 0
	}
	return true
}

// uses tells whether the constraint entered last into the column of the stratum is j.
func (p *program) uses(j, h int) bool {
	k := len(p.columns[h])
	return k > 0 && p.columns[h][k-1].row == j
}

// solve gives the optimal allocation and the multipliers of the open constraints, 0 for the others.
func (p *program) solve() (n, multipliers []float64) {
	multipliers = make([]float64, len(p.rows))
	if len(p.open) == 0 {
		return p.allocation(multipliers), multipliers
	}
	slack := p.slack()
	c := p.convex(slack)
	scaled, z := c.minimise()
	for i, j := range p.open {
		multipliers[j] = scaled[i] / slack[j]
	}
	n = p.allocation(multipliers)
	for i := range z {
		n[c.strata[i]] = p.clamp(c.strata[i], 1/(c.low[i]+c.width[i]*z[i]))
	}
	return n, multipliers
}

// slack is what each open constraint allows above the greatest allocation.
func (p *program) slack() []float64 {
	slack := make([]float64, len(p.rows))
	for _, j := range p.open {
		slack[j] = p.rows[j].Bound - p.rows[j].at(p.most)
	}
	return slack
}

// convex is the problem of the strata that open constraints leave room in.
func (p *program) convex(slack []float64) *convex {
	c, row := &convex{rows: len(p.open)}, make([]int, len(p.rows))
	for i, j := range p.open {
		row[j] = i
	}
	for h, column := range p.columns {
		low, width := 1/p.most[h], 1/p.least[h]-1/p.most[h]
		var open []entry
		for _, e := range column {
			if slack[e.row] > 0 && width > 0 {
				open = append(open, entry{row[e.row], e.a / slack[e.row]})
				// No constraint leaves more than slack/A. With twice that as a limit the limit never binds.
				width = min(width, 2*slack[e.row]/e.a)
			}
		}
		if open == nil {
			continue
		}
		for i := range open {
			open[i].a *= width
		}
		c.cost, c.low, c.width = append(c.cost, p.cost[h]), append(c.low, low), append(c.width, width)
		c.columns, c.strata = append(c.columns, open), append(c.strata, h)
	}
	return c
}

// worth is Σ λ·A of a stratum.
func (p *program) worth(h int, multipliers []float64) float64 {
	sum := 0.0
	for _, e := range p.columns[h] {
		sum += multipliers[e.row] * e.a
	}
	return sum
}

// allocation is the optimum that belongs to the multipliers.
func (p *program) allocation(multipliers []float64) []float64 {
	n := make([]float64, len(p.cost))
	for h, c := range p.cost {
		n[h] = p.clamp(h, math.Sqrt(p.worth(h, multipliers)/c))
	}
	return n
}

// price gives the constraints that were settled beforehand the multipliers that hold the strata where they are.
func (p *program) price(n, multipliers []float64) {
	for _, j := range p.full {
		for i, h := range p.rows[j].Strata {
			p.raise(j, h, p.rows[j].A[i], n[h], multipliers)
		}
	}
	for h, j := range p.single {
		if j >= 0 && n[h] <= p.least[h]*(1+missed) && p.least[h] < p.most[h] {
			for _, e := range p.columns[h] {
				if e.row == j {
					p.raise(j, h, e.a, n[h], multipliers)
				}
			}
		}
	}
}

// raise makes Σ λ·A of the stratum at least cost·n², by the multiplier of constraint j.
func (p *program) raise(j, h int, a, n float64, multipliers []float64) {
	if lack := p.cost[h]*n*n - p.worth(h, multipliers); a > 0 && lack > 0 {
		multipliers[j] += lack / a
	}
}
