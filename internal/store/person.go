package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/concord-stat/concord/analysis"
)

// addPersons adds to the statement what is asked of every person: whether it counts at the reference time, and its sex,
// age and further categories.
func (s *Source) addPersons(ctx context.Context, q *query, r Request) error {
	p, day := r.Persons, date(r.Reference)
	if err := s.addRows(ctx, q, p); err != nil {
		return err
	}
	// A date that is missing or no date tells nothing; only one that says so takes a person out.
	conditions := []struct {
		name string
		expr Expression
		sql  string
	}{
		{"death_date", p.DeathDate, "coalesce(%s >= " + day + ", true)"},
		{"registered_from", p.RegisteredFrom, "coalesce(%s < " + day + ", true)"},
		{"registered_to", p.RegisteredTo, "coalesce(%s >= " + day + ", true)"},
	}
	for _, c := range conditions {
		if c.expr == "" {
			continue
		}
		text, err := s.resolve(ctx, c.expr)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		q.where = append(q.where, fmt.Sprintf(c.sql, s.date(text)))
	}
	if err := s.addSex(ctx, q, p.Sex); err != nil {
		return err
	}
	if err := s.addAge(ctx, q, p, r.Reference); err != nil {
		return err
	}
	return s.addDimensions(ctx, q, p.Dimensions)
}

// addRows adds how many persons a row stands for, and which rows count.
func (s *Source) addRows(ctx context.Context, q *query, p Persons) error {
	q.inner = append(q.inner, "1 AS n")
	if p.Count != "" {
		text, err := s.resolve(ctx, p.Count)
		if err != nil {
			return fmt.Errorf("count: %w", err)
		}
		q.inner[0] = s.db.asWhole(text) + " AS n"
		q.where = append(q.where, s.isCount(text))
	}
	if p.Where != "" {
		text, err := s.resolve(ctx, p.Where)
		if err != nil {
			return fmt.Errorf("where: %w", err)
		}
		q.where = append(q.where, text.sql)
	}
	return nil
}

func (s *Source) addSex(ctx context.Context, q *query, sex Coded) error {
	if sex.Expr == "" {
		return nil
	}
	text, err := s.coded(ctx, sex)
	if err != nil {
		return fmt.Errorf("sex: %w", err)
	}
	q.inner, q.keys = append(q.inner, text+" AS sex"), append(q.keys, "sex")
	return nil
}

func (s *Source) addDimensions(ctx context.Context, q *query, dimensions []Coded) error {
	for i, d := range dimensions {
		text, err := s.coded(ctx, d)
		if err != nil {
			return fmt.Errorf("dimension %s: %w", d.Name, err)
		}
		name := fmt.Sprintf("x%d", i)
		q.inner, q.extra = append(q.inner, text+" AS "+name), append(q.extra, name)
	}
	return nil
}

// addAge adds the age at the reference time and leaves out who was not yet born.
func (s *Source) addAge(ctx context.Context, q *query, p Persons, at time.Time) error {
	text, born, err := s.age(ctx, p, at)
	if err != nil || text == "" {
		return err
	}
	if born != "" {
		q.where = append(q.where, born)
	}
	q.addYears(text)
	return nil
}

// addYears adds an age in completed years, null where not known.
func (q *query) addYears(age string) {
	// least() takes the smaller of what is not null, so the missing age goes first.
	q.inner = append(q.inner, fmt.Sprintf("least(coalesce(%s, -1), %d) AS age", age, analysis.OpenAge))
	q.keys = append(q.keys, "age")
}

// age is the SQL of the completed years at the reference time, null where not known, and of the condition of being born
// before it. A birth before 1850 is no birth date.
func (s *Source) age(ctx context.Context, p Persons, at time.Time) (text, born string, err error) {
	if p.Age != "" && p.BirthDate == "" && p.BirthYearMonth == "" {
		years, err := s.resolve(ctx, p.Age)
		if err != nil {
			return "", "", fmt.Errorf("age: %w", err)
		}
		return s.db.ageOf(years), "", nil
	}
	birth, err := s.birth(ctx, p)
	if err != nil || birth.sql == "" {
		return "", "", err
	}
	return s.db.ageAt(birth, at), "coalesce(" + birth.sql + " < " + date(at) + ", true)", nil
}

// birth is the date of birth; empty where the register has none.
func (s *Source) birth(ctx context.Context, p Persons) (value, error) {
	switch {
	case p.BirthDate != "":
		birth, err := s.resolve(ctx, p.BirthDate)
		if err != nil {
			return value{}, fmt.Errorf("birth_date: %w", err)
		}
		return value{s.date(birth), "date"}, nil
	case p.BirthYearMonth != "":
		month, err := s.resolve(ctx, p.BirthYearMonth)
		if err != nil {
			return value{}, fmt.Errorf("birth_year_month: %w", err)
		}
		return value{s.db.asDate(s.middle(month), isoDate), "date"}, nil
	}
	return value{}, nil
}

// firstBirth is the earliest birth that is one.
var firstBirth = time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC)

// coded is the SQL of a category: the level its code means, Missing where it means none.
func (s *Source) coded(ctx context.Context, c Coded) (string, error) {
	expr, err := s.resolve(ctx, c.Expr)
	if err != nil {
		return "", err
	}
	value := s.text(expr)
	if len(c.Codes) == 0 {
		return "coalesce(" + value + ", '" + Missing + "')", nil
	}
	var b strings.Builder
	for _, code := range sortedKeys(c.Codes) {
		fmt.Fprintf(&b, " WHEN %s THEN %s", literal(code), literal(c.Codes[code]))
	}
	return "CASE " + value + b.String() + " ELSE '" + Missing + "' END", nil
}

// isCount is the SQL of being a whole number, 0 or more.
func (s *Source) isCount(v value) string {
	return "coalesce(" + isCount(s.db, v) + ", false)"
}

// isCount is the SQL of being a whole number, 0 or more; null for no number.
func isCount(d dialect, v value) string {
	number := d.asNumber(v)
	return "(" + number + " >= 0 AND " + number + " = floor(" + number + "))"
}
