package simulate

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
)

// run simulates into a new directory.
func run(t *testing.T, o Options) (Summary, string) {
	t.Helper()
	o.Out = t.TempDir()
	s, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s, o.Out
}

// open opens a run's register.
func open(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", filepath.Join(dir, "register.duckdb")+"?access_mode=read_only")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// number runs a query that gives one number. CSV files of the run may be named by $dir.
func number(t *testing.T, db *sql.DB, dir, query string) (n int64) {
	t.Helper()
	query = strings.ReplaceAll(query, "$dir", dir)
	if err := db.QueryRow("SELECT coalesce((" + query + "), 0)::BIGINT").Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// digest summarises every file of a run: CSV byte by byte, the register row by row in order.
func digest(t *testing.T, dir string) string {
	t.Helper()
	var b bytes.Buffer
	for _, name := range []string{"areas.csv", "census.csv", "truth/population.csv", "truth/coverage.csv"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("\r")) {
			t.Errorf("%s has carriage returns", name)
		}
		b.Write(text)
	}
	var rows string
	const query = "SELECT md5(string_agg(md5(p::VARCHAR), '' ORDER BY rowid)) FROM persons p"
	if err := open(t, dir).QueryRow(query).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	return rows + b.String()
}

func TestExactlyAsManyRecordsAsAsked(t *testing.T) {
	for _, persons := range []int64{300, 4_321, 50_000} {
		for _, rates := range []Rates{{}, DefaultRates()} {
			s, dir := run(t, Options{Persons: persons, Seed: 7, Rates: rates})
			got := number(t, open(t, dir), dir, "SELECT count(*) FROM persons")
			if got != persons || s.Records != persons {
				t.Errorf("%d rows, %d in the summary, want %d", got, s.Records, persons)
			}
			if _, err := os.Stat(filepath.Join(dir, "register.duckdb.wal")); !errors.Is(err, os.ErrNotExist) {
				t.Error("the register has a log beside it")
			}
		}
	}
}

func TestOneSeedOneResultOnAnyNumberOfCores(t *testing.T) {
	o := Options{Persons: 30_000, Seed: 11, Rates: DefaultRates()}
	_, dir := run(t, o)
	want := digest(t, dir)
	for _, cores := range []int{1, 2, 5} {
		before := runtime.GOMAXPROCS(cores)
		_, dir = run(t, o)
		runtime.GOMAXPROCS(before)
		if digest(t, dir) != want {
			t.Errorf("another result on %d cores", cores)
		}
	}
	o.Seed++
	if _, dir = run(t, o); digest(t, dir) == want {
		t.Error("another seed gave the same result")
	}
}

func TestWithoutErrorsTheRegisterIsTheTruth(t *testing.T) {
	s, dir := run(t, Options{Persons: 60_000, Seed: 3})
	db := open(t, dir)
	if s.Residents != s.Records || s.Permanent != s.Records || s.Current != s.Records || s.Temporary != 0 {
		t.Errorf("%+v: every record should be a resident at home", s)
	}
	// Age in completed years at 0:00 on 1 April 2024: a birthday on the day itself counts.
	const tally = `SELECT permanent_area AS commune, CASE sex WHEN '1' THEN 'M' ELSE 'F' END AS sex,
		least(100, 2024 - year(birth_date) - CASE WHEN month(birth_date) >= 4 AND NOT (month(birth_date) = 4
		AND day(birth_date) = 1) THEN 1 ELSE 0 END)::BIGINT AS age, count(*) AS persons FROM persons
		WHERE birth_date < DATE '2024-04-01' GROUP BY ALL`
	const truth = `SELECT * FROM read_csv('$dir/truth/population.csv', header = true,
		columns = {'commune': 'VARCHAR', 'sex': 'VARCHAR', 'age': 'BIGINT', 'persons': 'BIGINT'})`
	for _, pair := range [][2]string{{tally, truth}, {truth, tally}} {
		if n := number(t, db, dir, fmt.Sprintf("SELECT count(*) FROM (%s EXCEPT %s)", pair[0], pair[1])); n != 0 {
			t.Errorf("%d cells of register and truth differ", n)
		}
	}
	for _, c := range s.Planted {
		if c.N != 0 {
			t.Errorf("%d %s planted at rate 0", c.N, c.Name)
		}
	}
}

func TestPersonalNumbers(t *testing.T) {
	s, dir := run(t, Options{Persons: 100_000, Seed: 5, Rates: DefaultRates()})
	db := open(t, dir)
	for query, want := range map[string]int64{
		"SELECT count(*) FROM persons WHERE NOT regexp_full_match(person_number, '0[0-9]{11}')":                                     0,
		"SELECT count(*) - count(DISTINCT person_number) FROM persons":                                                              planted(s, "same_number"),
		"SELECT max(n) FROM (SELECT count(*) AS n FROM persons GROUP BY person_number)":                                             2,
		"SELECT count(*) FROM persons WHERE sex IS NOT NULL AND person_number[4]::INT % 2 <> sex::INT - 1":                          0,
		"SELECT count(*) FROM persons WHERE year(birth_date) > 1800 AND person_number[5:6]::INT <> year(birth_date) % 100":          0,
		"SELECT count(*) FROM persons WHERE year(birth_date) > 1800 AND person_number[4]::INT // 2 <> year(birth_date) // 100 - 19": 0,
	} {
		if got := number(t, db, dir, query); got != want {
			t.Errorf("%s = %d, want %d", query, got, want)
		}
	}
	// Serials in order of issue: a run of a hundred ascending by one would be a counter shining through.
	n := newNumbers(5)
	seen, steps := map[uint32]bool{}, 0
	for i := range uint32(50_000) {
		x := n.permute(i)
		if x >= numberSpace || seen[x] {
			t.Fatalf("permute(%d) = %d: outside or there already", i, x)
		}
		if seen[x] = true; x == n.permute(i+1)-1 {
			steps++
		}
	}
	if steps > 5 { // expected 0.05
		t.Errorf("%d serials followed by their successor", steps)
	}
}

// planted is the number of planted errors of a kind.
func planted(s Summary, kind string) int64 {
	for _, c := range s.Planted {
		if c.Name == kind {
			return c.N
		}
	}
	panic("no kind " + kind)
}

func TestCancelStopsPromptly(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var stopped time.Time
	o := Options{Out: t.TempDir(), Persons: 2_000_000, Seed: 1, Progress: func(done, _ int64) {
		if done > 20_000 && ctx.Err() == nil {
			stopped = time.Now()
			cancel()
		}
	}}
	_, err := Run(ctx, o)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Run = %v, want context.Canceled", err)
	}
	if wait := time.Since(stopped); wait > 3*time.Second {
		t.Errorf("stopped %v after being told", wait)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for name, o := range map[string]Options{
		"no persons":        {},
		"too few persons":   {Persons: 5},
		"rate too high":     {Persons: 1000, Rates: Rates{Twice: 0.7}},
		"ages without unit": {Persons: 1000, AgesFile: "ages.csv"},
		"units alone":       {Persons: 1000, UnitsFile: "units.csv"},
		"early reference":   {Persons: 1000, Reference: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)},
		"no sample":         {Persons: 1000, Census: CensusPlan{AreaFraction: 2, HouseholdsPerArea: 30, AreaHouseholds: 140}},
	} {
		if _, err := Population(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
