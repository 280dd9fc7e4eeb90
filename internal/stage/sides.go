package stage

import (
	"math"
	"slices"
	"sort"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/extract"
	"github.com/concord-stat/concord/internal/fieldwork"
)

// registerSide is an extract under one definition.
type registerSide struct {
	extract    *extract.Extract
	details    extractDetails
	list       *areas.List
	lowest     string
	definition string
	ageGroups  []int
	known      map[string]bool // areas of the extract, and whether the register has a figure there
	cover      coverage
	splits     map[*analysis.Tally]*areas.Splits // of an extract that was carried over crosswalks
}

func newRegisterSide(e *extract.Extract, d extractDetails, list *areas.List, cover coverage, lowest, definition string) *registerSide {
	s := &registerSide{
		extract: e, details: d, list: list, lowest: lowest, definition: definition, ageGroups: d.Plan.AgeGroups,
		known: make(map[string]bool), cover: cover,
	}
	for _, a := range e.Areas {
		s.known[a.Code] = a.Known
	}
	s.known[analysis.Missing] = true
	return s
}

// tally is the tally of the extract that carries a dimension, nil when none does.
func (s *registerSide) tally(dimension string) *analysis.Tally {
	for _, t := range s.extract.Tallies {
		if carries(t, dimension) {
			return t
		}
	}
	return nil
}

// grid gives the register's figures of a dimension at a level; nil when the extract does not carry the dimension.
func (s *registerSide) grid(level, dimension string) *grid {
	t := s.tally(dimension)
	if t == nil {
		return nil
	}
	codes, of := areasAt(t, s.list, level, s.details.Plan.Levels[0])
	by := classes(t, dimension, s.ageGroups)
	only := analysis.Classes(t.Dim("definition"), []string{s.definition}, func(l string) (string, bool) { return l, l == s.definition })
	g := newGrid(codes, cellNames(by))
	cell, k := t.Cells(append([]analysis.Class{only, areaClass(t, codes, of)}, by...)...)
	g.est, g.noise = complete(t.Counts(cell, k)), t.NoiseSD(cell, k)
	g.open(s.splits[t], t, append([]analysis.Class{only}, by...), codes, of)
	return g
}

// figure is what the register says of a cell, which its grid may lack.
func (s *registerSide) figure(g *grid, area, cell string) compare.Figure {
	if g == nil {
		return compare.NoFigure("the extract does not carry this dimension")
	}
	f := g.find(area, cell)
	switch {
	case s.cover.gaps[area] != "":
		return compare.NoFigure(s.cover.gaps[area])
	case !s.knows(area):
		return compare.NoFigure("no figure in the register")
	case !f.hasCell && !f.missing:
		return compare.NoFigure("no such category in the register")
	}
	note := s.cover.part[area]
	if area == analysis.Missing && s.cover.drawn {
		note = "of the whole register and census, not of the drawn areas alone"
	}
	return opened(compare.Figure{Value: f.Value, DF: math.Inf(1), Noise: f.noise, Note: note}, f)
}

// knows tells whether the register has a figure of an area. One of persons has: no row is nobody.
func (s *registerSide) knows(area string) bool {
	known, extracted := s.known[area]
	if u, ok := s.list.Unit(area); ok && u.Level != s.lowest {
		return true // what its areas know was asked before
	}
	return known || !extracted && s.details.Whole
}

// censusSide is the estimates of the field results.
type censusSide struct {
	details estimateDetails
	cover   coverage
	grids   map[[2]string]*grid // by level and dimension
}

// loadCensus reads estimates.
func loadCensus(path string, d estimateDetails, cover coverage) (*censusSide, error) {
	t, err := columns.Load(path)
	if err != nil {
		return nil, err
	}
	s := &censusSide{details: d, cover: cover, grids: make(map[[2]string]*grid)}
	level, area, dimension, cell := t[0].Text, t[1].Text, t[2].Text, t[3].Text
	for first := 0; first < len(level); {
		last := first
		for last < len(level) && level[last] == level[first] && dimension[last] == dimension[first] {
			last++
		}
		s.grids[[2]string{level[first], dimension[first]}] = gridFrom(t, area, cell, first, last)
		first = last
	}
	return s, nil
}

