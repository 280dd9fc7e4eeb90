package plan

import (
	"fmt"
	"math"
)

// A goal is what a stratification is chosen for. The search prices a unit of variance: at price p every stratification
// and allocation has cost
//
//	Σ nh + p·V
//
// and the least cost at any p bounds what the goal can be met with.
type goal interface {
	// share grows the sample until the goal is met; false means that the strata cannot meet it.
	share(s *sharing) bool
	// score is what is to be small, of a sample that meets the goal.
	score(s *sharing) float64
	// price is one at which the sample could have the least cost of all allocations to its strata.
	price(s *sharing) float64
	// reached says whether a sample of n units with variance v is on the goal's side, where a lower price would do.
	reached(n int, v float64) bool
	// bound is what no score falls below, given the least cost at a price.
	bound(cost, price float64) float64
	// limit is the cost that a sample with a score below best cannot exceed.
	limit(best, price float64) float64
}

// slack covers the rounding of sums over strata in comparisons of costs.
const slack = 1e-11

// cvGoal: the fewest units with a variance of at most v.
type cvGoal struct{ v float64 }

func newCVGoal(t *sizeTable, cv float64) (goal, error) {
	total := t.total()
	if !(cv > 0) || math.IsInf(cv, 1) {
		return nil, fmt.Errorf("sampling: a coefficient of variation of %v is asked for, want more than 0", cv)
	}
	if !(total > 0) {
		return nil, fmt.Errorf("sampling: sizes add up to %v, so that a coefficient of variation means nothing", total)
	}
	return cvGoal{float64(cv*total) * float64(cv*total)}, nil
}

func (g cvGoal) share(s *sharing) bool {
	for s.variance() > g.v {
		if !s.grow() {
			return false
		}
	}
	return true
}

func (g cvGoal) score(s *sharing) float64          { return float64(s.drawn) }
func (g cvGoal) price(s *sharing) float64          { return 1 / s.fell }
func (g cvGoal) reached(_ int, v float64) bool     { return v <= g.v }
func (g cvGoal) limit(best, price float64) float64 { return best - 1 + float64(price*g.v) }

// bound rounds up, as units are whole.
func (g cvGoal) bound(cost, price float64) float64 {
	return math.Ceil(cost - float64(price*g.v) - float64(slack*cost))
}

// sizeGoal: the least variance with at most n units.
type sizeGoal struct{ n int }

func newSizeGoal(t *sizeTable, n int, rules StrataRules) (goal, error) {
	if n < min(max(rules.Least, 1), t.population()) || n > t.population() {
		return nil, fmt.Errorf("sampling: a sample of %d from %d units is asked for, with at least %d from a stratum",
			n, t.population(), rules.Least)
	}
	return sizeGoal{n}, nil
}

func (g sizeGoal) share(s *sharing) bool {
	for s.drawn < g.n && s.grow() {
	}
	return s.drawn <= g.n
}

func (g sizeGoal) score(s *sharing) float64      { return s.variance() }
func (g sizeGoal) reached(n int, _ float64) bool { return n >= g.n }
func (g sizeGoal) limit(best, price float64) float64 {
	return float64(g.n) + float64(price*best*(1-slack))
}

// price lies between those at which the last unit and the next one are worth their cost.
func (g sizeGoal) price(s *sharing) float64 {
	_, fall := s.next()
	switch {
	case fall == 0:
		return 1 / s.fell
	case math.IsInf(s.fell, 1):
		return 1 / fall
	}
	return 1 / (math.Sqrt(s.fell) * math.Sqrt(fall))
}

func (g sizeGoal) bound(cost, price float64) float64 {
	if price == 0 {
		return 0
	}
	return max(0, (cost-float64(g.n)-float64(slack*cost))/price)
}
