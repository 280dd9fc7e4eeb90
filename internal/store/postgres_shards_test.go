package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/pgcluster"
	"github.com/concord-stat/concord/internal/store"
)

// A divided register lies on two servers behind a coordinator, made by the scripts of deploy/shards; the same persons lie
// in one table on the coordinator too.
type divided struct {
	coordinator *pgcluster.Cluster
	shards      [2]*pgcluster.Cluster
	password    string
}

// provinces are the codes of the 63 provinces of 2024.
var provinces = strings.Fields("01 02 04 06 08 10 11 12 14 15 17 19 20 22 24 25 26 27 30 31 33 34 35 36 37 38 40 42 44 45 46 48 49 51 52 54 56 58 60 62 64 66 " +
	"67 68 70 72 74 75 77 79 80 82 83 84 86 87 89 91 92 93 94 95 96")

// dividedColumns are the columns of the example; persons fills them.
const dividedColumns = "household, province, permanent, temporary, sex, birth_date, death_date, ethnicity, marital_status"

// persons are the persons from one number to before another: 63 provinces of 20 communes, some persons registered in a
// second commune, anywhere; codes that are missing, not listed or mean nothing, birth dates after the reference time.
func persons(from, to int) string {
	return fmt.Sprintf(`SELECT NULL, p[1 + i %% 63], CASE WHEN i %% 97 > 0 THEN p[1 + i %% 63] || lpad((i / 63 %% 20)::text, 3, '0') END,
	CASE WHEN i %% 11 = 0 THEN p[1 + (i + 31) %% 63] || '007' END, CASE i * 7 %% 401 WHEN 0 THEN NULL WHEN 1 THEN '9' ELSE (1 + i / 5 %% 2)::text END,
	CASE WHEN i %% 211 > 0 THEN date '1918-01-01' + (i * 7919 %% 38900)::int END, CASE WHEN i %% 53 = 0 THEN date '2020-01-01' + (i %% 3000)::int END,
	(ARRAY['01', '02', '03', '99', NULL, '01', '01'])[(1 + i %% 7)::int], (ARRAY['1', '2', '3', 'x'])[(1 + i / 11 %% 4)::int]
	FROM generate_series(%d::bigint, %d) i, (SELECT '{%s}'::text[] AS p) AS provinces`, from, to-1, strings.Join(provinces, ","))
}

// divide starts the three servers and fills them.
func divide(t *testing.T, n int) *divided {
	t.Helper()
	d := &divided{coordinator: pgcluster.ForTest(t, pgcluster.Options{TLS: true}), password: "kín đáo 'quá'"}
	for i := range d.shards {
		d.shards[i] = pgcluster.ForTest(t, pgcluster.Options{TLS: true})
	}
	deploy := func(name string) string { return filepath.Join("..", "..", "deploy", "shards", name) }
	secret := func(text string) string {
		file := filepath.Join(t.TempDir(), "secret")
		check(t, os.WriteFile(file, []byte(text+"\n"), 0o600))
		return file
	}
	between := "SHARD_PASSWORD_FILE=" + secret("between servers")
	environment := []string{between, "CONCORD_PASSWORD_FILE=" + secret(d.password), "SHARD_DATABASE=postgres"}
	var authorities []byte
	ctx := context.Background()
	var g errgroup.Group
	for i, c := range d.shards {
		check(t, c.Script(ctx, "postgres", deploy("shard.sql"), between))
		environment = append(environment, fmt.Sprintf("SHARD_%d_HOST=127.0.0.1", i+1), fmt.Sprintf("SHARD_%d_PORT=%d", i+1, c.Port))
		text, err := os.ReadFile(c.Authority())
		check(t, err)
		authorities = append(authorities, text...)
		half := []string{"province < '38'", "province >= '38'"}[i]
		g.Go(func() error {
			return c.Exec(ctx, "postgres", "INSERT INTO persons SELECT * FROM ("+persons(0, n)+") AS p("+dividedColumns+") WHERE "+half)
		})
	}
	authority := filepath.Join(d.coordinator.Dir, "authorities.crt")
	check(t, os.WriteFile(authority, authorities, 0o644))
	check(t, d.coordinator.Script(ctx, "postgres", deploy("coordinator.sql"), append(environment, "SHARD_AUTHORITY="+authority)...))
	check(t, g.Wait())
	check(t, d.coordinator.Exec(ctx, "postgres", "CREATE UNLOGGED TABLE whole AS SELECT * FROM ("+persons(0, n)+") AS p("+dividedColumns+
		"); GRANT SELECT ON whole TO concord_reader"))
	return d
}

