package store_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/store"
)

// secret stands for what a record holds.
const secret = "Nguyễn Bí Mật"

func TestRegisterIsNotTouched(t *testing.T) {
	f := people([]person{{Permanent: "01", Birth: "1990-01-01"}, {Permanent: "02"}})
	everyFile(t, f, func(t *testing.T, at store.Location) {
		before, err := os.ReadFile(at.File)
		check(t, err)
		listing := names(t, filepath.Dir(at.File))
		s, err := store.Open(context.Background(), at)
		check(t, err)
		_, err = s.Tally(context.Background(), by("perm", ""))
		check(t, err)
		_, _, err = s.Profile(context.Background(), store.ProfileRequest{Key: "perm", Today: day("2024-04-01")})
		check(t, err)
		check(t, s.Close())
		after, err := os.ReadFile(at.File)
		check(t, err)
		if !bytes.Equal(before, after) {
			t.Error("the register's bytes have changed")
		}
		if got := names(t, filepath.Dir(at.File)); got != listing {
			t.Errorf("beside the register lie %s, before %s", got, listing)
		}
	})
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	check(t, err)
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

// A register that may be read and not written must do: the police's does not let us write.
func TestRegisterWithoutWritePermission(t *testing.T) {
	f := people([]person{{Permanent: "01"}})
	dir := t.TempDir()
	for format, at := range f.writeFiles(t, dir) {
		check(t, os.Chmod(at.File, 0o400))
		check(t, os.Chmod(dir, 0o500))
		if got := cells(t, tally(t, at, by("perm", ""))[0]); got["d | 01"] != 1 {
			t.Errorf("%s: %v", format, got)
		}
		check(t, os.Chmod(dir, 0o700))
	}
}

func TestPathsOfAnyName(t *testing.T) {
	f := people([]person{{Permanent: "01"}, {Permanent: "01"}})
	for _, name := range []string{"it's", "năm 2024", "a[1]*?", "year=2024"} {
		dir := filepath.Join(t.TempDir(), name)
		check(t, os.Mkdir(dir, 0o755))
		if strings.ContainsAny(name, "'?") {
			// The helper that writes the other formats quotes less than the store does.
			at := store.Location{File: filepath.Join(dir, "register.csv")}
			f.writeCSV(t, at.File)
			if got := cells(t, tally(t, at, by("perm", ""))[0]); got["d | 01"] != 2 {
				t.Errorf("%s: %v", name, got)
			}
			continue
		}
		for format, at := range f.write(t, dir) {
			if got := cells(t, tally(t, at, by("perm", ""))[0]); got["d | 01"] != 2 {
				t.Errorf("%s, %s: %v", name, format, got)
			}
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		check(t, os.WriteFile(file, []byte(text), 0o644))
		return file
	}
	for _, tt := range []struct {
		at   store.Location
		want string
	}{
		{store.Location{File: filepath.Join(dir, "none.csv")}, "no such file"},
		{store.Location{File: filepath.Join(dir, "none.parquet")}, "no such file"},
		{store.Location{File: filepath.Join(dir, "none.duckdb"), Table: "t"}, "no such file"},
		{store.Location{File: write("x.duckdb", "not a database"), Table: "t"}, "not a valid DuckDB database"},
		{store.Location{File: write("y.duckdb", "")}, "needs the name of a table"},
		{store.Location{File: write("x.parquet", "not parquet at all")}, "x.parquet"},
		{store.Location{File: write("x.xlsx", "")}, `format "xlsx" is not one of duckdb, parquet, csv`},
		{store.Location{File: write("empty.csv", "")}, "empty.csv:1: empty: want a header row"},
		{store.Location{File: write("twice.csv", "a,b,a\n1,2,3\n")}, "twice.csv:1:a: two columns have this name"},
	} {
		s, err := store.Open(context.Background(), tt.at)
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", filepath.Base(tt.at.File), err, tt.want)
		}
		if strings.Contains(tt.at.File, "none.") && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: error %v, want fs.ErrNotExist", filepath.Base(tt.at.File), err)
		}
	}
	at := people([]person{{}}).write(t, t.TempDir())["duckdb"]
	at.Table = "citizens"
	if _, err := store.Open(context.Background(), at); err == nil || !strings.Contains(err.Error(), "citizens") {
		t.Errorf("error %v, want the table's name", err)
	}
}

