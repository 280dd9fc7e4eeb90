package store

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// A Count is one figure of a profile: how many rows something is true of, out of those it was asked of.
type Count struct {
	Check string `json:"check"`           // what was looked at, a fixed word
	Field string `json:"field,omitempty"` // the mapped field it is about
	Rows  int64  `json:"rows"`            // rows it is true of
	Of    int64  `json:"of"`              // rows looked at
	// Effect is what becomes of these rows in an extract.
	Effect string `json:"effect,omitempty"`
}

// Checks of a profile.
const (
	CheckMissing    = "missing"          // no value
	CheckGiven      = "given"            // a value, where having none is the rule
	CheckUnlisted   = "not in code list" // an area or a code that is not listed
	CheckDuplicate  = "duplicate key"    // rows beyond the first of a person key
	CheckNoDate     = "no date"          // a text that is no date
	CheckNoCount    = "no count"         // not a whole number, 0 or more
	CheckEarly      = "before 1850"
	CheckLate       = "after today"
	CheckReference  = "at or after the reference time"
	CheckDeathFirst = "death before birth"
	CheckNumberForm = "not 12 digits"               // personal number
	CheckNumberDate = "differs from the birth year" // personal number
	CheckNumberSex  = "differs from the sex"        // personal number
	CheckRegistered = "registered before birth"
)

// A ProfileRequest asks what a register looks like before anything is trusted.
type ProfileRequest struct {
	Key, Household Expression
	Areas          map[string]Expression // field to expression
	Persons        Persons
	Listed         []string
	Reference      time.Time
	Today          time.Time
	// Male and Female are the levels the sex codes mean, for the personal number.
	Male, Female string
}

// Profile counts rows and what is remarkable about them in one pass, and duplicate keys in a second.
func (s *Source) Profile(ctx context.Context, r ProfileRequest) (rows int64, counts []Count, err error) {
	if err := s.loadAreas(ctx, r.Listed, nil); err != nil {
		return 0, nil, err
	}
	p := &profile{s: s, ctx: ctx, request: r, where: "true"}
	if r.Persons.Where != "" {
		p.where = p.value(r.Persons.Where).sql
	}
	p.build()
	if p.err != nil {
		return 0, nil, p.err
	}
	rows, counts, err = p.run()
	if err != nil || r.Key == "" {
		return rows, counts, err
	}
	dup, err := p.duplicates()
	return rows, append(counts, dup), err
}

// profile collects the items of the statement. Each check is a pair of conditions: asked of which rows, true of which.
type profile struct {
	s       *Source
	ctx     context.Context
	request ProfileRequest
	where   string // SQL of the rows that count
	items   []string
	counts  []Count
	err     error
}

func (p *profile) value(e Expression) value {
	v, err := p.s.resolve(p.ctx, e)
	if err != nil && p.err == nil {
		p.err = err
	}
	return v
}

func (p *profile) text(e Expression) string { return p.s.text(p.value(e)) }

func (p *profile) add(check, field, asked, found string) {
	p.items = append(p.items, fmt.Sprintf("count(*) FILTER (WHERE %s)", asked), fmt.Sprintf("count(*) FILTER (WHERE (%s) AND (%s))", asked, found))
	p.counts = append(p.counts, Count{Check: check, Field: field})
}

func (p *profile) build() {
	r := p.request
	for _, name := range sortedKeys(r.Areas) {
		area := p.text(r.Areas[name])
		if name == "temporary" {
			p.add(CheckGiven, name, "true", area+" IS NOT NULL")
		} else {
			p.missing(name, area)
		}
		if len(r.Listed) > 0 {
			p.add(CheckUnlisted, name, area+" IS NOT NULL", area+" NOT IN (SELECT code FROM "+p.s.listed+" AS l)")
		}
	}
	if r.Household != "" {
		p.missing("household", p.text(r.Household))
	}
	p.category("sex", r.Persons.Sex)
	for _, d := range r.Persons.Dimensions {
		p.category(d.Name, d)
	}
	p.dates()
	if r.Persons.BirthYearMonth != "" {
		month := p.value(r.Persons.BirthYearMonth)
		p.missing("birth_year_month", p.s.text(month))
		p.add(CheckNoDate, "birth_year_month", p.s.text(month)+" IS NOT NULL", p.s.db.asDate(p.s.middle(month), isoDate)+" IS NULL")
	}
	if r.Persons.Count != "" {
		count := p.value(r.Persons.Count)
		p.missing("count", p.s.text(count))
		p.add(CheckNoCount, "count", p.s.text(count)+" IS NOT NULL", "NOT "+p.s.isCount(count))
	}
	if r.Persons.Age != "" {
		p.add(CheckMissing, "age", "true", p.s.db.ageOf(p.value(r.Persons.Age))+" IS NULL")
	}
	if r.Key != "" {
		p.number(p.text(r.Key))
	}
}

