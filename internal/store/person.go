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
	q.inner = append(q.inner, "1 AS n")
	if p.Count != "" {
		text, err := s.resolve(ctx, p.Count)
		if err != nil {
			return fmt.Errorf("count: %w", err)
		}
		q.inner[0] = "TRY_CAST(" + text + " AS BIGINT) AS n"
		q.where = append(q.where, isCount(text))
	}
	if p.Where != "" {
		text, err := s.resolve(ctx, p.Where)
		if err != nil {
			return fmt.Errorf("where: %w", err)
		}
		q.where = append(q.where, text)
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
		q.where = append(q.where, fmt.Sprintf(c.sql, asDate(text)))
	}
	if err := s.addSex(ctx, q, p.Sex); err != nil {
		return err
	}
	if err := s.addAge(ctx, q, p, r.Reference); err != nil {
		return err
	}
	return s.addDimensions(ctx, q, p.Dimensions)
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
	// least() takes the smaller of what is not null, so the missing age goes first.
	q.inner = append(q.inner, fmt.Sprintf("least(coalesce(%s, -1), %d) AS age", text, analysis.OpenAge))
	q.keys = append(q.keys, "age")
	return nil
}

// age is the SQL of the completed years at the reference time, null where not known, and of the condition of being born
// before it. A birth before 1850 is no birth date.
func (s *Source) age(ctx context.Context, p Persons, at time.Time) (text, born string, err error) {
	var birth string
	switch {
	case p.BirthDate != "":
		if birth, err = s.resolve(ctx, p.BirthDate); err != nil {
			return "", "", fmt.Errorf("birth_date: %w", err)
		}
		birth = asDate(birth)
	case p.BirthYearMonth != "":
		if birth, err = s.resolve(ctx, p.BirthYearMonth); err != nil {
			return "", "", fmt.Errorf("birth_year_month: %w", err)
		}
		birth = asDate(middle(birth))
	case p.Age != "":
		if text, err = s.resolve(ctx, p.Age); err != nil {
			return "", "", fmt.Errorf("age: %w", err)
		}
		// Of a number with decimals, the years completed; a cast alone would round.
		text = "TRY_CAST(floor(TRY_CAST(" + text + " AS DOUBLE)) AS INTEGER)"
		return "CASE WHEN " + text + " >= 0 THEN " + text + " END", "", nil
	default:
		return "", "", nil
	}
	years := fmt.Sprintf("%d - year(%s) - CASE WHEN month(%s) * 100 + day(%s) > %d THEN 1 ELSE 0 END",
		at.Year(), birth, birth, birth, int(at.Month())*100+at.Day())
	text = "CASE WHEN " + birth + " >= DATE '1850-01-01' THEN " + years + " END"
	return text, "coalesce(" + birth + " < " + date(at) + ", true)", nil
}

// middle is the SQL of the text of the 15th of a month.
func middle(month string) string { return "substr(CAST(" + month + " AS VARCHAR), 1, 7) || '-15'" }

// coded is the SQL of a category: the level its code means, Missing where it means none.
func (s *Source) coded(ctx context.Context, c Coded) (string, error) {
	expr, err := s.resolve(ctx, c.Expr)
	if err != nil {
		return "", err
	}
	value := text(expr)
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
func isCount(text string) string {
	number := "TRY_CAST(" + text + " AS DOUBLE)"
	return "coalesce(" + number + " >= 0 AND " + number + " = floor(" + number + "), false)"
}

func asDate(text string) string { return "TRY_CAST(" + text + " AS DATE)" }

func date(t time.Time) string { return "DATE '" + t.Format("2006-01-02") + "'" }
