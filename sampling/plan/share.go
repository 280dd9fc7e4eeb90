package plan

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// Share shares a sample of n over strata in proportion to a score, within bounds:
//
//	nh = min(max(k·scoreh, leasth), mosth),  k such that Σ nh = n
//
// For scores that make Σ (scoreh)²/nh the variance, this is the optimum among all allocations of n within the bounds.
// A nil least means 0 everywhere and a nil most means no limit; an element of most may be +Inf. A stratum with score 0
// gets its least. k is found among the points where a stratum reaches a bound, and is as exact as the sums.
//
// An error says so when n is below the sum of least, or above what the strata can take. Share panics if the slices
// differ in length.
//
// Gabler, Ganninger and Münnich (2012), Metrika 75:151-161, on bounds on both sides.
func Share(n float64, score, least, most []float64) ([]float64, error) {
	b, err := newBounded(score, least, most)
	if err != nil {
		return nil, err
	}
	if err := b.holds(n); err != nil {
		return nil, err
	}
	low, high := b.segment(func(k float64) bool { return b.total(k) >= n })
	shares, free := b.settled(low, high)
	slope := 0.0
	for h, share := range shares {
		if !free[h] {
			n -= share
		} else {
			slope += score[h]
		}
	}
	b.scale(shares, free, n/slope)
	return shares, nil
}

// bounds are the least and the most each stratum gets.
type bounds struct{ least, most []float64 }

func newBounds(strata int, least, most []float64) (bounds, error) {
	b := bounds{orConstant(least, 0, strata), orConstant(most, math.Inf(1), strata)}
	for h := range strata {
		if !(b.least[h] >= 0 && b.least[h] <= b.most[h]) || math.IsInf(b.least[h], 1) {
			return b, fmt.Errorf("sampling: stratum %d is to get at least %v and at most %v", h, b.least[h], b.most[h])
		}
	}
	return b, nil
}

func (b bounds) clamp(h int, n float64) float64 { return min(max(n, b.least[h]), b.most[h]) }

// bounded is a score with bounds on what each stratum gets.
type bounded struct {
	score []float64
	bounds
}

func newBounded(score, least, most []float64) (bounded, error) {
	for h, s := range score {
		if !(s >= 0) || math.IsInf(s, 1) {
			return bounded{}, fmt.Errorf("sampling: score of stratum %d is %v, want a finite number, 0 or more", h, s)
		}
	}
	within, err := newBounds(len(score), least, most)
	return bounded{score, within}, err
}

// orConstant is the slice, or n times the value where there is none.
func orConstant(slice []float64, value float64, n int) []float64 {
	if slice == nil {
		return slices.Repeat([]float64{value}, n)
	}
	mustMatch(n, slice)
	return slice
}

func mustMatch(n int, slices ...[]float64) {
	for _, s := range slices {
		if len(s) != n {
			panic(fmt.Sprintf("sampling: %d values for %d strata", len(s), n))
		}
	}
}

func sum(v []float64) float64 {
	total := 0.0
	for _, x := range v {
		total += x
	}
	return total
}

func dot(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

// holds says why n cannot be shared. The sums of bounds are sums of rounded numbers, hence the slack.
func (b bounded) holds(n float64) error {
	slack := 1e-12 * math.Abs(n)
	floor, room, reach := 0.0, 0.0, 0.0
	for h, s := range b.score {
		floor, room = floor+b.least[h], room+b.most[h]
		if s > 0 {
			reach += b.most[h]
		} else {
			reach += b.least[h]
		}
	}
	switch {
	case math.IsNaN(n) || math.IsInf(n, 0):
		return fmt.Errorf("sampling: cannot share a sample of %v", n)
	case n < floor-slack:
		return fmt.Errorf("sampling: a sample of %v is smaller than the least numbers of the strata, %v in all", n, floor)
	case n > room+slack:
		return fmt.Errorf("sampling: a sample of %v is larger than the greatest numbers of the strata, %v in all", n, room)
	case n > reach+slack:
		return fmt.Errorf("sampling: a sample of %v is larger than the %v that strata with a score above 0 can take", n, reach)
	}
	return nil
}

// segment is between which two neighbouring breakpoints k is reached, which rises with k.
func (b bounded) segment(reached func(k float64) bool) (low, high float64) {
	points := b.breakpoints()
	high = math.Inf(1)
	at := sort.Search(len(points), func(i int) bool { return reached(points[i]) })
	if at > 0 {
		low = points[at-1]
	}
	if at < len(points) {
		high = points[at]
	}
	return low, high
}

// breakpoints are the k at which a stratum leaves its least or reaches its most, ascending.
func (b bounded) breakpoints() []float64 {
	var points []float64
	for h, s := range b.score {
		if s > 0 {
			points = append(points, b.least[h]/s)
			if !math.IsInf(b.most[h], 1) {
				points = append(points, b.most[h]/s)
			}
		}
	}
	slices.Sort(points)
	return points
}

func (b bounded) total(k float64) float64 {
	sum := 0.0
	for h, s := range b.score {
		sum += b.clamp(h, k*s)
	}
	return sum
}

// settled gives the strata that are at a bound throughout a segment what they get, and tells which are not.
func (b bounded) settled(low, high float64) (shares []float64, free []bool) {
	shares, free = make([]float64, len(b.score)), make([]bool, len(b.score))
	for h, s := range b.score {
		switch {
		case s == 0 || b.least[h]/s >= high:
			shares[h] = b.least[h]
		case b.most[h]/s <= low:
			shares[h] = b.most[h]
		default:
			free[h] = true
		}
	}
	return shares, free
}

// scale gives the free strata k times their score.
func (b bounded) scale(shares []float64, free []bool, k float64) {
	for h, s := range b.score {
		if free[h] {
			shares[h] = b.clamp(h, k*s)
		}
	}
}
