package stage

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare/explain"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/study"
)

// explanations are why the differences of every level are what they are, for the definitions of the register that are held
// against the census.
type explanations struct {
	c      *comparison
	ages   agesByLevel
	loaded bool
	levels []*explainedLevel
}

// An explainedLevel is one level of areas explained.
type explainedLevel struct {
	level       string
	areas       []string
	definitions []string // names of the pairs
	populations []string // the population definition of each
	data        explain.Data
	silent      []string // areas: why nothing is explained, empty where something is

	ownTime      []*timePart // of every definition, where the register tells its events itself
	ownDay       study.Date
	below, above []float64 // areas: persons by which other splits of units make the difference smaller and larger

	*explain.Explanation
	causes [][]explain.Cause // by definition
	notes  string            // of the level
}

// explanationTables are the tables of a comparison that say why: parts, causes and the fit of definitions.
func (c *comparison) explanationTables() []furtherTable {
	x := &explanations{c: c}
	return []furtherTable{&partTable{x}, &causeTable{x}, &fitTable{x}}
}

// add explains a level.
func (x *explanations) add(ctx context.Context, l *leveled) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !x.loaded {
		x.loaded = true
		var err error
		if x.ages, err = loadAges(x.c.estimated); err != nil {
			return err
		}
	}
	e := x.level(l)
	if e == nil {
		return nil
	}
	given, err := x.given(e)
	if err != nil {
		return err
	}
	asked := x.c.runner.Study.Explanation
	plan := explain.Plan{Profiles: asked.ProfilesOf(), FDR: asked.FDR, Given: given}
	if plan.Profiles == nil {
		usable, ok := explain.Usable(explain.Profiles(), e.data.Starts)
		if !ok {
			return nil
		}
		plan.Profiles = usable
		if left := len(explain.Profiles()) - len(usable); left > 0 {
			e.notes = fmt.Sprintf("the age groups are too few for %d of the usual profiles", left)
		}
	}
	if e.Explanation, err = explain.Explain(&e.data, plan); err != nil {
		return fmt.Errorf("explanation: %w", err)
	}
	for k := range e.definitions {
		e.causes = append(e.causes, e.Causes(k))
	}
	x.levels = append(x.levels, e)
	return nil
}

// level brings both sides of a level together; nil where they are not compared by age.
func (x *explanations) level(l *leveled) *explainedLevel {
	e := &explainedLevel{level: l.level}
	e.data.Starts = x.c.details.Plan.AgeGroups
	keep := []int{}
	for i, area := range l.areas {
		if area != analysis.Missing {
			keep, e.areas = append(keep, i), append(e.areas, area)
		}
	}
	for _, p := range x.c.pairs {
		register, ok := p.first.(*registerSide)
		if census, usual := p.second.(*censusSide); !ok || !usual || census != x.c.census {
			continue
		}
		total, groups := l.family(p.name, "total"), l.family(p.name, "age5")
		if total == nil || groups == nil || slices.Contains(e.populations, register.definition) {
			continue
		}
		e.definitions, e.populations = append(e.definitions, p.name), append(e.populations, register.definition)
		e.register(total, groups, keep)
		e.data.RegisterAge = append(e.data.RegisterAge, register.singleAges(l.level, e.areas)...)
	}
	if len(e.definitions) == 0 || len(e.areas) == 0 {
		return nil
	}
	first := e.definitions[0]
	e.census(l.family(first, "total"), l.family(first, "age5"), keep)
	e.data.CensusAge = x.ages.matrix(l.level, e.areas)
	e.regions(x.c)
	return e
}

// register appends the figures of a definition; where the register is silent of an area they do not exist.
func (e *explainedLevel) register(total, groups *family, keep []int) {
	labels := analysis.AgeLabels(e.data.Starts)
	values, totals := make([]float64, 0, len(keep)*len(labels)), make([]float64, 0, len(keep))
	at := cellPositions(groups.cells, labels)
	for _, i := range keep {
		t := total.at(i, 0)
		v := total.register.Value[t]
		if total.register.Silent[t] != "" {
			v = math.NaN()
		}
		totals = append(totals, v)
		for _, j := range at {
			values = append(values, orNobody(groups.register.Value, groups, i, j))
		}
	}
	e.data.Register, e.data.RegisterTotal = append(e.data.Register, values), append(e.data.RegisterTotal, totals)
}

// cellPositions are where the cells of the labels stand, -1 for one that is not there.
func cellPositions(cells, labels []string) []int {
	at := make([]int, len(labels))
	for k, label := range labels {
		at[k] = slices.Index(cells, label)
	}
	return at
}

