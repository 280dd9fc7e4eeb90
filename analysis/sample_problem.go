package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A RowProblem says which rule the design columns break on a row, counted from 0.
type RowProblem struct {
	Row    int
	Other  int // the row that the rule calls another row, -1 where it speaks of none
	Column DesignColumn
	Stage  int // from 0; for columns of a stage
	Rule   string
}

// A DesignColumn is a column that says how a row was drawn.
type DesignColumn uint8

const (
	WeightColumn DesignColumn = 1 + iota
	StratumColumn
	UnitColumn
	PopulationColumn
)

// SampleError gathers what is wrong with the design columns of a sample, in order of row, one problem a unit.
type SampleError struct{ Problems []RowProblem }

func (e *SampleError) Error() string {
	lines := make([]string, 0, len(e.Problems))
	for _, p := range e.Problems {
		rule := p.Rule
		if p.Other >= 0 {
			rule = strings.Replace(rule, "another row", fmt.Sprintf("row %d", p.Other), 1)
		}
		lines = append(lines, fmt.Sprintf("row %d: %s", p.Row, rule))
	}
	return "analysis: " + strings.Join(lines, "; ")
}

// population is the count of a stratum as its first row has it.
func (b *sampleBuilder) population(s int, c StageColumns, row int32) float64 {
	if c.Population == nil {
		return 0
	}
	of := c.Population[row]
	switch {
	case math.IsNaN(of):
		b.problem(row, PopulationColumn, s, "the population count is missing")
		return 0
	case !(of > 0) || math.IsInf(of, 1):
		b.problem(row, PopulationColumn, s, "the population count is %v: it must be above 0 and finite", of)
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
	rule := fmt.Sprintf("the population count is %v, on another row of the same stratum it is %v",
		c.Population[row], c.Population[begins])
	b.problem(row, PopulationColumn, s, "%s", strings.ReplaceAll(rule, "NaN", "missing")).Other = int(begins)
}

// checkNesting finds units that are in two strata. above is the unit above of every run.
func (b *sampleBuilder) checkNesting(s int, c StageColumns, above []int32) {
	if c.Nested || c.Stratum == nil || c.Unit == nil {
		return
	}
	first := newUnitsSeen(b.first, above, c.Unit)
	told := map[int32]bool{} // by first row
	for run, i := range b.first {
		at := first.of(above[run], c.Unit[i], i)
		if c.Stratum[at] != c.Stratum[i] && !told[at] {
			told[at] = true
			b.problem(i, UnitColumn, s, "the %s is in another stratum on another row: give it a name of its own, "+
				"or say that names are nested in strata", unitName(s)).Other = int(at)
		}
	}
}

// unitsSeen keeps the first row of every unit. Codes of one unit above are mostly dense, and a list is then many times as
// fast as a map.
type unitsSeen struct {
	dense  []int32 // by code; -1 where there is none yet
	sparse map[[2]int32]int32
}

func newUnitsSeen(runs, above, code []int32) *unitsSeen {
	largest, one := int32(-1), true
	for run, i := range runs {
		one = one && above[run] == above[0] && code[i] >= 0
		largest = max(largest, code[i])
	}
	if !one || int(largest) > 4*len(runs) {
		return &unitsSeen{sparse: map[[2]int32]int32{}}
	}
	return &unitsSeen{dense: slices.Repeat([]int32{-1}, int(largest)+1)}
}

// of is the first row of a unit, which is this one where it was not there before.
func (f *unitsSeen) of(above, code, row int32) int32 {
	if f.dense != nil {
		if f.dense[code] < 0 {
			f.dense[code] = row
		}
		return f.dense[code]
	}
	key := [2]int32{above, code}
	at, seen := f.sparse[key]
	if !seen {
		f.sparse[key], at = row, row
	}
	return at
}

// unitName is what a unit of a stage is called.
func unitName(s int) string {
	if s == 0 {
		return "PSU"
	}
	return fmt.Sprintf("unit of stage %d", s+1)
}

func (b *sampleBuilder) problem(row int32, column DesignColumn, stage int, rule string, a ...any) *RowProblem {
	b.problems = append(b.problems, RowProblem{
		Row: int(row), Other: -1, Column: column, Stage: stage, Rule: fmt.Sprintf(rule, a...),
	})
	return &b.problems[len(b.problems)-1]
}

func (b *sampleBuilder) checkWeights() {
	for i, w := range b.columns.Weights {
		if !(w > 0 && w <= math.MaxFloat64) {
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
