package sampling

import (
	"math"
	"slices"
)

// A kdTree finds the nearest of a set of points and forgets points. Of points at the same distance the one with the
// smallest index is the nearest, so that the answer does not depend on the shape of the tree.
//
// Each range of the order of the points is a subtree; its middle is its root, with the points before and after it on
// the two sides of a plane (Bentley 1975, Communications of the ACM 18:509-517). A subtree knows the box of its points
// and the least index in it that is not forgotten, which also tells whether anything is left.
type kdTree struct {
	points    [][]float64
	order     []int // of points
	place     []int // of a point in the order
	low, high [][]float64
	least     []int // by root; len(points) if nothing is left
	forgotten []bool
}

func newKDTree(points [][]float64) *kdTree {
	n := len(points)
	t := &kdTree{points: points, order: make([]int, n), place: make([]int, n), low: make([][]float64, n),
		high: make([][]float64, n), least: make([]int, n), forgotten: make([]bool, n)}
	for i := range t.order {
		t.order[i] = i
	}
	t.build(0, n)
	for p, i := range t.order {
		t.place[i] = p
	}
	return t
}

func (t *kdTree) build(from, to int) {
	if from == to {
		return
	}
	root := (from + to) / 2
	t.low[root], t.high[root] = t.box(from, to)
	axis := widest(t.low[root], t.high[root])
	slices.SortFunc(t.order[from:to], func(i, j int) int {
		if d := t.points[i][axis] - t.points[j][axis]; d != 0 {
			return sign(d)
		}
		return i - j
	})
	t.build(from, root)
	t.build(root+1, to)
	t.count(from, to)
}

func (t *kdTree) box(from, to int) (low, high []float64) {
	low, high = slices.Clone(t.points[t.order[from]]), slices.Clone(t.points[t.order[from]])
	for _, i := range t.order[from+1 : to] {
		for a, v := range t.points[i] {
			low[a], high[a] = min(low[a], v), max(high[a], v)
		}
	}
	return low, high
}

// widest returns the axis along which a box is longest.
func widest(low, high []float64) (axis int) {
	for a := range low {
		if high[a]-low[a] > high[axis]-low[axis] {
			axis = a
		}
	}
	return axis
}

func sign(d float64) int {
	if d < 0 {
		return -1
	}
	return 1
}

// count sets the least index of a subtree from those of its root and its two sides.
func (t *kdTree) count(from, to int) {
	root := (from + to) / 2
	least := min(t.leastOf(from, root), t.leastOf(root+1, to))
	if i := t.order[root]; !t.forgotten[i] {
		least = min(least, i)
	}
	t.least[root] = least
}

func (t *kdTree) leastOf(from, to int) int {
	if from == to {
		return len(t.points)
	}
	return t.least[(from+to)/2]
}

// forget removes a point.
func (t *kdTree) forget(i int) {
	t.forgotten[i] = true
	t.recount(0, len(t.order), t.place[i])
}

// recount renews the least indices from the place up to the root of the subtree.
func (t *kdTree) recount(from, to, place int) {
	switch root := (from + to) / 2; {
	case place < root:
		t.recount(from, root, place)
	case place > root:
		t.recount(root+1, to, place)
	}
	t.count(from, to)
}

// nearest returns the point nearest to `at`, and the square of the distance: len(points) and +Inf if no point is left.
// The point with the index `except` is passed over.
func (t *kdTree) nearest(at []float64, except int) (index int, square float64) {
	s := kdSearch{kdTree: t, at: at, except: except, index: len(t.points), square: math.Inf(1)}
	s.visit(0, len(t.order))
	return s.index, s.square
}

type kdSearch struct {
	*kdTree
	at            []float64
	except, index int
	square        float64
}

// visit looks for a nearer point in a subtree, on the more promising side first.
func (s *kdSearch) visit(from, to int) {
	if !s.promises(from, to) {
		return
	}
	root := (from + to) / 2
	if i := s.order[root]; !s.forgotten[i] && i != s.except {
		if d := squaredDistance(s.at, s.points[i]); d < s.square || d == s.square && i < s.index {
			s.index, s.square = i, d
		}
	}
	left, right := s.bound(from, root), s.bound(root+1, to)
	if left < right || left == right && s.leastOf(from, root) <= s.leastOf(root+1, to) {
		s.visit(from, root)
		s.visit(root+1, to)
	} else {
		s.visit(root+1, to)
		s.visit(from, root)
	}
}

// promises reports whether a subtree may hold a nearer point or, at the same distance, one with a smaller index.
func (s *kdSearch) promises(from, to int) bool {
	least := s.leastOf(from, to)
	if least == len(s.points) {
		return false
	}
	bound := s.bound(from, to)
	return bound < s.square || bound == s.square && least < s.index
}

// bound is the square of the distance to the box of a subtree. It is computed like a distance to a point, step by step
// with numbers that are no greater, so that rounding cannot make it exceed one.
func (s *kdSearch) bound(from, to int) (sum float64) {
	if from == to {
		return math.Inf(1)
	}
	root := (from + to) / 2
	for a, v := range s.at {
		d := max(s.low[root][a]-v, v-s.high[root][a], 0)
		sum += float64(d * d)
	}
	return sum
}

func squaredDistance(a, b []float64) (sum float64) {
	for i, v := range a {
		d := v - b[i]
		sum += float64(d * d)
	}
	return sum
}

// within returns the points whose distance from `at` has no greater square than the one given.
func (t *kdTree) within(at []float64, square float64) (found []int) {
	s := kdSearch{kdTree: t, at: at}
	var visit func(from, to int)
	visit = func(from, to int) {
		if from == to || s.bound(from, to) > square {
			return
		}
		root := (from + to) / 2
		if i := t.order[root]; !t.forgotten[i] && squaredDistance(at, t.points[i]) <= square {
			found = append(found, i)
		}
		visit(from, root)
		visit(root+1, to)
	}
	visit(0, len(t.order))
	return found
}
