package analysis

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A sampleBuilder turns design columns into a tree, stage by stage.
type sampleBuilder struct {
	columns  SampleColumns
	order    []int32 // rows in order of their units so far
	stages   []stage
	of       [][]int32 // by stage: unit of every row
	inStrata [][]int32 // by stage: stratum of every unit
	problems []RowProblem
}

// build makes the stages. Rows are sorted by what they have at all stages, so that a unit is a run of rows.
func (b *sampleBuilder) build() {
	b.checkNesting()
	b.sortRows()
	above := make([]int32, b.columns.Rows)
	units := 1
	for s, c := range b.columns.Stages {
		units = b.stage(s, c, above, units)
		above = b.of[s]
	}
}

// sortRows sorts rows by stratum and unit of all stages, unless they stand so already.
func (b *sampleBuilder) sortRows() {
	var keys [][]int32
	for _, c := range b.columns.Stages {
		for _, k := range [][]int32{c.Stratum, c.Unit} {
			if k != nil {
				keys = append(keys, k)
			}
		}
	}
	if !b.inOrder(keys) {
		slices.SortStableFunc(b.order, func(i, j int32) int { return compareRows(keys, i, j) })
	}
}

// inOrder tells whether the rows stand in order of the keys.
func (b *sampleBuilder) inOrder(keys [][]int32) bool {
	for i := range int32(b.columns.Rows - 1) {
		if compareRows(keys, i, i+1) > 0 {
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

// stage numbers strata and units of a stage, going through the rows in order, and gives the number of units.
func (b *sampleBuilder) stage(s int, c StageColumns, above []int32, unitsAbove int) (units int) {
	out := stage{firstUnit: []int32{0}}
	if s > 0 {
		out.firstStratum = make([]int32, 1, unitsAbove+1)
	}
	of := make([]int32, b.columns.Rows)
	var inStratum []int32
	begins := int32(-1) // first row of the stratum
	for n, row := range b.order {
		last := b.order[max(n-1, 0)]
		if n > 0 && c.sameUnit(row, last) && above[row] == above[last] {
			of[row] = int32(units - 1)
			continue
		}
		newAbove := n == 0 || above[row] != above[last]
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
		of[row] = int32(units - 1)
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
		b.problem(begins, PopulationColumn, s, "the frame has %v units where %d were sampled: the count must be at least that", of, sampled)
	case s == 0 && sampled == 1 && of != 1 && b.columns.Lonely == LonelyFail:
		b.problem(begins, StratumColumn, s, "the stratum has a single sampled PSU: join it to another, or state a policy other than fail")
	}
}

// population is the count of a stratum as its first row has it.
func (b *sampleBuilder) population(s int, c StageColumns, row int32) float64 {
	if c.Population == nil {
		return 0
	}
	of := c.Population[row]
	if !(of > 0) || math.IsInf(of, 1) {
		b.problem(row, PopulationColumn, s, "the population count is %v: it must be above 0", of)
		return 0
	}
	return of
}

// checkPopulation finds rows that count their stratum otherwise than its first row does.
func (b *sampleBuilder) checkPopulation(s int, c StageColumns, row, begins int32) {
	if c.Population == nil || c.Population[row] == c.Population[begins] {
		return
	}
	if math.IsNaN(c.Population[begins]) && math.IsNaN(c.Population[row]) {
		return
	}
	b.problem(row, PopulationColumn, s, "the population count is %v, on row %d of the same stratum it is %v", c.Population[row], begins,
		c.Population[begins])
}

// checkNesting finds PSUs that are in two strata.
func (b *sampleBuilder) checkNesting() {
	c := b.columns.Stages[0]
	if c.Nested || c.Stratum == nil || c.Unit == nil {
		return
	}
	first := map[int32]int32{}
	told := map[int32]bool{}
	for i, u := range c.Unit {
		if i > 0 && u == c.Unit[i-1] && c.Stratum[i] == c.Stratum[i-1] {
			continue
		}
		at, seen := first[u]
		switch {
		case !seen:
			first[u] = int32(i)
		case c.Stratum[at] != c.Stratum[i] && !told[u]:
			told[u] = true
			b.problem(int32(i), UnitColumn, 0, "the PSU is in another stratum on row %d: give it a name of its own, or say that names are nested in strata", at)
		}
	}
}

func (b *sampleBuilder) problem(row int32, column DesignColumn, stage int, rule string, a ...any) {
	b.problems = append(b.problems, RowProblem{Row: int(row), Column: column, Stage: stage, Rule: fmt.Sprintf(rule, a...)})
}

func (b *sampleBuilder) checkWeights() {
	for i, w := range b.columns.Weights {
		if !(w > 0) || math.IsInf(w, 1) {
			b.problem(int32(i), WeightColumn, 0, "%s", weightRule(w))
		}
	}
	if b.columns.Weights != nil {
		return
	}
	for s, c := range b.columns.Stages {
		if c.Population == nil && b.columns.Rows > 0 {
			b.problem(0, WeightColumn, s, "there are neither weights nor the population counts of all stages")
			return
		}
	}
}

func weightRule(w float64) string {
	switch {
	case math.IsNaN(w):
		return "the weight is missing: a row that was sampled has one"
	case w == 0:
		return "the weight is 0: leave out who was not sampled, and who did not answer"
	}
	return fmt.Sprintf("the weight is %v: it must be above 0 and finite", w)
}

func (b *sampleBuilder) sample() *Sample {
	last := len(b.stages) - 1
	t := &tree{
		stages: b.stages, lonely: b.columns.Lonely, lonelyInDomain: b.columns.LonelyInDomain,
		anonymous: b.columns.Stages[last].Unit == nil,
	}
	t.elements = t.units() == b.columns.Rows
	s := &Sample{weights: b.columns.Weights, tree: t, unit: b.of[last], psu: b.of[0], stratum: b.inStrata[0]}
	if s.weights == nil {
		s.weights = b.fromCounts()
	}
	return s
}

// fromCounts are the weights of equal probabilities: the product over stages of units in the frame by units sampled.
func (b *sampleBuilder) fromCounts() []float64 {
	w := make([]float64, b.columns.Rows)
	for i := range w {
		w[i] = 1
		for s := range b.stages {
			h := b.inStrata[s][b.of[s][i]]
			w[i] *= b.stages[s].population[h] / float64(b.stages[s].sampled(h))
		}
	}
	return w
}
