package compare

import "math"

// TreeBH goes down the tree from the top, family by family: the children of a node are tested only when it was found to
// hold a difference, and the more strictly the fewer of its family were. Where S of the F nodes of every family on the
// way were found, the next one is tested by Benjamini and Hochberg at the rate
//
//	q · Π S/F
//
// The adjusted value of a node is the least q at which it is found. Those at or below q then have, at every level of the
// tree, an expected share of false discoveries of at most q: the share is taken in each family that was tested and
// averaged over these, and so on upwards (the selective false-discovery rate). Inner nodes have Simes's p-value of
// their children, by which a node is found only if one of its children is; p is only looked at where a leaf is, and a
// NaN is not a test.
//
// The tests of leaves are to be independent or positively dependent. The rate is that of an average over areas, and not
// of all cells of the country together: where few areas are found, the cells within them are most of what there is. An
// area with one cell that differs among many is found less easily than one with many. It panics unless there is a
// p-value a node.
//
// Bogomolov, Peterson, Benjamini and Sabatti (2021), Biometrika 108:575-590.
func (t *Tree) TreeBH(p []float64) []float64 {
	out := t.Simes(p)
	room := make([]rankedP, 0, t.top)
	shares := make([]pathShare, len(out)+1) // of the family below a node, at 1 + node; of the top at 0
	shares[0] = t.family(room, out, 0, t.top, everywhere())
	for node := range out {
		if first, end := t.first[node], t.first[node+1]; first < end {
			shares[node+1] = t.family(room, out, first, end, shares[t.parent[node]+1])
		}
	}
	return out
}

// family adjusts the nodes from first to end, whose ancestors were found in the given share, and gives the share for the
// families below them.
func (t *Tree) family(room []rankedP, p []float64, first, end int32, above pathShare) pathShare {
	tests := t.within(room, p, first, end)
	above.solve(tests)
	for i := first; i < end; i++ {
		p[i] = math.NaN()
	}
	inner := false
	for _, r := range tests {
		p[r.at] = r.p
		inner = inner || !t.Leaf(r.at)
	}
	if !inner {
		return pathShare{}
	}
	return above.times(tests)
}

// A pathShare is the product of S/F over the families on the way to a node, as a function of the rate: of[i] from the rate
// at[i] up to the next, and 0 before the first. It rises to 1 at a rate of 1.
type pathShare struct{ at, of []float64 }

// everywhere is the share above the top.
func everywhere() pathShare { return pathShare{[]float64{0}, []float64{1}} }

// solve puts in the place of each value b, which rise, the least rate q with q·share(q) ≥ b.
func (s pathShare) solve(tests []rankedP) {
	i := 0
	for j := range tests {
		b := tests[j].p
		for ; i < len(s.at); i++ {
			q := math.Max(s.at[i], b/s.of[i])
			if i == len(s.at)-1 || q < s.at[i+1] {
				tests[j].p = math.Min(1, q)
				break
			}
		}
	}
}

// times is the share times that of the tests whose rates, which rise, are reached.
func (s pathShare) times(tests []rankedP) pathShare {
	var out pathShare
	i, j := 0, 0
	for i < len(s.at) || j < len(tests) {
		at := math.Inf(1)
		if i < len(s.at) {
			at = s.at[i]
		}
		if j < len(tests) {
			at = math.Min(at, tests[j].p)
		}
		for i < len(s.at) && s.at[i] == at {
			i++
		}
		for j < len(tests) && tests[j].p == at {
			j++
		}
		if i > 0 && j > 0 {
			out.at = append(out.at, at)
			out.of = append(out.of, s.of[i-1]*(float64(j)/float64(len(tests))))
		}
	}
	return out
}
