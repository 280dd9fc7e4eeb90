package stage_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/fieldwork"
	"github.com/concord-stat/concord/internal/pgcluster"
	"github.com/concord-stat/concord/internal/simulate"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// surveyed is a study whose field results lie in several places.
const surveyed = `study: surveyed
title: Surveyed
reference_time: 2024-04-01
areas: {file: areas.csv, level: commune, code: commune_code, name: commune_name, parents: [{level: district, code: district_code}, {level: province, code: province_code}]}
register: {file: register.duckdb, table: persons, columns: {current: current_area}}
definitions: [{name: current, residence: current}]
draw: {method: all}
collection: {start: 2024-04-01, end: 2024-04-30}
field_results:
  PLACE
  kind: sample
  columns: {area: commune, sex: sex, age: age, stratum: stratum, psu: ea, household: household, weight: weight, psus: n_ea, households: n_hh}
  sex_codes: {M: male, F: female}
  dimensions: [{name: marital, column: marital_status}]
compare: {dimensions: [total, sex, age5, marital], levels: [commune, province], margin_pct: 5}
estimation: {lonely_psu: adjust}
output: OUTPUT
`

func surveyAt(t *testing.T, dir, place, output string) *stage.Runner {
	t.Helper()
	s, err := study.Parse(filepath.Join(dir, "study.yaml"), []byte(strings.NewReplacer("PLACE", place, "OUTPUT", output).Replace(surveyed)))
	if err != nil {
		t.Fatal(err)
	}
	return stage.New(s, "test")
}

// TestFieldResultsInEveryStore: estimates are the same bytes wherever the records lie, and so is every other file of the
// artefact but those that tell where it was; a reading of a database is kept until another one is asked for.
func TestFieldResultsInEveryStore(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	if _, err := simulate.Run(ctx, simulate.Options{Out: dir, Persons: 100_000, Seed: 5, Rates: simulate.DefaultRates()}); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", filepath.Join(dir, "census.duckdb"))
	if err != nil {
		t.Fatal(err)
	}
	from := " FROM read_csv('" + filepath.Join(dir, "census.csv") + "', all_varchar = true) ORDER BY hash(household), age"
	for _, text := range []string{"CREATE TABLE persons AS SELECT *" + from, "COPY (SELECT *" + from + ") TO '" + filepath.Join(dir, "census.parquet") + "' (FORMAT parquet)"} {
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	c := pgcluster.Shared(t, 0)
	connection := c.Socket(c.Database(t))
	csv := surveyAt(t, dir, "file: census.csv", "csv")
	load(t, csv.Study, store.Copy{To: store.Postgres{Connection: connection}, Table: "persons"})
	if err := run(csv, stage.Estimate); err != nil {
		t.Fatal(err)
	}
	want := files(t, csv, stage.Estimate)
	inPostgres := "postgres: {connection: " + connection + "}\n  table: persons"
	for name, place := range map[string]string{"duckdb": "file: census.duckdb\n  table: persons", "parquet": "file: census.parquet", "postgres": inPostgres} {
		r := surveyAt(t, dir, place, name)
		if _, err := r.Check(ctx); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := run(r, stage.Estimate); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := files(t, r, stage.Estimate)
		for file, text := range want {
			if text != got[file] && file != "manifest.json" && file != "seal.sha256" {
				t.Errorf("%s: %s differs: %d and %d bytes", name, file, len(text), len(got[file]))
			}
		}
		if len(got) != len(want) || len(want) < 4 {
			t.Errorf("%s: %d files, want %d", name, len(got), len(want))
		}
		if _, err := r.Verify(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if at := strings.Contains(got["manifest.json"], `"field_snapshot"`); at != (name == "postgres") || strings.Contains(got["manifest.json"], dir) {
			t.Errorf("%s: the manifest tells of a moment: %v", name, at)
		}
	}
	for place, again := range map[string]bool{inPostgres: false, strings.Replace(inPostgres, "}", ", connections: 1}", 1): false, strings.Replace(inPostgres, "}", ", reading: second}", 1): true} {
		var made bool
		err := surveyAt(t, dir, place, "postgres").Run(ctx, []string{stage.Estimate}, func(r stage.Result) { made = r.Made })
		if err != nil || made != again {
			t.Errorf("%s: read again: %v, want %v; error %v", place, made, again, err)
		}
	}
}

// TestFieldResultsToCome: a table that is not there yet is no failure of a run.
func TestFieldResultsToCome(t *testing.T) {
	c, dir := pgcluster.Shared(t, 0), t.TempDir()
	const list = "commune_code,commune_name,district_code,province_code\n01,A,D,P\n"
	if err := os.WriteFile(filepath.Join(dir, "areas.csv"), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	r := surveyAt(t, dir, "postgres: {connection: "+c.Socket("postgres")+"}\n  table: to_come", "o")
	var told []string
	err := r.Run(context.Background(), []string{stage.Estimate}, func(r stage.Result) { told = append(told, r.NotDue) })
	if err != nil || len(told) != 1 || !strings.Contains(told[0], `no field results yet: `) || !strings.Contains(told[0], `"to_come"`) {
		t.Errorf("told %q, error %v", told, err)
	}
}

func load(t *testing.T, s *study.Study, into store.Copy) {
	t.Helper()
	list, err := areas.Read(s)
	if err != nil {
		t.Fatal(err)
	}
	results, err := fieldwork.Read(context.Background(), s, list, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := fieldwork.Load(context.Background(), s, into, results.Records, nil); err != nil {
		t.Fatal(err)
	}
}

// TestFieldResultsHaveAPlace: what study.yaml must say of where field results lie.
func TestFieldResultsHaveAPlace(t *testing.T) {
	for place, want := range map[string]string{
		"file: census.duckdb": "field_results.table is missing",
		"table: persons":      "field_results.file is missing, or field_results.postgres",
		"postgres: {connection: service=census}\n  file: census.csv\n  table: t": "they lie in one of them",
		"postgres: {connection: service=census}":                                 "field_results.table is missing",
		"postgres: {connection: 'postgres://u:secret@h/d'}\n  table: t":          "field_results.postgres.connection holds a password",
		"postgres: {connection: service=census, lock_timeout: soon}\n  table: t": `"soon" is no time`,
	} {
		_, err := study.Parse("study.yaml", []byte(strings.NewReplacer("PLACE", place, "OUTPUT", "o").Replace(surveyed)))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error %v, want %s", place, err, want)
		}
	}
	if _, err := os.Stat("o"); err == nil {
		t.Error("a study that is refused leaves a folder")
	}
}
