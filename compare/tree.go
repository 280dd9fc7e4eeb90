package compare

import (
	"math"
	"slices"
)

// A Tree is a hierarchy of hypotheses: areas, areas within them, and cells within those at its leaves. The hypothesis of
// an inner node says that those of all leaves below it are true: nowhere in it is there a difference.
//
// Nodes are numbered level by level, so that the children of a node are neighbours. The children of one node, and the
// nodes at the top, are a family: they are tested together.
type Tree struct {
	parent []int32
	first  []int32 // child of a node; the last one is before first of the next node
	top    int32   // nodes at the top
}

// NewTree makes the tree of nodes whose parents are given, -1 at the top. It panics unless parents come before their
// children and children in the order of their parents.
func NewTree(parent []int32) *Tree {
	t := &Tree{parent: parent, first: make([]int32, len(parent)+1)}
	previous, node := int32(-1), 0
	for i, p := range parent {
		if p < previous || int(p) >= i {
			panic("compare: the nodes of a tree are not numbered level by level")
		}
		if previous = p; p < 0 {
			t.top++
		}
		for ; node <= int(p); node++ {
			t.first[node] = int32(i)
		}
	}
	for ; node <= len(parent); node++ {
		t.first[node] = int32(len(parent))
	}
	return t
}

// Leaf tells whether a node has no children.
func (t *Tree) Leaf(node int) bool { return t.first[node] == t.first[node+1] }

// Simes gives every inner node the p-value of Simes's test of its children,
//
//	min over i of m·p(i)/i,  p(1) ≤ … ≤ p(m)
//
// from the leaves upwards; p is only looked at where a leaf is. A NaN is not a test and does not count; a node without a
// test below it is none. The tests are to be independent or positively dependent. It panics unless there is a p-value a
// node.
//
// Simes (1986), Biometrika 73:751-754.
func (t *Tree) Simes(p []float64) []float64 {
	if len(p) != len(t.parent) {
		panic("compare: not one p-value a node of the tree")
	}
	out := slices.Clone(p)
	var family []rankedP
	for node := len(out) - 1; node >= 0; node-- {
		if t.Leaf(node) {
			continue
		}
		out[node] = math.NaN()
		if family = t.within(family, out, t.first[node], t.first[node+1]); len(family) > 0 {
			out[node] = family[0].p
		}
	}
	return out
}

// within are the tests of the nodes from first to end in rising order, adjusted by Benjamini and Hochberg; the least is
// the p-value of Simes's test. family is only room to work in.
func (t *Tree) within(family []rankedP, p []float64, first, end int32) []rankedP {
	family = family[:0]
	for i := first; i < end; i++ {
		if !math.IsNaN(p[i]) {
			family = append(family, rankedP{p[i], int(i)})
		}
	}
	sortRankedP(family)
	stepUp(family, byRank)
	return family
}

// Meinshausen keeps the chance of a single false discovery, over all nodes of the tree, whatever the tests of different
// nodes have to do with each other. A node with l of the m leaves below it has
//
//	min(1, p·m/l), or its parent's if that is larger
//
// where p is its p-value by Simes, 1 of a leaf: at the leaves that is Bonferroni's bound, and what is gained are the
// nodes above, which say in which area a difference is where no single cell shows it. p is only looked at where a
// leaf is. It panics unless there is a p-value a node.
//
// Meinshausen (2008), Biometrika 95:265-278.
func (t *Tree) Meinshausen(p []float64) []float64 {
	out, leaves := t.Simes(p), t.leaves(p)
	m := 0.0
	for i := range t.top {
		m += leaves[i]
	}
	for i := range out {
		out[i] = math.Min(1, out[i]*(m/leaves[i]))
		if up := t.parent[i]; up >= 0 {
			out[i] = math.Max(out[i], out[up])
		}
	}
	return out
}

// leaves counts the tests below every node; a leaf counts itself.
func (t *Tree) leaves(p []float64) []float64 {
	n := make([]float64, len(p))
	for node := len(p) - 1; node >= 0; node-- {
		if t.Leaf(node) && !math.IsNaN(p[node]) {
			n[node] = 1
		}
		if up := t.parent[node]; up >= 0 {
			n[up] += n[node]
		}
	}
	return n
}
