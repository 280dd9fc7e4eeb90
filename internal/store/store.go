// Package store reads population registers and field results where they lie. It holds the only SQL and the only drivers
// of Concord: a request becomes one statement, and what comes back is plain columns.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // the embedded store
)

// A Location says where a source lies.
type Location struct {
	File   string // path of a DuckDB, Parquet or CSV file
	Format string // duckdb, parquet or csv; empty takes it from the file's extension
	Table  string // of a DuckDB file; schema.table is allowed
}

// A Source is one register, opened read-only.
type Source struct {
	db      *sql.DB
	columns []string
}

// Open opens a register read-only. Nothing the caller asks of it can write to it or reach another file.
func Open(ctx context.Context, at Location) (*Source, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, err
	}
	// One connection: settings and temporary tables belong to it, and DuckDB uses every core for one statement.
	db.SetMaxOpenConns(1)
	s := &Source{db: db}
	if err := s.attach(ctx, at); err != nil {
		db.Close()
		return nil, err
	}
	return s, nil
}

// Close releases the source.
func (s *Source) Close() error { return s.db.Close() }

// Columns are the columns of the source, in its order.
func (s *Source) Columns() []string { return s.columns }

func (s *Source) attach(ctx context.Context, at Location) error {
	from, err := s.relation(ctx, at)
	if err != nil {
		return fmt.Errorf("%s: %w", at.File, plain(err))
	}
	statements := []string{
		"CREATE TEMP VIEW source AS SELECT * FROM " + from,
		"SET allowed_paths = [" + literal(at.File) + "]",
		"SET enable_external_access = false",
		"SET lock_configuration = true",
	}
	for _, text := range statements {
		if _, err := s.db.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", at.File, plain(err))
		}
	}
	s.columns, err = s.describe(ctx)
	return err
}

// relation is what the FROM clause names for a location.
func (s *Source) relation(ctx context.Context, at Location) (string, error) {
	format := at.Format
	if format == "" {
		format = strings.TrimPrefix(filepath.Ext(at.File), ".")
	}
	switch format {
	case "duckdb", "db":
		if at.Table == "" {
			return "", errors.New("a DuckDB file needs the name of a table")
		}
		_, err := s.db.ExecContext(ctx, "ATTACH "+literal(at.File)+" AS register (READ_ONLY)")
		return "register." + identifier(at.Table), err
	case "parquet":
		return "read_parquet(" + literal(at.File) + ")", nil
	case "csv":
		// Everything as text: "01" is a code, and it is the mapping that says what is a date.
		return "read_csv(" + literal(at.File) + ", header = true, all_varchar = true, strict_mode = true)", nil
	}
	return "", fmt.Errorf("format %q is not one of duckdb, parquet, csv", format)
}

func (s *Source) describe(ctx context.Context) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT * FROM source LIMIT 0")
	if err != nil {
		return nil, plain(err)
	}
	defer rows.Close()
	return rows.Columns()
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

// plain keeps the first paragraph of an error of DuckDB: what follows can quote the line of the file it stumbled over,
// and a record must not get into an error.
func plain(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	text := err.Error()
	for _, mark := range []string{"\nOriginal Line", "\n\nLINE", "\nPossible", "\n"} {
		if at := strings.Index(text, mark); at > 0 {
			text = text[:at]
		}
	}
	return errors.New(strings.TrimSpace(text))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
