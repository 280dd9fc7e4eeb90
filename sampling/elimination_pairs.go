package sampling

// eliminationPairs gives what becomes of two units in an elimination. Once both are in the pool their chances depend on
// the size i of the sample only:
//
//	gone(i+1) = r + (1-r)·gone(i)
//	both(i+1) = 2r·gone(i) + (1-2r)·both(i)
//	none(i+1) = (1-2r)·none(i),  r = r(i) of the pool
//
// with gone(n) = both(n) = 0 and none(n) = 1. No two units are in a pool of one, and no difference is taken, so that
// what is impossible comes out as 0.
type eliminationPairs struct {
	*elimination
	rank []int     // of each open unit
	risk []float64 // r(i)
	gone []float64 // a unit of the pool at size i goes by the end
	both []float64 // both of two units of the pool at size i go
	none []float64 // neither goes
}

func newEliminationPairs(size []float64, n int) *eliminationPairs {
	f := &eliminationPairs{elimination: newElimination(size, n), rank: make([]int, len(size))}
	for k, u := range f.order {
		f.rank[u] = k
	}
	for _, v := range []*[]float64{&f.risk, &f.gone, &f.both, &f.none} {
		*v = make([]float64, len(size)+1)
	}
	f.none[n] = f.ifTwo(n, 1)
	for i := n; i < len(size); i++ {
		r := f.poolRisk(i)
		f.risk[i] = r
		f.gone[i+1] = r + (1-r)*f.gone[i]
		f.both[i+1] = 2*r*f.gone[i] + max(0, 1-2*r)*f.both[i]
		f.none[i+1] = f.ifTwo(i+1, max(0, 1-2*r)*f.none[i])
	}
	return f
}

// ifTwo is p if two units or more that are not certain are there at size i, and else 0.
func (f *eliminationPairs) ifTwo(i int, p float64) float64 {
	if i-f.certain[i] < 2 {
		return 0
	}
	return p
}

// fates gives the probabilities that two units are both eliminated and that neither is. k, the larger one, is the last
// to cease to be certain, at the step to size i; the other may have gone before, in its own step or from the pool.
func (f *eliminationPairs) fates(a, b int) (both, none float64) {
	k, l := min(f.rank[a], f.rank[b]), max(f.rank[a], f.rank[b])
	i := f.leaves[k]
	early, risk := 0.0, f.elimination.risk(l, i)
	if f.leaves[l] > i {
		early, risk = f.elimination.risk(l, i+1), f.risk[i]
	}
	own := f.elimination.risk(k, i)
	stay := f.ifTwo(i, max(0, 1-own-risk))
	both = early*(own+(1-own)*f.gone[i]) + (1-early)*((own+risk)*f.gone[i]+stay*f.both[i])
	none = (1 - early) * stay * f.none[i]
	return both, none
}
