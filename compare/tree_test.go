package compare_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/compare"
)

// nodes draws the parents of a tree of some levels, numbered level by level.
func nodes(t *rapid.T) []int32 {
	parent := []int32{}
	first := 0
	for range rapid.IntRange(1, 3).Draw(t, "top") {
		parent = append(parent, -1)
	}
	for range rapid.IntRange(1, 3).Draw(t, "levels") {
		end := len(parent)
		for up := first; up < end; up++ {
			for range rapid.IntRange(0, 3).Draw(t, "children") {
				parent = append(parent, int32(up))
			}
		}
		first = end
	}
	return parent
}

func treeP(t *rapid.T, n int) []float64 {
	one := rapid.OneOf(rapid.Float64Range(0, 1), rapid.Float64Range(0, 0.02), rapid.SampledFrom([]float64{0, 1, math.NaN()}))
	return rapid.SliceOfN(one, n, n).Draw(t, "p")
}

// childrenOf are the children of a node, -1 for the top.
func childrenOf(parent []int32, node int32) []int {
	var all []int
	for i, p := range parent {
		if p == node {
			all = append(all, i)
		}
	}
	return all
}

// found goes down the tree at a rate as the paper says: by Benjamini and Hochberg within a family, at the rate times the
// shares of the families above that were found.
func found(parent []int32, p []float64, family []int, rate float64, in []bool) {
	var tests []float64
	var of []int
	for _, i := range family {
		if !math.IsNaN(p[i]) {
			tests, of = append(tests, p[i]), append(of, i)
		}
	}
	var reached []int
	for k, q := range compare.BenjaminiHochberg(tests) {
		if q <= rate {
			reached = append(reached, of[k])
		}
	}
	for _, i := range reached {
		in[i] = true
		found(parent, p, childrenOf(parent, int32(i)), rate*float64(len(reached))/float64(len(of)), in)
	}
}

// TestTreeBHIsTheProcedure: the adjusted value of a node is at most a rate just when the procedure finds the node at it.
func TestTreeBHIsTheProcedure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parent := nodes(t)
		tree := compare.NewTree(parent)
		p := treeP(t, len(parent))
		adjusted := tree.TreeBH(p)
		rate := rapid.OneOf(rapid.Float64Range(0.001, 0.999), rapid.Float64Range(0.001, 0.1)).Draw(t, "rate")
		for _, q := range adjusted {
			if math.Abs(q-rate) < 1e-9 {
				t.Skip("too near to tell")
			}
		}
		in := make([]bool, len(parent))
		found(parent, tree.Simes(p), childrenOf(parent, -1), rate, in)
		for i, q := range adjusted {
			if in[i] != (q <= rate) {
				t.Fatalf("node %d of %v: found at %v is %v, adjusted %v", i, parent, rate, in[i], q)
			}
		}
	})
}

// TestTreeOfOneFamily: without levels above it is Benjamini and Hochberg, and Bonferroni.
func TestTreeOfOneFamily(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := pValues(t)
		parent := slices.Repeat([]int32{-1}, len(p))
		tree := compare.NewTree(parent)
		for i, want := range compare.BenjaminiHochberg(p) {
			if got := tree.TreeBH(p)[i]; !scalar.Same(got, want) {
				t.Fatalf("%v, want %v", got, want)
			}
			if got, want := tree.Meinshausen(p)[i], compare.Bonferroni(p)[i]; !scalar.EqualWithinRel(got, want, 1e-12) && !scalar.Same(got, want) {
				t.Fatalf("%v, want %v", got, want)
			}
		}
	})
}

