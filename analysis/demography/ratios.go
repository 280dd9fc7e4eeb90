package demography

import "slices"

// A weighted is the sum, with weights, of the persons of some cells.
type weighted struct {
	at   []int
	w    []float64
	span bool // each of the cells from the first to the last once
}

// add gives a cell a further weight.
func (l *weighted) add(cell int, w float64) {
	for i, at := range l.at {
		if at == cell {
			l.w[i], l.span = l.w[i]+w, false
			return
		}
	}
	l.at, l.w, l.span = append(l.at, cell), append(l.w, w), false
}

// span is the persons of cells from first to last.
func span(first, last int) (l weighted) {
	for a := first; a <= last; a++ {
		l.at, l.w = append(l.at, a), append(l.w, 1)
	}
	l.span = true
	return l
}

// picked is the persons of cells from first to last that a rule keeps.
func picked(first, last int, keep func(cell int) bool) (l weighted) {
	for a := first; a <= last; a++ {
		if keep(a) {
			l.at, l.w = append(l.at, a), append(l.w, 1)
		}
	}
	return l
}

// of adds up in four sums, which a processor takes at once. Products are rounded before they are added: the same bits
// on every machine.
func (l weighted) of(p []float64) float64 {
	var s [4]float64
	if l.span {
		v := p[l.at[0] : l.at[len(l.at)-1]+1]
		for ; len(v) >= 4; v = v[4:] {
			s[0], s[1], s[2], s[3] = s[0]+v[0], s[1]+v[1], s[2]+v[2], s[3]+v[3]
		}
		for i, n := range v {
			s[i] += n
		}
		return (s[0] + s[1]) + (s[2] + s[3])
	}
	at, w := l.at, l.w[:len(l.at)]
	for ; len(at) >= 4; at, w = at[4:], w[4:] {
		s[0] += float64(w[0] * p[at[0]])
		s[1] += float64(w[1] * p[at[1]])
		s[2] += float64(w[2] * p[at[2]])
		s[3] += float64(w[3] * p[at[3]])
	}
	for i, a := range at {
		s[i] += float64(w[i] * p[a])
	}
	return (s[0] + s[1]) + (s[2] + s[3])
}

// A term is scale times a sum over another one, which several terms may share.
type term struct {
	above weighted
	below int // position in ratios.below
	scale float64
}

// ratios are parts that are sums of ratios less a constant:
//
//	θ(j) = Σ scale · above/below - less(j)
type ratios struct {
	below []weighted
	terms [][]term
	less  []float64
}

// share adds a sum that stands below lines, if it is not there, and gives its position.
func (r *ratios) share(below weighted) int {
	for i, b := range r.below {
		if slices.Equal(b.at, below.at) && slices.Equal(b.w, below.w) {
			return i
		}
	}
	r.below = append(r.below, below)
	return len(r.below) - 1
}

// part adds a part.
func (r *ratios) part(less float64, terms ...term) {
	r.terms, r.less = append(r.terms, terms), append(r.less, less)
}

// reads is one more than the last cell that is read.
func (r *ratios) reads() int {
	last := -1
	see := func(l weighted) {
		for _, at := range l.at {
			last = max(last, at)
		}
	}
	for _, b := range r.below {
		see(b)
	}
	for _, terms := range r.terms {
		for _, t := range terms {
			see(t.above)
		}
	}
	return last + 1
}

func (r *ratios) parts() int { return len(r.terms) }

// fewSums is how many sums below lines need no memory of their own.
const fewSums = 64

func (r *ratios) values(p, part []float64) {
	var few [fewSums]float64
	sums := r.sumsBelow(p, few[:0])
	for j, terms := range r.terms {
		v := 0.0
		for _, t := range terms {
			v += t.scale * t.above.of(p) / sums[t.below] // 0/0 is NaN
		}
		part[j] = v - r.less[j]
	}
}

func (r *ratios) sumsBelow(p, sums []float64) []float64 {
	for _, b := range r.below {
		sums = append(sums, b.of(p))
	}
	return sums
}

// gradients, of one term s·A/B with weights α above and β below: s(α - β A/B)/B.
func (r *ratios) gradients(p, _, by []float64, cells int) {
	var few [fewSums]float64
	sums := r.sumsBelow(p, few[:0])
	clear(by)
	for j, terms := range r.terms {
		row := by[j*cells : (j+1)*cells]
		for _, t := range terms {
			below := sums[t.below]
			up := t.scale / below
			down := up * t.above.of(p) / below
			for i, at := range t.above.at {
				row[at] += float64(up * t.above.w[i])
			}
			b := r.below[t.below]
			for i, at := range b.at {
				row[at] -= float64(down * b.w[i])
			}
		}
	}
}
