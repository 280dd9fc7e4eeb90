package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
)

func TestCreateWritesRowsAndLeavesNoLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.duckdb")
	fill(t, path, 3000)
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var rows, nulls, sum int64
	var first time.Time
	const query = `SELECT count(*), count(*) FILTER (name IS NULL), sum(id)::BIGINT, min(day) FROM "odd ""name"`
	if err := db.QueryRow(query).Scan(&rows, &nulls, &sum, &first); err != nil {
		t.Fatal(err)
	}
	if rows != 3000 || nulls != 1500 || sum != 3000*2999/2 {
		t.Errorf("rows %d, nulls %d, sum %d", rows, nulls, sum)
	}
	if want := time.Date(1931, 2, 3, 0, 0, 0, 0, time.UTC); !first.Equal(want) {
		t.Errorf("first day %v, want %v: days before 1970 must survive", first, want)
	}
	if _, err := os.Stat(path + ".wal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the log is still there: %v", err)
	}
}

// fill writes n rows, every second one with a NULL name.
func fill(t *testing.T, path string, n int) {
	t.Helper()
	c, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	columns := []ColumnType{{"id", "BIGINT"}, {"name", "VARCHAR"}, {"day", "DATE"}}
	a, err := c.Table(context.Background(), `odd "name`, columns)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		var name any
		if i%2 == 0 {
			name = "Nguyễn"
		}
		if err := a.Row(int64(i), name, time.Date(1931, 2, 3+i, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestCreateRefusesAnExistingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "there")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("Create over a file: %v, want os.ErrExist", err)
	}
}

func TestRowOfTheWrongLength(t *testing.T) {
	c, err := Create(filepath.Join(t.TempDir(), "new.duckdb"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	a, err := c.Table(context.Background(), "t", []ColumnType{{"id", "BIGINT"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Row(int64(1), "one too many"); err == nil {
		t.Error("a row of two values went into a table of one column")
	}
}
