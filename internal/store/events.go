package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/concord-stat/concord/analysis"
)

// Levels of the dimension event of a tally of events, in the order in which they balance: registered before, and births,
// less deaths, and arrivals, less departures, is registered after, in every cell.
const (
	RegisteredBefore = "registered_before"
	Births           = "births"
	Deaths           = "deaths"
	Arrivals         = "arrivals"
	Departures       = "departures"
	RegisteredAfter  = "registered_after"
)

// EventLevels are the levels of the dimension event.
func EventLevels() []string {
	return []string{RegisteredBefore, Births, Deaths, Arrivals, Departures, RegisteredAfter}
}

// Places among EventLevels.
const (
	atBefore int32 = iota
	atBirths
	atDeaths
	atArrivals
	atDepartures
	atAfter
)

// An EventsRequest asks what happened in a register between the reference time and another day, before it or after.
type EventsRequest struct {
	Request
	Other time.Time
}

// Events counts who is registered at 0:00 of the earlier of two days and of the later one, and by what they came and went
// between: a tally by definition, area, sex, age and event. Further dimensions and noise are left out.
//
// A person is counted from birth or registration, whichever is later, to death or the end of registration, whichever is
// earlier, as Tally has it. Coming is a birth for who was born between the two days, also where the registration
// followed later, and else an arrival; going is a death for who died no later than the registration ended, and else a
// departure. Who came and went between is both; who went before coming is nobody. Ages are those at the reference time
// for both days, so that nobody changes cell by growing older; who was born since, or on that day, is 0. Rows are in order.
func (s *Source) Events(ctx context.Context, r EventsRequest) (*analysis.Tally, error) {
	r.Persons.Dimensions, r.Persons.NoiseSD = nil, ""
	if err := s.checkCounts(ctx, r.Persons); err != nil {
		return nil, err
	}
	if err := s.loadAreas(ctx, r.Listed, r.Wanted); err != nil {
		return nil, err
	}
	text, keys, err := s.eventsQuery(ctx, r)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.query(ctx, text)
	if err != nil {
		return nil, s.fail(err)
	}
	defer rows.Close()
	t := newEventTally(r.Request, keys)
	for rows.Next() {
		if err := rows.Scan(t.dest...); err != nil {
			return nil, s.fail(err)
		}
		t.row()
	}
	if err := rows.Err(); err != nil {
		return nil, s.fail(err)
	}
	return t.tally(), nil
}

// eventsQuery counts persons as a tally does, by how they came and went in the place of a further dimension.
func (s *Source) eventsQuery(ctx context.Context, r EventsRequest) (text string, keys []string, err error) {
	q := &query{}
	if err := s.addRows(ctx, q, r.Persons); err != nil {
		return "", nil, err
	}
	if err := s.addSex(ctx, q, r.Persons.Sex); err != nil {
		return "", nil, err
	}
	if err := s.addAgeOfAll(ctx, q, r.Persons, r.Reference); err != nil {
		return "", nil, err
	}
	if err := s.addStay(ctx, q, r); err != nil {
		return "", nil, err
	}
	for i, d := range r.Definitions {
		if err := s.addDefinition(ctx, q, i, d); err != nil {
			return "", nil, fmt.Errorf("definition %s: %w", d.Name, err)
		}
	}
	for i, a := range q.areas {
		q.inner = append(q.inner, fmt.Sprintf("%s AS a%d", s.text(a), i))
	}
	items := strings.Join(append([]string{"definition", "area"}, q.keys...), ", ")
	return "SELECT " + items + ", n FROM (" + q.text(s, len(r.Listed) > 0) + ") AS counted", q.keys, nil
}

// addAgeOfAll adds the age at a moment, and leaves nobody out: who was not yet born is 0.
func (s *Source) addAgeOfAll(ctx context.Context, q *query, p Persons, at time.Time) error {
	age, born, err := s.age(ctx, p, at)
	if err != nil || age == "" {
		return err
	}
	if born != "" {
		age = "CASE WHEN " + born + " THEN " + age + " ELSE 0 END"
	}
	q.addYears(age)
	return nil
}

