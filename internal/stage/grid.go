package stage

import (
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

// A grid is the figures of one dimension at one level of areas: est runs over areas, and within them over cells.
type grid struct {
	areas, cells []string
	est          []analysis.Estimate
	at           map[string]int // position of an area
	cellAt       map[string]int
	notes        []string          // reasons, by position; nil when there are none
	noise        []float64         // standard deviation of disclosure noise, by position; nil when there is none
	short        map[string]string // areas that are counted in part, and how
	below, above []float64         // persons fewer and more that another split would make, by position; nil for none
}

func newGrid(areas, cells []string) *grid {
	g := &grid{areas: areas, cells: cells, at: make(map[string]int), cellAt: make(map[string]int)}
	for i, a := range areas {
		g.at[a] = i
	}
	for i, c := range cells {
		g.cellAt[c] = i
	}
	return g
}

// A found is what a grid has of an area and cell.
type found struct {
	analysis.Estimate
	note             string // reason noted with the figure
	below, above     float64
	noise            float64
	hasArea, hasCell bool
	missing          bool // a part of the cell is Missing
}

func (g *grid) find(area, cell string) found {
	i, hasArea := g.at[area]
	j, hasCell := g.cellAt[cell]
	f := found{hasArea: hasArea, hasCell: hasCell, missing: missingParts(cell) > 0}
	if hasArea && hasCell {
		f.Estimate = g.est[i*len(g.cells)+j]
		if g.notes != nil {
			f.note = g.notes[i*len(g.cells)+j]
		}
		if g.below != nil {
			f.below, f.above = g.below[i*len(g.cells)+j], g.above[i*len(g.cells)+j]
		}
		if g.noise != nil {
			f.noise = g.noise[i*len(g.cells)+j]
		}
	}
	return f
}

// parts are the dimensions of a tally that a dimension of a comparison is made of.
func parts(dimension string) []string {
	switch dimension {
	case "total":
		return nil
	case "age5":
		return []string{"age"}
	case "sex*age5":
		return []string{"sex", "age"}
	}
	return []string{dimension}
}

// carries tells whether a tally can speak about a dimension.
func carries(t *analysis.Tally, dimension string) bool {
	for _, part := range parts(dimension) {
		if t.Dim(part) == nil {
			return false
		}
	}
	return true
}

// classes are the classes of a tally whose cross is a dimension. Categories that everybody has come even where nobody is
// in them; Missing comes where somebody is.
func classes(t *analysis.Tally, dimension string, ageGroups []int) []analysis.Class {
	var all []analysis.Class
	for _, part := range parts(dimension) {
		d := t.Dim(part)
		switch {
		case dimension == "age":
			all = append(all, withoutUnused(t, ages()))
		case part == "age":
			all = append(all, withoutUnused(t, analysis.AgeGroups(ageGroups)))
		case part == "sex":
			all = append(all, analysis.Classes(d, sexes(d), func(l string) (string, bool) { return l, true }))
		default:
			all = append(all, analysis.Each(d))
		}
	}
	return all
}

func ages() analysis.Class {
	starts := make([]int, analysis.OpenAge+1)
	for i := range starts {
		starts[i] = i
	}
	return analysis.AgeGroups(starts)
}

// sexes are male and female, and what else the tally has.
func sexes(d *analysis.Dim) []string {
	names := []string{"male", "female"}
	for _, l := range d.Levels {
		if !slices.Contains(names, l) {
			names = append(names, l)
		}
	}
	return names
}

// withoutUnused drops the last class, Missing, when no row is in it.
func withoutUnused(t *analysis.Tally, c analysis.Class) analysis.Class {
	last := int32(len(c.Names) - 1)
	for _, code := range t.Dim(c.Dim).Code {
		if c.Of[code] == last {
			return c
		}
	}
	of := slices.Clone(c.Of)
	for i := range of {
		if of[i] == last {
			of[i] = -1
		}
	}
	return analysis.Class{Dim: c.Dim, Names: c.Names[:last], Of: of}
}

// cellNames are the names of the cells of crossed classes: the categories joined by *, "total" for no class.
func cellNames(classes []analysis.Class) []string {
	if len(classes) == 0 {
		return []string{"total"}
	}
	names := []string{""}
	for i, c := range classes {
		var next []string
		for _, before := range names {
			for _, n := range c.Names {
				if i > 0 {
					n = before + "*" + n
				}
				next = append(next, n)
			}
		}
		names = next
	}
	return names
}

// unite gives the cells of both sides in one order: those of the first, then what only the second has, and whatever has
// a missing part last.
func unite(a, b []string) []string {
	all := slices.Clone(a)
	for _, cell := range b {
		if !slices.Contains(all, cell) {
			all = append(all, cell)
		}
	}
	return slices.SortedStableFunc(slices.Values(all), func(x, y string) int {
		return missingParts(x) - missingParts(y)
	})
}

// missingParts counts the parts of a cell's name that are Missing.
func missingParts(cell string) int {
	n := 0
	for _, part := range strings.Split(cell, "*") {
		if part == analysis.Missing {
			n++
		}
	}
	return n
}
