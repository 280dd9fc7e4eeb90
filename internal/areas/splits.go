package areas

import (
	"slices"

	"github.com/concord-stat/concord/analysis"
)

// Splits are the old units whose persons go to several new ones by shares that are not known. Every person of them is
// placed somewhere, so that nobody is lost; Open tells what else the placing could have been.
type Splits struct {
	chain Chain
	tally *analysis.Tally // of these units alone, before the chain
}

// Splits finds the units of a tally that the chain splits by shares that are not known; nil where there are none.
func (c Chain) Splits(t *analysis.Tally) *Splits {
	area := t.Dim("area")
	open := make([]bool, len(area.Levels))
	for i, code := range area.Levels {
		open[i] = c.open(code)
	}
	var rows []int
	for row, n := range t.N {
		if n > 0 && open[area.Code[row]] {
			rows = append(rows, row)
		}
	}
	if rows == nil {
		return nil
	}
	return &Splits{chain: c, tally: rowsOf(t, rows)}
}

// open tells whether a split on the way of a unit is not known.
func (c Chain) open(code string) bool {
	if len(c) == 0 || code == analysis.Missing {
		return false
	}
	return slices.ContainsFunc(c[0][code], func(t Target) bool { return t.Share != t.Share || c[1:].open(t.Code) })
}

func rowsOf(t *analysis.Tally, rows []int) *analysis.Tally {
	part := &analysis.Tally{}
	for _, d := range t.Dims {
		codes := make([]int32, len(rows))
		for i, row := range rows {
			codes[i] = d.Code[row]
		}
		part.Dims = append(part.Dims, analysis.Dim{Name: d.Name, Levels: d.Levels, Code: codes})
	}
	for _, row := range rows {
		part.N = append(part.N, t.N[row])
	}
	return part
}

// Open gives, in the dimensions of the carried tally but with the units that unit names as areas, how many persons fewer
// (below) and more (above) than were placed in a unit there might be. Both are sharp, cell by cell: persons of a split are
// certainly in a unit only where every unit they may go to lies in it, and may all be in it where one of them does. The
// bounds of several units, or of several cells, are not reached together; those of a unit above are its own.
//
// unit gives the unit that an area lies in, and false for one that lies in none.
func (s *Splits) Open(unit func(code string) (string, bool)) (below, above *analysis.Tally) {
	below, above = s.empty(), s.empty()
	areas, old := analysis.NewCoder(), s.tally.Dim("area")
	for row, n := range s.tally.N {
		code := old.Levels[old.Code[row]]
		for _, u := range s.chain.units(code, unit) {
			p := s.chain.place(code, n, func(area string) bool { in, ok := unit(area); return ok && in == u })
			s.add(below, row, areas.Code(u), p.placed-p.least)
			s.add(above, row, areas.Code(u), p.most-p.placed)
		}
	}
	for _, t := range []*analysis.Tally{below, above} {
		*t.Dim("area") = areas.Dim("area", t.Dim("area").Code)
	}
	return below, above
}

func (s *Splits) empty() *analysis.Tally {
	t := &analysis.Tally{}
	for _, d := range s.tally.Dims {
		t.Dims = append(t.Dims, analysis.Dim{Name: d.Name, Levels: d.Levels})
	}
	return t
}

// add adds a row with the categories of another.
func (s *Splits) add(t *analysis.Tally, row int, area int32, n int64) {
	for i, d := range s.tally.Dims {
		code := d.Code[row]
		if d.Name == "area" {
			code = area
		}
		t.Dims[i].Code = append(t.Dims[i].Code, code)
	}
	t.N = append(t.N, n)
}

// units are the units that something of an old unit may go to, in the order of the crosswalks.
func (c Chain) units(code string, unit func(string) (string, bool)) []string {
	var all []string
	add := func(u string) {
		if !slices.Contains(all, u) {
			all = append(all, u)
		}
	}
	if len(c) == 0 || code == analysis.Missing {
		if u, ok := unit(code); ok {
			add(u)
		}
		return all
	}
	for _, t := range c[0][code] {
		for _, u := range c[1:].units(t.Code, unit) {
			add(u)
		}
	}
	return all
}

// placement is how many persons of an old unit are in a set of new ones: at least, as they were placed, and at most.
type placement struct{ least, placed, most int64 }

// place follows persons through the chain as each does, rounded alike. What goes by unknown shares may all go to any one of
// the units it may go to, so its least is that of the unit with the least, and its most that of the unit with the most.
func (c Chain) place(code string, persons int64, in func(area string) bool) placement {
	if len(c) == 0 || code == analysis.Missing {
		if in(code) {
			return placement{persons, persons, persons}
		}
		return placement{}
	}
	parts, err := c[0].Carry(code, persons)
	if err != nil {
		return c[1:].place(analysis.Missing, persons, in)
	}
	var sum placement
	var open []string
	rest := int64(0)
	for _, p := range parts {
		at := c[1:].place(p.Code, p.Persons, in)
		sum.placed += at.placed
		if p.Partial {
			open, rest = append(open, p.Code), rest+p.Persons
			continue
		}
		sum.least, sum.most = sum.least+at.least, sum.most+at.most
	}
	least, most := c[1:].extremes(open, rest, in)
	sum.least, sum.most = sum.least+least, sum.most+most
	return sum
}

// extremes are the least and the most of persons that all go to one of the units.
func (c Chain) extremes(units []string, persons int64, in func(area string) bool) (least, most int64) {
	for i, code := range units {
		p := c.place(code, persons, in)
		if i == 0 {
			least = p.least
		}
		least, most = min(least, p.least), max(most, p.most)
	}
	return least, most
}