func (d *divided) at(table string) store.Location {
	return store.Location{Table: table, Postgres: &store.Postgres{Connection: d.coordinator.URL("concord_reader", d.password, "postgres")}}
}

// everything is a request with all that a study asks of a register.
func everything() store.Request {
	r := store.Request{
		Persons: store.Persons{
			Sex: store.Coded{Name: "sex", Expr: "sex", Codes: map[string]string{"1": "male", "2": "female"}}, BirthDate: "birth_date", DeathDate: "death_date",
			Dimensions: []store.Coded{
				{Name: "ethnicity", Expr: "ethnicity", Codes: map[string]string{"01": "Kinh", "02": "other", "03": "other"}},
				{Name: "marital", Expr: "marital_status", Codes: map[string]string{"1": "single", "2": "married"}}, {Name: "as is", Expr: "marital_status"},
			},
		},
		Definitions: []store.Definition{
			{Name: "permanent", Areas: []store.Expression{"permanent"}}, {Name: "both", Areas: []store.Expression{"permanent", "temporary"}},
			{Name: "latest", Areas: []store.Expression{"temporary", "permanent"}},
		},
		Reference: day("2024-04-01"),
	}
	for _, p := range provinces[:62] { // the last is not listed
		for c := range 20 {
			r.Listed = append(r.Listed, fmt.Sprintf("%s%03d", p, c))
		}
	}
	return r
}

// same compares tallies cell by cell.
func same(t *testing.T, what string, want, got []*analysis.Tally) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%s: %d tallies, want %d", what, len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if w.Rows() < 1000 {
			t.Fatalf("%s: only %d cells are compared", what, w.Rows())
		}
		if !slices.Equal(w.N, g.N) {
			t.Errorf("%s: the counts of tally %d are others (%d and %d cells)", what, i, w.Rows(), g.Rows())
		}
		for k, dim := range w.Dims {
			if dim.Name != g.Dims[k].Name || !slices.Equal(dim.Levels, g.Dims[k].Levels) || !slices.Equal(dim.Code, g.Dims[k].Code) {
				t.Errorf("%s: tally %d differs in %s", what, i, dim.Name)
			}
		}
	}
}

func total(tally *analysis.Tally, definition int32) (n int64) {
	for row, code := range tally.Dims[0].Code {
		if code == definition {
			n += tally.N[row]
		}
	}
	return n
}

