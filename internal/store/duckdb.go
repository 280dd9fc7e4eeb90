package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/concord-stat/concord/internal/csvfile"
)

// duckDB is the engine in process: DuckDB files, Parquet and CSV.
type duckDB struct {
	db    *sql.DB
	spill string // folder of what does not fit into memory; "" where memory is not bounded

	from    string // SQL of the relation the source is
	table   string // of a DuckDB file
	parquet string // path of the file, where the source is one
}

func newDuckDB() (*duckDB, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, err
	}
	// One connection: settings and temporary tables belong to it, and DuckDB uses every core for one statement.
	db.SetMaxOpenConns(1)
	return &duckDB{db: db}, nil
}

func openDuckDB(ctx context.Context, at Location) (*Source, error) {
	d, err := newDuckDB()
	if err != nil {
		return nil, err
	}
	s := &Source{db: d, name: at.File, from: "source"}
	err = d.bound(ctx, at.Memory)
	if err == nil {
		err = d.attach(ctx, s, at)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// bound limits the memory of the store. What does not fit goes to a folder of its own, readable by nobody else, that is
// gone once the source is closed.
func (d *duckDB) bound(ctx context.Context, memory string) (err error) {
	if memory == "" {
		return nil
	}
	if d.spill, err = os.MkdirTemp("", "concord-store-"); err != nil {
		return err
	}
	_, err = d.db.ExecContext(ctx, "SET memory_limit = "+literal(memory)+"; SET temp_directory = "+literal(d.spill))
	return err
}

func (d *duckDB) close() error {
	err := d.db.Close()
	if d.spill != "" {
		err = errors.Join(err, os.RemoveAll(d.spill))
	}
	return err
}

func (d *duckDB) attach(ctx context.Context, s *Source, at Location) error {
	if _, err := os.Stat(at.File); err != nil {
		return err
	}
	from, err := d.relation(ctx, at)
	if err != nil {
		return s.fail(err)
	}
	d.from = from
	statements := []string{
		"CREATE TEMP VIEW source AS SELECT * FROM " + from,
		"SET allowed_paths = [" + literal(at.File) + "]",
		"SET enable_external_access = false",
		"SET lock_configuration = true",
	}
	for _, text := range statements {
		if _, err := d.db.ExecContext(ctx, text); err != nil {
			return s.fail(err)
		}
	}
	s.columns, err = d.describe(ctx, s)
	return err
}

// relation is what the FROM clause names for a location.
func (d *duckDB) relation(ctx context.Context, at Location) (string, error) {
	format := at.Format
	if format == "" {
		format = strings.TrimPrefix(filepath.Ext(at.File), ".")
	}
	switch format {
	case "duckdb", "db":
		if at.Table == "" {
			return "", errors.New("a DuckDB file needs the name of a table")
		}
		d.table = at.Table
		_, err := d.db.ExecContext(ctx, "ATTACH "+literal(at.File)+" AS register (READ_ONLY)")
		return "register." + identifier(at.Table), err
	case "parquet":
		d.parquet = at.File
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

func (d *duckDB) describe(ctx context.Context, s *Source) ([]string, error) {
	rows, err := d.db.QueryContext(ctx, "SELECT * FROM source LIMIT 0")
	if err != nil {
		return nil, s.fail(err)
	}
	defer rows.Close()
	return rows.Columns()
}

func (d *duckDB) query(ctx context.Context, text string) (rows, error) {
	r, err := d.db.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return sqlRows{r}, nil
}

// sqlRows are rows whose error of closing is that of reading, which Err gives.
type sqlRows struct{ *sql.Rows }

func (r sqlRows) Close() { r.Rows.Close() }

// list puts the code list into a temporary table.
func (d *duckDB) list(ctx context.Context, listed, wanted []string) (string, error) {
	want := make(map[string]bool, len(wanted))
	for _, code := range wanted {
		want[code] = true
	}
	if _, err := d.db.ExecContext(ctx, "CREATE OR REPLACE TEMP TABLE listed (code VARCHAR, wanted BOOLEAN)"); err != nil {
		return "", err
	}
	for from := 0; from < len(listed); from += 1000 {
		var values []string
		for _, code := range listed[from:min(from+1000, len(listed))] {
			values = append(values, fmt.Sprintf("(%s, %t)", literal(code), len(wanted) == 0 || want[code]))
		}
		if _, err := d.db.ExecContext(ctx, "INSERT INTO listed VALUES "+strings.Join(values, ", ")); err != nil {
			return "", err
		}
	}
	return "listed", nil
}

// csvError begins DuckDB's error about a line of a CSV file; only the number of the line follows on the first line.
const csvError = "CSV Error on Line: "

// plain makes an error of running a statement fit to be shown. A record must not get into an error, and DuckDB quotes
// the value it stumbled over, so only kinds of errors that speak of the statement or the machine keep their text.
func (*duckDB) plain(err error) error {
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

// header reads the names of the columns of a CSV file.
func header(file string) ([]string, error) {
	f, err := csvfile.Open(file)
	if err != nil {
		return nil, err
	}
	return f.Columns, f.Close()
}
