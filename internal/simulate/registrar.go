package simulate

import (
	"context"

	"github.com/concord-stat/concord/internal/store"
)

// registerColumns is the table persons of the register.
var registerColumns = []store.ColumnType{
	{Name: "person_number", Type: "VARCHAR"}, {Name: "household_id", Type: "BIGINT"}, {Name: "full_name", Type: "VARCHAR"},
	{Name: "sex", Type: "VARCHAR"}, {Name: "birth_date", Type: "DATE"}, {Name: "death_date", Type: "DATE"},
	{Name: "permanent_area", Type: "VARCHAR"}, {Name: "temporary_area", Type: "VARCHAR"},
	{Name: "current_area", Type: "VARCHAR"}, {Name: "registered_on", Type: "DATE"}, {Name: "ethnicity", Type: "VARCHAR"},
	{Name: "marital_status", Type: "VARCHAR"}, {Name: "relationship", Type: "VARCHAR"},
}

// coverage is truth and register of one commune. Permanent, temporary and current count the rows that name the
// commune and are alive at the reference time: born before it or with no date of birth, and not dead before it.
type coverage struct {
	residents                     int64
	permanent, temporary, current int64
	planted                       counts
}

// registrar writes records in order, gives them their numbers and counts what each commune is named for.
type registrar struct {
	c        *country
	rows     rowWriter
	numbers  *numbers
	names    fullNames
	last     string // number of the record before
	coverage []coverage

	// Values as the store takes them, made once.
	areas, ethnicity, marital, relation []any
	sex                                 [2]any
}

// newRegistrar starts the register of a country.
func newRegistrar(c *country, rows rowWriter, cover []coverage) *registrar {
	g := &registrar{c: c, rows: rows, numbers: newNumbers(c.o.Seed), names: newFullNames(), coverage: cover}
	for i := range c.communes {
		g.areas = append(g.areas, c.communes[i].code)
	}
	g.ethnicity, g.marital, g.relation = boxed(ethnicities), boxed(maritalNames), boxed(relationNames)
	g.sex = [2]any{sexCodes[0], sexCodes[1]}
	return g
}

// boxed turns texts into values.
func boxed(texts []string) []any {
	out := make([]any, len(texts))
	for i, s := range texts {
		out[i] = s
	}
	return out
}

// write writes the records of a settlement.
func (g *registrar) write(ctx context.Context, s *settlement) error {
	for i := range s.records {
		if i%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r := &s.records[i]
		if err := g.number(r); err != nil {
			return err
		}
		g.count(r)
		if err := g.row(r, s.index); err != nil {
			return err
		}
	}
	return nil
}

// number sets the number of the next record. It tells the true sex and birth date, whatever the record says.
func (g *registrar) number(r *record) (err error) {
	if !r.sameNumber {
		g.last, err = g.numbers.next(g.c.communes[r.bornIn].province, r.sex, timeOf(r.birth))
	}
	return err
}

// row writes one record.
func (g *registrar) row(r *record, commune int) error {
	sex := g.sex[r.sex]
	if r.noSex {
		sex = nil
	}
	cal := g.c.calendar
	household := int64(commune+1)*10_000_000 + int64(r.house) + 1
	return g.rows.Row(g.last, household, g.names.of(&r.person), sex, cal.date(r.seenBirth), cal.date(r.death),
		g.area(r.permanent), g.area(r.temporary), g.area(r.current), cal.date(r.registered),
		g.ethnicity[r.ethnicity], g.marital[r.marital], g.relation[r.relation])
}

// area is the code a record names.
func (g *registrar) area(i int32) any {
	switch i {
	case noArea:
		return nil
	case noSuchArea:
		return g.c.noSuch
	}
	return g.areas[i]
}

// count counts a record for the communes it names.
func (g *registrar) count(r *record) {
	if r.mover {
		g.coverage[r.permanent].planted[movedOut]++
	}
	if r.second && r.permanent >= 0 {
		g.coverage[r.permanent].planted[secondRecord]++
	}
	day := g.c.calendar.reference
	if r.seenBirth != noDay && r.seenBirth >= day || r.death != noDay && r.death < day {
		return
	}
	if r.permanent >= 0 {
		g.coverage[r.permanent].permanent++
	}
	if r.temporary >= 0 {
		g.coverage[r.temporary].temporary++
	}
	if r.current >= 0 {
		g.coverage[r.current].current++
	}
}
