package sampling

import (
	"container/heap"
	"fmt"
	"math"
)

// SmallestKeys keeps the n units with the smallest keys of a stream of unknown length, in memory of the size of the
// sample: order sampling. The key decides the design. With u the random number of the unit, uniform in (0, 1),
// permanent or fresh:
//
//	u                      simple random sampling (sequential, by permanent random numbers)
//	u/π                    sequential Poisson sampling, Σπ = n
//	(u/(1-u))/(π/(1-π))    Pareto sampling, Σπ = n
//
// A unit with π = 1 has a key of 0, one with π = 0 a key of +Inf: it is never drawn. Of units with one key the earlier is
// kept. The sample is that of sorting all keys in memory.
//
// Ohlsson (1998), Journal of Official Statistics 14:149-162; Rosén (1997), Journal of Statistical Planning and
// Inference 62:159-191.
type SmallestKeys[U any] struct {
	n    int
	seen int
	kept keyHeap[U]
	next float64 // the smallest key left out
}

// NewSmallestKeys is for a sample of n units. It panics if n is negative.
func NewSmallestKeys[U any](n int) *SmallestKeys[U] {
	if n < 0 {
		panic(fmt.Sprintf("sampling: the smallest keys of %d units", n))
	}
	return &SmallestKeys[U]{n: n, next: math.Inf(1)}
}

// Add offers the next unit of the stream, with its key. It panics where the key is NaN.
func (s *SmallestKeys[U]) Add(u U, key float64) {
	if math.IsNaN(key) {
		panic(fmt.Sprintf("sampling: key of unit %d is NaN", s.seen))
	}
	shown := keyed[U]{key, arrival[U]{s.seen, u}}
	s.seen++
	switch {
	case math.IsInf(key, 1):
	case len(s.kept) < s.n:
		heap.Push(&s.kept, shown)
	case s.n > 0 && key < s.kept[0].key:
		s.next = s.kept[0].key // below all that were left out before
		s.kept[0] = shown
		heap.Fix(&s.kept, 0)
	default:
		s.next = math.Min(s.next, key)
	}
}

// Threshold says why a unit is among those with the smallest keys or not: last is the largest key drawn (-Inf if none is),
// next the smallest key below +Inf left out (+Inf if none is). A unit with a key below next is in, one with a key above
// last is not; where last and next are equal, positions decided.
func (s *SmallestKeys[U]) Threshold() (last, next float64) {
	if len(s.kept) == 0 {
		return math.Inf(-1), s.next
	}
	return s.kept[0].key, s.next
}

// Sample gives the units with the smallest keys so far, in their order in the stream.
func (s *SmallestKeys[U]) Sample() []U {
	kept := make([]arrival[U], len(s.kept))
	for i, k := range s.kept {
		kept[i] = k.arrival
	}
	return inOrder(kept)
}

type keyed[U any] struct {
	key float64
	arrival[U]
}

// A keyHeap has the unit on top that goes first: the one with the largest key, and of equal ones the latest.
type keyHeap[U any] []keyed[U]

func (h keyHeap[U]) Len() int { return len(h) }

func (h keyHeap[U]) Less(i, j int) bool {
	if h[i].key != h[j].key {
		return h[i].key > h[j].key
	}
	return h[i].at > h[j].at
}

func (h keyHeap[U]) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

func (h *keyHeap[U]) Push(x any) { *h = append(*h, x.(keyed[U])) }

// Pop is there for heap.Interface: a unit that goes is overwritten in its place.
func (h *keyHeap[U]) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
