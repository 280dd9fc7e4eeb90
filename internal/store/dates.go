package store

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/concord-stat/concord/internal/problems"
)

// A dateFormat is how dates kept as text are written: the places of the year, the month and the day, from 1.
type dateFormat struct {
	pattern          string // regular expression of the whole text
	year, month, day int
}

var isoDate = dateFormat{year: 1, month: 6, day: 9}

func (f dateFormat) iso() bool { return f == isoDate }

// betweenParts matches what may stand between the parts of a date.
var betweenParts = regexp.MustCompile(`^[-/. ]?$`)

// parseDateFormat reads a format such as DD/MM/YYYY; "" is YYYY-MM-DD.
func parseDateFormat(text string) (dateFormat, error) {
	if text == "" || text == "YYYY-MM-DD" {
		return isoDate, nil
	}
	f := dateFormat{year: strings.Index(text, "YYYY") + 1, month: strings.Index(text, "MM") + 1, day: strings.Index(text, "DD") + 1}
	rest := strings.NewReplacer("YYYY", "\x00", "MM", "\x00", "DD", "\x00").Replace(text)
	parts := strings.Split(rest, "\x00")
	ok := f.year > 0 && f.month > 0 && f.day > 0 && len(parts) == 4 && parts[0] == "" && parts[3] == ""
	if !ok || !betweenParts.MatchString(parts[1]) || !betweenParts.MatchString(parts[2]) {
		return f, problems.Input(fmt.Errorf("date format %q: want YYYY, MM and DD once each, such as DD/MM/YYYY", text))
	}
	f.pattern = strings.NewReplacer("YYYY", "[0-9]{4}", "MM", "[0-9]{2}", "DD", "[0-9]{2}", ".", "[.]").Replace(text)
	return f, nil
}

// toISO is the SQL of a date's text in the form YYYY-MM-DD. A text of another form stays as it is.
func (f dateFormat) toISO(d dialect, text string) string {
	if f.iso() {
		return text
	}
	return fmt.Sprintf("CASE WHEN %[1]s THEN substr(%[2]s, %[3]d, 4) || '-' || substr(%[2]s, %[4]d, 2) || '-' || substr(%[2]s, %[5]d, 2) ELSE %[2]s END",
		d.matches(text, f.pattern), text, f.year, f.month, f.day)
}

// partialDate is the SQL of the day that stands for a text of which only the year, or the year and the month, are known:
// 1 July, and the 15th. Registers write what they do not know as 00 or leave it out.
func partialDate(d dialect, text string) string {
	number := func(from, n int) string { return d.digits(text, from, n) }
	return "CASE WHEN " + d.matches(text, "(1[0-9]|2[0-9])[0-9]{2}(-00-00)?") + " THEN make_date(" + number(1, 4) + ", 7, 1)" +
		" WHEN " + d.matches(text, "(1[0-9]|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])(-00)?") + " THEN make_date(" + number(1, 4) + ", " + number(6, 2) + ", 15) END"
}

// date is the SQL of a day.
func date(t time.Time) string { return "DATE '" + t.Format(time.DateOnly) + "'" }

// date is the SQL of the date of a value, null where it has none.
func (s *Source) date(v value) string { return s.db.asDate(v, s.dates) }

// middle is a month's text with the 15th for its day.
func (s *Source) middle(month value) value {
	return value{"substr(" + s.db.asText(month) + ", 1, 7) || '-15'", "text"}
}
