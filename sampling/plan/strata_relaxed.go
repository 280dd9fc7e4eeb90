package plan

import "math"

// A relaxed problem has a price on variance instead of a goal. Its cost is a sum over strata, each with its own best
// whole number of units:
//
//	cost = Σ min { nh + p·(Nh·Sh)²·(1/nh - 1/Nh) : min(least, Nh) ≤ nh ≤ Nh }
//
// A dynamic programme over the distinct values, from small to large, finds the least cost exactly.
type relaxed struct {
	table  *sizeTable
	rules  StrataRules
	strata int
	price  float64

	// best[h][j] is the least cost of the first j values in at most h+1 strata; start[h][j] is where the last of them
	// starts. Neither falls with j.
	best  [][]float64
	start [][]int
}

func newRelaxed(t *sizeTable, strata int, rules StrataRules, price float64) *relaxed {
	r := &relaxed{table: t, rules: rules, strata: strata, price: price}
	k := t.distinct()
	for h := range strata {
		r.best, r.start = append(r.best, make([]float64, k+1)), append(r.start, make([]int, k+1))
		first := 1
		if h == strata-1 {
			first = k // of all strata, only the whole population matters
		}
		for j := first; j <= k; j++ {
			r.fill(h, j)
		}
	}
	return r
}

// take is the best whole number of units of a stratum, by n(n-1) < p·(Nh·Sh)² ≤ n(n+1) where no bound binds.
func (r *relaxed) take(from, to int, top bool) (n, units int, priced float64) {
	units = r.table.count(from, to)
	priced = float64(r.price * r.table.spread(from, to))
	least := min(r.rules.Least, units)
	root := math.Sqrt(priced)
	switch {
	case top && r.rules.TakeAllTop || root >= float64(units):
		return units, units, priced
	case root <= float64(least-1):
		return least, units, priced
	}
	n = int(root)
	if priced > float64(n)*float64(n+1) {
		n++
	}
	return max(least, min(n, units)), units, priced
}

// cost of a stratum never falls when the stratum grows: what a larger one takes, a smaller one can take for less.
func (r *relaxed) cost(from, to int, top bool) float64 {
	n, units, priced := r.take(from, to, top)
	if n == units {
		return float64(n)
	}
	return float64(n) + float64(priced*(1/float64(n)-1/float64(units)))
}

// fill finds the last start for the first j values. An upper stratum may be empty, except one to be taken whole.
func (r *relaxed) fill(h, j int) {
	top := h == r.strata-1
	if h == 0 {
		r.best[0][j] = r.cost(0, j, top)
		return
	}
	s := search{r: r, below: r.best[h-1], j: j, top: top, best: r.best[h-1][j], at: j}
	if top && r.rules.TakeAllTop {
		s.best = math.Inf(1)
	}
	if hint := r.start[h][j-1]; hint < j {
		s.try(hint)
	}
	s.within(0, j-1, 0)
	r.best[h][j], r.start[h][j] = s.best, s.at
}

// A search looks for the start of a last stratum. The cost below rises with the start and the cost of the stratum
// falls, so that both ends of a range of starts bound all costs in it, and most ranges are never entered.
type search struct {
	r     *relaxed
	below []float64
	j     int
	top   bool
	best  float64
	at    int
}

func (s *search) try(start int) (above float64) {
	above = s.r.cost(start, s.j, s.top)
	if c := s.below[start] + above; c < s.best {
		s.best, s.at = c, start
	}
	return above
}

// within searches the starts from low to high, for all of which the stratum costs no less than above.
func (s *search) within(low, high int, above float64) {
	for low <= high && s.below[low]+above < s.best {
		middle := int(uint(low+high) >> 1)
		c := s.try(middle)
		s.within(middle+1, high, above)
		high, above = middle-1, c
	}
}

func (r *relaxed) leastCost() float64 { return r.best[r.strata-1][r.table.distinct()] }

// cuts are where the strata of least cost start, without empty strata.
func (r *relaxed) cuts() []int {
	var cuts []int
	j := r.table.distinct()
	for h := r.strata - 1; h > 0; h-- {
		if at := r.start[h][j]; at < j && at > 0 {
			cuts = append([]int{at}, cuts...)
			j = at
		} else if at == 0 {
			break
		}
	}
	return cuts
}

// sample is the number of units and the variance at the least cost.
func (r *relaxed) sample(cuts []int) (n int, v float64) {
	s := newSharing(r.table, cuts, r.rules)
	for h := range s.units {
		from, to := s.span(h)
		s.take[h], _, _ = r.take(from, to, h == len(cuts))
		n += s.take[h]
	}
	return n, s.variance()
}
