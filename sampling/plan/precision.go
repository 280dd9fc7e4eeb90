package plan

import (
	"fmt"
	"math"
)

// A Precision is what is asked of the estimated total of one variable in one domain: a coefficient of variation.
type Precision struct {
	Name   string
	Strata []int     // positions of the strata the domain is made of, each once
	SD     []float64 // standard deviation of the variable in each of Strata, divisor N-1
	Total  float64   // of the variable in the domain, not 0
	CV     float64   // wanted: standard error / total, more than 0
}

// Constraint is the precision as a constraint for [Bethel], scaled to the bound 1:
//
//	Σ Nh²·Sh²·(1/nh - 1/Nh) ≤ (CV·T)²   as   A = Nh²·Sh²/V,  Bound = 1,  V = (CV·T)² + Σ Nh·Sh²
//
// over the strata of the domain. Units are the Nh of all strata. The multipliers of constraints so scaled are amounts
// of cost, and add up to the whole cost where no least or most binds. An error says what makes a precision impossible
// to ask for.
func (p Precision) Constraint(units []float64) (Constraint, error) {
	mustMatch(len(p.Strata), p.SD)
	if !(p.CV > 0) || math.IsInf(p.CV, 1) {
		return Constraint{}, fmt.Errorf("sampling: precision %q asks for a coefficient of variation of %v, want more than 0",
			p.Name, p.CV)
	}
	if p.Total == 0 || math.IsNaN(p.Total) || math.IsInf(p.Total, 0) {
		return Constraint{}, fmt.Errorf("sampling: precision %q is relative to a total of %v", p.Name, p.Total)
	}
	c := Constraint{Name: p.Name, Strata: p.Strata, A: make([]float64, len(p.SD)), Bound: 1}
	variance := p.CV * p.Total * p.CV * p.Total
	for i, h := range p.Strata {
		variance += units[h] * p.SD[i] * p.SD[i]
	}
	for i, h := range p.Strata {
		spread := units[h] * p.SD[i]
		c.A[i] = spread * spread / variance
	}
	return c, nil
}

// Achieved is the coefficient of variation of the estimated total of the domain under an allocation n of all strata
// (see [TotalVariance]).
func (p Precision) Achieved(units, n []float64) float64 {
	domainUnits, domainN := make([]float64, len(p.Strata)), make([]float64, len(p.Strata))
	for i, h := range p.Strata {
		domainUnits[i], domainN[i] = units[h], n[h]
	}
	return math.Sqrt(max(0, TotalVariance(domainUnits, p.SD, domainN))) / math.Abs(p.Total)
}

// Constraints are the constraints of several precisions.
func Constraints(units []float64, precisions []Precision) ([]Constraint, error) {
	constraints := make([]Constraint, len(precisions))
	for j, p := range precisions {
		var err error
		if constraints[j], err = p.Constraint(units); err != nil {
			return nil, err
		}
	}
	return constraints, nil
}
