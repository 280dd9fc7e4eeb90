package store

import (
	"fmt"
	"time"
)

// asText: a code that a table keeps as a number with a fraction, as tables with gaps often do, is the whole number, and a
// midnight is its day. DuckDB settles the type when it plans.
func (*duckDB) asText(v value) string {
	plain := "CAST(" + v.sql + " AS VARCHAR)"
	return "trim(CASE WHEN typeof(" + v.sql + ") IN ('DOUBLE', 'FLOAT') OR typeof(" + v.sql + ") LIKE 'DECIMAL%' THEN regexp_replace(" + plain + ", '[.]0*$', '')" +
		" WHEN typeof(" + v.sql + ") LIKE 'TIMESTAMP%' THEN regexp_replace(" + plain + ", ' 00:00:00.*$', '') ELSE " + plain + " END)"
}

// asDate: DuckDB takes ISO dates by itself, and looks at the text only of what is none.
func (d *duckDB) asDate(v value, f dateFormat) string {
	day := "TRY_CAST(" + v.sql + " AS DATE)"
	text := "trim(CAST(" + v.sql + " AS VARCHAR))"
	if f.iso() {
		return "coalesce(" + day + ", " + partialDate(d, text) + ")"
	}
	text = f.toISO(d, text)
	return "CASE WHEN typeof(" + v.sql + ") IN ('DATE', 'TIMESTAMP') THEN " + day +
		" ELSE coalesce(TRY_CAST(" + text + " AS DATE), " + partialDate(d, text) + ") END"
}

func (d *duckDB) strictDate(v value) string {
	text := d.asText(v)
	return "CASE WHEN typeof(" + v.sql + ") = 'DATE' THEN TRY_CAST(" + v.sql + " AS DATE) WHEN " +
		d.matches(text, "[0-9]{4}-[0-9]{2}-[0-9]{2}") + " THEN TRY_CAST(" + text + " AS DATE) END"
}

func (*duckDB) ageAt(birth value, at time.Time) string {
	b := birth.sql
	years := fmt.Sprintf("%d - year(%s) - CASE WHEN month(%s) * 100 + day(%s) > %d THEN 1 ELSE 0 END",
		at.Year(), b, b, b, int(at.Month())*100+at.Day())
	return "CASE WHEN " + b + " >= " + date(firstBirth) + " THEN " + years + " END"
}

// ageOf: a cast alone would round.
func (d *duckDB) ageOf(years value) string {
	whole := "TRY_CAST(floor(" + d.asNumber(years) + ") AS INTEGER)"
	return "CASE WHEN " + whole + " >= 0 THEN " + whole + " END"
}

func (*duckDB) asNumber(v value) string { return "TRY_CAST(" + v.sql + " AS DOUBLE)" }

func (*duckDB) asWhole(v value) string { return "TRY_CAST(" + v.sql + " AS BIGINT)" }

func (*duckDB) matches(text, pattern string) string {
	return "regexp_full_match(" + text + ", " + literal(pattern) + ")"
}

func (*duckDB) yearOf(date string) string { return "year(" + date + ")" }

func (*duckDB) quotient(a string, b int) string { return fmt.Sprintf("(%s // %d)", a, b) }

func (*duckDB) bytewise(text string) string { return text }

func (*duckDB) digits(text string, from, n int) string {
	return fmt.Sprintf("CAST(substr(%s, %d, %d) AS INTEGER)", text, from, n)
}