// A line that is broken stops the run with the number of the line and without its content. DuckDB's sniffer, left to
// itself, takes such a line for a header and silently drops those before it.
func TestBrokenLineOfARegister(t *testing.T) {
	for name, broken := range map[string]string{
		"too long":      "03," + secret + ",1,2\n",
		"too short":     "03\n",
		"open quote":    "03,\"" + secret + ",1\n",
		"text on quote": "03,\"" + secret + "\"x,1\n",
		"not UTF-8":     "03," + secret + "\xff\xfe,1\n",
	} {
		at := store.Location{File: filepath.Join(t.TempDir(), "register.csv")}
		text := "area,name,n\n01," + secret + ",1\n02," + secret + ",1\n" + broken
		check(t, os.WriteFile(at.File, []byte(text), 0o644))
		s, err := store.Open(context.Background(), at)
		if err == nil {
			_, err = s.Tally(context.Background(), by("area || name", ""))
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "register.csv: line 4 ") {
			t.Errorf("%s: error %v, want line 4", name, err)
		}
		silent(t, name, err)
	}
}

// silent makes sure that an error does not hold any of the secret.
func silent(t *testing.T, name string, err error) {
	t.Helper()
	for _, part := range strings.Fields(secret) {
		if err != nil && strings.Contains(err.Error(), part) {
			t.Errorf("%s: the error quotes a record: %v", name, err)
		}
	}
}

// Expressions that a value makes fail: DuckDB's own errors quote the value.
func TestErrorsOfValuesDoNotQuoteThem(t *testing.T) {
	f := texts("name,n", []string{secret, "2147483647"}, []string{secret, "1"})
	failing := []store.Expression{
		"CAST(name AS INTEGER)", "CAST(name AS DATE)", "strptime(name, '%Y')", "error(name)", "CAST(name AS BLOB)",
		"json_extract(name, '$.x')", "CAST(name AS BOOLEAN)", "regexp_matches('x', '[' || name)", "decode(encode(name) || '\\xFF'::BLOB)",
	}
	everyFormat(t, f, func(t *testing.T, at store.Location) {
		s, err := store.Open(context.Background(), at)
		check(t, err)
		defer s.Close()
		for _, e := range failing {
			_, err := s.Tally(context.Background(), by(e, ""))
			if err == nil {
				t.Errorf("%s does not fail: it tests nothing", e)
			}
			silent(t, string(e), err)
			_, _, err = s.Profile(context.Background(), store.ProfileRequest{Areas: map[string]store.Expression{"x": e}})
			silent(t, string(e), err)
		}
		_, err = s.Tally(context.Background(), by("CAST(n AS INTEGER) * 10000", ""))
		if err == nil || strings.Contains(err.Error(), "2147483647") {
			t.Errorf("overflow: error %v, want one without the number", err)
		}
	})
	records, err := store.OpenRecords(context.Background(), f.write(t, t.TempDir())["csv"])
	check(t, err)
	for _, e := range failing {
		err := records.Each(context.Background(), []store.Expression{e}, new(problems.List), func(int, []string) {})
		if err == nil {
			t.Errorf("%s over records does not fail: it tests nothing", e)
		}
		silent(t, string(e), err)
	}
}

func TestCancelled(t *testing.T) {
	at := people([]person{{Permanent: "01"}}).write(t, t.TempDir())
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for format, l := range at {
		if _, err := store.Open(cancelled, l); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: Open: %v", format, err)
		}
		s, err := store.Open(context.Background(), l)
		check(t, err)
		defer s.Close()
		if _, err := s.Tally(cancelled, by("perm", "")); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: Tally: %v", format, err)
		}
		if _, _, err := s.Profile(cancelled, store.ProfileRequest{Key: "perm"}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: Profile: %v", format, err)
		}
	}
	records, err := store.OpenRecords(context.Background(), at["csv"])
	check(t, err)
	for _, e := range []store.Expression{"perm", "perm || ''"} {
		err := records.Each(cancelled, []store.Expression{e}, new(problems.List), func(int, []string) {
			t.Errorf("%s: a record was yielded", e)
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Each of %s: %v", e, err)
		}
	}
}

// Ctrl-C in the middle of a long statement ends it.
func TestCancelledMidway(t *testing.T) {
	at := people([]person{{Permanent: "01"}}).write(t, t.TempDir())["duckdb"]
	s, err := store.Open(context.Background(), at)
	check(t, err)
	defer s.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err = s.Tally(ctx, by("perm", "(SELECT sum(i * j % 7) FROM range(10000000) a(i), range(10000000) b(j)) > length(perm)"))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want context.DeadlineExceeded", err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v to stop", took)
	}
}
