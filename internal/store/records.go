package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/concord-stat/concord/internal/csvfile"
	"github.com/concord-stat/concord/internal/problems"
)

// Records is a file of field results, read record by record in its order with the line of each. It is meant for
// files that people made: whatever is wrong with its form is collected with its line.
type Records struct {
	at      Location
	columns []string
}

// OpenRecords opens a CSV or Parquet file and reads what columns it has.
func OpenRecords(ctx context.Context, at Location) (*Records, error) {
	if at.Format == "" {
		at.Format = strings.TrimPrefix(filepath.Ext(at.File), ".")
	}
	r := &Records{at: at}
	switch at.Format {
	case "csv":
		var err error
		r.columns, err = header(at.File)
		return r, err
	case "parquet":
		s, err := Open(ctx, at)
		if err != nil {
			return nil, err
		}
		defer s.Close()
		r.columns = s.columns
		return r, nil
	}
	return nil, fmt.Errorf("%s: format %q is not one of csv, parquet", at.File, at.Format)
}

// Columns are the names of the columns.
func (r *Records) Columns() []string { return r.columns }

// Check tells what is wrong with an expression that is no column of the file. Only a name can be told without reading
// the records.
func (r *Records) Check(_ context.Context, e Expression) error {
	return noColumn(e, r.columns)
}

// Close releases nothing: a file is open only while its records are read.
func (r *Records) Close() error { return nil }

// Each evaluates the expressions over every record and yields the values as text, "" for null, with the line the
// record starts on (the row of a Parquet file, counted from 1). values is reused. Problems of form are added to found;
// records that have one are not yielded.
func (r *Records) Each(ctx context.Context, exprs []Expression, found *problems.List, yield func(line int, values []string)) error {
	if at, plain := r.positions(exprs); plain && r.at.Format == "csv" {
		picked := make([]string, len(exprs))
		return r.eachCSV(ctx, found, func(line int, record []string) error {
			for i, p := range at {
				picked[i] = record[p]
			}
			yield(line, picked)
			return nil
		})
	}
	return r.eachSQL(ctx, exprs, found, yield)
}

// positions are the columns the expressions name, and whether all of them are just that.
func (r *Records) positions(exprs []Expression) ([]int, bool) {
	at := make([]int, len(exprs))
	for i, e := range exprs {
		if at[i] = slices.Index(r.columns, string(e)); at[i] < 0 {
			return nil, false
		}
	}
	return at, true
}

// eachCSV yields the records of the CSV file.
func (r *Records) eachCSV(ctx context.Context, found *problems.List, yield func(line int, record []string) error) error {
	f, err := csvfile.Open(r.at.File)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Each(ctx, found, yield)
}

// eachSQL lets DuckDB evaluate the expressions.
func (r *Records) eachSQL(ctx context.Context, exprs []Expression, found *problems.List, yield func(line int, values []string)) error {
	s, err := r.stage(ctx, found)
	if err != nil {
		return err
	}
	defer s.Close()
	items := []string{quoted(lineNumber)}
	for _, e := range exprs {
		text, err := s.resolve(ctx, e)
		if err != nil {
			return fmt.Errorf("%s: %w", r.at.File, err)
		}
		items = append(items, "coalesce("+s.db.asText(text)+", '')")
	}
	rows, err := s.db.query(ctx, "SELECT "+strings.Join(items, ", ")+" FROM numbered ORDER BY "+quoted(lineNumber))
	if err != nil {
		return s.fail(err)
	}
	defer rows.Close()
	return s.fail(scanRecords(rows, len(exprs), yield))
}

func scanRecords(rows rows, n int, yield func(line int, values []string)) error {
	var line int
	values := make([]string, n)
	dest := []any{&line}
	for i := range values {
		dest = append(dest, &values[i])
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		yield(line, values)
	}
	return rows.Err()
}

// lineNumber is the column of the line a record starts on; no file has a column of that name.
const lineNumber = "concord: line"

// stage makes the records a table with a line number, called numbered, and the same without it, called source.
func (r *Records) stage(ctx context.Context, found *problems.List) (*Source, error) {
	d, err := newDuckDB()
	if err != nil {
		return nil, err
	}
	db := d.db
	s := &Source{db: d, name: r.at.File, from: "source", columns: r.columns, dates: isoDate, resolved: make(map[Expression]value)}
	if r.at.Format == "csv" {
		err = r.load(ctx, db, found)
	} else {
		_, err = db.ExecContext(ctx, "CREATE TEMP TABLE numbered AS SELECT file_row_number + 1 AS "+quoted(lineNumber)+
			", * EXCLUDE (file_row_number) FROM read_parquet("+literal(r.at.File)+", file_row_number = true, hive_partitioning = false)")
	}
	for _, text := range []string{"CREATE TEMP VIEW source AS SELECT * EXCLUDE (" + quoted(lineNumber) + ") FROM numbered",
		"SET enable_external_access = false", "SET lock_configuration = true"} {
		if err == nil {
			_, err = db.ExecContext(ctx, text)
		}
	}
	if err != nil {
		db.Close()
		return nil, s.fail(err)
	}
	return s, nil
}

// load appends the records of a CSV file to the table numbered, all columns as text, null where empty.
func (r *Records) load(ctx context.Context, db *sql.DB, found *problems.List) error {
	columns := []string{quoted(lineNumber) + " BIGINT"}
	for _, c := range r.columns {
		columns = append(columns, quoted(c)+" VARCHAR")
	}
	if _, err := db.ExecContext(ctx, "CREATE TABLE numbered ("+strings.Join(columns, ", ")+")"); err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(c any) error {
		out, err := duckdb.NewAppenderFromConn(c.(driver.Conn), "", "numbered")
		if err != nil {
			return err
		}
		row := make([]driver.Value, len(r.columns)+1)
		err = r.eachCSV(ctx, found, func(line int, record []string) error {
			row[0] = int64(line)
			for i, v := range record {
				row[i+1] = nil
				if v != "" {
					row[i+1] = v
				}
			}
			return out.AppendRow(row...)
		})
		return errors.Join(err, out.Close())
	})
}
