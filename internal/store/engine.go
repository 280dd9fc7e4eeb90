package store

import (
	"context"
	"time"

	"github.com/concord-stat/concord/analysis"
)

// An engine is a database that a source lies in: it runs statements, and knows how its SQL differs from another's.
type engine interface {
	// query runs a statement. The rows end with an error of theirs or with none.
	query(ctx context.Context, text string) (rows, error)
	// check makes sure that an expression is one, over the columns of the source, and tells its type. A name
	// that is a column is told so.
	check(ctx context.Context, from string, e Expression, column bool) (kind string, err error)
	// list puts the code list and the wanted areas where statements find them, and gives the SQL of a relation with the
	// columns code and wanted.
	list(ctx context.Context, listed, wanted []string) (relation string, err error)
	// tally counts persons, as Source.Tally says.
	tally(ctx context.Context, s *Source, r Request) ([]*analysis.Tally, error)
	// field sums up field results, as Source.Field says.
	field(ctx context.Context, s *Source, q *fieldQuery, yield func(*FieldGroup)) error
	rowName(row int64) string
	name(s *Source) string
	// plain makes an error of running a statement fit to be shown: without the value of any record.
	plain(err error) error
	close() error
	dialect
}

// A dialect writes what SQL has no common words for. Values are as the source has them; what comes back is null where a
// value is none of the kind, never an error.
type dialect interface {
	asText(v value) string // the text people know a value by, without blanks around it
	asDate(v value, f dateFormat) string
	strictDate(v value) string // of a date, or a text YYYY-MM-DD and no other
	// ageAt is the completed years at a moment of who was born on a date before it, null for a birth before 1850.
	ageAt(birth value, at time.Time) string
	ageOf(years value) string // completed years, of a number that may have decimals
	asNumber(v value) string  // a double
	asWhole(v value) string   // a 64-bit whole number; v is known to be one
	matches(text, pattern string) string
	yearOf(date string) string
	digits(text string, from, n int) string // the whole number that n characters from a place, which are digits, write
	quotient(a string, b int) string        // of whole numbers, rounded towards zero
	bytewise(text string) string            // text for ORDER BY in byte order
}

// A value is SQL with the type the database gives it; an empty type is one the database settles itself.
type value struct {
	sql, kind string
}

// rows are what a statement gives.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}
