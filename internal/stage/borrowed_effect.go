package stage

import (
	"math"
	"slices"

	"github.com/concord-stat/concord/internal/fieldwork"
)

// sampledPersons are how many persons of known cells were sampled in each area for the second source of a family; nil
// where that is no sample.
func (c *comparison) sampledPersons(l *leveled, f *family) []int64 {
	for _, p := range c.pairs {
		s, ok := p.second.(*censusSide)
		if !ok || p.name != f.definition || s.details.Kind != fieldwork.Sample {
			continue
		}
		if g := s.grid(l.level, f.dimension); g != nil {
			return g.persons(l.areas)
		}
	}
	return nil
}

// persons are those sampled in areas, of known cells.
func (g *grid) persons(areas []string) []int64 {
	var known []int
	for j, cell := range g.cells {
		if missingParts(cell) == 0 {
			known = append(known, j)
		}
	}
	out := make([]int64, len(areas))
	for n, area := range areas {
		i, ok := g.at[area]
		if !ok {
			continue
		}
		for _, j := range known {
			out[n] += g.est[i*len(g.cells)+j].N
		}
	}
	return out
}

// A borrowedEffect is the design effect of distributions over the areas of a level together, for areas that cannot tell
// their own: most communes have a single sampled unit.
type borrowedEffect struct {
	deff, df float64
	sampledAreas
}

// sampledAreas are the areas of a level as the second source has sampled them; none where that is no sample.
type sampledAreas struct {
	persons []int64   // sampled in each
	spread  []float64 // of analysis.Design.ShareSpread
}

// sampledAreas are those of a family.
func (c *comparison) sampledAreas(l *leveled, f *family) sampledAreas {
	s := sampledAreas{persons: c.sampledPersons(l, f)}
	if s.persons == nil {
		return s
	}
	for _, area := range l.areas {
		s.spread = append(s.spread, c.spreads[areaOf{l.level, area}])
	}
	return s
}

// leastDF are the degrees of freedom that a design effect must rest on to be borrowed.
const leastDF = 10

// newBorrowedEffect is the mean design effect of the areas that tell theirs, by their degrees of freedom.
func newBorrowedEffect(l *leveled, f, total *family, sampled sampledAreas) borrowedEffect {
	b := borrowedEffect{deff: math.NaN(), sampledAreas: sampled}
	if b.persons == nil {
		return b
	}
	p, sum := newPairOf(f.knownCells()), 0.0
	for i := range l.areas {
		p.read(f, total, i)
		s := p.second
		b.widen(s, i)
		if s.basis == sampleBasis && s.N > 0 && !math.IsInf(s.N, 1) && !math.IsInf(s.DF, 1) {
			b.df += s.DF
			sum += float64(b.persons[i]) / s.N * s.DF
		}
	}
	if b.df >= leastDF {
		b.deff = sum / b.df
	}
	return b
}

// widen takes what an area's own error lacks from its effective persons, where it tells one.
func (s sampledAreas) widen(of *stated, area int) {
	if s.persons != nil && of.basis == sampleBasis && of.DF > 0 && s.spread[area] > 0 {
		of.N *= s.spread[area]
	}
}

// unitAlone tells whether figures have an error without degrees of freedom: a single unit of a stratum that reaches
// beyond the area. That error is of whether the area is sampled; of its distribution it says nothing.
func (s *stated) unitAlone() bool {
	return s.DF == 0 && slices.ContainsFunc(s.se, func(e float64) bool { return e > 0 })
}

// lend gives the second source of an area its effective number of persons: its own, widened, or by the design effect of
// all where it cannot tell its own.
func (b borrowedEffect) lend(p pairOf, area int) {
	s := p.second
	b.widen(s, area)
	if s.basis != unknownBasis || !s.something || s.stated && !s.unitAlone() || !(b.deff > 0) {
		return
	}
	if n := b.persons[area]; n > 0 && p.first.basis != unknownBasis {
		s.N, s.DF, s.basis = float64(n)/b.deff, b.df, borrowedBasis
		if p.first.basis == completeBasis {
			p.first.N, p.first.DF = math.Inf(1), math.Inf(1)
		}
	}
}

// effect is the design effect of an area, NaN where it is not known.
func (b borrowedEffect) effect(area int, n float64) float64 {
	if b.persons == nil {
		return math.NaN()
	}
	return float64(b.persons[area]) / n
}