// orNobody is a figure of an area that has a total: where its cell has none nobody was found.
func orNobody(values []float64, f *family, area, cell int) float64 {
	if cell < 0 || math.IsNaN(values[f.at(area, cell)]) {
		return 0
	}
	return values[f.at(area, cell)]
}

// censusError is the error of a cell, disclosure noise included; nothing where nobody was found.
func censusError(f *family, area, cell int) float64 {
	if cell < 0 {
		return 0
	}
	if se := f.census.Error(f.at(area, cell)); !math.IsNaN(se) {
		return se
	}
	return 0
}

// census takes the figures of the census, which are alike in the families of all definitions.
func (e *explainedLevel) census(total, groups *family, keep []int) {
	at := cellPositions(groups.cells, analysis.AgeLabels(e.data.Starts))
	for _, i := range keep {
		t, c := total.at(i, 0), total.census
		value, se, df, silent := c.Value[t], c.Error(t), c.DF[t], c.Silent[t]
		if silent == "" {
			silent = total.register.Silent[t]
		}
		if silent == "" && !e.grouped(groups, i, at) {
			silent = "no figures by age"
		}
		if silent != "" {
			value = math.NaN()
		}
		e.silent = append(e.silent, silent)
		e.split(total, t)
		e.data.Total, e.data.TotalSE, e.data.DF = append(e.data.Total, value), append(e.data.TotalSE, se), append(e.data.DF, df)
		for _, j := range at {
			e.data.Census = append(e.data.Census, orNobody(groups.census.Value, groups, i, j))
			e.data.SE = append(e.data.SE, censusError(groups, i, j))
		}
	}
}

// grouped tells whether the census has a figure of any age group of an area.
func (e *explainedLevel) grouped(groups *family, area int, at []int) bool {
	return slices.ContainsFunc(at, func(j int) bool { return j >= 0 && groups.census.Value[groups.at(area, j)] > 0 })
}

// regions numbers the units of the highest level that the areas lie in.
func (e *explainedLevel) regions(c *comparison) {
	top := c.list.Levels[len(c.list.Levels)-1]
	if top == e.level {
		return
	}
	number := make(map[string]int32)
	for _, area := range e.areas {
		up, ok := c.list.Ancestor(area, top)
		if !ok {
			e.data.Region = append(e.data.Region, -1)
			continue
		}
		n, seen := number[up]
		if !seen {
			n = int32(len(number))
			number[up] = n
		}
		e.data.Region = append(e.data.Region, n)
	}
}

// explains tells whether an area has parts.
func (e *explainedLevel) explains(i int) bool { return e.silent[i] == "" && e.data.Total[i] > 0 }

// causeTable is the table of causes.
type causeTable struct{ *explanations }

func (t *causeTable) add(context.Context, *leveled) error { return nil } // partTable has seen the level
func (t *causeTable) name() string                        { return "causes" }

func (t *causeTable) table() columns.Table {
	type row struct {
		*explainedLevel
		definition, area int
	}
	var rows []row
	for _, e := range t.levels {
		for i := range e.areas {
			for k := range e.definitions {
				rows = append(rows, row{e, k, i})
			}
		}
	}
	n := len(rows)
	cause := func(i int) explain.Cause { return rows[i].causes[rows[i].definition][rows[i].area] }
	return columns.Table{
		columns.Texts("level", n, func(i int) string { return rows[i].level }),
		columns.Texts("area", n, func(i int) string { return rows[i].areas[rows[i].area] }),
		columns.Texts("definition", n, func(i int) string { return rows[i].definitions[rows[i].definition] }),
		columns.Texts("cause", n, func(i int) string { return rows[i].named(cause(i), rows[i].area) }),
		columns.Texts("direction", n, func(i int) string { return cause(i).Direction() }),
		columns.Floats("persons", n, func(i int) float64 { return cause(i).Persons }),
		columns.Floats("z", n, func(i int) float64 { return cause(i).Z }),
		columns.Floats("p_value", n, func(i int) float64 { return cause(i).P }),
		columns.Floats("q_value", n, func(i int) float64 { return cause(i).Q }),
		columns.Texts("notes", n, func(i int) string { return rows[i].remark(cause(i), rows[i].area) }),
	}
}

// notTested is the cause of an area of which nothing can be said.
const notTested = "not tested"

func (e *explainedLevel) named(c explain.Cause, area int) string {
	if !e.explains(area) || !c.Tested {
		return notTested
	}
	return c.Name
}

func (e *explainedLevel) remark(c explain.Cause, area int) string {
	switch {
	case e.silent[area] != "":
		return e.silent[area]
	case !c.Tested:
		return "no error of the census to test with"
	}
	return e.notes
}
