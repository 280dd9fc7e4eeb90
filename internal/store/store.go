// Package store reads population registers and field results where they lie. It holds the only SQL and the only drivers
// of Concord: a request becomes statements of the store it lies in, and what comes back is plain columns.
package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/concord-stat/concord/internal/problems"
)

// A Location says where a source lies: in a file, or in PostgreSQL.
type Location struct {
	File     string    // path of a DuckDB, Parquet or CSV file
	Format   string    // duckdb, parquet or csv; empty takes it from the file's extension
	Table    string    // of a DuckDB file or a database; schema.table is allowed
	Memory   string    // memory DuckDB may take, such as 512MB, before it goes to disk; empty leaves it to DuckDB
	Postgres *Postgres // the database the table is in, instead of a file
	// DateFormat is how dates kept as text are written: YYYY, MM and DD with what stands between; empty is YYYY-MM-DD.
	DateFormat string
}

// A Source is one register, opened read-only.
type Source struct {
	db       engine
	name     string // what errors call it: the file, or the table and its server
	from     string // SQL of the relation
	columns  []string
	dates    dateFormat
	resolved map[Expression]value
	listed   string // SQL of the relation of areas, once loaded
}

// Open opens a register read-only. Nothing the caller asks of it can write to it or reach another file.
func Open(ctx context.Context, at Location) (*Source, error) {
	dates, err := parseDateFormat(at.DateFormat)
	if err != nil {
		return nil, err
	}
	open := openDuckDB
	if at.Postgres != nil {
		open = openPostgres
	}
	s, err := open(ctx, at)
	if err != nil {
		return nil, err
	}
	s.dates, s.resolved = dates, make(map[Expression]value)
	return s, nil
}

// Close releases the source.
func (s *Source) Close() error { return s.db.close() }

// Columns are the columns of the source, in its order.
func (s *Source) Columns() []string { return s.columns }

// Name is what errors call the source: its file, with the table within, or its table and server.
func (s *Source) Name() string { return s.db.name(s) }

// queryOne runs a statement of one row.
func (s *Source) queryOne(ctx context.Context, text string, dest ...any) error {
	rows, err := s.db.query(ctx, text)
	if err != nil {
		return s.fail(err)
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(dest...)
	}
	return s.fail(errors.Join(err, rows.Err()))
}

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// identifier quotes a name, part by part where it has dots.
func identifier(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		parts[i] = quoted(p)
	}
	return strings.Join(parts, ".")
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// fail is an error of a statement over the records of the source, fit to be shown.
func (s *Source) fail(err error) error {
	if err == nil {
		return nil
	}
	var list *problems.List
	if errors.As(err, &list) {
		return err // names the file itself
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, ErrLost) {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	if !errors.Is(err, ErrNoTable) {
		err = s.db.plain(err)
	}
	return problems.Input(fmt.Errorf("%s: %w", s.name, err))
}

// firstLine keeps the first line of an error about the text of a statement; what follows repeats the statement.
func firstLine(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(strings.TrimSpace(text))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
