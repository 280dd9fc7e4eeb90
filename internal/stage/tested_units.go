package stage

import (
	"context"
	"slices"

	"github.com/concord-stat/concord/internal/columns"
)

// A testedUnit is a unit on the way to the cells of a level: whether there is a difference anywhere in them.
type testedUnit struct {
	of                            *leveled // whose cells they are
	level, unit                   string
	family, definition, dimension string
	p, q                          float64
}

// unitsOf notes the units of a tree, which are numbered level by level as treeOf does.
func (a *adjusting) unitsOf(l *leveled, of []member, levels []string, paths []placed, p, q []float64) {
	u := testedUnit{of: l, family: a.name}
	if a.name == "" {
		u.definition, u.dimension = of[0].definition, of[0].dimension
	}
	at := 0
	for depth, level := range levels {
		for i, x := range paths {
			if i == 0 || !slices.Equal(x.path[:depth+1], paths[i-1].path[:depth+1]) {
				if u.level, u.unit, u.p, u.q = level, x.path[depth], p[at], q[at]; u.unit != "" { // above Missing is no unit
					a.units = append(a.units, u)
				}
				at++
			}
		}
	}
}

// hierarchyTable has the units of all trees.
type hierarchyTable struct {
	level, area, cellsLevel, family, definition, dimension []string
	p, q                                                   []float64
}

func (t *hierarchyTable) add(_ context.Context, l *leveled) error {
	for _, u := range l.units {
		t.level, t.area, t.cellsLevel = append(t.level, u.level), append(t.area, u.unit), append(t.cellsLevel, l.level)
		t.family, t.definition, t.dimension = append(t.family, u.family), append(t.definition, u.definition), append(t.dimension, u.dimension)
		t.p, t.q = append(t.p, u.p), append(t.q, u.q)
	}
	return nil
}

func (t *hierarchyTable) name() string { return "hierarchy" }

func (t *hierarchyTable) table() columns.Table {
	return columns.Table{{Name: "level", Text: t.level}, {Name: "area", Text: t.area}, {Name: "cells_level", Text: t.cellsLevel},
		{Name: "family", Text: t.family}, {Name: "definition", Text: t.definition}, {Name: "dimension", Text: t.dimension},
		{Name: "p_value", Float: t.p}, {Name: "q_value", Float: t.q}}
}
