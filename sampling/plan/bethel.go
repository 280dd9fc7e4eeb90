package plan

import (
	"fmt"
	"math"
)

// A Constraint limits the imprecision of one estimate:
//
//	Σ Ai / n(Stratai) ≤ Bound
//
// over the strata the estimate is made of. For the variance of an estimated total, A = Nh²·Sh² and Bound is the
// variance allowed plus Σ Nh·Sh²; [Precision.Constraint] makes one from a coefficient of variation.
type Constraint struct {
	Name   string    // for messages
	Strata []int     // positions of strata, each once
	A      []float64 // one for each of Strata, 0 or more
	Bound  float64   // more than 0
}

// at is the left-hand side under an allocation.
func (c Constraint) at(n []float64) float64 {
	sum := 0.0
	for i, h := range c.Strata {
		if c.A[i] > 0 {
			sum += c.A[i] / n[h]
		}
	}
	return sum
}

// An Optimum is an allocation of least cost under constraints.
type Optimum struct {
	N    []float64 // the allocation, continuous
	Cost float64   // Σ costh·nh
	// Multipliers are what the cost falls by, at the margin, when the bound of a constraint rises by 1. 0 marks a
	// constraint that does not bind.
	Multipliers []float64
	Achieved    []float64 // Σ A/n of every constraint
}

// An InfeasibleError tells of a constraint that cannot be met even by the greatest allocation.
type InfeasibleError struct {
	Constraint  string
	Best, Bound float64 // what Σ A/n comes to, or comes near to, at best; and what was asked for
}

func (e *InfeasibleError) Error() string {
	return fmt.Sprintf("sampling: constraint %q cannot be met: at best it comes to %v, and %v is asked for",
		e.Constraint, e.Best, e.Bound)
}

// Bethel finds the allocation that meets every constraint at the least cost:
//
//	minimise Σ costh·nh  subject to  Σ A/n ≤ Bound for every constraint,  leasth ≤ nh ≤ mosth
//
// which is the problem of samples for several variables and domains at once. The answer has the form
//
//	nh = min(max(√(Σj λj·Ajh / costh), leasth), mosth)
//
// with one multiplier λj ≥ 0 for every constraint, and 0 for those that do not bind. In 1/nh the problem is convex
// with linear constraints, and is solved by an interior-point method and refined by Newton's method on the dual; the
// conditions of optimality hold to 1e-9 of the bounds and 1e-7 of the cost. Constraints on one stratum only are turned into
// bounds first, and those that cannot bind are left out, so that many of either cost little. Where constraints repeat
// one another the multipliers are not unique; the allocation always is.
//
// Chromy's iteration, which other programs use, multiplies the multipliers by how far each constraint is missed. It is
// not used here because it can settle above the optimum where least or most binds.
//
// A nil least means 0 and a nil most means no limit; an element of most may be +Inf. The error is an *InfeasibleError
// if a constraint cannot be met, and says what is wrong with a number otherwise. Bethel panics if slices that belong
// together differ in length, or if a constraint names no such stratum or one stratum twice.
//
// Bethel (1989), Survey Methodology 15:47-57; Chromy (1987), Proceedings of the Section on Survey Research Methods,
// American Statistical Association, 194-199.
func Bethel(cost, least, most []float64, constraints []Constraint) (Optimum, error) {
	p, err := newProgram(cost, least, most, constraints)
	if err != nil {
		return Optimum{}, err
	}
	return p.optimum()
}

func newProgram(cost, least, most []float64, constraints []Constraint) (*program, error) {
	within, err := newBounds(len(cost), least, most)
	if err != nil {
		return nil, err
	}
	if err := checkProblem(cost, within, constraints); err != nil {
		return nil, err
	}
	return presolve(cost, within, constraints), nil
}

// missed is the share of its bound by which a constraint may be missed for want of precision.
const missed = 1e-9

func (p *program) optimum() (Optimum, error) {
	n, multipliers := p.solve()
	p.price(n, multipliers)
	o := Optimum{N: n, Cost: dot(p.cost, n), Multipliers: multipliers, Achieved: make([]float64, len(p.rows))}
	for j, c := range p.rows {
		o.Achieved[j] = c.at(n)
		if !(o.Achieved[j] <= c.Bound*(1+missed)) {
			return o, fmt.Errorf("sampling: no optimum found: constraint %q comes to %v, beyond its bound %v",
				c.Name, o.Achieved[j], c.Bound)
		}
	}
	return o, nil
}

func checkProblem(cost []float64, within bounds, constraints []Constraint) error {
	for h, c := range cost {
		if !(c > 0) || math.IsInf(c, 1) {
			return fmt.Errorf("sampling: a unit of stratum %d costs %v, want a finite number above 0", h, c)
		}
	}
	seen := make([]int, len(cost))
	for j, c := range constraints {
		c.mustName(seen, j+1)
		if err := c.check(within.most); err != nil {
			return err
		}
	}
	return nil
}

// mustName panics unless the constraint has strata from among those of seen, each once. The mark is unique to it.
func (c Constraint) mustName(seen []int, mark int) {
	mustMatch(len(c.Strata), c.A)
	for _, h := range c.Strata {
		if h < 0 || h >= len(seen) || seen[h] == mark {
			panic(fmt.Sprintf("sampling: constraint %q names stratum %d of %d, or names it twice", c.Name, h, len(seen)))
		}
		seen[h] = mark
	}
}

func (c Constraint) check(most []float64) error {
	for i, a := range c.A {
		if !(a >= 0) || math.IsInf(a, 1) {
			return fmt.Errorf("sampling: constraint %q has A = %v in stratum %d, want a finite number, 0 or more",
				c.Name, a, c.Strata[i])
		}
	}
	if !(c.Bound > 0) || math.IsInf(c.Bound, 1) {
		return fmt.Errorf("sampling: constraint %q has the bound %v, want a finite number above 0", c.Name, c.Bound)
	}
	best := c.at(most)
	if best > c.Bound*(1+census) || best >= c.Bound*(1-census) && c.unlimited(most) {
		return &InfeasibleError{c.Name, best, c.Bound}
	}
	return nil
}

// unlimited tells whether a stratum that matters to the constraint can grow for ever, so that no allocation is the
// greatest.
func (c Constraint) unlimited(most []float64) bool {
	for i, h := range c.Strata {
		if c.A[i] > 0 && math.IsInf(most[h], 1) {
			return true
		}
	}
	return false
}
