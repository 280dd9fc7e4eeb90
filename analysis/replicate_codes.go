package analysis

import "slices"

// codedFactors are replicate factors by units and replicates, kept as a code of one byte each: code[u·R+r] of unit u
// in replicate r stands for the factor values[class[u]][code].
type codedFactors struct {
	replicates int
	code       []uint8
	class      []int32
	values     [][]float64
	rankOf     unitRank
}

func newCodedFactors(units, replicates int, rankOf unitRank) *codedFactors {
	return &codedFactors{
		replicates: replicates, code: make([]uint8, units*replicates), class: make([]int32, units), rankOf: rankOf,
	}
}

// setClass gives units from:to a class of their own.
func (c *codedFactors) setClass(from, to int32, values ...float64) {
	for u := from; u < to; u++ {
		c.class[u] = int32(len(c.values))
	}
	c.values = append(c.values, values)
}

// codes are those of unit u, one a replicate.
func (c *codedFactors) codes(u int32) []uint8 {
	return c.code[int(u)*c.replicates : (int(u)+1)*c.replicates]
}

func (c *codedFactors) column(r int, to []float64) {
	for u := range to {
		to[u] = c.values[c.class[u]][c.code[u*c.replicates+r]]
	}
}

// row puts the factors of unit u into to, one a replicate.
func (c *codedFactors) row(u int32, to []float64) {
	values := c.values[c.class[u]]
	for r, code := range c.codes(u) {
		to[r] = values[code]
	}
}

func (c *codedFactors) rank(member []bool) int  { return c.rankOf.rank(member) }
func (c *codedFactors) ranks(s *cellSums) []int { return c.rankOf.ranks(s) }

// A unitRank counts the ranks of a matrix of factors.
type unitRank interface {
	rank(member []bool) int
	ranks(s *cellSums) []int
}

// spreads goes from cell to cell; per entry it costs an addition a replicate.
func (c *codedFactors) spreads(s *cellSums, v replicateVariance, st cellStatistic, totals [][]float64) []cellSpread {
	units, entries, first := s.byCell()
	return slices.Concat(inParts(s.k, len(s.cell)*c.replicates, func(from, to int) []cellSpread {
		w := codedWalk{c: c, s: s, theta: make([]float64, c.replicates)}
		for range s.sums {
			w.sums = append(w.sums, make([]float64, c.replicates))
		}
		out, at := make([]cellSpread, 0, to-from), make([]float64, len(s.sums))
		for cell := from; cell < to; cell++ {
			w.add(units[first[cell]:first[cell+1]], entries[first[cell]:first[cell+1]])
			st.values(w.sums, w.theta)
			out = append(out, v.spread(w.theta, st.value(across(totals, cell, at))))
		}
		return out
	})...)
}

// A codedWalk goes from cell to cell.
type codedWalk struct {
	c      *codedFactors
	s      *cellSums
	sums   [][]float64 // by variable and replicate: of the cell
	theta  []float64
	scaled [256]float64 // by code: a factor times the sum of a unit
}

// add adds up the sums of a cell under every replicate.
func (w *codedWalk) add(units, entries []int32) {
	for j, to := range w.sums {
		clear(to)
		for n, u := range units {
			z := w.s.sums[j][entries[n]]
			for code, f := range w.c.values[w.c.class[u]] {
				w.scaled[code] = f * z
			}
			addCoded(to, w.c.codes(u), &w.scaled)
		}
	}
}

func addCoded(to []float64, codes []uint8, value *[256]float64) {
	to = to[:len(codes)]
	for r, code := range codes {
		to[r] += value[code]
	}
}
