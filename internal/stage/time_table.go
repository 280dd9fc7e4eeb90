package stage

import (
	"context"
	"math"
	"slices"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/internal/columns"
)

// timeTable is the table of the balancing equation: of every area the register at its own day, brought to the reference
// time by what happened between, and what the census makes of it.
type timeTable struct {
	c    *comparison
	sums map[string]events // of the definition at hand

	level, area, definition, notes           []string
	register, births, deaths, in, out        []float64
	part, partSE, expected, census, censusSE []float64
	closure, closureSE, closurePct           []float64
}

func (t *timeTable) name() string { return "time" }

// add adds the rows of a level, where the whole of an area is compared and the study says something of time.
func (t *timeTable) add(_ context.Context, l *leveled) error {
	for i := range l.families {
		f := &l.families[i]
		if f.dimension != "total" || !slices.Contains(t.c.details.Plan.Definitions, f.definition) {
			continue
		}
		part, err := t.c.timePart(f.definition)
		if err != nil || part == nil {
			return err
		}
		t.sums = part.totals(t.c.list, t.c.extract.Areas)
		for area, code := range l.areas {
			if code != analysis.Missing {
				t.row(l.level, code, f, f.at(area, 0), part)
			}
		}
	}
	return nil
}

// row adds the row of an area: the error of closure is the census less what is expected of it.
func (t *timeTable) row(level, code string, f *family, at int, parts *timePart) {
	part, se, known := parts.at(code, -1)
	e, counted := t.sums[code]
	note := ""
	switch {
	case !known && t.c.time.timed.rates != nil:
		note = "no rates for every area here"
	case !known:
		note = "no events of every area here"
	case t.c.time.timed.rates != nil:
		note = "carried to the reference time by rates"
	case parts.own:
		note = "compared as at the reference time; register and time are as they would be at " + t.c.runner.Study.Time.Register.String()
	}
	if !counted {
		nan := math.NaN()
		e = events{nan, nan, nan, nan}
	}
	register, census := f.register.Value[at], f.census.Value[at]
	if parts.own {
		register += part // at the other day
	}
	b := demography.Close(demography.Account{Start: register, In: -part, End: census},
		demography.Account{In: se * se, End: square(errorOf(f.census, at))})
	t.level, t.area = append(t.level, level), append(t.area, code)
	t.definition, t.notes = append(t.definition, f.definition), append(t.notes, note)
	for _, c := range []struct {
		column *[]float64
		value  float64
	}{
		{&t.register, register}, {&t.births, e.births}, {&t.deaths, e.deaths}, {&t.in, e.arrivals}, {&t.out, e.departures},
		{&t.part, part}, {&t.partSE, se}, {&t.expected, b.Expected.Value},
		{&t.census, census}, {&t.censusSE, errorOf(f.census, at)},
		{&t.closure, b.Closure.Value}, {&t.closureSE, b.Closure.SE}, {&t.closurePct, b.ClosurePct.Value},
	} {
		*c.column = append(*c.column, c.value)
	}
}

func square(v float64) float64 { return v * v }

func (t *timeTable) table() columns.Table {
	return columns.Table{
		{Name: "level", Text: t.level}, {Name: "area", Text: t.area}, {Name: "definition", Text: t.definition},
		{Name: "register", Float: t.register}, {Name: "births", Float: t.births}, {Name: "deaths", Float: t.deaths},
		{Name: "arrivals", Float: t.in}, {Name: "departures", Float: t.out},
		{Name: "time", Float: t.part}, {Name: "time_se", Float: t.partSE},
		{Name: "expected", Float: t.expected}, {Name: "census", Float: t.census}, {Name: "census_se", Float: t.censusSE},
		{Name: "closure", Float: t.closure}, {Name: "closure_se", Float: t.closureSE},
		{Name: "closure_pct", Float: t.closurePct}, {Name: "notes", Text: t.notes},
	}
}
