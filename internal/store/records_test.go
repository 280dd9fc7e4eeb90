package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/store"
)

// read reads the expressions of a file as "line: value | value", and its problems.
func read(t *testing.T, at store.Location, exprs ...store.Expression) (records []string, found []string) {
	t.Helper()
	r, err := store.OpenRecords(context.Background(), at)
	check(t, err)
	var list problems.List
	err = r.Each(context.Background(), exprs, &list, func(line int, values []string) {
		records = append(records, fmt.Sprintf("%d: %s", line, strings.Join(values, " | ")))
	})
	check(t, err)
	for _, p := range list.Problems {
		found = append(found, strings.TrimPrefix(p.String(), at.File+":"))
	}
	return records, found
}

func TestRecordsOfCSV(t *testing.T) {
	for _, tt := range []struct {
		name, text     string
		records, found []string
	}{
		{"plain", "area,n\n01,5\nẤp 3,\n", []string{"2: 01 | 5", "3: Ấp 3 | "}, nil},
		{"byte-order mark", "\xef\xbb\xbfarea,n\n01,5\n", []string{"2: 01 | 5"}, nil},
		{"CRLF", "area,n\r\n01,5\r\n02,6\r\n", []string{"2: 01 | 5", "3: 02 | 6"}, nil},
		{"no last line end", "area,n\n01,5", []string{"2: 01 | 5"}, nil},
		{"blanks about values", "area,n\n 01 ,\t5 \n", []string{"2: 01 | 5"}, nil},
		{"empty lines", "area,n\n\n01,5\n\n\n02,6\n", []string{"3: 01 | 5", "6: 02 | 6"}, nil},
		{"quotes", "area,n\n\"0,1\",\"\"\"5\"\"\"\n", []string{"2: 0,1 | \"5\""}, nil},
		{"quoted line ends", "area,n\n\"0\n1\",5\n\"a\r\n\r\nb\",6\n03,7\n", []string{"2: 0\n1 | 5", "4: a\n\nb | 6", "7: 03 | 7"}, nil},
		{"quoted header", "area,n,\"a\nb\"\n01,5,x\n", []string{"3: 01 | 5"}, nil},
		{"header alone", "area,n\n", nil, nil},
		{"ragged", "area,n\n01\n02,6\n03,7,8\n", []string{"3: 02 | 6"},
			[]string{"2: 1 fields, the header has 2", "4: 3 fields, the header has 2"}},
		{"not UTF-8", "area,n\n01,\xff\n02,6\n\xc3,7\n", []string{"3: 02 | 6"}, []string{"2:n: not UTF-8", "4:area: not UTF-8"}},
		{"open quote", "area,n\n01,5\n\"02,6\n03,7\n", []string{"2: 01 | 5"}, []string{"3: not CSV from here on: extraneous or missing \" in quoted-field"}},
		{"quote within", "area,n\n01,5\n0\"2,6\n", []string{"2: 01 | 5"}, []string{"3: not CSV from here on: bare \" in non-quoted-field"}},
	} {
		at := store.Location{File: filepath.Join(t.TempDir(), "field.csv")}
		check(t, os.WriteFile(at.File, []byte(tt.text), 0o644))
		for path, exprs := range map[string][]store.Expression{"plain": {"area", "n"}, "SQL": {"area", "n || ''"}} {
			records, found := read(t, at, exprs...)
			if diff := cmp.Diff(tt.records, records); diff != "" {
				t.Errorf("%s, %s path, records:\n%s", tt.name, path, diff)
			}
			if diff := cmp.Diff(tt.found, found); diff != "" {
				t.Errorf("%s, %s path, problems:\n%s", tt.name, path, diff)
			}
		}
	}
}

func TestRecordsRefuse(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"x.csv", "", "x.csv:1: empty: want a header row"},
		{"x.csv", "a,b,a,c,b\n", "x.csv:1:a: two columns have this name"},
		{"x.csv", "a,\"b\n", "x.csv:1: not CSV: extraneous or missing \" in quoted-field"},
		{"x.csv", "a,\xff\n", "x.csv:1:2: the name of the column is not UTF-8"},
		{"x.ods", "", `x.ods: format "ods" is not one of csv, parquet`},
	} {
		file := filepath.Join(t.TempDir(), tt.name)
		check(t, os.WriteFile(file, []byte(tt.text), 0o644))
		_, err := store.OpenRecords(context.Background(), store.Location{File: file})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want %s", tt.text, err, tt.want)
		}
		var list *problems.List
		if errors.As(err, &list) != strings.HasSuffix(file, ".csv") {
			t.Errorf("%q: error of type %T", tt.text, err)
		}
	}
}

func TestRecordsAreTheSameInEveryFormat(t *testing.T) {
	// A column called line is a person's idea as well as ours.
	f := texts("line,area,name", []string{"a", "01", "Nguyễn"}, []string{"b", "", "Trần"}, []string{"c", "03", ""})
	at := f.write(t, t.TempDir())
	want := []string{"a | 01 | Nguyễn", "b |  | Trần", "c | 03 | "}
	for format, first := range map[string]int{"csv": 2, "parquet": 1} { // a Parquet file has no header to count
		for path, exprs := range map[string][]store.Expression{
			"plain": {"line", "area", "name"}, "SQL": {"line", "coalesce(area, '')", "trim(name)"},
		} {
			records, found := read(t, at[format], exprs...)
			var numbered []string
			for i, w := range want {
				numbered = append(numbered, fmt.Sprintf("%d: %s", first+i, w))
			}
			if diff := cmp.Diff(numbered, records); diff != "" || len(found) > 0 {
				t.Errorf("%s, %s path: %v\n%s", format, path, found, diff)
			}
		}
	}
}

// Parquet holds values, and what the reader sees of them is what a CSV file would say.
func TestRecordsOfTypedParquet(t *testing.T) {
	file := filepath.Join(t.TempDir(), "field.parquet")
	db, err := sql.Open("duckdb", "")
	check(t, err)
	defer db.Close()
	_, err = db.Exec("COPY (SELECT 7 AS n, DATE '1990-02-03' AS born, 0.5::DOUBLE AS w, NULL::INTEGER AS none, true AS yes) TO '" + file + "' (FORMAT parquet)")
	check(t, err)
	records, _ := read(t, store.Location{File: file}, "n", "born", "w", "none", "yes")
	if diff := cmp.Diff([]string{"1: 7 | 1990-02-03 | 0.5 |  | true"}, records); diff != "" {
		t.Error(diff)
	}
}

// Rows of a long file come in their order, as the file numbers them, whatever reads them in parallel.
func TestRecordsKeepTheirOrder(t *testing.T) {
	const n = 200_000
	var b strings.Builder
	b.WriteString("i\n")
	for i := range n {
		fmt.Fprintln(&b, i)
	}
	at := store.Location{File: filepath.Join(t.TempDir(), "long.csv")}
	check(t, os.WriteFile(at.File, []byte(b.String()), 0o644))
	for _, e := range []store.Expression{"i", "i || ''"} {
		r, err := store.OpenRecords(context.Background(), at)
		check(t, err)
		next := 0
		err = r.Each(context.Background(), []store.Expression{e}, new(problems.List), func(line int, values []string) {
			if line != next+2 || values[0] != fmt.Sprint(next) {
				t.Fatalf("line %d holds %s, want %d at %d", line, values[0], next, next+2)
			}
			next++
		})
		check(t, err)
		if next != n {
			t.Errorf("%s: %d records, want %d", e, next, n)
		}
	}
}
