package stage

import (
	"slices"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/areas"
)

// A placed is an area with the units it lies in, the highest first, and itself last.
type placed struct {
	area int
	path []string
}

// adjustTree adjusts the cells of the areas of a level down the tree of the units they lie in. Cells of other levels have
// trees of their own: a unit and the areas in it have the same persons.
func (a *adjusting) adjustTree(list *areas.List, l *leveled, p part) {
	var of []member
	var areas []int
	for i, m := range a.members {
		if m.leveled == l {
			of, areas = append(of, m), p[i]
		}
	}
	above := levelsAbove(list, l, a.within)
	paths := pathsOf(list, l, areas, above)
	parent, p0 := treeOf(paths, of)
	tree := compare.NewTree(parent)
	adjust := tree.TreeBH
	if a.adjust == compare.HierarchicalBonferroni {
		adjust = tree.Meinshausen
	}
	adjusted := adjust(p0)
	i := len(parent) - leavesOf(paths, of)
	a.unitsOf(l, of, append(above, l.level), paths, tree.Simes(p0)[:i], adjusted)
	eachLeaf(paths, of, func(j *compare.Judgement) { j.QValue, i = adjusted[i], i+1 })
}

// levelsAbove are the levels above, the highest first, up to that within which areas are adjusted together.
func levelsAbove(list *areas.List, l *leveled, within string) []string {
	var above []string
	for i := len(list.Levels) - 1; i >= 0 && list.Levels[i] != l.level; i-- {
		above = append(above, list.Levels[i])
	}
	if at := slices.Index(above, within); at >= 0 {
		above = above[at+1:]
	}
	return above
}

// pathsOf are the areas in the order of their units.
func pathsOf(list *areas.List, l *leveled, of []int, above []string) []placed {
	paths := make([]placed, len(of))
	for i, area := range of {
		path := make([]string, 0, len(above)+1)
		for _, level := range above {
			up, _ := list.Ancestor(l.areas[area], level)
			path = append(path, up)
		}
		paths[i] = placed{area, append(path, l.areas[area])}
	}
	slices.SortFunc(paths, func(a, b placed) int { return slices.Compare(a.path, b.path) })
	return paths
}

// treeOf numbers units, areas and cells level by level, and gives the parent and the p-value of each.
func treeOf(paths []placed, of []member) (parent []int32, p []float64) {
	if len(paths) == 0 {
		return nil, nil
	}
	up := make([]int32, len(paths)) // node that every path has reached
	for i := range up {
		up[i] = -1
	}
	for depth := range paths[0].path {
		for i := range paths {
			if i == 0 || !slices.Equal(paths[i].path[:depth+1], paths[i-1].path[:depth+1]) {
				parent = append(parent, up[i])
			}
			up[i] = int32(len(parent) - 1)
		}
	}
	p = make([]float64, len(parent))
	i := 0
	eachLeaf(paths, of, func(j *compare.Judgement) {
		parent, p = append(parent, up[i/cellsIn(of)]), append(p, j.PValue)
		i++
	})
	return parent, p
}

// cellsIn is how many cells an area has.
func cellsIn(of []member) int {
	n := 0
	for _, m := range of {
		n += len(m.cells)
	}
	return n
}

func leavesOf(paths []placed, of []member) int { return len(paths) * cellsIn(of) }

func eachLeaf(paths []placed, of []member, do func(*compare.Judgement)) {
	for _, x := range paths {
		for _, m := range of {
			for cell := range m.cells {
				do(&m.judged[m.at(x.area, cell)])
			}
		}
	}
}
