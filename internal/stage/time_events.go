package stage

import (
	"context"
	"maps"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/extract"
	"github.com/concord-stat/concord/internal/study"
)

// events are what happened in an area between two days, in persons.
type events struct{ births, deaths, arrivals, departures float64 }

func (e *events) add(o events) {
	e.births, e.deaths = e.births+o.births, e.deaths+o.deaths
	e.arrivals, e.departures = e.arrivals+o.arrivals, e.departures+o.departures
}

// net is by how many persons there are more.
func (e events) net() float64 { return e.births - e.deaths + e.arrivals - e.departures }

func (e events) all() float64 { return e.births + e.deaths + e.arrivals + e.departures }

// timeEvents are a file of events: of every area all ages first, then the age groups.
type timeEvents struct {
	of   map[string][]events
	aged bool
}

func readTimeEvents(s *study.Study, list *areas.List) (*timeEvents, error) {
	e := s.Time.Events
	f, err := openTimeFile(s, list, e.File, e.SexCodes)
	if err != nil {
		return nil, err
	}
	defer f.file.Close()
	c := e.Columns
	f.column("sex", c.Sex, false)
	f.column("age", c.Age, false)
	f.column("area", c.Area, true)
	f.column("births", c.Births, true)
	f.column("deaths", c.Deaths, true)
	f.column("arrivals", c.Arrivals, true)
	f.column("departures", c.Departures, true)
	if f.found.Count() > 0 {
		return nil, &f.found
	}
	out := &timeEvents{of: make(map[string][]events), aged: f.has("age")}
	err = f.file.Each(context.Background(), &f.found, func(line int, fields []string) error {
		f.line, f.fields = line, fields
		out.row(f)
		return nil
	})
	if err == nil && len(out.of) == 0 && f.found.Count() == 0 {
		f.found.Add(f.file.Path, 1, "", "no records")
	}
	if err == nil {
		err = f.found.Err()
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// row takes in one row.
func (t *timeEvents) row(f *timeFile) {
	area, sex, group := f.area(false), "", 0
	if area == "" {
		area = analysis.Missing
	}
	if f.has("sex") {
		sex = f.sex()
	}
	if t.aged {
		group = f.ageGroup()
	}
	f.once(area + "\x00" + sex + "\x00" + f.get("age"))
	e := events{births: f.number("births", false), deaths: f.number("deaths", false)}
	e.arrivals, e.departures = f.number("arrivals", false), f.number("departures", false)
	if t.aged && group > 1 && e.births > 0 {
		f.fault("births", "births at another age than 0")
	}
	all := t.of[area]
	if all == nil {
		all = make([]events, len(f.study.Compare.AgeGroups)+1)
		t.of[area] = all
	}
	all[0].add(e)
	if group > 0 {
		all[group].add(e)
	}
}

// ageGroup is the place among the age groups compared, from 1, of the row's age; 0 for one that is missing.
func (f *timeFile) ageGroup() int {
	text := f.get("age")
	if text == "" || text == analysis.Missing {
		return 0
	}
	from, above, err := demography.ParseGroup(text)
	if err != nil {
		f.fault("age", "not an age, want one like 7, 0-4, 85+")
		return 0
	}
	groups := demography.Groups{Start: f.study.Compare.AgeGroups, End: demography.Open}
	for i, start := range groups.Start {
		end := groups.Above(i)
		if from >= start && (end == demography.Open || above != demography.Open && above <= end) {
			return i + 1
		}
	}
	f.fault("age", "not within one of the age groups compared, like %s", groups.Label(0))
	return 0
}

// count sets the part of an area by its events: between the reference time and a register that stands later they made
// the register larger by their net, and before it they have yet to. Its variance is 0 for events that are counted, and
// their number where they are one outcome of a process.
//
// Where the register's ages are of its own day, persons are also in another age group than at the reference time. How
// many follows from those within so many years of a bound, birthdays being even over the year, and has the variance of
// that.
func (t *timed) count(code string, happened *timeEvents, ages *registerAges, figures []timeFigure) {
	e, known := happened.of[code]
	if !known {
		return
	}
	atOwn := t.study.Time.Ages == study.AgesAtRegister
	persons := ages.of(code, 0)
	for i := range figures {
		f := &figures[i]
		if f.known = i == 0 || happened.aged && !(atOwn && persons == nil); !f.known {
			continue
		}
		f.persons = e[i].net()
		if t.years < 0 {
			f.persons = 0 - f.persons // never -0
		}
		if t.study.Time.Error == study.PoissonEvents {
			f.variance = e[i].all()
		}
		if i > 0 && atOwn {
			t.grow(f, persons, i-1)
		}
	}
}

// grow adds to a figure of an age group what growing older between the two days makes of it.
func (t *timed) grow(f *timeFigure, persons []float64, group int) {
	groups := demography.Groups{Start: t.study.Compare.AgeGroups, End: demography.Open}
	in, _ := crossed(persons, groups.Start[group], t.years)
	out, _ := crossed(persons, groups.Above(group), t.years)
	f.persons += in - out
	f.variance += t.birthdays(persons, group)
}

// birthdays is the variance that an age group has because only the year of birth of those near its bounds is known.
func (t *timed) birthdays(persons []float64, group int) float64 {
	groups := demography.Groups{Start: t.study.Compare.AgeGroups, End: demography.Open}
	_, lower := crossed(persons, groups.Start[group], t.years)
	_, upper := crossed(persons, groups.Above(group), t.years)
	return lower + upper
}

// crossed is how many of persons, by age at the register's day, are on the other side of an age than years before
// (above 0) or after, and its variance: all of those who are whole years within it, and of those of the next age the
// share that the rest of the time is of a year, by chance. It is below 0 where the register stands earlier: they have
// yet to cross.
func crossed(persons []float64, age int, years float64) (n, variance float64) {
	if age <= 0 || age >= len(persons) {
		return 0, 0
	}
	left, at, step, sign := years, age, 1, 1.0
	if years < 0 {
		left, at, step, sign = -years, age-1, -1, -1.0
	}
	for ; left > 0 && at >= 0 && at < len(persons)-1; at, left = at+step, left-1 {
		share := min(left, 1)
		n += sign * share * persons[at]
		variance += share * (1 - share) * persons[at]
	}
	return n, variance
}

// totals are the events of all ages by area of every level; a unit above has them where all its areas have.
func (p *timePart) totals(list *areas.List, extracted []extract.Area) map[string]events {
	sums, lacking := make(map[string]events), make(map[string]bool)
	if p.events == nil {
		return sums
	}
	for _, a := range extracted {
		e, known := p.events.of[a.Code]
		for _, level := range list.Levels {
			up, ok := list.Ancestor(a.Code, level)
			if level == list.Levels[0] {
				up, ok = a.Code, true
			}
			if !ok {
				continue
			}
			if lacking[up] = lacking[up] || !known; known {
				sum := sums[up]
				sum.add(e[0])
				sums[up] = sum
			}
		}
	}
	maps.DeleteFunc(sums, func(code string, _ events) bool { return lacking[code] })
	return sums
}
