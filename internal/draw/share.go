package draw

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/sampling/plan"
)

// settle says how many units are drawn from every stratum.
func (p Plan) settle(v *surveyed, f Frame) error {
	found := &problems.List{}
	switch {
	case p.Method == "all" || p.Method == "list":
		for _, h := range v.strata {
			h.take = h.units
		}
	case p.Rate != nil:
		p.rates(v, f, found)
	case p.Stage > 1:
		p.each(v)
	case p.Stratum == "":
		p.alone(v, f, found)
	default:
		return p.allocate(v, f)
	}
	return found.Err()
}

// rates settles the probability of the units within every unit above.
func (p Plan) rates(v *surveyed, f Frame, found *problems.List) {
	for _, code := range v.order {
		rate, err := p.Rate(v.strata[code].above)
		if err != nil {
			found.Add(f.Name(), 0, "self_weighting", "unit %s: %v", shown(code), err)
		}
		v.strata[code].rate = rate
	}
}

// each takes n units within every unit above, or all where there are fewer.
func (p Plan) each(v *surveyed) {
	for _, code := range v.order {
		h := v.strata[code]
		h.take = min(p.N, h.units)
	}
}

// alone takes n units from the only stratum there is.
func (p Plan) alone(v *surveyed, f Frame, found *problems.List) {
	if v.units == 0 {
		found.Add(f.Name(), 0, "", "the frame has no unit")
		return
	}
	h := v.strata[v.order[0]]
	if h.take = p.N; h.take > h.units && !p.Repeats() {
		found.Add(f.Name(), 0, "n", "want %d units, the frame has %d", h.take, h.units)
	}
}

// allocate shares n over the strata by the rule of the plan, within its bounds.
func (p Plan) allocate(v *surveyed, f Frame) error {
	found := &problems.List{}
	least, most := make([]int, len(v.order)), make([]int, len(v.order))
	for i, code := range v.order {
		units := v.strata[code].units
		least[i], most[i] = p.Least, units
		if p.Repeats() {
			most[i] = p.N
		}
		if p.Most > 0 {
			most[i] = min(p.Most, most[i])
		}
		if p.Allocation == "power" && v.strata[code].total < 0 {
			found.Add(f.Name(), 0, p.Spread, "stratum %s: its total is below 0, which allocation power has no root of", code)
		}
		if least[i] > most[i] {
			found.Add(f.Name(), 0, "least", "stratum %s has %d units, fewer than the %d that every stratum is to have at least", code, units, p.Least)
		}
	}
	if err := found.Err(); err != nil {
		return err
	}
	take, err := p.takes(v, least, most)
	if err != nil {
		return problems.Input(fmt.Errorf("n: %w", err))
	}
	for i, code := range v.order {
		v.strata[code].take = take[i]
	}
	return nil
}

// takes is the units to draw from every stratum, in the order of the strata.
func (p Plan) takes(v *surveyed, least, most []int) ([]int, error) {
	score, units, deviation := make([]float64, len(v.order)), make([]int, len(v.order)), make([]float64, len(v.order))
	for i, code := range v.order {
		h := v.strata[code]
		units[i], deviation[i] = h.units, h.deviation()
		score[i] = p.score(h)
	}
	if p.Allocation == "neyman" {
		return plan.IntegerNeyman(p.N, units, deviation, least, most)
	}
	share, err := plan.Share(float64(p.N), score, reals(least), reals(most))
	if err != nil {
		return nil, err
	}
	return plan.LargestRemainder(share), nil
}

// score is what the share of a stratum is in proportion to.
func (p Plan) score(h *stratum) float64 {
	switch p.Allocation {
	case "equal":
		return 1
	case "square_root":
		return math.Sqrt(float64(h.units))
	case "power": // Bankier's allocation with the power 1/2
		if h.total == 0 {
			return 0
		}
		return math.Sqrt(h.total) * h.deviation() * float64(h.units) / h.total
	}
	return float64(h.units)
}

func reals(whole []int) []float64 {
	v := make([]float64, len(whole))
	for i, n := range whole {
		v[i] = float64(n)
	}
	return v
}
