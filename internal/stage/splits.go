package stage

import (
	"math"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/areas"
)

// splitNote is said of every figure that another split of an old unit would change.
const splitNote = "rests on a split of an old unit whose shares are not published"

// open notes how many persons fewer and more the counts of a grid might be by other splits of old units. The splits are
// those of the tally that the grid was made from; by are the classes of its cells, and of tells which of the codes an area
// lies in. A unit above that holds every unit of a split is not touched by it.
func (g *grid) open(s *areas.Splits, t *analysis.Tally, by []analysis.Class, codes []string, of func(string) (string, bool)) {
	if s == nil {
		return
	}
	below, above := s.Open(of)
	count := func(open *analysis.Tally) []float64 {
		cell, k := open.Cells(append([]analysis.Class{areaClass(open, codes, same)}, by...)...)
		all := make([]float64, k)
		for i, n := range open.Counts(cell, k) {
			all[i] = float64(n)
		}
		return all
	}
	g.below, g.above = count(below), count(above)
}

// openUnits are the units that have more or fewer persons by other splits.
func openUnits(s *areas.Splits, of func(string) (string, bool)) []string {
	var codes []string
	below, above := s.Open(of)
	for _, t := range []*analysis.Tally{below, above} {
		area := t.Dim("area")
		for row, n := range t.N {
			if code := area.Levels[area.Code[row]]; n > 0 && !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// silence is why a figure cannot be taken as it stands: the side does not speak, or another split would change it. Tables that
// work with values, rather than with bounds, pass such a figure over.
func silence(f *compare.Figures, at int) string {
	if f.Silent[at] == "" && !f.Determined(at) {
		return splitNote
	}
	return f.Silent[at]
}

func same(code string) (string, bool) { return code, true }

// opened is a figure with the bounds that its grid has of it.
func opened(x compare.Figure, f found) compare.Figure {
	if f.below+f.above > 0 && x.Silent == "" {
		x.Below, x.Above, x.Note = f.below, f.above, strings.Join(append(nonEmpty(x.Note), splitNote), "; ")
	}
	return x
}

// A splitPart is the part of the differences of a pair that another split of old units would change, area by area.
type splitPart struct {
	positions    map[string]int
	lower, upper []float64
}

// splitPart of a pair at a level; nil when the pair's totals are not compared there.
func (l *leveled) splitPart(pair string) *splitPart {
	f := l.family(pair, "total")
	if f == nil {
		return nil
	}
	p := &splitPart{positions: make(map[string]int, len(l.areas))}
	for i, area := range l.areas {
		p.positions[area] = i
		at := f.at(i, 0)
		p.lower = append(p.lower, -f.register.Below[at]-f.census.Above[at])
		p.upper = append(p.upper, f.register.Above[at]+f.census.Below[at])
	}
	return p
}

// at says what other splits would add to the difference of an area, first minus second, in persons: nothing as persons were
// placed, and at least lower, at most upper. ok is false where no split touches the area, or it is not there.
func (p *splitPart) at(area string) (value, lower, upper float64, ok bool) {
	i, known := p.positions[area]
	if !known || p.lower[i] == p.upper[i] {
		return 0, math.NaN(), math.NaN(), false
	}
	return 0, p.lower[i], p.upper[i], true
}
