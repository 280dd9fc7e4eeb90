package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/store"
)

// A copy gives the tallies of its source, with expressions, dates in several forms, nulls, texts longer than those DuckDB
// keeps in place, and more rows than a chunk or a piece of the stream has; and nobody else can read it.
func TestCopyTalliesAsItsSource(t *testing.T) {
	_, at := database(t, "CREATE TABLE persons AS SELECT CASE WHEN i % 7 > 0 THEN ' xã ' || i % 13 || repeat('ă', i % 9) END AS area, i % 3 = 0 AS here, "+
		"CASE i % 2 WHEN 0 THEN 'Nam' ELSE 'Nữ' END AS sex, i % 5 AS work, (i % 4) / 2.0 AS share, "+
		"CASE WHEN i % 11 > 0 THEN date '2024-04-01' - i % 40000 END AS birth, timestamp '2024-04-01 23:00' - i % 300 * interval '1 day' AS moved "+
		"FROM generate_series(1, 50000) i; INSERT INTO persons (area, sex, birth) VALUES ('old', 'Nam', '-infinity'), ('old', 'Nam', 'infinity')")
	s := opened(t, at("persons"))
	r := by("area", "here OR work > 1")
	r.Definitions = append(r.Definitions, store.Definition{Name: "e", Areas: []store.Expression{"upper(sex) || work", "area"}})
	r.Persons.Sex = store.Coded{Name: "sex", Expr: "sex", Codes: map[string]string{"Nam": "male", "Nữ": "female"}}
	r.Persons.BirthDate, r.Persons.RegisteredFrom = "birth", "moved"
	r.Persons.Dimensions = []store.Coded{{Name: "work", Expr: "work"}, {Name: "share", Expr: "share"}, {Name: "here", Expr: "here"}}
	want, err := s.Tally(context.Background(), r)
	check(t, err)
	file := filepath.Join(t.TempDir(), "copy.duckdb")
	request := store.CopyRequest{File: file, Table: "public.persons", Where: r.Persons.Where, Columns: []store.Expression{"area", "upper(sex) || work", "sex",
		"birth", "moved", "work", "share", "here", r.Persons.Where}}
	rows, err := s.Copy(context.Background(), request)
	check(t, err)
	if rows < 30000 || rows > 45000 {
		t.Errorf("%d rows", rows)
	}
	info, err := os.Stat(file)
	check(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
	got, err := opened(t, store.Location{File: file, Table: "public.persons"}).Tally(context.Background(), r)
	check(t, err)
	for i := range want {
		if diff := cmp.Diff(cells(t, want[i]), cells(t, got[i])); diff != "" {
			t.Errorf("tally %d (-database +copy)\n%s", i, diff)
		}
	}
	if _, err := s.Copy(context.Background(), request); err == nil {
		t.Error("a file that was there is written over")
	}
}

// What fails or is stopped leaves no file, nor anything beside it.
func TestCopyLeavesNothingHalfMade(t *testing.T) {
	_, at := database(t, "CREATE TABLE persons AS SELECT i AS n, 'a' AS area FROM generate_series(1, 200000) i")
	s := opened(t, at("persons"))
	dir := t.TempDir()
	request := store.CopyRequest{File: filepath.Join(dir, "copy.duckdb"), Table: "persons", Columns: []store.Expression{"(1 / (n - 199999))::text"}}
	if _, err := s.Copy(context.Background(), request); err == nil {
		t.Error("a division by zero is no error")
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	request.Columns = []store.Expression{"area"}
	if _, err := s.Copy(ctx, request); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	left, err := os.ReadDir(dir)
	check(t, err)
	if len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if _, err := s.Copy(context.Background(), request); err != nil {
		t.Errorf("the source is of no use afterwards: %v", err)
	}
}
