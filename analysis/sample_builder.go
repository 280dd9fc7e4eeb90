package analysis

import (
	"cmp"
	"slices"
)

// A sampleBuilder turns design columns into a tree, stage by stage. It works on runs: neighbouring rows that are alike
// in all design columns, and so of one unit.
type sampleBuilder struct {
	columns  SampleColumns
	first    []int32 // first row of every run
	order    []int32 // runs in order of their units; nil where they stand so already
	stages   []stage
	of       [][]int32 // by stage: unit of every run
	inStrata [][]int32 // by stage: stratum of every unit
	problems []RowProblem
}

// build makes the stages.
func (b *sampleBuilder) build() {
	b.findRuns()
	b.sortRuns()
	above := make([]int32, len(b.first))
	units := 1
	for s, c := range b.columns.Stages {
		b.checkNesting(s, c, above)
		units = b.stage(s, c, above, units)
		above = b.of[s]
	}
}

// findRuns makes a run of every row where a stage has no names of units, since every row is a unit then.
func (b *sampleBuilder) findRuns() {
	b.first = make([]int32, 0, min(b.columns.Rows, 1<<16))
	for i := range int32(b.columns.Rows) {
		if i == 0 || !b.columns.sameUnits(i, i-1) {
			b.first = append(b.first, i)
		}
	}
}

// sameUnits tells whether two rows have the same in the columns of all stages.
func (c *SampleColumns) sameUnits(i, j int32) bool {
	for s := range c.Stages {
		if !c.Stages[s].sameUnit(i, j) {
			return false
		}
	}
	return true
}

// sortRuns sorts runs by stratum and unit of all stages, unless they stand so already.
func (b *sampleBuilder) sortRuns() {
	var keys [][]int32
	for _, c := range b.columns.Stages {
		for _, k := range [][]int32{c.Stratum, c.Unit} {
			if k != nil {
				keys = append(keys, k)
			}
		}
	}
	if b.inOrder(keys) {
		return
	}
	b.order = identity[int32](len(b.first))
	for _, k := range slices.Backward(keys) {
		b.sortBy(k)
	}
}

// sortBy sorts runs by a key, keeping the order of those that have the same. Codes are mostly dense, and are then
// counted instead of compared.
func (b *sampleBuilder) sortBy(key []int32) {
	low, high := int64(slices.Min(key)), int64(slices.Max(key))
	if high-low > 4*int64(len(key)) {
		slices.SortStableFunc(b.order, func(i, j int32) int { return cmp.Compare(key[b.first[i]], key[b.first[j]]) })
		return
	}
	next := make([]int32, high-low+2)
	for _, row := range b.first {
		next[int64(key[row])-low+1]++
	}
	accumulate(next)
	out := make([]int32, len(b.order))
	for _, run := range b.order {
		c := int64(key[b.first[run]]) - low
		out[next[c]] = run
		next[c]++
	}
	b.order = out
}

// run is the n-th run in order of units.
func (b *sampleBuilder) run(n int) int32 {
	if b.order == nil {
		return int32(n)
	}
	return b.order[n]
}

// end is the row after the last one of a run.
func (b *sampleBuilder) end(run int32) int32 {
	if int(run)+1 < len(b.first) {
		return b.first[run+1]
	}
	return int32(b.columns.Rows)
}

// inOrder tells whether the runs stand in order of the keys.
func (b *sampleBuilder) inOrder(keys [][]int32) bool {
	for r := 1; r < len(b.first); r++ {
		if compareRows(keys, b.first[r-1], b.first[r]) > 0 {
			return false
		}
	}
	return true
}

// compareRows compares two rows by keys, the first key first.
func compareRows(keys [][]int32, i, j int32) int {
	for _, k := range keys {
		if k[i] != k[j] {
			return cmp.Compare(k[i], k[j])
		}
	}
	return 0
}

