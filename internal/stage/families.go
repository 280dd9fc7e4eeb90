package stage

import (
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/study"
)

// An adjusting is cells whose p-values are adjusted together: those of whole families, all areas or each of the areas of
// a level by itself.
type adjusting struct {
	name    string // empty where the plan has none for it
	within  string
	adjust  compare.Adjustment
	rate    float64
	members []member
	units   []testedUnit
}

// A member is a family of a level that is adjusted with others.
type member struct {
	*leveled
	*family
}

// adjust adjusts the p-values of all levels and gives the verdicts.
func (c *comparison) adjust(levels []*leveled) error {
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	all, err := c.details.Plan.adjustings(levels)
	if err != nil {
		return err
	}
	for _, a := range all {
		work.Go(func() error {
			a.run(c.list)
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	for _, a := range all {
		for _, u := range a.units {
			u.of.units = append(u.of.units, u)
		}
	}
	return nil
}

// adjustings sorts the families of all levels into those of the plan; what none covers is adjusted by itself.
func (p Plan) adjustings(levels []*leveled) ([]*adjusting, error) {
	var all []*adjusting
	named := make(map[string]*adjusting)
	for _, l := range levels {
		for i := range l.families {
			f := &l.families[i]
			of, covered := p.covering(l.level, f)
			a := named[of.Name]
			if !covered || a == nil {
				adjust, err := compare.ParseAdjustment(of.Adjust)
				if err != nil {
					return nil, err
				}
				a = &adjusting{name: of.Name, within: of.Within, adjust: adjust, rate: of.Rate}
				all = append(all, a)
			}
			if covered {
				named[of.Name] = a
			}
			a.members = append(a.members, member{l, f})
		}
	}
	return all, nil
}

// covering is the family of the plan that a family of a level belongs to.
func (p Plan) covering(level string, f *family) (study.Family, bool) {
	for _, n := range p.NamedFamilies {
		if n.Covers(level, f.definition, f.dimension) {
			return n, true
		}
	}
	return study.Family{Adjust: p.Adjust, Rate: p.FDR}, false
}

func (a *adjusting) run(list *areas.List) {
	parts := a.parts(list)
	for _, code := range parts.codes {
		a.adjustPart(list, parts.of[code])
	}
	for _, m := range a.members {
		compare.Decide(m.judged, a.rate)
	}
}

// A part is the areas of every member that are adjusted together: their positions.
type part [][]int

type partition struct {
	codes []string
	of    map[string]part
}

// parts divides the areas of the members by the unit they lie in, and notes the family of each.
func (a *adjusting) parts(list *areas.List) partition {
	p := partition{of: make(map[string]part)}
	for i, m := range a.members {
		if a.name != "" {
			m.group = make([]string, len(m.areas))
		}
		for at, area := range m.areas {
			code := ""
			if a.within != "" {
				code, _ = list.Ancestor(area, a.within)
				if m.level == a.within {
					code = area
				}
			}
			if p.of[code] == nil {
				p.codes, p.of[code] = append(p.codes, code), make(part, len(a.members))
			}
			p.of[code][i] = append(p.of[code][i], at)
			if a.name != "" {
				m.group[at] = a.name
				if code != "" {
					m.group[at] += "/" + code
				}
			}
		}
	}
	slices.Sort(p.codes)
	return p
}

func (a *adjusting) adjustPart(list *areas.List, p part) {
	if !a.adjust.OnTree() {
		a.adjustAlike(p)
		return
	}
	var seen []*leveled
	for _, m := range a.members {
		if !slices.Contains(seen, m.leveled) {
			seen = append(seen, m.leveled)
			a.adjustTree(list, m.leveled, p)
		}
	}
}

// adjustAlike adjusts all cells of a part as one list.
func (a *adjusting) adjustAlike(p part) {
	var values []float64
	a.each(p, func(j *compare.Judgement) { values = append(values, j.PValue) })
	adjusted := a.adjust.Adjust(values)
	i := 0
	a.each(p, func(j *compare.Judgement) { j.QValue, i = adjusted[i], i+1 })
}

func (a *adjusting) each(p part, do func(*compare.Judgement)) {
	for i, m := range a.members {
		for _, area := range p[i] {
			for cell := range m.cells {
				do(&m.judged[m.at(area, cell)])
			}
		}
	}
}