func (p *profile) missing(field, sql string) { p.add(CheckMissing, field, "true", sql+" IS NULL") }

func (p *profile) category(field string, c Coded) {
	if c.Expr == "" {
		return
	}
	value := p.text(c.Expr)
	p.missing(field, value)
	if len(c.Codes) == 0 {
		return
	}
	var codes []string
	for code := range c.Codes {
		codes = append(codes, literal(code))
	}
	p.add(CheckUnlisted, field, value+" IS NOT NULL", value+" NOT IN ("+strings.Join(codes, ", ")+")")
}

func (p *profile) dates() {
	persons, today := p.request.Persons, date(p.request.Today)
	fields := []struct {
		name string
		expr Expression
	}{{"birth_date", persons.BirthDate}, {"death_date", persons.DeathDate},
		{"registered_from", persons.RegisteredFrom}, {"registered_to", persons.RegisteredTo}}
	for _, f := range fields {
		if f.expr == "" {
			continue
		}
		raw := p.value(f.expr)
		day := p.s.date(raw)
		if f.name == "birth_date" {
			p.missing(f.name, p.s.text(raw))
		}
		p.add(CheckNoDate, f.name, p.s.text(raw)+" IS NOT NULL", day+" IS NULL")
		p.add(CheckEarly, f.name, day+" IS NOT NULL", day+" < DATE '1850-01-01'")
		p.add(CheckReference, f.name, day+" IS NOT NULL", day+" >= "+date(p.request.Reference))
		p.add(CheckLate, f.name, day+" IS NOT NULL", day+" > "+today)
	}
	if persons.BirthDate == "" {
		return
	}
	birth := p.s.date(p.value(persons.BirthDate))
	if persons.DeathDate != "" {
		death := p.s.date(p.value(persons.DeathDate))
		p.add(CheckDeathFirst, "death_date", birth+" IS NOT NULL AND "+death+" IS NOT NULL", death+" < "+birth)
	}
	if persons.RegisteredFrom != "" {
		from := p.s.date(p.value(persons.RegisteredFrom))
		p.add(CheckRegistered, "registered_from", birth+" IS NOT NULL AND "+from+" IS NOT NULL", from+" < "+birth)
	}
}

// number holds a 12-digit personal number against birth year and sex: its fourth digit tells century and sex (0 and 1
// male and female of 1900-1999, 2 and 3 of 2000-2099), the next two the year. A key of another form is not a personal
// number, and a register that has none is not reproached for it.
func (p *profile) number(key string) {
	db := p.s.db
	form, anyDigits := db.matches(key, "[0-9]{12}"), db.matches(key, "[0-9]+")
	p.add(CheckNumberForm, "person", anyDigits, "NOT "+form)
	century := "CAST(substr(" + key + ", 4, 1) AS INTEGER)"
	persons := p.request.Persons
	if persons.BirthDate != "" {
		birth := p.s.date(p.value(persons.BirthDate))
		year := "1900 + 100 * " + db.quotient(century, 2) + " + CAST(substr(" + key + ", 5, 2) AS INTEGER)"
		p.add(CheckNumberDate, "person", form+" AND "+birth+" IS NOT NULL", "CASE WHEN "+form+" THEN "+db.yearOf(birth)+" <> "+year+" END")
	}
	if persons.Sex.Expr != "" {
		sex, err := p.s.coded(p.ctx, persons.Sex)
		if err != nil && p.err == nil {
			p.err = err
		}
		known := sex + " IN (" + literal(p.request.Male) + ", " + literal(p.request.Female) + ")"
		want := "CASE WHEN " + century + " % 2 = 0 THEN " + literal(p.request.Male) + " ELSE " + literal(p.request.Female) + " END"
		p.add(CheckNumberSex, "person", form+" AND "+known, "CASE WHEN "+form+" THEN "+sex+" <> "+want+" END")
	}
}

func (p *profile) run() (int64, []Count, error) {
	var rows int64
	dest := []any{&rows}
	for i := range p.counts {
		dest = append(dest, &p.counts[i].Of, &p.counts[i].Rows)
	}
	q := "SELECT " + strings.Join(append([]string{"count(*)"}, p.items...), ",\n") + " FROM " + p.s.from + " WHERE " + p.where
	err := p.s.queryOne(p.ctx, q, dest...)
	return rows, p.counts, err
}

// duplicates counts the rows beyond the first of every key.
func (p *profile) duplicates() (Count, error) {
	key := p.text(p.request.Key)
	c := Count{Check: CheckDuplicate, Field: "person"}
	q := "SELECT coalesce(sum(n), 0)::BIGINT, coalesce(sum(n - 1), 0)::BIGINT FROM (SELECT count(*) AS n FROM " + p.s.from + " WHERE " +
		p.where + " AND " + key + " IS NOT NULL GROUP BY " + key + ") AS keys"
	return c, p.s.queryOne(p.ctx, q, &c.Of, &c.Rows)
}
