package store_test

import (
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/store"
)

// A fixture is a small register as rows of text; "" is null.
type fixture struct {
	columns []store.ColumnType // VARCHAR, DATE or INTEGER
	rows    [][]string
}

// texts is a fixture whose columns are all text.
func texts(header string, rows ...[]string) fixture {
	f := fixture{rows: rows}
	for _, name := range strings.Split(header, ",") {
		f.columns = append(f.columns, store.ColumnType{Name: name, Type: "VARCHAR"})
	}
	return f
}

// tb is what *testing.T and *rapid.T share.
type tb interface {
	Helper()
	Fatal(args ...any)
	Errorf(format string, args ...any)
}

func check(t tb, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// write writes the fixture into dir in every format: the same rows, whatever holds them.
func (f fixture) write(t testing.TB, dir string) map[string]store.Location {
	t.Helper()
	at := f.writeFiles(t, dir)
	f.writePostgres(t, at)
	return at
}

func (f fixture) writeFiles(t tb, dir string) map[string]store.Location {
	t.Helper()
	at := map[string]store.Location{
		"csv":     {File: filepath.Join(dir, "register.csv")},
		"duckdb":  {File: filepath.Join(dir, "register.duckdb"), Table: "persons"},
		"parquet": {File: filepath.Join(dir, "register.parquet")},
	}
	f.writeCSV(t, at["csv"].File)
	f.writeDuckDB(t, at["duckdb"].File)
	db, err := sql.Open("duckdb", "")
	check(t, err)
	defer db.Close()
	_, err = db.Exec(fmt.Sprintf("ATTACH '%s' AS r (READ_ONLY); COPY r.persons TO '%s' (FORMAT parquet)",
		at["duckdb"].File, at["parquet"].File))
	check(t, err)
	return at
}

func (f fixture) writeCSV(t tb, file string) {
	t.Helper()
	var b strings.Builder
	w := csv.NewWriter(&b)
	header := make([]string, len(f.columns))
	for i, c := range f.columns {
		header[i] = c.Name
	}
	check(t, w.Write(header))
	check(t, w.WriteAll(f.rows))
	check(t, os.WriteFile(file, []byte(b.String()), 0o644))
}

func (f fixture) writeDuckDB(t tb, file string) {
	t.Helper()
	c, err := store.Create(file)
	check(t, err)
	table, err := c.Table(context.Background(), "persons", f.columns)
	check(t, err)
	values := make([]any, len(f.columns))
	for _, row := range f.rows {
		for i, text := range row {
			values[i] = typed(t, f.columns[i].Type, text)
		}
		check(t, table.Row(values...))
	}
	check(t, c.Close())
}

func typed(t tb, kind, text string) any {
	t.Helper()
	switch {
	case text == "":
		return nil
	case kind == "DATE":
		d, err := time.Parse(time.DateOnly, text)
		check(t, err)
		return d
	case kind == "INTEGER":
		var n int32
		_, err := fmt.Sscan(text, &n)
		check(t, err)
		return n
	}
	return text
}

// tally runs a request over one location.
func tally(t tb, at store.Location, r store.Request) []*analysis.Tally {
	t.Helper()
	s, err := store.Open(context.Background(), at)
	check(t, err)
	defer s.Close()
	got, err := s.Tally(context.Background(), r)
	check(t, err)
	return got
}

// cells writes a tally as persons by the levels of its dimensions, without empty cells.
func cells(t tb, tally *analysis.Tally) map[string]int64 {
	t.Helper()
	m := make(map[string]int64)
	for row, n := range tally.N {
		var key []string
		for _, d := range tally.Dims {
			key = append(key, d.Levels[d.Code[row]])
		}
		text := strings.Join(key, " | ")
		if _, twice := m[text]; twice {
			t.Errorf("two rows of the cell %s", text)
		}
		m[text] = n
	}
	maps.DeleteFunc(m, func(_ string, n int64) bool { return n == 0 })
	return m
}

// everyFile runs a test once for every format of files.
func everyFile(t *testing.T, f fixture, test func(t *testing.T, at store.Location)) {
	t.Helper()
	at := f.writeFiles(t, t.TempDir())
	for _, format := range slices.Sorted(maps.Keys(at)) {
		t.Run(format, func(t *testing.T) { test(t, at[format]) })
	}
}

// everyFormat runs a test once for every format.
func everyFormat(t *testing.T, f fixture, test func(t *testing.T, at store.Location)) {
	t.Helper()
	at := f.write(t, t.TempDir())
	for _, format := range slices.Sorted(maps.Keys(at)) {
		t.Run(format, func(t *testing.T) { test(t, at[format]) })
	}
}

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}