// gridFrom makes a grid of the rows from first to last of the table of estimates. A cell without a row has NaN.
func gridFrom(t columns.Table, area, cell []string, first, last int) *grid {
	var codes, cells []string
	seen := make(map[string]bool)
	for i := first; i < last; i++ {
		if i == first || area[i] != area[i-1] {
			codes = append(codes, area[i])
		}
		if !seen[cell[i]] {
			seen[cell[i]] = true
			cells = append(cells, cell[i])
		}
	}
	sort.Strings(codes)
	g := newGrid(slices.Compact(codes), cells)
	g.est = make([]analysis.Estimate, len(g.areas)*len(cells))
	for i := range g.est {
		g.est[i].Value, g.est[i].SE = math.NaN(), math.NaN()
	}
	g.notes, g.below, g.above = make([]string, len(g.est)), make([]float64, len(g.est)), make([]float64, len(g.est))
	g.noise = make([]float64, len(g.est))
	for i := first; i < last; i++ {
		at := g.at[area[i]]*len(cells) + g.cellAt[cell[i]]
		g.est[at] = analysis.Estimate{Value: t[4].Float[i], SE: t[5].Float[i], DF: t[6].Float[i], N: t[7].Int[i]}
		g.notes[at], g.noise[at] = t[10].Text[i], t[12].Float[i]
		if lower, upper := t[13].Float[i], t[14].Float[i]; lower < upper {
			g.below[at], g.above[at] = t[4].Float[i]-lower, upper-t[4].Float[i]
		}
	}
	return g
}

// grid gives the estimates of a dimension at a level; nil when the field results do not carry it.
func (s *censusSide) grid(level, dimension string) *grid { return s.grids[[2]string{level, dimension}] }

// figure is what the census says of a cell, which its grid may lack.
func (s *censusSide) figure(g *grid, area, cell string) compare.Figure {
	if g == nil {
		return compare.NoFigure("the field results do not carry this dimension")
	}
	var x compare.Figure
	f := g.find(area, cell)
	switch s.details.Kind {
	case fieldwork.Sample:
		x = sampled(f)
	case fieldwork.Aggregates:
		x = published(f, s.cover.part[area] != "")
	default:
		x = opened(countedFigure(f, s.details.Whole), f)
	}
	return x
}

// sampled is the figure of a sample.
func sampled(f found) compare.Figure {
	x := compare.Figure{Value: f.Value, SE: f.SE, DF: f.DF}
	switch {
	case !f.hasArea:
		return compare.NoFigure("no sample here")
	case !f.hasCell && !f.missing:
		return compare.NoFigure("no such category in the field results")
	case !f.hasCell:
		return compare.NoFigure("nothing is missing in the field results")
	case f.N == 0:
		return compare.NoFigure("nobody sampled in this cell")
	case math.IsNaN(f.SE) || !(f.DF > 0):
		x.Silent = f.note
	}
	return x
}

// published is a published figure, which is of all areas of a unit, drawn or not.
func published(f found, drawnInPart bool) compare.Figure {
	switch {
	case f.hasArea && f.hasCell && math.IsNaN(f.Value) && f.note != "":
		return compare.NoFigure(f.note)
	case !f.hasArea || !f.hasCell || math.IsNaN(f.Value):
		return compare.NoFigure("no figure in the field results")
	}
	x := compare.Figure{Value: f.Value, SE: f.SE, DF: math.Inf(1), Noise: f.noise, Note: f.note}
	if drawnInPart {
		x.Silent = "the published figure is of all areas here"
	}
	return x
}

// countedFigure is the figure of a complete count: of every area when whole, else of those it has.
func countedFigure(f found, whole bool) compare.Figure {
	switch {
	case !f.hasArea && !whole:
		return compare.NoFigure("not among the areas counted")
	case !f.hasCell && !f.missing:
		return compare.NoFigure("no such category in the field results")
	}
	return compare.Figure{Value: f.Value, DF: math.Inf(1), Noise: f.noise, Silent: f.note}
}
