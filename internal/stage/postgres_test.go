package stage_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/pgcluster"
	"github.com/concord-stat/concord/internal/simulate"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// onPostgres is a study of a country of 20,000 persons, draw and field results fitting, whose register lies in a DuckDB
// file and, the same rows, in a table of a server.
const onPostgres = `study: moved
title: Moved
seed: 3
reference_time: 2024-04-01
areas: {file: areas.csv, level: commune, code: commune_code, name: commune_name, parents: [{level: district, code: district_code}, {level: province, code: province_code}]}
register:
  REGISTER
  table: persons
  columns: {household: household_id, permanent: permanent_area, temporary: temporary_area, current: current_area, sex: sex, birth_date: birth_date, death_date: death_date}
  sex_codes: {"1": male, "2": female}
  dimensions:
    - {name: ethnicity, column: ethnicity}
    - {name: marital, column: marital_status, codes: {"1": single, "2": married}}
definitions: [{name: current, residence: current}, {name: registered, residence: permanent+temporary}]
draw: {method: srs, n: 40, stages: [{unit: household, method: srs, n: 5}]}
collection: {start: 2024-04-01, end: 2024-04-30}
field_results: {file: census.csv, kind: sample, columns: {area: commune, sex: sex, age: age, stratum: stratum, psu: ea, household: household, weight: weight}, sex_codes: {"1": male, "2": female}}
compare: {dimensions: [total, sex, age], levels: [commune, province], margin_pct: 5}
`

// country simulates the country and copies its register to a server.
func country(t *testing.T, c *pgcluster.Cluster, database string) (dir string) {
	t.Helper()
	dir, ctx := t.TempDir(), context.Background()
	if _, err := simulate.Run(ctx, simulate.Options{Out: dir, Persons: 20_000, Seed: 5, Rates: simulate.DefaultRates()}); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", filepath.Join(dir, "register.duckdb")+"?access_mode=read_only")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT household_id::VARCHAR, permanent_area, temporary_area, current_area, sex, birth_date, death_date, ethnicity, marital_status FROM persons")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	conn, err := pgx.Connect(ctx, c.Socket(database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	const table = "CREATE TABLE persons (household_id text, permanent_area text, temporary_area text, current_area text, sex text, " +
		"birth_date date, death_date date, ethnicity text, marital_status text)"
	if _, err := conn.Exec(ctx, table); err != nil {
		t.Fatal(err)
	}
	columns := strings.Split("household_id,permanent_area,temporary_area,current_area,sex,birth_date,death_date,ethnicity,marital_status", ",")
	_, err = conn.CopyFrom(ctx, pgx.Identifier{"persons"}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		if !rows.Next() {
			return nil, rows.Err()
		}
		values := make([]any, len(columns))
		dest := make([]any, len(columns))
		for i := range values {
			dest[i] = &values[i]
		}
		return values, rows.Scan(dest...)
	}))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// runner is a runner of the study with its register in one place.
func runner(t *testing.T, dir, register string) *stage.Runner {
	t.Helper()
	file := filepath.Join(dir, "study.yaml")
	text := strings.Replace(onPostgres, "REGISTER", register, 1) + "output: " + strings.Fields(register)[0][:4] + "\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := study.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return stage.New(s, "test")
}

// files are the bytes of the files of a stage's artefact by name.
func files(t *testing.T, r *stage.Runner, name string) map[string]string {
	t.Helper()
	path, err := r.Current(name)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(path, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(text)
	}
	return all
}

