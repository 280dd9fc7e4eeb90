package stage

import (
	"context"
	"math"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare/explain"
	"github.com/concord-stat/concord/internal/columns"
)

// everyArea is the area of all areas of a level together.
const everyArea = "all"

// fitTable is the table of how definitions fit.
type fitTable struct{ *explanations }

func (t *fitTable) add(context.Context, *leveled) error { return nil } // partTable has seen the level
func (t *fitTable) name() string                        { return "definition_fit" }

// fitRows collects the rows of the fit of definitions as columns.
type fitRows struct {
	level, area, group, definition, best, chosen []string
	distance, weight, gap, se, explained         []float64
	lower, upper                                 []float64
	areas                                        []int64
}

func (t *fitTable) table() columns.Table {
	rows, confidence := new(fitRows), t.c.details.Plan.Level
	for _, e := range t.levels {
		rows.together(e, confidence)
		for i := range e.areas {
			if e.explains(i) {
				rows.unit(e, i, confidence)
			}
		}
	}
	return rows.table()
}

// together adds the rows of all areas, and of their age groups.
func (r *fitRows) together(e *explainedLevel, confidence float64) {
	r.fitting(e, allAges, e.Definitions.Overall, e.Definitions.Overall.Best(), confidence, e.sums(-1))
	for g, label := range analysis.AgeLabels(e.data.Starts) {
		f := e.Definitions.ByAge[g]
		r.fitting(e, label, f, f.Best(), confidence, e.sums(g))
	}
}

// A sum is the persons of the areas of a level that can be told: of the register by definition, and of the census, with the
// error of areas that are drawn independently.
type sum struct {
	register []float64
	census   analysis.Estimate
}

// sums adds up an age group, or all ages for -1.
func (e *explainedLevel) sums(group int) sum {
	s := sum{register: make([]float64, len(e.definitions)), census: analysis.Estimate{DF: math.Inf(1)}}
	variance := 0.0
	for i := range e.areas {
		if !e.explains(i) {
			continue
		}
		at, registers, census, se := i, e.data.RegisterTotal, e.data.Total, e.data.TotalSE
		if group >= 0 {
			at, registers, census, se = i*e.data.Groups()+group, e.data.Register, e.data.Census, e.data.SE
		}
		for k := range s.register {
			s.register[k] += registers[k][at]
		}
		s.census.Value += census[at]
		variance += se[at] * se[at]
	}
	s.census.SE = math.Sqrt(variance)
	return s
}

func (r *fitRows) fitting(e *explainedLevel, group string, f explain.Fitting, best int, confidence float64, s sum) {
	for k := range e.definitions {
		r.row(e, everyArea, group, k, best, "", f.Areas, f.Distance[k], f.Weight[k], explain.GapOf(s.register[k], s.register[best], s.census, confidence))
	}
}

// unit adds the rows of an area.
func (r *fitRows) unit(e *explainedLevel, i int, confidence float64) {
	best := e.Definitions.Chosen[i]
	census := analysis.Estimate{Value: e.data.Total[i], SE: e.data.TotalSE[i], DF: e.data.DF[i]}
	for k := range e.definitions {
		gap := explain.GapOf(e.data.RegisterTotal[k][i], e.data.RegisterTotal[best][i], census, confidence)
		r.row(e, e.areas[i], allAges, k, best, e.Definitions.Chose[i].String(), 1, e.Definitions.Distance[k][i], e.Definitions.Weight[k][i], gap)
	}
}

func (r *fitRows) row(e *explainedLevel, area, group string, k, best int, chosen string, areas int, distance, weight float64, gap explain.Gap) {
	r.level, r.area, r.group = append(r.level, e.level), append(r.area, area), append(r.group, group)
	r.definition, r.best, r.chosen = append(r.definition, e.definitions[k]), append(r.best, e.definitions[best]), append(r.chosen, chosen)
	r.areas = append(r.areas, int64(areas))
	r.distance, r.weight = append(r.distance, distance), append(r.weight, weight)
	r.gap, r.se, r.explained = append(r.gap, gap.Persons), append(r.se, gap.SE), append(r.explained, gap.Explained)
	r.lower, r.upper = append(r.lower, gap.Lower), append(r.upper, gap.Upper)
}

func (r *fitRows) table() columns.Table {
	return columns.Table{{Name: "level", Text: r.level}, {Name: "area", Text: r.area}, {Name: "age_group", Text: r.group},
		{Name: "definition", Text: r.definition}, {Name: "distance", Float: r.distance}, {Name: "weight", Float: r.weight},
		{Name: "best", Text: r.best}, {Name: "chosen_by", Text: r.chosen}, {Name: "areas", Int: r.areas}, {Name: "gap", Float: r.gap},
		{Name: "gap_se", Float: r.se}, {Name: "explained_pct", Float: r.explained}, {Name: "ci_lower", Float: r.lower},
		{Name: "ci_upper", Float: r.upper}}
}
