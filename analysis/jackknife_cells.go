package analysis

import (
	"cmp"
	"math"
	"slices"
)

// spreads takes from every stratum the cells it has rows in: in others, its replicates are the full sample. PSUs of
// the stratum without a row in the cell are alike, and taken at once, so that the cost is that of the sums.
func (j *jackknife) spreads(s *cellSums, v replicateVariance, st cellStatistic, totals [][]float64) []cellSpread {
	w := &jackknifeWalk{s: s, st: st, totals: totals, psus: make([]int, s.k), sums: make([][]float64, len(totals)),
		members: make([]int, s.k)}
	for i := range w.sums {
		w.sums[i] = make([]float64, s.k)
	}
	for _, c := range s.cell {
		w.psus[c]++
	}
	level := &j.t.stages[0]
	w.anonymous = j.t.anonymous && len(j.t.stages) == 1
	for r := 0; r < len(j.without); {
		h := j.stratum[r]
		w.stratum(level.firstUnit[h], level.firstUnit[h+1], v.rscales[r])
		r += level.sampled(h)
	}
	if w.anonymous {
		slices.SortFunc(w.changes, func(a, b jackknifeChange) int {
			return cmp.Or(cmp.Compare(a.cell, b.cell), cmp.Compare(a.rscale, b.rscale), cmp.Compare(a.by, b.by))
		})
	}
	return w.close(v)
}

// A jackknifeChange is that of the estimate of a cell in some replicates.
type jackknifeChange struct {
	cell       int32
	by, rscale float64
	replicates int
}

// A jackknifeWalk gathers the changes of cells, stratum by stratum.
type jackknifeWalk struct {
	s       *cellSums
	st      cellStatistic
	totals  [][]float64
	psus    []int       // by cell: PSUs with a row in it
	sums    [][]float64 // by variable and cell: of the stratum
	members []int       // by cell: PSUs of the stratum
	touched []int32
	changes []jackknifeChange
	entries []int32 // of the stratum

	anonymous bool // PSUs have no names, and so no order of their own
}

// stratum goes through PSUs from:to.
func (w *jackknifeWalk) stratum(from, to int32, rscale float64) {
	n := int(to - from)
	w.addUp(from, to)
	at, by := make([]float64, len(w.sums)), make([]float64, len(w.sums))
	for _, e := range w.entries {
		c := w.s.cell[e]
		for j := range by {
			by[j] = (w.sums[j][c] - float64(n)*w.s.sums[j][e]) / float64(n-1)
		}
		w.changes = append(w.changes, jackknifeChange{c, w.without(c, by, at), rscale, 1})
	}
	for _, c := range w.touched {
		if absent := n - w.members[c]; absent > 0 {
			for j := range by {
				by[j] = w.sums[j][c] / float64(n-1)
			}
			d := w.st.change(across(w.totals, int(c), at), by)
			w.changes = append(w.changes, jackknifeChange{c, d, rscale, absent})
		}
		for j := range w.sums {
			w.sums[j][c] = 0
		}
		w.members[c] = 0
	}
	w.touched = w.touched[:0]
}

// addUp adds up the sums of PSUs from:to by cell.
func (w *jackknifeWalk) addUp(from, to int32) {
	w.entries = w.entries[:0]
	for e := w.s.first[from]; e < w.s.first[to]; e++ {
		w.entries = append(w.entries, e)
	}
	if w.anonymous {
		slices.SortFunc(w.entries, w.s.compare)
	}
	for _, e := range w.entries {
		c := w.s.cell[e]
		if w.members[c]++; w.members[c] == 1 {
			w.touched = append(w.touched, c)
		}
		for j := range w.sums {
			w.sums[j][c] += w.s.sums[j][e]
		}
	}
}

// compare orders entries by what is in them.
func (s *cellSums) compare(a, b int32) int {
	order := cmp.Compare(s.cell[a], s.cell[b])
	for j := 0; order == 0 && j < len(s.sums); j++ {
		order = cmp.Compare(s.sums[j][a], s.sums[j][b])
	}
	return order
}

// without is the change that a PSU of a cell makes; where it is the only one, nothing is left but zeros.
func (w *jackknifeWalk) without(c int32, by, at []float64) float64 {
	at = across(w.totals, int(c), at)
	if w.psus[c] > 1 {
		return w.st.change(at, by)
	}
	return w.st.value(make([]float64, len(at))) - w.st.value(at)
}

// A jackknifeCentre is what is known of the centre of the replicates of a cell.
type jackknifeCentre struct {
	bias       float64 // of the mean of the replicates
	replicates int     // in that mean
	rscales    float64 // sum over the replicates that changed nothing
}

// centres adds up changes by cell. Replicates that are not among the changes changed nothing.
func (w *jackknifeWalk) centres(v replicateVariance) []jackknifeCentre {
	all := jackknifeCentre{rscales: sum(v.rscales)}
	for _, b := range v.rscales {
		if b > 0 {
			all.replicates++
		}
	}
	out := slices.Repeat([]jackknifeCentre{all}, w.s.k)
	for _, d := range w.changes {
		c := &out[d.cell]
		c.rscales -= d.rscale * float64(d.replicates)
		switch {
		case d.rscale == 0:
		case math.IsNaN(d.by):
			c.replicates -= d.replicates
		default:
			c.bias += d.by * float64(d.replicates)
		}
	}
	for i := range out {
		if c := &out[i]; v.aboutEstimate || c.replicates == 0 {
			c.bias = 0
		} else {
			c.bias /= float64(c.replicates)
		}
	}
	return out
}

// close takes the squares of the changes about the centre.
func (w *jackknifeWalk) close(v replicateVariance) []cellSpread {
	out, centres := make([]cellSpread, w.s.k), w.centres(v)
	for i, c := range centres {
		out[i].variance = v.scale * max(c.rscales, 0) * c.bias * c.bias
	}
	for _, d := range w.changes {
		dev := d.by - centres[d.cell].bias
		if math.IsNaN(d.by) {
			out[d.cell].notes = LostReplicates
			continue
		}
		out[d.cell].variance += v.scale * d.rscale * float64(d.replicates) * dev * dev
	}
	return out
}
