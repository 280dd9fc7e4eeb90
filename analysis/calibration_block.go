package analysis

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// A block is a part of the population: its profiles with the weights there were, and what their totals are to be. Its
// columns are those that can be told apart in the sample, scaled to Σ|d|x² = 1.
type block struct {
	first  []int32 // entries first[k]:first[k+1] are those of profile k
	col    []int32
	val    []float64
	d, q   []float64 // by profile
	target []float64
	size   []float64 // of every column, Σ|dx| or the target, whichever is larger: misses are relative to it
}

func (b *block) columns() int { return len(b.target) }

// entries are the columns and values of a profile.
func (b *block) entries(k int) (col []int32, val []float64) {
	from, to := b.first[k], b.first[k+1]
	return b.col[from:to], b.val[from:to]
}

// predictor is x'λ for every profile.
func (b *block) predictor(lambda []float64) []float64 {
	v := make([]float64, len(b.d))
	for k := range v {
		col, val := b.entries(k)
		for e, j := range col {
			v[k] += val[e] * lambda[j]
		}
	}
	return v
}

// totals are Σ wx.
func (b *block) totals(w []float64) []float64 {
	t := make([]float64, b.columns())
	for k, wk := range w {
		col, val := b.entries(k)
		for e, j := range col {
			t[j] += wk * val[e]
		}
	}
	return t
}

// gram is Σ w x x'.
func (b *block) gram(w []float64) *mat.SymDense {
	m := mat.NewSymDense(b.columns(), nil)
	raw := m.RawSymmetric()
	for k, wk := range w {
		col, val := b.entries(k)
		for e, j := range col {
			row := raw.Data[int(j)*raw.Stride:]
			for f := e; f < len(col); f++ { // columns are in order
				row[col[f]] += wk * val[e] * val[f]
			}
		}
	}
	return m
}

// miss is how far totals are from the target at most, relative to the size of each.
func (b *block) miss(totals []float64) (worst float64) {
	for j, t := range totals {
		worst = larger(worst, math.Abs(t-b.target[j])/b.size[j])
	}
	return worst
}

// part is a part of the profiles as a block with all its columns, not scaled. d are the weights of all profiles.
func (p *profiles) part(b int, d, target []float64) *block {
	from, to := p.begin[b], p.begin[b+1]
	out := &block{d: d[from:to], q: p.q[from:to], target: target, size: make([]float64, len(target))}
	begin := p.first[from]
	out.first = make([]int32, to-from+1)
	for k := range out.first {
		out.first[k] = p.first[int(from)+k] - begin
	}
	end := p.first[to]
	out.col, out.val = p.col[begin:end], p.val[begin:end]
	for k, dk := range out.d {
		col, val := out.entries(k)
		for e, j := range col {
			out.size[j] += math.Abs(dk * val[e])
		}
	}
	for j, t := range target {
		out.size[j] = max(out.size[j], math.Abs(t))
	}
	return out
}

// reduced is the block with some of its columns, divided by a scale each.
func (b *block) reduced(columns []int, scale []float64) *block {
	out := &block{d: b.d, q: b.q, first: make([]int32, 1, len(b.first))}
	to := make([]int32, b.columns())
	for j := range to {
		to[j] = -1
	}
	for n, j := range columns {
		to[j] = int32(n)
		out.target, out.size = append(out.target, b.target[j]/scale[n]), append(out.size, b.size[j]/scale[n])
	}
	for k := range b.d {
		col, val := b.entries(k)
		for e, j := range col {
			if at := to[j]; at >= 0 {
				out.col, out.val = append(out.col, at), append(out.val, val[e]/scale[at])
			}
		}
		out.first = append(out.first, int32(len(out.col)))
	}
	return out
}