// The draw of communes and households and the extract are the same bytes from either store, but for what names the
// register; and the manifest tells at which moment a database was read.
func TestRegisterInPostgres(t *testing.T) {
	c := pgcluster.Shared(t, 0)
	database := c.Database(t)
	dir := country(t, c, database)
	here, there := runner(t, dir, "file: register.duckdb"), runner(t, dir, "postgres: {connection: "+c.Socket(database)+"}")
	for _, r := range []*stage.Runner{here, there} {
		if err := run(r, stage.Draw, stage.Extract); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{stage.Draw, stage.Extract} {
		a, b := files(t, here, name), files(t, there, name)
		for _, meta := range []string{"manifest.json", "seal.sha256", "study.yaml", "datapackage.json"} {
			delete(a, meta)
			delete(b, meta)
		}
		if len(a) < 2 {
			t.Fatalf("%s has %d files: nothing is compared", name, len(a))
		}
		for file, text := range a {
			if b[file] != text {
				t.Errorf("%s/%s differs between the stores: %d and %d bytes", name, file, len(text), len(b[file]))
			}
		}
		if diff := cmp.Diff(len(a), len(b)); diff != "" {
			t.Error(diff)
		}
	}
	path, err := there.Current(stage.Extract)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := artefact.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	var details struct {
		Snapshot store.Snapshot `json:"register_snapshot"`
	}
	if err := json.Unmarshal(m.Details, &details); err != nil {
		t.Fatal(err)
	}
	s := details.Snapshot
	if s.Table != "public.persons" || time.Since(s.Time) > time.Hour || !strings.Contains(s.WAL, "/") || s.Rows == 0 {
		t.Errorf("snapshot %+v", s)
	}
	if _, err := there.Verify(); err != nil {
		t.Error(err)
	}
}

// A server that goes away takes the moment with it: the stage starts again when it is back, says so, and comes to the same.
func TestStageStartsAgainAfterACrash(t *testing.T) {
	c := pgcluster.ForTest(t, pgcluster.Options{})
	dir := country(t, c, "postgres")
	if err := c.Exec(context.Background(), "postgres", "CHECKPOINT"); err != nil {
		t.Fatal(err)
	}
	r := runner(t, dir, "postgres: {connection: "+c.Socket("postgres")+"}")
	var notices []string
	r.Notice = func(text string) { notices = append(notices, text) }
	crashes := 1
	r.Progress = func(name string, done, total int64) {
		if name == stage.Extract && crashes > 0 {
			crashes--
			c.Kill()
			if err := c.Restart(context.Background()); err != nil {
				t.Error(err)
			}
		}
	}
	if err := run(r, stage.Draw, stage.Extract); err != nil {
		t.Fatal(err)
	}
	if len(notices) != 1 || !strings.Contains(notices[0], "extract starts again") {
		t.Errorf("notices %q, want one that the extract starts again", notices)
	}
	calm := runner(t, dir, "file: register.duckdb")
	if err := run(calm, stage.Draw, stage.Extract); err != nil {
		t.Fatal(err)
	}
	a, b := files(t, r, stage.Extract), files(t, calm, stage.Extract)
	for name, text := range b {
		if strings.HasSuffix(name, ".parquet") && a[name] != text {
			t.Errorf("%s is not what it is without a crash", name)
		}
	}
}

func TestConnectionIsChecked(t *testing.T) {
	dir := t.TempDir()
	for register, want := range map[string]string{
		"postgres: {connection: 'postgres://u:secret@h/d'}":              "register.postgres.connection holds a password",
		"postgres: {connection: 'host=h password = secret'}":             "register.postgres.connection holds a password",
		"postgres: {connection: service=npd, statement_timeout: soon}":   `register.postgres.statement_timeout: "soon" is no time`,
		"postgres: {connection: service=npd}\n  file: register.duckdb":   "it lies in one of them",
		"postgres: {connection: service=npd, connections: 0}":            "register.postgres.connections",
		"postgres: {connection: service=npd}\n  date_format: MM/YYYY":    "date_format",
		"postgres: {connection: service=npd}\n  date_format: DD/DD/YYYY": `date format "DD/DD/YYYY"`,
	} {
		file := filepath.Join(dir, "study.yaml")
		if err := os.WriteFile(file, []byte(strings.Replace(onPostgres, "REGISTER", register, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := study.Load(file)
		if err == nil && strings.Contains(want, "date format") {
			_, err = stage.New(s, "test").Check(context.Background())
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", register, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}
