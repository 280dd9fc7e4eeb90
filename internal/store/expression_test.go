package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/store"
)

// by asks for the persons by one expression as area, those for which where is true.
func by(area, where store.Expression) store.Request {
	return store.Request{
		Persons: store.Persons{Where: where}, Reference: day("2024-04-01"),
		Definitions: []store.Definition{{Name: "d", Areas: []store.Expression{area}}},
	}
}

func TestColumnsOfAnyName(t *testing.T) {
	names := []string{"xã phường", `odd "name"`, "select", "a b", "it's", "x; DROP TABLE y", "a+b", "("}
	f := texts(strings.Join(names, ","))
	for i := range 3 {
		var row []string
		for j := range names {
			row = append(row, fmt.Sprintf("%d-%d", j, i))
		}
		f.rows = append(f.rows, row)
	}
	everyFormat(t, f, func(t *testing.T, at store.Location) {
		for j, name := range names {
			want := map[string]int64{fmt.Sprintf("d | %d-0", j): 1, fmt.Sprintf("d | %d-1", j): 1, fmt.Sprintf("d | %d-2", j): 1}
			got := cells(t, tally(t, at, by(store.Expression(name), ""))[0])
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("column %s:\n%s", name, diff)
			}
		}
	})
}

func TestExpressionsThatAreExpressions(t *testing.T) {
	f := texts("area,Dân tộc,status", []string{"01", "Kinh", "a"}, []string{"02", "Tày", "b"}, []string{"02", "Kinh", "c"})
	everyFormat(t, f, func(t *testing.T, at store.Location) {
		for _, tt := range []struct {
			area, where store.Expression
			want        map[string]int64
		}{
			{"area -- the code", "", map[string]int64{"d | 01": 1, "d | 02": 2}},
			{"area /* the code */", "", map[string]int64{"d | 01": 1, "d | 02": 2}},
			{"substr(area, 2)", "", map[string]int64{"d | 1": 1, "d | 2": 2}},
			{`lower("Dân tộc") || ';' || area`, "", map[string]int64{"d | kinh;01": 1, "d | tày;02": 1, "d | kinh;02": 1}},
			{"area", "status = 'a' OR status = 'b'", map[string]int64{"d | 01": 1, "d | 02": 1}},
			{"area", "status = 'a' -- only", map[string]int64{"d | 01": 1}},
			{"AREA", "status IN ('b', 'c')", map[string]int64{"d | 02": 2}},
			{"CASE status WHEN 'a' THEN NULL ELSE '' END", "", map[string]int64{"d | missing": 3}},
		} {
			r := by(tt.area, tt.where)
			// A further condition shows that the first one does not swallow it or split it.
			r.Persons.DeathDate = "'2024-05-01'"
			if diff := cmp.Diff(tt.want, cells(t, tally(t, at, r)[0])); diff != "" {
				t.Errorf("%q where %q:\n%s", tt.area, tt.where, diff)
			}
		}
	})
}

func TestRefusedExpressions(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.csv")
	check(t, os.WriteFile(other, []byte("secret\n1\n"), 0o600))
	f := texts("area,status", []string{"01", "a"}, []string{"02", "b"})
	refused := []store.Expression{
		"1; DROP TABLE x", "area;", "1); SELECT (2", "area FROM source", "1) FROM source --", "1) FROM source WHERE (1 = 1",
		"SELECT 1", "FROM source", "1) AS a, (2", "1) OR (1", "area] || [area", "1) GROUP BY (1", "1) ORDER BY (1", "1) LIMIT (1",
		"1) UNION SELECT (2", "1 /*", "'unterminated", "$$unterminated", "*", "COLUMNS(*)", "?", "$1", " ",
		"(SELECT count(*) FROM read_csv('/etc/passwd'))", "(SELECT content FROM read_text('/etc/passwd'))",
		"(SELECT count(*) FROM '/etc/passwd')", "(SELECT count(*) FROM glob('/etc/*'))",
		store.Expression("(SELECT count(*) FROM read_csv('" + other + "'))"),
		store.Expression("(SELECT count(*) FROM '" + other + "')"),
		"(SELECT count(*) FROM read_csv('http://127.0.0.1:1/x.csv'))",
		"nope", "no_such_function(area)",
	}
	at := f.write(t, t.TempDir())
	for format, l := range at {
		s, err := store.Open(context.Background(), l)
		check(t, err)
		defer s.Close()
		for _, e := range refused {
			for where, r := range map[string]store.Request{"area": by(e, ""), "where": by("area", e)} {
				if got, err := s.Tally(context.Background(), r); err == nil {
					t.Errorf("%s: %q as %s was taken: %v", format, e, where, cells(t, got[0]))
				}
			}
		}
		// None of them has left anything behind.
		got, err := s.Tally(context.Background(), by("area", ""))
		check(t, err)
		if diff := cmp.Diff(map[string]int64{"d | 01": 1, "d | 02": 1}, cells(t, got[0])); diff != "" {
			t.Errorf("%s, afterwards:\n%s", format, diff)
		}
	}
}

func TestUnknownColumnIsNamed(t *testing.T) {
	f := texts("area,birth", []string{"01", "1990-01-01"})
	everyFormat(t, f, func(t *testing.T, at store.Location) {
		s, err := store.Open(context.Background(), at)
		check(t, err)
		defer s.Close()
		r := by("area", "")
		r.Persons.BirthDate = "birht"
		_, err = s.Tally(context.Background(), r)
		want := `birth_date: no column "birht"; the file has area, birth`
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	})
}
