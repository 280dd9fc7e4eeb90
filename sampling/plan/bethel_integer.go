package plan

import (
	"cmp"
	"math"
	"slices"
)

// An IntegerOptimum is an allocation in whole numbers that meets every constraint, at a cost near the least.
type IntegerOptimum struct {
	N        []int
	Cost     float64
	Excess   float64   // Cost less that of the continuous optimum: the best in whole numbers saves no more than this
	Achieved []float64 // Σ A/n of every constraint
}

// IntegerBethel is [Bethel] in whole numbers. It cuts the continuous optimum to whole numbers, adds units where they
// lessen what the constraints are missed by most for their cost, and takes back, the dearest first, those that proved
// not to be needed. The result meets every constraint; Excess says how far from optimal it can be at most.
//
// least is rounded up and most down. The greedy addition is that of Wolsey (1982), Combinatorica 2:385-393.
func IntegerBethel(cost, least, most []float64, constraints []Constraint) (IntegerOptimum, error) {
	p, err := newProgram(cost, whole(least, math.Ceil), whole(most, math.Floor), constraints)
	if err != nil {
		return IntegerOptimum{}, err
	}
	continuous, err := p.optimum()
	if err != nil {
		return IntegerOptimum{}, err
	}
	r := newRounding(p, continuous.N)
	for h := r.best(); h >= 0; h = r.best() {
		r.add(h, min(max(1, math.Floor(r.n[h]*stride)), r.most[h]-r.n[h]))
	}
	r.prune()
	o := IntegerOptimum{N: make([]int, len(cost)), Cost: dot(cost, r.n), Achieved: r.achieved}
	o.Excess = o.Cost - continuous.Cost
	for h, n := range r.n {
		o.N[h] = int(n)
	}
	for j, c := range constraints {
		o.Achieved[j] = c.at(r.n)
	}
	return o, nil
}

// stride is the share by which a stratum of more than 1/stride units grows at a time. One by one, a stratum that costs a
// millionth of another would take a million steps in place of one of the other's.
const stride = 1e-5

func whole(bound []float64, round func(float64) float64) []float64 {
	rounded := slices.Clone(bound)
	for h, b := range rounded {
		rounded[h] = round(b)
	}
	return rounded
}

// rounding is an allocation in whole numbers on its way to meeting every constraint.
type rounding struct {
	*program
	n        []float64
	achieved []float64
}

func newRounding(p *program, n []float64) *rounding {
	r := &rounding{program: p, n: make([]float64, len(n)), achieved: make([]float64, len(p.rows))}
	for h, x := range n {
		floor := math.Ceil(p.least[h] * (1 - census))
		if len(p.columns[h]) > 0 {
			floor = max(floor, 1)
		}
		r.n[h] = min(max(math.Floor(x), floor), p.most[h])
	}
	for j, c := range p.rows {
		r.achieved[j] = c.at(r.n)
	}
	return r
}

func (r *rounding) excess(j int) float64 {
	return max(0, r.achieved[j]/r.rows[j].Bound-1-census)
}

// best is the stratum where a unit lessens the excesses most for its cost, and -1 when there are none.
func (r *rounding) best() int {
	best, most := -1, 0.0
	for h, n := range r.n {
		gain := 0.0
		for _, e := range r.columns[h] {
			if excess := r.excess(e.row); excess > 0 && n < r.most[h] {
				gain += min(excess, e.a/(n*(n+1))/r.rows[e.row].Bound)
			}
		}
		if gain/r.cost[h] > most {
			best, most = h, gain/r.cost[h]
		}
	}
	return best
}

func (r *rounding) add(h int, units float64) {
	for _, e := range r.columns[h] {
		r.achieved[e.row] += e.a/(r.n[h]+units) - e.a/r.n[h]
	}
	r.n[h] += units
}

// prune takes units back that no constraint needs.
func (r *rounding) prune() {
	order := make([]int, len(r.n))
	for h := range order {
		order[h] = h
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.cost[b], r.cost[a]) })
	for _, h := range order {
		for r.spare(h) {
			r.add(h, -1)
		}
	}
}

func (r *rounding) spare(h int) bool {
	n := r.n[h] - 1
	if n < r.least[h]*(1-census) || n < 1 && len(r.columns[h]) > 0 {
		return false
	}
	for _, e := range r.columns[h] {
		if r.achieved[e.row]+e.a/(n*(n+1)) > r.rows[e.row].Bound*(1+census) {
			return false
		}
	}
	return true
}
