package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/concord-stat/concord/internal/pgcluster"
	"github.com/concord-stat/concord/internal/store"
)

//go:embed persons.sql
var personsSQL string

const (
	serverPersons = 20_000_000 // CONCORD_BENCH_PERSONS takes another number
	copiedPersons = 5_000_000  // or a quarter of these
	serverRuns    = 3
)

// A contest is work done by us and by a peer in turn, and the ratio of our time to its time that is wanted at most.
type contest struct {
	work         string
	ours, theirs func(ctx context.Context) error
	wanted       float64
}

// postgresTable times tallies and a copy beside psql on the same server.
func postgresTable(ctx context.Context, dir string) error {
	psql, err := exec.LookPath("psql")
	if majors, _ := pgcluster.Versions(); err != nil || len(majors) == 0 {
		fmt.Println("\nPostgreSQL: no server or no psql is installed: skipped")
		return nil
	}
	persons := serverPersons
	if text := os.Getenv("CONCORD_BENCH_PERSONS"); text != "" {
		if persons, err = strconv.Atoi(text); err != nil {
			return fmt.Errorf("CONCORD_BENCH_PERSONS: %w", err)
		}
	}
	c, err := pgcluster.Start(ctx, pgcluster.Options{Settings: map[string]string{"shared_buffers": "1GB", "autovacuum": "off"}})
	if err != nil {
		return err
	}
	defer c.Stop()
	s := &server{c, psql}
	for _, layout := range []struct{ table, k string }{{"ordered", "g"}, {"shuffled", fmt.Sprintf("(g * 12345701 %% %d)", persons)}} {
		if err := s.load(ctx, layout.table, layout.k, persons); err != nil {
			return err
		}
		fmt.Printf("\nPostgreSQL, %d persons, %s\n", persons, layout.table)
		if err := race(ctx, s.tallies(layout.table)); err != nil {
			return err
		}
	}
	return s.copies(ctx, dir, min(copiedPersons, persons/4))
}

// race does the work of every contest in turn, us and the peer, and prints the median of the ratios.
func race(ctx context.Context, contests []contest) error {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "work\tConcord\tpeer\tratio\twanted\t")
	for _, c := range contests {
		var ours, theirs, ratios []float64
		for range serverRuns {
			a, err1 := timed(ctx, c.ours)
			b, err2 := timed(ctx, c.theirs)
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			ours, theirs, ratios = append(ours, a), append(theirs, b), append(ratios, a/b)
		}
		met := "met"
		if middle(ratios) > c.wanted {
			met = "NOT met"
		}
		fmt.Fprintf(t, "%s\t%.3g s\t%.3g s\t%.2f\t≤ %.2f\t%s\n", c.work, middle(ours), middle(theirs), middle(ratios), c.wanted, met)
	}
	return t.Flush()
}

func timed(ctx context.Context, f func(ctx context.Context) error) (float64, error) {
	began := time.Now()
	err := f(ctx)
	return time.Since(began).Seconds(), err
}

func middle(v []float64) float64 { return slices.Sorted(slices.Values(v))[len(v)/2] }

// A server has the register.
type server struct {
	*pgcluster.Cluster
	psql string
}

func (s *server) load(ctx context.Context, table, k string, persons int) error {
	text := strings.NewReplacer("$table", table, "$k", k, "$n", strconv.Itoa(persons)).Replace(personsSQL)
	if err := s.Exec(ctx, "postgres", text); err != nil {
		return err
	}
	return s.Exec(ctx, "postgres", "CREATE INDEX ON "+table+" (permanent)")
}

// statement is a statement run by psql, its rows fetched and thrown away.
func (s *server) statement(text string) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		cmd := exec.CommandContext(ctx, s.psql, "-X", "-q", "-A", "-t", "-o", os.DevNull, "-v", "ON_ERROR_STOP=1", s.Socket("postgres"))
		cmd.Stdin, cmd.Stderr = strings.NewReader(text), os.Stderr
		return cmd.Run()
	}
}

// tally opens the register, tallies and closes it.
func (s *server) tally(table string, r store.Request) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		source, err := store.Open(ctx, store.Location{Table: table, Postgres: &store.Postgres{Connection: s.Socket("postgres")}})
		if err != nil {
			return err
		}
		_, err = source.Tally(ctx, r)
		return errors.Join(err, source.Close())
	}
}

