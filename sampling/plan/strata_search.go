package plan

import (
	"fmt"
	"math"
	"slices"
)

// A strataSearch keeps the best stratification found and the best bound on all of them.
type strataSearch struct {
	table  *sizeTable
	rules  StrataRules
	strata int
	goal   goal
	work   int // what enumeration may cost

	best  *sharing
	score float64
	bound float64
	prune *relaxed // the relaxed problem that gave the bound
}

// searchStrata fails only where the rules ask for a larger sample than the goal allows.
func searchStrata(t *sizeTable, strata int, rules StrataRules, g goal) (Stratification, error) {
	s := &strataSearch{table: t, rules: rules, strata: strata, goal: g, work: mostWork}
	s.run()
	if s.best == nil {
		return Stratification{}, fmt.Errorf("sampling: no strata with at least %d units from each meet the request",
			rules.Least)
	}
	return s.result(), nil
}

// Limits of the search: prices tried, and starts of strata looked at to close what gap they leave, which takes about a
// second. Strata that are evaluated count as a start for every distinct value.
const (
	mostPrices = 40
	mostWork   = 300_000_000
)

// run tries prices, each the one that suits the last strata found, until bound and score meet. Where the strata repeat
// themselves first, the price at which the nearest samples on both sides of the goal cost the same comes next, which
// leads to the greatest bound. What gap then remains is closed by enumeration.
func (s *strataSearch) run() {
	s.score, s.bound = math.Inf(1), math.Inf(-1)
	price := s.consider(s.startingCuts())
	short, enough := pricedSample{0, math.Inf(1)}, pricedSample{s.table.population(), 0}
	var tried []float64
	for range mostPrices {
		if slices.Contains(tried, price) || math.IsInf(price, 0) {
			price = short.balance(enough)
		}
		if s.proven() || slices.Contains(tried, price) || !(price >= 0) || math.IsInf(price, 0) {
			break
		}
		tried = append(tried, price)
		r := newRelaxed(s.table, s.strata, s.rules, price)
		s.raise(r)
		cuts := r.cuts()
		at := pricedSample{}
		at.n, at.v = r.sample(cuts)
		if s.goal.reached(at.n, at.v) {
			enough = at
		} else {
			short = at
		}
		price = s.consider(cuts)
	}
	s.enumerate()
}

// A pricedSample is a sample that costs least at some price.
type pricedSample struct {
	n int
	v float64
}

// balance is the price at which both samples cost the same. It is 0 while a has no bound on its variance.
func (a pricedSample) balance(b pricedSample) float64 { return float64(b.n-a.n) / (a.v - b.v) }

// consider keeps the strata if they are the best so far and returns the price that suits them.
func (s *strataSearch) consider(cuts []int) (price float64) {
	sample := newSharing(s.table, cuts, s.rules)
	if !s.goal.share(sample) {
		return math.Inf(1)
	}
	score := s.goal.score(sample)
	if score < s.score || score == s.score && sample.variance() < s.best.variance() {
		s.best, s.score = sample, score
	}
	return s.goal.price(sample)
}

func (s *strataSearch) raise(r *relaxed) {
	if b := s.goal.bound(r.leastCost(), r.price); b > s.bound {
		s.bound, s.prune = b, r
	}
}

func (s *strataSearch) proven() bool { return s.bound >= s.score*(1-100*slack) }

// startingCuts are those of the cumulative root rule.
func (s *strataSearch) startingCuts() []int {
	return slices.Compact(s.table.positions(s.table.cumulativeRoot(s.strata)))
}

// enumerate visits all stratifications that the bound does not exclude. If it comes to the end, the best is proven.
func (s *strataSearch) enumerate() {
	if s.proven() || s.prune == nil {
		return
	}
	left := s.work
	s.descend(s.strata-1, s.table.distinct(), 0, nil, &left)
	if left > 0 {
		s.bound = s.score
	}
}

// descend tries all starts of the last of h+1 strata of the first j values, given what the strata above them cost.
func (s *strataSearch) descend(h, j int, above float64, cuts []int, left *int) {
	r, top := s.prune, h == s.strata-1
	if h == 0 {
		if above+r.cost(0, j, top) <= s.limit() {
			s.consider(cuts)
			*left -= s.table.distinct()
		}
		return
	}
	if s.mayBeEmpty(top, cuts) {
		s.descend(h-1, j, above, cuts, left)
	}
	for at := j - 1; at > 0 && *left > 0; at-- {
		*left--
		c := above + r.cost(at, j, top)
		if c > s.limit() {
			return
		}
		if c+r.best[h-1][at] <= s.limit() {
			s.descend(h-1, at, c, append([]int{at}, cuts...), left)
		}
	}
}

// mayBeEmpty lets only the strata next to the top be empty, so that no stratification comes twice.
func (s *strataSearch) mayBeEmpty(top bool, cuts []int) bool {
	if s.rules.TakeAllTop {
		return !top && len(cuts) == 1
	}
	return len(cuts) == 0
}

func (s *strataSearch) limit() float64 {
	return s.goal.limit(s.score, s.prune.price) * (1 + slack)
}

func (s *strataSearch) result() Stratification {
	var boundaries []float64
	for _, at := range s.best.cuts {
		boundaries = append(boundaries, s.table.values[at])
	}
	r := s.best.stratification(boundaries)
	r.Bound, r.Optimal = min(s.bound, s.score), s.proven()
	return r
}
