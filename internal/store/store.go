// Package store reads population registers and field results where they lie. It holds the only SQL and the only drivers
// of Concord: a request becomes one statement, and what comes back is plain columns.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/concord-stat/concord/internal/csvfile"
	"github.com/concord-stat/concord/internal/problems"
)

// A Location says where a source lies.
type Location struct {
	File   string // path of a DuckDB, Parquet or CSV file
	Format string // duckdb, parquet or csv; empty takes it from the file's extension
	Table  string // of a DuckDB file; schema.table is allowed
	Memory string // memory the store may take, such as 512MB, before it goes to disk; empty leaves it to the store
}

// A Source is one register, opened read-only.
type Source struct {
	db      *sql.DB
	file    string
	spill   string // folder of what does not fit into memory; "" where memory is not bounded
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
	s := &Source{db: db, file: at.File}
	err = s.bound(ctx, at.Memory)
	if err == nil {
		err = s.attach(ctx, at)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// bound limits the memory of the store. What does not fit goes to a folder of its own, readable by nobody else, that is
// gone once the source is closed.
func (s *Source) bound(ctx context.Context, memory string) (err error) {
	if memory == "" {
		return nil
	}
	if s.spill, err = os.MkdirTemp("", "concord-store-"); err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, "SET memory_limit = "+literal(memory)+"; SET temp_directory = "+literal(s.spill))
	return err
}

// Close releases the source.
func (s *Source) Close() error {
	err := s.db.Close()
	if s.spill != "" {
		err = errors.Join(err, os.RemoveAll(s.spill))
	}
	return err
}

// Columns are the columns of the source, in its order.
func (s *Source) Columns() []string { return s.columns }

func (s *Source) attach(ctx context.Context, at Location) error {
	if _, err := os.Stat(at.File); err != nil {
		return err
	}
	from, err := s.relation(ctx, at)
	if err != nil {
		return s.fail(err)
	}
	statements := []string{
		"CREATE TEMP VIEW source AS SELECT * FROM " + from,
		"SET allowed_paths = [" + literal(at.File) + "]",
		"SET enable_external_access = false",
		"SET lock_configuration = true",
	}
	for _, text := range statements {
		if _, err := s.db.ExecContext(ctx, text); err != nil {
			return s.fail(err)
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
		return "read_parquet(" + literal(at.File) + ", hive_partitioning = false)", nil
	case "csv":
		header, err := header(at.File)
		return readCSV(at.File, header), err
	}
	return "", fmt.Errorf("format %q is not one of duckdb, parquet, csv", format)
}

// readCSV leaves nothing to a guess: DuckDB's sniffer takes a ragged line for the header and drops what is before it.
// Everything is text: "01" is a code, and it is the mapping that says what is a date.
func readCSV(file string, header []string) string {
	columns := make([]string, len(header))
	for i, name := range header {
		columns[i] = literal(name) + ": 'VARCHAR'"
	}
	return "read_csv(" + literal(file) + ", auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', " +
		"strict_mode = true, hive_partitioning = false, columns = {" + strings.Join(columns, ", ") + "})"
}

func (s *Source) describe(ctx context.Context) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT * FROM source LIMIT 0")
	if err != nil {
		return nil, s.fail(err)
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

// fail is an error of a statement over the records of the file, fit to be shown.
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
	return problems.Input(fmt.Errorf("%s: %w", s.file, plain(err)))
}

// csvError begins DuckDB's error about a line of a CSV file; only the number of the line follows on the first line.
const csvError = "CSV Error on Line: "

// plain makes an error of running a statement fit to be shown. A record must not get into an error, and DuckDB quotes
// the value it stumbled over, so only kinds of errors that speak of the statement or the machine keep their text.
func plain(err error) error {
	var duck *duckdb.Error
	if !errors.As(err, &duck) {
		return err
	}
	switch duck.Type {
	case duckdb.ErrorTypeBinder, duckdb.ErrorTypeCatalog, duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax, duckdb.ErrorTypeIO,
		duckdb.ErrorTypePermission, duckdb.ErrorTypeOutOfMemory, duckdb.ErrorTypeInterrupt, duckdb.ErrorTypeNotImplemented:
		return firstLine(err)
	}
	kind, _, _ := strings.Cut(duck.Msg, ": ")
	if _, line, ok := strings.Cut(firstLine(err).Error(), csvError); ok {
		return fmt.Errorf("line %s does not fit the header, is not CSV or not UTF-8", line)
	}
	return fmt.Errorf("%s: a record has a value that an expression cannot take", kind)
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

// header reads the names of the columns of a CSV file.
func header(file string) ([]string, error) {
	f, err := csvfile.Open(file)
	if err != nil {
		return nil, err
	}
	return f.Columns, f.Close()
}
