package plan

import (
	"container/heap"
	"fmt"
	"math"
)

// IntegerNeyman shares n over strata in whole numbers so that [TotalVariance] is least among all allocations of n with
// min(leasth, Nh) ≤ nh ≤ min(mosth, Nh). A nil least means 0 and a nil most means Nh.
//
// It starts from the least and gives one unit after the other to the stratum with the greatest priority
//
//	Nh·Sh / √(nh·(nh+1)),
//
// the square of which is what the variance falls by. The falls get smaller with every unit of a stratum, so that
// taking the greatest each time is optimal. Ties go to the earlier stratum. A first unit has infinite priority, the
// greatest Nh·Sh first; strata without spread take only what no other can.
//
// Wright (2012), The American Statistician 66:217-224; Wright (2017), Statistics and Probability Letters 129:50-57. An
// error says why when n cannot be shared. IntegerNeyman panics if the slices differ in length.
func IntegerNeyman(n int, units []int, sd []float64, least, most []int) ([]int, error) {
	q, err := newQueue(units, sd, least, most)
	if err != nil {
		return nil, err
	}
	left := n - q.drawn()
	if left < 0 || left > q.room() {
		return nil, fmt.Errorf("sampling: a sample of %d cannot be shared: the strata take at least %d and at most %d",
			n, n-left, n-left+q.room())
	}
	heap.Init(q)
	for range left {
		q.give()
	}
	return q.n, nil
}

// queue holds the strata that can take more, the one with the greatest priority first.
type queue struct {
	n, most []int
	spread  []float64
	strata  []int
}

func newQueue(units []int, sd []float64, least, most []int) (*queue, error) {
	mustMatch(len(units), sd)
	if least != nil && len(least) != len(units) || most != nil && len(most) != len(units) {
		panic(fmt.Sprintf("sampling: %d least and %d most for %d strata", len(least), len(most), len(units)))
	}
	q := &queue{n: make([]int, len(units)), most: make([]int, len(units)), spread: make([]float64, len(units))}
	for h, u := range units {
		q.most[h] = u
		if most != nil {
			q.most[h] = min(u, most[h])
		}
		if least != nil {
			q.n[h] = min(u, least[h])
		}
		q.spread[h] = float64(u) * sd[h]
		if err := q.check(h); err != nil {
			return nil, err
		}
		if q.n[h] < q.most[h] {
			q.strata = append(q.strata, h)
		}
	}
	return q, nil
}

func (q *queue) check(h int) error {
	if q.n[h] < 0 || q.n[h] > q.most[h] {
		return fmt.Errorf("sampling: stratum %d is to get at least %d and at most %d units", h, q.n[h], q.most[h])
	}
	if !(q.spread[h] >= 0) || math.IsInf(q.spread[h], 1) {
		return fmt.Errorf("sampling: stratum %d has units times standard deviation %v, want 0 or more", h, q.spread[h])
	}
	return nil
}

func (q *queue) drawn() int {
	sum := 0
	for _, n := range q.n {
		sum += n
	}
	return sum
}

func (q *queue) room() int {
	sum := 0
	for h, m := range q.most {
		sum += m - q.n[h]
	}
	return sum
}

// give adds a unit to the first stratum and puts it where its new priority belongs.
func (q *queue) give() {
	h := q.strata[0]
	q.n[h]++
	if q.n[h] == q.most[h] {
		heap.Pop(q)
	} else {
		heap.Fix(q, 0)
	}
}

func (q *queue) priority(h int) float64 {
	if q.spread[h] == 0 {
		return 0
	}
	n := float64(q.n[h])
	return q.spread[h] / math.Sqrt(n*(n+1))
}

// Less puts the greater priority first, then, among first units, the greater spread, then the earlier stratum.
func (q *queue) Less(i, j int) bool {
	a, b := q.strata[i], q.strata[j]
	if pa, pb := q.priority(a), q.priority(b); pa != pb {
		return pa > pb
	}
	if q.n[a] == 0 && q.n[b] == 0 && q.spread[a] != q.spread[b] {
		return q.spread[a] > q.spread[b]
	}
	return a < b
}

func (q *queue) Len() int      { return len(q.strata) }
func (q *queue) Swap(i, j int) { q.strata[i], q.strata[j] = q.strata[j], q.strata[i] }
func (q *queue) Push(x any)    { q.strata = append(q.strata, x.(int)) }

func (q *queue) Pop() any {
	last := q.strata[len(q.strata)-1]
	q.strata = q.strata[:len(q.strata)-1]
	return last
}
