package stage

import (
	"cmp"
	"math"
	"slices"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare/explain"
	"github.com/concord-stat/concord/internal/columns"
)

// allAges is the age group of all ages together.
const allAges = "all"

// Age groups have rows for all areas of a level of at most fewUnits areas, and else for those with a cause, the largest
// first, up to mostAged.
const fewUnits, mostAged = 100, 200

// partTable is the table of parts.
type partTable struct{ *explanations }

func (t *partTable) name() string { return "explanation" }

// partRows collects the rows of parts as columns.
type partRows struct {
	level, area, definition, part, group, basis, notes []string
	persons, se, lower, upper, gross, share            []float64
}

func (t *partTable) table() columns.Table {
	rows, confidence := new(partRows), t.c.details.Plan.Level
	for _, e := range t.levels {
		aged := e.aged()
		own := make([]explain.Part, len(e.definitions))
		for k := range own {
			own[k] = e.Definition(k)
		}
		for i := range e.areas {
			if !e.explains(i) {
				continue
			}
			for k := range e.definitions {
				rows.parts(e, k, i, &own[k], aged[i], confidence)
			}
		}
	}
	return rows.table()
}

// aged are the areas that have rows by age.
func (e *explainedLevel) aged() []bool {
	aged := make([]bool, len(e.areas))
	var order []int
	for i := range aged {
		aged[i] = len(e.areas) <= fewUnits
		if e.explains(i) && e.causes[0][i].Name != explain.NoneFound {
			order = append(order, i)
		}
	}
	size := func(i int) float64 { return math.Abs(e.causes[0][i].Persons) }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(size(b), size(a)) })
	for _, i := range order[:min(mostAged, len(order))] {
		aged[i] = true
	}
	return aged
}

// parts adds the rows of an area under a definition: the part of the definition first, and the rest last.
func (r *partRows) parts(e *explainedLevel, definition, i int, own *explain.Part, aged bool, confidence float64) {
	r.one(e, definition, i, own, aged, confidence)
	for k := range e.Parts {
		r.one(e, definition, i, &e.Parts[k], aged, confidence)
	}
}

func (r *partRows) one(e *explainedLevel, definition, i int, p *explain.Part, aged bool, confidence float64) {
	groups := e.data.Groups()
	if p.Absent != "" {
		nan := math.NaN()
		r.row(e, definition, i, p, allAges, [6]float64{nan, nan, nan, nan, nan, nan})
		return
	}
	lower, upper := p.Interval(i, confidence)
	r.row(e, definition, i, p, allAges, [6]float64{p.Total[i], p.TotalSE[i], lower, upper, p.Gross[i], e.share(p.Total[i], definition, i, groups)})
	if !aged {
		return
	}
	for g, label := range analysis.AgeLabels(e.data.Starts) {
		persons, se := p.Persons[i*groups+g], p.SE[i*groups+g]
		lower, upper := p.IntervalOf(i, g, confidence)
		r.row(e, definition, i, p, label, [6]float64{persons, se, lower, upper, math.Abs(persons), e.share(persons, definition, i, g)})
	}
}

// share is the share of a difference that a part makes up; there is none of a difference of nothing.
func (e *explainedLevel) share(persons float64, definition, i, group int) float64 {
	d := e.Difference(definition, i, group)
	if d == 0 {
		return math.NaN()
	}
	return persons/d + 0 // no share of -0
}

func (r *partRows) row(e *explainedLevel, definition, i int, p *explain.Part, group string, v [6]float64) {
	r.level, r.area, r.definition = append(r.level, e.level), append(r.area, e.areas[i]), append(r.definition, e.definitions[definition])
	r.part, r.group = append(r.part, p.Name), append(r.group, group)
	r.persons, r.se, r.lower, r.upper = append(r.persons, v[0]), append(r.se, v[1]), append(r.lower, v[2]), append(r.upper, v[3])
	r.gross, r.share = append(r.gross, v[4]), append(r.share, v[5])
	basis, notes := string(p.Basis[i]), ""
	switch {
	case p.Absent != "":
		basis, notes = "", p.Absent
	case p.Name == explain.TimePart && e.ownTime != nil:
		notes = e.ownTimeNote(definition, i)
	case p.Name == explain.DefinitionPart:
		notes = "against " + e.definitions[e.Definitions.Chosen[i]] + ", chosen by " + e.Definitions.Chose[i].String()
	}
	r.basis, r.notes = append(r.basis, basis), append(r.notes, notes)
}

func (r *partRows) table() columns.Table {
	return columns.Table{{Name: "level", Text: r.level}, {Name: "area", Text: r.area}, {Name: "definition", Text: r.definition},
		{Name: "part", Text: r.part}, {Name: "age_group", Text: r.group}, {Name: "persons", Float: r.persons}, {Name: "se", Float: r.se},
		{Name: "ci_lower", Float: r.lower}, {Name: "ci_upper", Float: r.upper}, {Name: "gross", Float: r.gross},
		{Name: "share_of_difference", Float: r.share}, {Name: "basis", Text: r.basis}, {Name: "notes", Text: r.notes}}
}
