package analysis

import "math"

// A cellStatistic is an estimate of a cell as a function of the sums of some variables over it.
type cellStatistic interface {
	value(sums []float64) float64
	// values are those of sums[j][r], sums of variable j under replicate r.
	values(sums [][]float64, to []float64)
	// change is value(sums + by) - value(sums), without the digits that the difference would lose.
	change(sums, by []float64) float64
}

type cellTotal struct{}

func (cellTotal) value(sums []float64) float64   { return sums[0] }
func (cellTotal) change(_, by []float64) float64 { return by[0] }

func (cellTotal) values(sums [][]float64, to []float64) { copy(to, sums[0]) }

type cellRatio struct{}

func (cellRatio) values(sums [][]float64, to []float64) {
	for r := range to {
		to[r] = sums[0][r] / sums[1][r]
	}
}

func (cellRatio) value(sums []float64) float64 { return sums[0] / sums[1] }
func (cellRatio) change(sums, by []float64) float64 {
	return (by[0] - float64(sums[0]/sums[1]*by[1])) / (sums[1] + by[1])
}

// A cellSpread is the variance of a cell over the replicates.
type cellSpread struct {
	variance float64
	notes    Notes
}

// estimates are those of a statistic in every cell.
func (p *replication) estimates(s *cellSums, st cellStatistic, v replicateVariance) []Estimate {
	totals, persons := s.totals()
	spreads, ranks := p.factors.spreads(s, v, st, totals), p.factors.ranks(s)
	out := make([]Estimate, s.k)
	at := make([]float64, len(totals))
	for c := range out {
		out[c] = spreads[c].finish(st.value(across(totals, c, at)), ranks[c], persons[c])
	}
	return out
}

// finish is the estimate of a cell.
func (c cellSpread) finish(value float64, rank int, persons int64) Estimate {
	e := Estimate{Value: value, SE: math.Sqrt(c.variance), DF: float64(max(rank-1, 0)), N: persons, Notes: c.notes}
	return e.settled()
}

// spread is the variance of the estimates theta of the replicates about their centre.
func (v replicateVariance) spread(theta []float64, value float64) (c cellSpread) {
	bias, n, found := 0.0, 0, 0
	for r, t := range theta {
		switch {
		case math.IsNaN(t):
			c.notes = LostReplicates
			continue
		case v.rscales[r] > 0:
			bias += t - value
			n++
		}
		found++
	}
	if n > 0 && !v.aboutEstimate {
		value += bias / float64(n)
	}
	for r, t := range theta {
		if !math.IsNaN(t) {
			c.variance += v.rscales[r] * (t - value) * (t - value)
		}
	}
	c.variance *= v.scale
	if found == 0 && len(theta) > 0 {
		c.variance = math.NaN()
	}
	return c
}
