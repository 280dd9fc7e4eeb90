package analysis

// A treeForm is the variance of a total under a tree of units as a quadratic form in the weighted sums z of units of
// the last stage, Σkl Akl zk zl. A stage of which n units were sampled at the fraction f in a stratum adds
//
//	(1-f) for k in the unit that l is in,  -(1-f)/(n-1) for k in another one of the stratum
//
// times the fractions of the stages above.
type treeForm struct {
	tree  *tree
	above [][]int32 // by stage: the unit that every unit of the last stage lies in
	in    [][]int32 // by stage: the stratum of every unit
}

func (t *tree) form() *treeForm {
	f := &treeForm{tree: t, above: make([][]int32, len(t.stages)), in: make([][]int32, len(t.stages))}
	for s := range t.stages {
		f.in[s] = runs(t.stages[s].firstUnit)
	}
	last := t.last()
	f.above[last] = identity[int32](t.units())
	for s := last; s > 0; s-- {
		parent := runs(t.stages[s].firstStratum) // of every stratum
		f.above[s-1] = make([]int32, t.units())
		for k, u := range f.above[s] {
			f.above[s-1][k] = parent[f.in[s][u]]
		}
	}
	return f
}

// runs gives every member of run r, which is first[r]:first[r+1], the number r.
func runs(first []int32) (of []int32) {
	for r := range len(first) - 1 {
		for range first[r+1] - first[r] {
			of = append(of, int32(r))
		}
	}
	return of
}

// at is Akl.
func (f *treeForm) at(k, l int32) (a float64) {
	within := 1.0
	for s := range f.tree.stages {
		level := &f.tree.stages[s]
		i, j := f.above[s][k], f.above[s][l]
		h := f.in[s][i]
		if h != f.in[s][j] {
			return a
		}
		n, fraction := level.sampled(h), level.fraction(h)
		scale := within * (1 - fraction)
		if s > 0 && level.population[h] == 0 || n == 1 {
			scale = 0
		}
		if i != j {
			return a - scale/max(1, float64(n-1))
		}
		a += scale
		within *= fraction
	}
	return a
}
