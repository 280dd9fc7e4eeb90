package sampling

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Pairs gives the joint inclusion probabilities of a design pair by pair. The matrix of all pairs of a frame of 10,000
// units takes 800 MB; an estimator of variance needs only those of the sample.
type Pairs struct {
	pi   []float64
	open []int                  // index among the open units, or alwaysIn or neverIn
	pair func(k, l int) float64 // π_kl of two open units, k < l
}

const (
	alwaysIn = -1
	neverIn  = -2
)

// pairs sets up the pairs of a design of fixed size. Where one open unit is drawn, no two of them come together.
func (f fixedSize) pairs(pair func(k, l int) float64) Pairs {
	if f.n == 1 {
		pair = func(_, _ int) float64 { return 0 }
	}
	open := make([]int, len(f.pi))
	for i := range open {
		open[i] = neverIn
	}
	for _, i := range f.certain {
		open[i] = alwaysIn
	}
	for k, i := range f.open {
		open[i] = k
	}
	return Pairs{pi: slices.Clone(f.pi), open: open, pair: pair}
}

// At is the probability that the units at positions i and j are both drawn, and π where i = j.
//
//	π_ij = π_j where i is certain, 0 where i is never drawn
func (p Pairs) At(i, j int) float64 {
	i, j = min(i, j), max(i, j)
	k, l := p.open[i], p.open[j]
	switch {
	case i == j:
		return p.pi[i]
	case k == neverIn || l == neverIn:
		return 0
	case k == alwaysIn:
		return p.pi[j]
	case l == alwaysIn:
		return p.pi[i]
	}
	return p.pair(k, l)
}

// Among gives the matrix of the units at the given positions, in the order given.
func (p Pairs) Among(units []int) *mat.SymDense {
	if len(units) == 0 {
		return new(mat.SymDense)
	}
	m := mat.NewSymDense(len(units), nil)
	for a, i := range units {
		for b := a; b < len(units); b++ {
			m.SetSym(a, b, p.At(i, units[b]))
		}
	}
	return m
}

// All gives the matrix of all units.
func (p Pairs) All() *mat.SymDense {
	units := upTo(len(p.pi))
	return p.Among(units)
}
