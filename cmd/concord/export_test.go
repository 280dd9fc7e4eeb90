package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/concord-stat/concord/api"
	"github.com/concord-stat/concord/internal/pgcluster"
	"github.com/concord-stat/concord/internal/simulate"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/store/published"
	"github.com/concord-stat/concord/internal/study"
)

// call runs the program within the test.
func call(t *testing.T, code int, args ...string) (out, errOut string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if got := run(args, strings.NewReader(""), &stdout, &stderr); got != code {
		t.Fatalf("concord %s: exit code %d, want %d\n%s", strings.Join(args, " "), got, code, &stderr)
	}
	return stdout.String(), stderr.String()
}

// finished simulates a country and compares it, and gives the study's file.
func finished(t *testing.T, seed uint64) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := simulate.Run(context.Background(), simulate.Options{Out: dir, Persons: 20_000, Seed: seed, Rates: simulate.DefaultRates()}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "study.yaml")
	check(t, os.WriteFile(file, studyOfSimulation, 0o600))
	call(t, 0, "run", "-s", file)
	return file
}

// connected is the database of a server with the schema of this program.
func connected(t *testing.T, connection string) *published.Database {
	t.Helper()
	db, err := published.Connect(context.Background(), store.Postgres{Connection: connection}, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func handler(t *testing.T, source api.Source) http.Handler {
	t.Helper()
	h, err := api.New(api.Options{Version: "test", Source: source, Pyramid: figure, Report: noReport})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func answer(t *testing.T, h http.Handler, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: status %d: %.300s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

// A comparison that went through a database is answered in the same bytes as the one from files, by every route; a role
// that can only read is enough to serve it; and a second export changes nothing.
func TestExportAndServe(t *testing.T) {
	c := pgcluster.Shared(t, 0)
	name := c.Database(t)
	file := finished(t, 4)
	out, _ := call(t, 0, "export", "-s", file, "--to", c.Socket(name))
	if !strings.Contains(out, "discrepancies and") {
		t.Errorf("export said %q", out)
	}
	if out, _ = call(t, 0, "export", "-s", file, "--to", c.Socket(name)); !strings.Contains(out, "is there already") {
		t.Errorf("the second export said %q", out)
	}
	check(t, c.Exec(context.Background(), name, "DROP ROLE IF EXISTS onlooker; CREATE ROLE onlooker LOGIN; GRANT USAGE ON SCHEMA concord TO onlooker; "+
		"GRANT SELECT ON ALL TABLES IN SCHEMA concord TO onlooker"))
	t.Cleanup(func() { check(t, c.Exec(context.Background(), name, "DROP OWNED BY onlooker; DROP ROLE onlooker")) })
	db := connected(t, strings.Replace(c.Socket(name), "user=postgres", "user=onlooker", 1))
	check(t, db.Check(context.Background()))
	k, err := newKept(context.Background(), db)
	check(t, err)
	s, err := study.Load(file)
	check(t, err)
	here, there := handler(t, &current{runner: stage.New(s, program()), study: s.ID}), handler(t, k)
	at := "/api/v1/studies/" + s.ID
	paths := []string{"/api/v1/studies", at, at + "/areas?per_page=100", at + "/areas?sort=-difference&level=province", at + "/areas/01",
		at + "/areas/01/pyramid.svg?lang=vi", at + "/discrepancies?per_page=200", at + "/discrepancies?format=csv", at + "/tables"}
	comparison, err := k.Comparison(s.ID)
	check(t, err)
	for _, table := range comparison.Summary.Tables {
		paths = append(paths, at+"/tables/"+table+"?format=csv")
	}
	if len(paths) < 15 {
		t.Errorf("only %d routes: the comparison lacks tables", len(paths))
	}
	for _, path := range paths {
		if a, b := answer(t, here, path), answer(t, there, path); a != b {
			t.Errorf("GET %s: %d bytes from files, %d from the database, and not the same", path, len(a), len(b))
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Two servers look at one database while a later comparison of the study is exported: both show it then.
func TestTwoServersSeeTheNewest(t *testing.T) {
	c := pgcluster.Shared(t, 0)
	name := c.Database(t)
	first, second := finished(t, 5), finished(t, 6)
	call(t, 0, "export", "-s", first, "--to", c.Socket(name))
	var servers []http.Handler
	for range 2 {
		k, err := newKept(context.Background(), connected(t, c.Socket(name)))
		check(t, err)
		servers = append(servers, handler(t, k))
	}
	const path = "/api/v1/studies/simulation"
	before := answer(t, servers[0], path)
	call(t, 0, "export", "-s", second, "--to", c.Socket(name))
	time.Sleep(lookEvery)
	for i, h := range servers {
		if after := answer(t, h, path); after == before {
			t.Errorf("server %d shows the comparison before", i)
		}
	}
}

// A server that dies in the middle of an export has nothing of it afterwards.
func TestExportIsOneTransaction(t *testing.T) {
	c := pgcluster.ForTest(t, pgcluster.Options{})
	env := &environ{studyFile: finished(t, 7), stderr: io.Discard}
	_, comparison, err := env.comparison()
	check(t, err)
	db := connected(t, c.Socket("postgres"))
	check(t, db.Migrate(context.Background()))
	check(t, c.Exec(context.Background(), "postgres", "CHECKPOINT"))
	killed := false
	_, err = db.Export(context.Background(), comparison, "seal", func(done, total int64) {
		if !killed && done > total/2 {
			killed = true
			c.Kill()
		}
	})
	if err == nil || !killed {
		t.Fatalf("error %v, killed %v: the export must fail in the middle", err, killed)
	}
	check(t, c.Restart(context.Background()))
	again := connected(t, c.Socket("postgres"))
	force, err := again.InForce(context.Background())
	check(t, err)
	if len(force) != 0 {
		t.Errorf("%d comparisons are there after an export that failed", len(force))
	}
	added, err := again.Export(context.Background(), comparison, "seal", nil)
	if err != nil || !added {
		t.Errorf("afterwards: added %v, %v", added, err)
	}
}

// Programs that bring a schema up at once do it once; what was made by another program is refused.
func TestMigrations(t *testing.T) {
	c := pgcluster.Shared(t, 0)
	name := c.Database(t)
	ctx := context.Background()
	if err := connected(t, c.Socket(name)).Check(ctx); err == nil || !strings.Contains(err.Error(), "holds no comparisons yet") {
		t.Errorf("an empty database: %v", err)
	}
	var all sync.WaitGroup
	for range 4 {
		db := connected(t, c.Socket(name))
		all.Go(func() {
			if err := db.Migrate(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	db := connected(t, c.Socket(name))
	check(t, db.Check(ctx))
	for what, tt := range map[string]struct{ do, undo, want string }{
		"newer":   {"INSERT INTO concord.migration VALUES (9999, '9999_later.sql', 'x')", "DELETE FROM concord.migration WHERE number = 9999", "newer Concord"},
		"changed": {"UPDATE concord.migration SET sha256 = 'x' || sha256 WHERE number = 1", "UPDATE concord.migration SET sha256 = substr(sha256, 2) WHERE number = 1", "0001_results.sql is not the one"},
	} {
		check(t, c.Exec(ctx, name, tt.do))
		if err := db.Check(ctx); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", what, err, tt.want)
		}
		if err := db.Migrate(ctx); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: Migrate: %v, want %s", what, err, tt.want)
		}
		check(t, c.Exec(ctx, name, tt.undo))
	}
	check(t, c.Exec(ctx, name, "DELETE FROM concord.migration"))
	if err := db.Check(ctx); err == nil || !strings.Contains(err.Error(), "older than this program") {
		t.Errorf("older: %v", err)
	}
}

func TestExportRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "study.yaml")
	_, errOut := call(t, exitUsage, "export", "-s", file)
	if !strings.Contains(errOut, "--to is missing") {
		t.Errorf("without a database: %s", errOut)
	}
	_, errOut = call(t, exitUsage, "serve", "-s", file, "--results", "postgres://u:geheim@h/d")
	if !strings.Contains(errOut, "password") || strings.Contains(errOut, "geheim") {
		t.Errorf("a password: %s", errOut)
	}
}
