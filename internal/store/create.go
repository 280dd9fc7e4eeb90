package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// createMemory bounds what DuckDB keeps while a file is filled, so that a register of any length can be written on
// a small machine: full row groups go to disk as they come.
const createMemory = "512MB"

// flushRows is DuckDB's row group. Flushing whole groups lets them be compressed and written once, past the log.
const flushRows = 122_880

// ColumnType is one column of a table to be created: its name and its DuckDB type, such as "VARCHAR" or "DATE".
type ColumnType struct {
	Name, Type string
}

// Creator fills a new DuckDB file, table by table. It is not safe for concurrent use.
type Creator struct {
	db   *sql.DB
	conn *sql.Conn
	open []*Appender
}

// Create makes a new DuckDB file at path, which must not exist. Close it even after an error.
func Create(path string) (*Creator, error) {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("store: create %s: %w", path, os.ErrExist)
	}
	connector, err := duckdb.NewConnector(path+"?memory_limit="+createMemory, nil)
	if err != nil {
		return nil, fmt.Errorf("store: create %s: %w", path, err)
	}
	db := sql.OpenDB(connector)
	conn, err := db.Conn(context.Background())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("store: create %s: %w", path, err), db.Close())
	}
	return &Creator{db: db, conn: conn}, nil
}

// Table creates an empty table and returns the appender that fills it. One table is filled at a time.
func (c *Creator) Table(ctx context.Context, name string, columns []ColumnType) (*Appender, error) {
	if _, err := c.conn.ExecContext(ctx, createTable(name, columns)); err != nil {
		return nil, fmt.Errorf("store: create table %s: %w", name, err)
	}
	a := &Appender{table: name, values: make([]driver.Value, len(columns))}
	err := c.conn.Raw(func(dc any) (err error) {
		a.duck, err = duckdb.NewAppenderFromConn(dc.(driver.Conn), "", name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: append to table %s: %w", name, err)
	}
	c.open = append(c.open, a)
	return a, nil
}

// createTable is the statement that makes the table.
func createTable(name string, columns []ColumnType) string {
	parts := make([]string, len(columns))
	for i, col := range columns {
		parts[i] = quoteName(col.Name) + " " + col.Type
	}
	return "CREATE TABLE " + quoteName(name) + " (" + strings.Join(parts, ", ") + ")"
}

// quoteName writes an SQL identifier.
func quoteName(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// Close closes the appenders still open, moves the write-ahead log into the file and closes it: afterwards the
// file stands alone.
func (c *Creator) Close() error {
	var errs []error
	for _, a := range c.open {
		errs = append(errs, a.Close())
	}
	_, err := c.conn.ExecContext(context.Background(), "CHECKPOINT")
	errs = append(errs, err, c.conn.Close(), c.db.Close())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("store: close new file: %w", err)
	}
	return nil
}

// Appender adds rows to one new table, in the order they come. It is not safe for concurrent use.
type Appender struct {
	table  string
	duck   *duckdb.Appender
	values []driver.Value
	rows   int
	closed bool
}

// Row adds a row: one value a column, nil for NULL. A DATE takes a time.Time.
func (a *Appender) Row(values ...any) error {
	if len(values) != len(a.values) {
		return fmt.Errorf("store: table %s: row has %d values, want %d", a.table, len(values), len(a.values))
	}
	for i, v := range values {
		a.values[i] = v
	}
	if err := a.duck.AppendRow(a.values...); err != nil {
		return fmt.Errorf("store: append to table %s: %w", a.table, err)
	}
	if a.rows++; a.rows%flushRows == 0 {
		return a.Flush()
	}
	return nil
}

// Flush writes the rows buffered so far. Row does so by itself now and then.
func (a *Appender) Flush() error {
	if err := a.duck.Flush(); err != nil {
		return fmt.Errorf("store: flush table %s: %w", a.table, err)
	}
	return nil
}

// Close writes what is buffered and ends the appender; the table stays. Closing twice does nothing.
func (a *Appender) Close() error {
	if a.closed {
		return nil
	}
	a.closed = true
	if err := a.duck.Close(); err != nil {
		return fmt.Errorf("store: close table %s: %w", a.table, err)
	}
	return nil
}
