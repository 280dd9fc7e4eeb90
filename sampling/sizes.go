package sampling

import (
	"container/heap"
	"fmt"
	"math"
	"sort"
)

// Sizes gathers the sizes of a frame that is not held in memory, so that inclusion probabilities proportional to size are
// known before a second pass selects. It keeps as many sizes as units can be drawn, the largest ones: only these can turn
// out to be certain.
type Sizes struct {
	units, positive int
	fraction        bool // a size is not a whole number
	total           float64
	most            int
	largest         smallestFirst
}

// NewSizes prepares for samples of at most the given number of units.
func NewSizes(most int) *Sizes { return &Sizes{most: most} }

// Add takes the size of the next unit: a finite number, 0 or more.
func (s *Sizes) Add(size float64) {
	s.units++
	if size == 0 {
		return
	}
	s.positive++
	s.fraction = s.fraction || size != math.Trunc(size)
	s.total += size
	kept := s.largest.Float64Slice
	switch {
	case len(kept) < s.most:
		heap.Push(&s.largest, size)
	case s.most > 0 && size > kept[0]:
		kept[0] = size
		heap.Fix(&s.largest, 0)
	}
}

// Units is the number of sizes added.
func (s *Sizes) Units() int { return s.units }

// Proportional tells inclusion probabilities proportional to size: π = 1 for a size of Bar or more, N·size/Total for others.
type Proportional struct {
	Bar   float64 // the smallest size that is certain, +Inf where none is
	N     int     // units to draw beside the certain ones
	Total float64 // of the sizes that are not certain
}

// Pi is the inclusion probability of a size.
func (p Proportional) Pi(size float64) float64 {
	switch {
	case size >= p.Bar:
		return 1
	case p.N <= 0 || size == 0:
		return 0
	}
	return math.Min(1, float64(p.N)*size/p.Total)
}

// Share gives the inclusion probabilities for a sample of n units, as InclusionProbabilities does for a frame in memory:
// units whose n·size/Σsize reaches 1 are certain, and the rest is shared anew until none exceeds 1. An error says when
// fewer than n units have a size. It panics if n exceeds the number NewSizes was given.
func (s *Sizes) Share(n int) (Proportional, error) {
	if n > s.most {
		panic(fmt.Sprintf("sampling: sizes were gathered for samples of at most %d units, not %d", s.most, n))
	}
	if n < 0 || s.positive < n {
		return Proportional{}, fmt.Errorf("sampling: want %d units, have %d with a size above 0", n, s.positive)
	}
	largest := append(sort.Float64Slice(nil), s.largest.Float64Slice...)
	sort.Sort(sort.Reverse(largest))
	p := Proportional{Bar: math.Inf(1), N: n, Total: s.total}
	for _, size := range largest {
		if p.N <= 0 || float64(p.N)*size < p.Total {
			break
		}
		p.Bar, p.N, p.Total = size, p.N-1, p.Total-size
	}
	return p, nil
}

// Whole tells whether every size is a whole number, and their sum one that a float64 holds exactly.
func (s *Sizes) Whole() bool { return !s.fraction && s.total < 1<<53 }

// smallestFirst is a heap of sizes.
type smallestFirst struct{ sort.Float64Slice }

func (h *smallestFirst) Push(v any) { h.Float64Slice = append(h.Float64Slice, v.(float64)) }

func (h *smallestFirst) Pop() any {
	last := len(h.Float64Slice) - 1
	v := h.Float64Slice[last]
	h.Float64Slice = h.Float64Slice[:last]
	return v
}