// stage numbers strata and units of a stage, going through the runs in order, and gives the number of units.
func (b *sampleBuilder) stage(s int, c StageColumns, above []int32, unitsAbove int) (units int) {
	out := stage{firstUnit: []int32{0}}
	if s > 0 {
		out.firstStratum = make([]int32, 1, unitsAbove+1)
	}
	of := make([]int32, len(b.first))
	var inStratum []int32
	begins := int32(-1) // first row of the stratum
	for n := range b.first {
		run, before := b.run(n), b.run(max(n-1, 0))
		row, last := b.first[run], b.first[before]
		newAbove := n == 0 || above[run] != above[before]
		newStratum := newAbove || c.Stratum != nil && c.Stratum[row] != c.Stratum[last]
		if newAbove && s > 0 && n > 0 {
			out.firstStratum = append(out.firstStratum, int32(len(out.population)))
		}
		if newStratum {
			b.closeStratum(s, &out, begins, units)
			out.population = append(out.population, b.population(s, c, row))
			begins = row
		}
		if newStratum || c.Unit == nil || c.Unit[row] != c.Unit[last] {
			inStratum = append(inStratum, int32(len(out.population)-1))
			units++
		}
		of[run] = int32(units - 1)
		b.checkPopulation(s, c, row, begins)
	}
	b.closeStratum(s, &out, begins, units)
	if s > 0 {
		out.firstStratum = append(out.firstStratum, int32(len(out.population)))
	}
	b.stages, b.of, b.inStrata = append(b.stages, out), append(b.of, of), append(b.inStrata, inStratum)
	return units
}

// sameUnit tells whether two rows have the same in all columns of the stage.
func (c *StageColumns) sameUnit(i, j int32) bool {
	return c.Unit != nil && c.Unit[i] == c.Unit[j] && (c.Stratum == nil || c.Stratum[i] == c.Stratum[j]) &&
		(c.Population == nil || c.Population[i] == c.Population[j])
}

// closeStratum ends the stratum that begins with a row, where there is one, and checks its count.
func (b *sampleBuilder) closeStratum(s int, out *stage, begins int32, units int) {
	if begins < 0 {
		return
	}
	h := len(out.population) - 1
	sampled := units - int(out.firstUnit[h])
	out.firstUnit = append(out.firstUnit, int32(units))
	switch of := out.population[h]; {
	case of > 0 && of < float64(sampled):
		b.problem(begins, PopulationColumn, s,
			"the frame has %v units where %d were sampled: the count must be at least that", of, sampled)
	case s == 0 && sampled == 1 && of != 1 && b.columns.Lonely == LonelyFail:
		b.problem(begins, StratumColumn, s,
			"the stratum has a single sampled PSU: join it to another, or state a policy other than fail")
	}
}

func (b *sampleBuilder) sample() *Sample {
	last := len(b.stages) - 1
	t := &tree{
		stages: b.stages, lonely: b.columns.Lonely, lonelyInDomain: b.columns.LonelyInDomain,
		anonymous: b.columns.Stages[last].Unit == nil,
	}
	t.elements = t.units() == b.columns.Rows
	s := &Sample{weights: b.columns.Weights, tree: t, unit: b.rows(b.of[last]), stratum: b.inStrata[0]}
	if s.psu = s.unit; last > 0 {
		s.psu = b.rows(b.of[0])
	}
	s.rows = rowsByUnit{b.rowOrder(), firstRows(s.unit, t.units())}
	if s.weights == nil {
		s.weights = b.fromCounts()
	}
	return s
}

// rows gives every row what its run has.
func (b *sampleBuilder) rows(of []int32) []int32 {
	out := make([]int32, b.columns.Rows)
	for r, v := range of {
		for i := b.first[r]; i < b.end(int32(r)); i++ {
			out[i] = v
		}
	}
	return out
}

// rowOrder is the order of rows by unit, nil where they stand so.
func (b *sampleBuilder) rowOrder() []int32 {
	if b.order == nil {
		return nil
	}
	order := make([]int32, 0, b.columns.Rows)
	for _, r := range b.order {
		for i := b.first[r]; i < b.end(r); i++ {
			order = append(order, i)
		}
	}
	return order
}

// firstRows are the places where the rows of every unit begin, and the end.
func firstRows(unit []int32, units int) []int32 {
	first := make([]int32, units+1)
	for _, u := range unit {
		first[u+1]++
	}
	accumulate(first)
	return first
}

// fromCounts are the weights of equal probabilities: the product over stages of units in the frame by units sampled.
func (b *sampleBuilder) fromCounts() []float64 {
	w := slices.Repeat([]float64{1}, b.columns.Rows)
	for s := range b.stages {
		for i, u := range b.rows(b.of[s]) {
			h := b.inStrata[s][u]
			w[i] *= b.stages[s].population[h] / float64(b.stages[s].sampled(h))
		}
	}
	return w
}