// A register on two shards behind a coordinator, as deploy/shards makes it: the same cells as from one server, counted on
// the shards; and a shard that dies is named, gives nothing, and gives all when it is back.
func TestShards(t *testing.T) {
	n := 5_000_000
	if testing.Short() {
		n = 200_000
	}
	ctx, started := context.Background(), time.Now()
	d := divide(t, n)
	t.Logf("%d persons are there after %v", n, time.Since(started).Round(time.Millisecond))
	timed := func(table string, r store.Request) []*analysis.Tally {
		began := time.Now()
		s, err := store.Open(ctx, d.at(table))
		check(t, err)
		got, err := s.Tally(ctx, r)
		check(t, errors.Join(err, s.Close())) // an open source keeps its locks on the shards
		t.Logf("tally of %s: %v", table, time.Since(began).Round(time.Millisecond))
		return got
	}
	few, many := everything(), everything() // of fewer definitions and dimensions, to be done sooner
	for _, r := range []*store.Request{&few, &many} {
		r.Definitions, r.Persons.Dimensions = r.Definitions[1:2], r.Persons.Dimensions[:1]
	}
	few.Wanted, many.Wanted = few.Listed[100:120], few.Listed[:700]
	requests := map[string]store.Request{"everywhere": everything(), "few areas": few, "many areas": many}
	whole := timed("whole", requests["everywhere"])
	var alive int64
	conn, err := pgx.Connect(ctx, d.coordinator.Socket("postgres"))
	check(t, err)
	defer conn.Close(ctx)
	check(t, conn.QueryRow(ctx, "SELECT count(*) FROM whole WHERE (birth_date < '2024-04-01' OR birth_date IS NULL) AND (death_date >= '2024-04-01' OR death_date IS NULL)").Scan(&alive))
	if got := total(whole[0], 0); got != alive {
		t.Errorf("%d persons of the first definition, want %d", got, alive)
	}
	for name, r := range requests {
		t.Run(name, func(t *testing.T) {
			want := whole
			if name != "everywhere" {
				want = timed("whole", r)
			}
			same(t, name, want, timed("persons", r))
			plan, err := opened(t, d.at("persons")).Explain(ctx, r)
			check(t, err)
			if !plan.Aggregated || len(plan.Findings) > 0 || len(plan.Servers) != 2 || !plan.Servers[0].Async || !plan.Servers[1].Async {
				t.Errorf("aggregated on the shards: %v, findings %v, servers %+v", plan.Aggregated, plan.Findings, plan.Servers)
			}
			for _, text := range plan.Statements {
				for _, want := range []string{"Async Foreign Scan", "Relations: Aggregate on (public.persons_1", "Relations: Aggregate on (public.persons_2"} {
					if !strings.Contains(text, want) {
						t.Errorf("the plan has no %q:\n%s", want, text)
					}
				}
			}
		})
	}
	t.Run("a shard dies", func(t *testing.T) { d.dies(t, everything(), whole) })
}

// dies kills the second shard in the middle of a tally: it waits for a lock there, the first one goes on.
func (d *divided) dies(t *testing.T, r store.Request, want []*analysis.Tally) {
	ctx := context.Background()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	lock, err := pgx.Connect(ctx, d.shards[1].Socket("postgres"))
	check(t, err)
	_, err = lock.Exec(ctx, "BEGIN; LOCK TABLE persons IN ACCESS EXCLUSIVE MODE")
	check(t, err)
	s := opened(t, d.at("persons"))
	failed := make(chan error)
	go func() {
		_, err := s.Tally(ctx, r)
		failed <- err
	}()
	waitFor(t, d.shards[1], "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'concord_shard'")
	d.shards[1].Kill()
	lost := func(err error) {
		t.Helper()
		if !errors.Is(err, store.ErrLost) || !strings.Contains(err.Error(), `"shard_2"`) || strings.Contains(err.Error(), "shard_1") {
			t.Errorf("error %v, want ErrLost and the name of the second shard alone", err)
		}
		t.Log(err)
	}
	lost(<-failed)
	_, err = s.Tally(ctx, r) // the source has lost its moment
	lost(err)
	_, err = opened(t, d.at("persons")).Tally(ctx, r)
	lost(err)
	check(t, d.shards[1].Restart(ctx))
	_, err = s.Tally(ctx, r)
	lost(err)
	got, err := opened(t, d.at("persons")).Tally(ctx, r)
	check(t, err)
	same(t, "when the shard is back", want, got)
}

// waitFor waits until a server answers a question with yes.
func waitFor(t *testing.T, c *pgcluster.Cluster, question string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.Socket("postgres"))
	check(t, err)
	defer conn.Close(context.Background())
	for yes := false; !yes; time.Sleep(20 * time.Millisecond) {
		check(t, conn.QueryRow(ctx, question).Scan(&yes))
	}
}
