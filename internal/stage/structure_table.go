package stage

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/compare/explain"
	"github.com/concord-stat/concord/internal/columns"
)

// structureName is the table of what is level and what is structure in the difference of every cell.
const structureName = "structure"

// structureTable has a row for every cell of an area and a pair, in dimensions that are crossed with no other: sex, age
// groups, those of the study. Single ages and crosses have as much to say, and three times the rows. An area has rows
// where both sides speak about it as a whole and their cells make up the whole.
type structureTable struct {
	area, definition, dimension, cell, notes           []string
	difference, level, levelSE, structure, structureSE []float64
}

func (t *structureTable) name() string { return structureName }

func (t *structureTable) add(_ context.Context, l *leveled) error {
	t.grow(l)
	for i := range l.families {
		f := &l.families[i]
		if !hasStructure(f) {
			continue
		}
		s := newSplit(f, l.family(f.definition, "total"))
		for a, area := range l.areas {
			if area != analysis.Missing && s.of(a) {
				t.append(area, s)
			}
		}
	}
	return nil
}

// grow makes room for the rows of a level at once.
func (t *structureTable) grow(l *leveled) {
	rows := 0
	for i := range l.families {
		if f := &l.families[i]; hasStructure(f) {
			rows += len(l.areas) * len(f.cells)
		}
	}
	for _, c := range []*[]string{&t.area, &t.definition, &t.dimension, &t.cell, &t.notes} {
		*c = slices.Grow(*c, rows)
	}
	for _, c := range []*[]float64{&t.difference, &t.level, &t.levelSE, &t.structure, &t.structureSE} {
		*c = slices.Grow(*c, rows)
	}
}

// hasStructure tells whether a dimension is split.
func hasStructure(f *family) bool {
	return f.dimension != "total" && f.dimension != "age" && !strings.Contains(f.dimension, "*") && len(f.cells) > 1
}

// A split is the cells of one area after the other.
type split struct {
	f, total         *family
	register, census explain.Counts
	counted          bool // neither side has a sampling error
	silent           []bool
}

func newSplit(f, total *family) *split {
	k := len(f.cells)
	one := func() explain.Counts { return explain.Counts{Value: make([]float64, k), SE: make([]float64, k)} }
	return &split{f: f, total: total, register: one(), census: one(), silent: make([]bool, k)}
}

// of takes the figures of an area, and tells whether they can be split: whether both sides speak about it, and, where a
// side has no figure of a cell, its other cells make up its whole, so that nobody is in that cell.
func (s *split) of(area int) bool {
	for j := range s.silent {
		s.silent[j] = false
	}
	if s.total == nil {
		s.total = &family{} // not compared: what the whole is has to be known by the cells
	}
	ok := s.take(&s.register, s.f.register, s.total.register, area) &&
		s.take(&s.census, s.f.census, s.total.census, area)
	s.counted = ok && withoutError(s.register.SE) && withoutError(s.census.SE)
	return ok && analysis.Sum(s.census.Value) > 0
}

// take takes the figures of one side.
func (s *split) take(to *explain.Counts, cells, total compare.Figures, area int) bool {
	whole, sum, gaps, known := math.NaN(), 0.0, false, len(total.Value) > 0
	to.TotalSE = math.NaN()
	if known {
		whole, to.TotalSE = total.Value[area], total.Error(area)
	}
	for j := range to.Value {
		at := s.f.at(area, j)
		v, se := cells.Value[at], cells.Error(at)
		switch {
		case !cells.Determined(at):
			return false
		case math.IsNaN(v):
			v, se, gaps, s.silent[j] = 0, 0, true, true
		case !known && cells.Silent[at] != "":
			return false
		}
		to.Value[j], to.SE[j], sum = v, se, sum+v
	}
	if known && silence(&total, area) != "" {
		return false
	}
	return !gaps || math.Abs(sum-whole) <= 1e-9*math.Abs(whole)
}

func withoutError(se []float64) bool {
	for _, v := range se {
		if v != 0 {
			return false
		}
	}
	return true
}

// append adds the rows of an area.
func (t *structureTable) append(area string, s *split) {
	register, census := s.register, s.census
	if s.counted {
		register.SE, census.SE = nil, nil
	}
	level, structure := explain.LevelStructure(register.Value, census.Value)
	levelSE, structureSE := explain.LevelStructureErrors(register, census)
	for j, cell := range s.f.cells {
		note := ""
		if s.silent[j] {
			note, levelSE[j], structureSE[j] = "no figure on a side: taken as nobody", math.NaN(), math.NaN()
		}
		t.area, t.definition = append(t.area, area), append(t.definition, s.f.definition)
		t.dimension, t.cell, t.notes = append(t.dimension, s.f.dimension), append(t.cell, cell), append(t.notes, note)
		t.difference = append(t.difference, level[j]+structure[j])
		t.level, t.levelSE = append(t.level, level[j]), append(t.levelSE, levelSE[j])
		t.structure, t.structureSE = append(t.structure, structure[j]), append(t.structureSE, structureSE[j])
	}
}

func (t *structureTable) table() columns.Table {
	return columns.Table{
		{Name: "area", Text: t.area}, {Name: "definition", Text: t.definition}, {Name: "dimension", Text: t.dimension},
		{Name: "cell", Text: t.cell}, {Name: "difference", Float: t.difference}, {Name: "level_part", Float: t.level},
		{Name: "level_part_se", Float: t.levelSE}, {Name: "structure_part", Float: t.structure},
		{Name: "structure_part_se", Float: t.structureSE}, {Name: "notes", Text: t.notes},
	}
}