func TestTreeRefusals(t *testing.T) {
	for name, wrong := range map[string]func(){
		"a child before its parent": func() { compare.NewTree([]int32{1, -1}) },
		"not level by level":        func() { compare.NewTree([]int32{-1, -1, 1, 0}) },
		"too few p-values":          func() { compare.NewTree([]int32{-1, 0}).TreeBH([]float64{0.1}) },
		"an adjustment of a tree":   func() { compare.Hierarchical.Adjust([]float64{0.1}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			wrong()
		}()
	}
}

// A country has provinces, districts, communes and cells, of which some communes have cells that differ.
type country struct {
	parent []int32
	level  []int
	truth  []bool // the node holds a difference
	leaves int    // first leaf
	below  [][]int
}

func newCountry(rng *rand.Rand) *country {
	c := &country{}
	first, per := 0, []int{5, 4, 4, 8}
	for range per[0] {
		c.parent, c.level = append(c.parent, -1), append(c.level, 0)
	}
	for depth := 1; depth < len(per); depth++ {
		end := len(c.parent)
		for up := first; up < end; up++ {
			for range per[depth] {
				c.parent, c.level = append(c.parent, int32(up)), append(c.level, depth)
			}
		}
		first = end
	}
	for i := range c.parent[:first] {
		c.below = append(c.below, childrenOf(c.parent, int32(i)))
	}
	c.leaves, c.truth = first, make([]bool, len(c.parent))
	for i := first; i < len(c.parent); i++ { // two provinces have communes in which half the cells differ
		commune := c.parent[i]
		if province := c.parent[c.parent[commune]]; province < 2 && commune%3 == 0 && rng.Float64() < 0.5 {
			for up := int32(i); up >= 0; up = c.parent[up] {
				c.truth[up] = true
			}
		}
	}
	return c
}

// draw gives p-values; shared is the correlation of the cells of a commune, as cells of one sample have it.
func (c *country) draw(rng *rand.Rand, shared float64) []float64 {
	p := make([]float64, len(c.parent))
	common := 0.0
	for i := c.leaves; i < len(p); i++ {
		if i == c.leaves || c.parent[i] != c.parent[i-1] {
			common = rng.NormFloat64()
		}
		z := math.Sqrt(shared)*common + math.Sqrt(1-shared)*rng.NormFloat64()
		if c.truth[i] {
			z += 3.2
		}
		p[i] = distuv.UnitNormal.Survival(z)
	}
	return p
}

// wrongShare is the selective false-discovery proportion of a level: within a family the share of what was found wrongly,
// averaged over the families that were tested, and so on upwards.
func (c *country) wrongShare(family []int, in func(int) bool, level int) float64 {
	wrong, all := 0.0, 0.0
	for _, i := range family {
		if !in(i) {
			continue
		}
		all++
		switch {
		case c.level[i] < level:
			wrong += c.wrongShare(c.below[i], in, level)
		case !c.truth[i]:
			wrong++
		}
	}
	return wrong / max(1, all)
}

// TestTreeKeepsItsRates: at every level of a country, of provinces, districts, communes and cells, the selective
// false-discovery rate of TreeBH, and the chance of any false discovery with Meinshausen, are at most the rate, with
// cells that are independent or correlated at 1/2; and differences are found.
func TestTreeKeepsItsRates(t *testing.T) {
	const draws, rate = 400, 0.1
	rng := rand.New(rand.NewPCG(21, 12))
	c := newCountry(rng)
	tree := compare.NewTree(c.parent)
	top := childrenOf(c.parent, -1)
	z := distuv.UnitNormal.Quantile(1 - falseAlarm/10)
	for _, shared := range []float64{0, 0.5} {
		var sum, squares [4]float64
		anyWrong, hits, cells := 0.0, 0.0, 0.0
		for range draws {
			p := c.draw(rng, shared)
			q, strict := tree.TreeBH(p), tree.Meinshausen(p)
			for level := range sum {
				share := c.wrongShare(top, func(i int) bool { return q[i] <= rate }, level)
				sum[level], squares[level] = sum[level]+share, squares[level]+share*share
			}
			any := 0.0
			for i := range strict {
				if strict[i] <= rate && !c.truth[i] {
					any = 1
				}
				if i >= c.leaves && c.truth[i] {
					cells++
					if q[i] <= rate {
						hits++
					}
				}
			}
			anyWrong += any
		}
		for level := range sum {
			mean := sum[level] / draws
			se := math.Sqrt((squares[level]/draws - mean*mean) / draws)
			t.Logf("correlation %v, level %d: %.4f (standard error %.4f), rate %v", shared, level, mean, se, rate)
			if mean > rate+z*se {
				t.Errorf("correlation %v, level %d: false-discovery rate %.4f, standard error %.4f, rate %v", shared, level, mean, se, rate)
			}
		}
		if limit := rate*draws + z*math.Sqrt(draws*rate*(1-rate)); anyWrong > limit {
			t.Errorf("correlation %v: a false discovery in %v of %d countries, rate %v", shared, anyWrong, draws, rate)
		}
		t.Logf("correlation %v: any false discovery %.3f; %.3f of the differing cells found", shared, anyWrong/draws, hits/cells)
		if hits < 0.3*cells {
			t.Errorf("correlation %v: %.3f of the differing cells are found", shared, hits/cells)
		}
	}
}
