package store

import (
	"fmt"
	"strings"
	"time"

	"github.com/concord-stat/concord/analysis"
)

// Kinds of types that the dialect tells apart.
const (
	kindText      = "text"
	kindWhole     = "whole"
	kindNumber    = "number"
	kindBool      = "bool"
	kindDate      = "date"
	kindTimestamp = "timestamp"
	kindMoment    = "moment" // timestamp with time zone
	kindBytes     = "bytes"
	kindOther     = "other" // known by its text: char(n), citext, enum, uuid
)

func (p *postgres) asText(v value) string {
	plain := "CAST(" + v.sql + " AS text)"
	switch v.kind {
	case kindText:
		return "btrim(" + v.sql + ")"
	case kindNumber:
		return "regexp_replace(" + plain + ", '[.]0*$', '')"
	case kindTimestamp, kindMoment:
		return "regexp_replace(" + plain + ", ' 00:00:00.*$', '')"
	case kindBytes:
		return "encode(" + v.sql + ", 'hex')"
	}
	return "btrim(" + plain + ")"
}

// Texts of dates that exist, by the days of their months. PostgreSQL has no cast that gives null rather than an error.
const (
	anyDay  = `(?!0000)[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))`
	leapDay = `(?!0000)(([0-9]{2}(0[48]|[2468][048]|[13579][26]))|([02468][048]|[13579][26])00)-02-29`
)

func (p *postgres) asDate(v value, f dateFormat) string {
	switch v.kind {
	case kindDate:
		return v.sql
	case kindTimestamp, kindMoment:
		return "CAST(" + v.sql + " AS date)"
	}
	text := f.toISO(p, p.asText(v))
	return "CASE WHEN " + p.matches(text, anyDay+"|"+leapDay) + " THEN " + p.isoDay(text) + " ELSE " + partialDate(p, text) + " END"
}

// isoDay is the SQL of the date of a text that is one.
func (p *postgres) isoDay(text string) string {
	part := func(from, n int) string { return p.digits(text, from, n) }
	return "make_date(" + part(1, 4) + ", " + part(6, 2) + ", " + part(9, 2) + ")"
}

func (p *postgres) strictDate(v value) string {
	if v.kind == kindDate {
		return v.sql
	}
	text := p.asText(v)
	return "CASE WHEN " + p.matches(text, anyDay+"|"+leapDay) + " THEN " + p.isoDay(text) + " END"
}

// ageAt finds the birth among the birthdays of the reference time: immutable, so that it runs where the rows lie, and
// faster than any arithmetic of dates.
func (p *postgres) ageAt(birth value, at time.Time) string {
	return fmt.Sprintf("(%d - nullif(width_bucket(%s, %s), 0))", analysis.OpenAge+1, birth.sql, birthdays(at))
}

// birthdays is the SQL of the array of the first birth that is one, and the first days on which those were born who have
// not completed a number of years: 100, 99, … 1. Whoever was born on the n-th of these days or later, counted from 1, has
// completed at most 101 - n years.
func birthdays(at time.Time) string {
	days := []string{firstBirth.Format(time.DateOnly)}
	for years := analysis.OpenAge; years > 0; years-- {
		day := anniversary(at, years).AddDate(0, 0, 1)
		if day.Before(firstBirth) {
			day = firstBirth
		}
		days = append(days, day.Format(time.DateOnly))
	}
	return "'{" + strings.Join(days, ",") + "}'::date[]"
}

// anniversary is the last day on which those were born who have completed a number of years: the day years before, or
// 28 February where there is no 29th.
func anniversary(at time.Time, years int) time.Time {
	day := time.Date(at.Year()-years, at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	if day.Month() != at.Month() {
		day = day.AddDate(0, 0, -day.Day())
	}
	return day
}

func (p *postgres) ageOf(years value) string {
	n := p.asNumber(years)
	return "CASE WHEN " + n + " >= 0 THEN CAST(least(floor(" + n + "), " + fmt.Sprint(analysis.OpenAge) + ") AS integer) END"
}

// aNumber matches the text of a number that a double can hold.
const aNumber = ` *[-+]?([0-9]{1,30}([.][0-9]{0,30})?|[.][0-9]{1,30})([eE][-+]?[0-9]{1,2})? *`

func (p *postgres) asNumber(v value) string {
	switch v.kind {
	case kindWhole:
		return "CAST(" + v.sql + " AS float8)"
	case kindBool:
		return "CAST(CAST(" + v.sql + " AS integer) AS float8)"
	case kindNumber: // what is infinite or not a number is none here
		n := "CAST(" + v.sql + " AS float8)"
		return "CASE WHEN " + n + " BETWEEN -1e300 AND 1e300 THEN " + n + " END"
	}
	text := "CAST(" + v.sql + " AS text)"
	return "CASE WHEN " + p.matches(text, aNumber) + " THEN CAST(" + text + " AS float8) END"
}

func (p *postgres) asWhole(v value) string {
	if v.kind == kindWhole {
		return "CAST(" + v.sql + " AS bigint)"
	}
	n := p.asNumber(v)
	return "CAST(CASE WHEN " + n + " BETWEEN -9e18 AND 9e18 THEN " + n + " END AS bigint)"
}

func (p *postgres) matches(text, pattern string) string {
	return "(" + text + " ~ " + literal("^("+pattern+")$") + ")"
}

func (p *postgres) yearOf(date string) string {
	return "CAST(extract(year FROM " + date + ") AS integer)"
}

func (p *postgres) quotient(a string, b int) string { return fmt.Sprintf("(%s / %d)", a, b) }

func (p *postgres) bytewise(text string) string { return "(" + text + `) COLLATE "C"` }

// digits goes by the codes of the characters where rows lie on other servers: a cast of text is not sent to them.
func (p *postgres) digits(text string, from, n int) string {
	if !p.table.elsewhere() {
		return fmt.Sprintf("CAST(substr(%s, %d, %d) AS integer)", text, from, n)
	}
	number := "0"
	for i := range n {
		number = fmt.Sprintf("(10 * %s + ascii(substr(%s, %d, 1)) - 48)", number, text, from+i)
	}
	return number
}