// byHand is the best statement known to us: ages by a search among birthdays, all cores, all the memory it wants.
const byHand = "SET jit = off; SET work_mem = '1GB'; SET max_parallel_workers_per_gather = %d; SELECT permanent, sex, width_bucket(birth_date, " +
	"(SELECT array_agg((date '2024-04-02' - make_interval(years => 101 - i))::date ORDER BY i) FROM generate_series(1, 100) i)), count(*) FROM %s%s GROUP BY 1, 2, 3"

// tallies are the contests of a layout.
func (s *server) tallies(table string) []contest {
	one := store.Request{Persons: store.Persons{Sex: coded("sex", "1", "2"), BirthDate: "birth_date"}, Reference: time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC),
		Definitions: []store.Definition{{Name: "permanent", Areas: []store.Expression{"permanent"}}}}
	single, many, few := one, one, one
	single.Persons.Dimensions = dimensions[:1]
	many.Persons.Dimensions = dimensions
	many.Definitions = append(slices.Clone(one.Definitions), store.Definition{Name: "current", Areas: []store.Expression{"current"}},
		store.Definition{Name: "both", Areas: []store.Expression{"permanent", "temporary"}})
	for i := range 10598 {
		few.Listed = append(few.Listed, fmt.Sprintf("%05d", 3*(i+1)))
	}
	for i := range 200 {
		few.Wanted = append(few.Wanted, few.Listed[i*52])
	}
	workers := 2
	naive := "SELECT permanent, sex, extract(year from age(date '2024-04-01', birth_date)), count(*) FROM " + table + " GROUP BY 1, 2, 3"
	wanted := " WHERE permanent = ANY ('{" + strings.Join(few.Wanted, ",") + "}')"
	return []contest{
		{"commune × sex × age, beside the plain statement", s.tally(table, one), s.statement(naive), 0.6},
		{"the same, beside the best by hand", s.tally(table, one), s.statement(fmt.Sprintf(byHand, workers, table, "")), 1.1},
		{"three definitions, five dimensions, beside one and one of ours", s.tally(table, many), s.tally(table, single), 1.6},
		{"200 of 10,598 communes, beside an index scan", s.tally(table, few), s.statement(fmt.Sprintf(byHand, 0, table, wanted)), 1.2},
	}
}

func coded(name string, codes ...string) store.Coded {
	c := store.Coded{Name: name, Expr: store.Expression(name), Codes: make(map[string]string)}
	for _, code := range codes {
		c.Codes[code] = code
	}
	return c
}

// dimensions have their codes listed, as those of a study have; ethnicity's 54 are.
var dimensions = []store.Coded{
	coded("marital", "1", "2", "3", "4", "5"), coded("ethnicity", numbered(54)...), coded("education", "0", "1", "2", "3", "4", "5", "6", "7", "8"),
	coded("religion", "1", "2", "3", "4", "5", "6", "7", "8", "9"), coded("work", "0", "1", "2", "3", "4"),
}

func numbered(n int) (codes []string) {
	for i := range n {
		codes = append(codes, fmt.Sprintf("%02d", i+1))
	}
	return codes
}

// copies times a copy of some persons into the embedded store beside the server's own sending of the same columns.
func (s *server) copies(ctx context.Context, dir string, persons int) error {
	if err := s.Exec(ctx, "postgres", fmt.Sprintf("CREATE UNLOGGED TABLE copied AS SELECT * FROM ordered LIMIT %d; ANALYZE copied", persons)); err != nil {
		return err
	}
	columns := []store.Expression{"permanent", "temporary", "current", "sex", "birth_date"}
	sent := []string{`permanent, temporary, "current", sex, birth_date`}
	for _, d := range dimensions {
		columns, sent = append(columns, d.Expr), append(sent, d.Name)
	}
	file := filepath.Join(dir, "copied.duckdb")
	ours := func(ctx context.Context) error {
		source, err := store.Open(ctx, store.Location{Table: "copied", Postgres: &store.Postgres{Connection: s.Socket("postgres")}})
		if err != nil {
			return err
		}
		_, err = source.Copy(ctx, store.CopyRequest{Columns: columns, File: file, Table: "copied"})
		return errors.Join(err, source.Close(), os.Remove(file))
	}
	fmt.Printf("\nCopy of %d persons, 10 columns, beside COPY TO STDOUT (FORMAT binary)\n", persons)
	plain := "COPY (SELECT " + strings.Join(sent, ", ") + " FROM copied) TO STDOUT (FORMAT binary);"
	return race(ctx, []contest{{"into a DuckDB file", ours, s.statement(plain), 1 / 0.7}})
}