// addStay adds how a person came (0: there before, 1: born, 2: arrived) times 3 plus how it went (0: there after, 1:
// died, 2: departed), and leaves out who is never registered between the two days.
func (s *Source) addStay(ctx context.Context, q *query, r EventsRequest) error {
	birth, err := s.birth(ctx, r.Persons)
	if err != nil {
		return err
	}
	var dates [3]string
	for i, d := range []struct {
		name string
		expr Expression
	}{
		{"death_date", r.Persons.DeathDate}, {"registered_from", r.Persons.RegisteredFrom},
		{"registered_to", r.Persons.RegisteredTo},
	} {
		if d.expr == "" {
			continue
		}
		v, err := s.resolve(ctx, d.expr)
		if err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
		dates[i] = s.date(v)
	}
	from, to := date(r.Reference), date(r.Other)
	if r.Other.Before(r.Reference) {
		from, to = to, from
	}
	death := dates[0]
	came, went := extreme("greatest", birth.sql, dates[1]), extreme("least", death, dates[2])
	coming, going := "0", "0"
	if came != "" {
		q.where = append(q.where, "coalesce("+came+" < "+to+", true)")
		coming = choice("coalesce("+came+" < "+from+", true)", birth.sql, " >= "+from)
	}
	if went != "" {
		q.where = append(q.where, "coalesce("+went+" >= "+from+", true)")
		going = choice("coalesce("+went+" >= "+to+", true)", death, " = "+went)
	}
	if came != "" && went != "" {
		q.where = append(q.where, "coalesce("+came+" < "+went+", true)")
	}
	q.inner, q.keys = append(q.inner, "3 * "+coming+" + "+going+" AS stay"), append(q.keys, "stay")
	return nil
}

// choice is the SQL of 0 where nothing happened, else 1 where a date, which may not be there, fulfils a condition, else 2.
func choice(nothing, date, condition string) string {
	first := ""
	if date != "" {
		first = " WHEN " + date + condition + " THEN 1"
	}
	return "CASE WHEN " + nothing + " THEN 0" + first + " ELSE 2 END"
}

// extreme is the SQL of the greatest or least of those of two dates that are there and known.
func extreme(which, a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return which + "(" + a + ", " + b + ")"
}

// An eventTally gathers the rows of the statement.
type eventTally struct {
	definitions                 []string
	area, sex                   *analysis.Coder
	hasSex, hasAge              bool
	definition, areas, sexes    []int32
	ages, event                 []int32
	n                           []int64
	dest                        []any
	atDefinition, atAge, atStay int
	atArea, atSex               string
	persons                     int64
}

func newEventTally(r Request, keys []string) *eventTally {
	t := &eventTally{area: analysis.NewCoder(), sex: analysis.NewCoder()}
	for _, d := range r.Definitions {
		t.definitions = append(t.definitions, d.Name)
	}
	t.dest = []any{&t.atDefinition, &t.atArea}
	for _, key := range keys {
		switch key {
		case "sex":
			t.hasSex, t.dest = true, append(t.dest, &t.atSex)
		case "age":
			t.hasAge, t.dest = true, append(t.dest, &t.atAge)
		}
	}
	t.dest = append(t.dest, &t.atStay, &t.persons)
	return t
}

// row takes in the row scanned: at either day, and each event.
func (t *eventTally) row() {
	coming, going := t.atStay/3, t.atStay%3
	t.add([]int32{atBefore, atBirths, atArrivals}[coming])
	t.add([]int32{atAfter, atDeaths, atDepartures}[going])
}

func (t *eventTally) add(event int32) {
	t.definition, t.areas = append(t.definition, int32(t.atDefinition)), append(t.areas, t.area.Code(t.atArea))
	if t.hasSex {
		t.sexes = append(t.sexes, t.sex.Code(t.atSex))
	}
	if t.hasAge {
		t.ages = append(t.ages, analysis.AgeCode(t.atAge))
	}
	t.event, t.n = append(t.event, event), append(t.n, t.persons)
}

func (t *eventTally) tally() *analysis.Tally {
	out := &analysis.Tally{N: t.n}
	out.Dims = append(out.Dims, analysis.Dim{Name: "definition", Levels: t.definitions, Code: t.definition}, t.area.Dim("area", t.areas))
	if t.hasSex {
		out.Dims = append(out.Dims, t.sex.Dim("sex", t.sexes))
	}
	if t.hasAge {
		out.Dims = append(out.Dims, analysis.Dim{Name: "age", Levels: analysis.AgeLevels(), Code: t.ages})
	}
	out.Dims = append(out.Dims, analysis.Dim{Name: "event", Levels: EventLevels(), Code: t.event})
	out.Sort()
	return out
}
