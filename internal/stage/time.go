package stage

import (
	"fmt"
	"math"
	"slices"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/extract"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
)

// A timePart is the part of a difference that is of time: the register's figures of a definition at their own day less
// the same brought to the reference time, in persons, by area of every level, over all ages and by age group.
type timePart struct {
	figures map[string][]timeFigure // all ages first, then the age groups in order
	events  *timeEvents             // that made it so; nil for rates
	// own tells that the register counts its events itself. Its figures then stand at the reference time, and the part is what
	// there would be of time had they been taken at the other day.
	own bool
}

// A timeFigure is persons with their variance; known is false where there is none.
type timeFigure struct {
	persons, variance float64
	known             bool
}

// at is the part of an area, of an age group or, with -1, of all ages. It is not ok where what happened there, or at
// that age, is not known.
func (t *timePart) at(area string, ageGroup int) (persons, se float64, ok bool) {
	f := t.figures[area]
	if ageGroup+1 >= len(f) || !f[ageGroup+1].known {
		return math.NaN(), math.NaN(), false
	}
	return f[ageGroup+1].persons, math.Sqrt(f[ageGroup+1].variance), true
}

// timed is what a study says of time, read from its files once.
type timed struct {
	study  *study.Study
	list   *areas.List
	years  float64 // from the reference time to the register's day: above 0 where the register stands later
	events *timeEvents
	rates  *timeRates
}

// timeOf reads the files of the section on time; nil where the study has none.
func (r *Runner) timeOf(list *areas.List) (*timed, error) {
	s := r.Study.Time
	if s == nil {
		return nil, nil
	}
	t := &timed{study: r.Study, list: list}
	t.years = demography.DecimalYear(s.Register.Time) - demography.DecimalYear(r.Study.Reference.Time)
	var err error
	if s.OwnEvents() {
		return t, nil // they are in the extract
	}
	if s.Events != nil {
		t.events, err = readTimeEvents(r.Study, list)
	} else {
		t.rates, err = readTimeRates(r.Study, list)
	}
	return t, err
}

// timing is what a comparison has read and worked out of time.
type timing struct {
	read  bool
	timed *timed
	parts map[string]*timePart // by definition
}

// timePart is the part of time in the figures of a definition; nil where the study says nothing of time. Units above
// are sums over their areas that are extracted, and are known where all of these are.
func (c *comparison) timePart(definition string) (*timePart, error) {
	t := &c.time
	if !t.read {
		var err error
		if t.timed, err = c.runner.timeOf(c.list); err != nil {
			return nil, err
		}
		t.read, t.parts = true, make(map[string]*timePart)
	}
	if t.timed == nil || t.parts[definition] != nil {
		return t.parts[definition], nil
	}
	part, err := t.timed.part(c.extract, definition)
	t.parts[definition] = part
	return part, err
}

// part is the part of time in the figures of a definition.
func (t *timed) part(e *extract.Extract, definition string) (*timePart, error) {
	ages, err := agesOf(t, e, definition)
	if err != nil {
		return nil, err
	}
	p := &timePart{figures: make(map[string][]timeFigure), events: t.events, own: t.study.Time.OwnEvents()}
	if p.own {
		p.events = ownEvents(e, definition, t.study.Compare.AgeGroups)
	}
	for _, a := range e.Areas {
		if p.figures[a.Code], err = t.area(a.Code, p.events, ages); err != nil {
			return nil, problems.Input(fmt.Errorf("%s, area %s: %w", t.study.Path(t.study.Time.Rates.File), a.Code, err))
		}
	}
	for _, level := range t.list.Levels[1:] {
		for _, a := range e.Areas {
			if up, ok := t.list.Ancestor(a.Code, level); ok {
				p.figures[up] = joined(p.figures[up], p.figures[a.Code])
			}
		}
	}
	return p, nil
}

// joined adds the figures of an area to those of a unit above, which has none before the first.
func joined(above, area []timeFigure) []timeFigure {
	if above == nil {
		return append([]timeFigure(nil), area...)
	}
	for i, f := range area {
		above[i].persons, above[i].variance = above[i].persons+f.persons, above[i].variance+f.variance
		above[i].known = above[i].known && f.known
	}
	return above
}

// area is the part of one area, all ages first.
func (t *timed) area(code string, events *timeEvents, ages *registerAges) ([]timeFigure, error) {
	figures := make([]timeFigure, len(t.study.Compare.AgeGroups)+1)
	if t.rates != nil {
		return figures, t.roll(code, ages, figures)
	}
	t.count(code, events, ages, figures)
	return figures, nil
}

// registerAges are the register's persons of a definition by area, sex and single age; persons is nil where the extract
// does not carry what is needed.
type registerAges struct {
	at      map[string]int // position of an area
	persons []int64        // by area, sex (one where the extract has none) and age
	sexes   int
}

// agesOf counts the register by single age, as far as the time part needs it.
func agesOf(t *timed, e *extract.Extract, definition string) (*registerAges, error) {
	if t.rates == nil && t.study.Time.Ages == study.AgesAtReference {
		return &registerAges{}, nil
	}
	tally := e.Tallies[0]
	if tally.Dim("age") == nil || t.rates != nil && tally.Dim("sex") == nil {
		if t.rates != nil {
			return nil, fmt.Errorf("%w: time.rates needs an extract by sex and age", ErrRefused)
		}
		return &registerAges{}, nil
	}
	area := analysis.Each(tally.Dim("area"))
	only := func(names ...string) func(string) (string, bool) {
		return func(level string) (string, bool) { return level, slices.Contains(names, level) }
	}
	by := []analysis.Class{analysis.Classes(tally.Dim("definition"), []string{definition}, only(definition)), area}
	out := &registerAges{at: make(map[string]int), sexes: 1}
	if t.rates != nil {
		out.sexes = 2
		both := []string{study.Male, study.Female}
		by = append(by, analysis.Classes(tally.Dim("sex"), both, only(both...)))
	}
	for i, code := range area.Names {
		out.at[code] = i
	}
	cell, k := tally.Cells(append(by, ages())...)
	out.persons = tally.Counts(cell, k)
	return out, nil
}

// of are the persons of an area and sex by single age, nil where they are not known; an area without a row has nobody.
func (a *registerAges) of(code string, sex int) []float64 {
	if a.persons == nil {
		return nil
	}
	const years = analysis.OpenAge + 1
	out := make([]float64, years)
	i, ok := a.at[code]
	if !ok {
		return out
	}
	width := years + 1 // the last class is of missing ages, which do not grow older
	for age := range out {
		out[age] = float64(a.persons[(i*a.sexes+sex)*width+age])
	}
	return out
}

// timeInputs are the files of the section on time, and that of an earlier census.
func (r *Runner) timeInputs() (inputs []artefact.Input, err error) {
	names := r.Study.Time.Files()
	if e := r.Study.Earlier; e != nil {
		names = append(names, e.File)
	}
	for _, name := range names {
		in, err := r.digests.input(name, r.Study.Path(name))
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
	return inputs, nil
}
