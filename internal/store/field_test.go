package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/store"
)

// groups are the groups of a request by their keys, age and faults, added up; rows are those found before.
func groups(t *testing.T, at store.Location, r store.FieldRequest) map[string]store.FieldGroup {
	t.Helper()
	s, err := store.Open(context.Background(), at)
	check(t, err)
	defer s.Close()
	all := make(map[string]store.FieldGroup)
	check(t, s.Field(context.Background(), r, func(g *store.FieldGroup) {
		key := fmt.Sprint(strings.Join(g.Keys, "|"), g.Age, g.Count, g.Weight, g.Noise)
		sum := all[key]
		sum.Records, sum.Light, sum.Persons = sum.Records+g.Records, sum.Light+g.Light, sum.Persons+g.Persons
		sum.Weighted, sum.Variance = sum.Weighted+g.Weighted, sum.Variance+g.Variance
		all[key] = sum
	}))
	return all
}

// TestFieldByHand: the sums are those of a loop over the records, in every store, in one piece or in many.
func TestFieldByHand(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	f := texts("psu,sex,n,w,sd")
	f.columns = append(f.columns, store.ColumnType{Name: "born", Type: "DATE"})
	want := make(map[string]store.FieldGroup)
	for range 20_000 {
		psu, sex, n := strconv.Itoa(rng.IntN(40)), []string{"m", "f", ""}[rng.IntN(3)], rng.IntN(4)
		w, sd := 3*rng.Float64(), float64(rng.IntN(5))/2
		year := 1930 + rng.IntN(100)
		f.rows = append(f.rows, []string{psu, sex, strconv.Itoa(n), strconv.FormatFloat(w, 'g', -1, 64), strconv.FormatFloat(sd, 'g', -1, 64),
			fmt.Sprintf("%d-04-01", year)})
		age := 2024 - year
		if year >= 2024 {
			age = store.AgeUnborn
		}
		key := fmt.Sprint(psu+"|"+sex, age, 0, 0, 0)
		g := want[key]
		g.Records++
		g.Persons += int64(n)
		g.Weighted += int64(n) * store.InUnits(w, 1e9)
		g.Variance += store.InUnits(sd*sd, 1e6)
		if w < 1 {
			g.Light++
		}
		want[key] = g
	}
	r := store.FieldRequest{Keys: []store.Expression{"psu", "sex"}, BirthDate: "born", Count: "n", Weight: "w", NoiseSD: "sd",
		Reference: time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC), Oldest: 130, Heaviest: 1e9, MostNoise: 1e6}
	var done, total int64
	r.Progress = func(d, of int64) { done, total = d, of }
	for name, at := range f.write(t, t.TempDir()) {
		if name == "csv" {
			continue // whose records are read one by one
		}
		if diff := cmp.Diff(want, groups(t, at, r)); diff != "" {
			t.Errorf("%s:\n%.1500s", name, diff)
		}
		if at.Postgres != nil && (done != total || total < 20) {
			t.Errorf("%s: %d of %d pages were told, want many pieces", name, done, total)
		}
	}
}

// TestFieldOfManyKeys: keys of more values than are numbered, beside others that are, and more of these than one number holds.
func TestFieldOfManyKeys(t *testing.T) {
	file := filepath.Join(t.TempDir(), "many.parquet")
	db, err := sql.Open("duckdb", "")
	check(t, err)
	defer db.Close()
	_, err = db.Exec("COPY (SELECT i // 2 AS household, i % 1000 AS a, 'x' || i % 30011 AS b, i % 40009 AS c, i % 50021 AS d, i % 7 AS e FROM range(300000) AS r(i)) TO '" +
		file + "' (FORMAT parquet)")
	check(t, err)
	s, err := store.Open(context.Background(), store.Location{File: file})
	check(t, err)
	defer s.Close()
	r := store.FieldRequest{Keys: []store.Expression{"a", "household", "b", "c", "d", "e"}, Weight: "e", Heaviest: 1e9}
	var records int64
	check(t, s.Field(context.Background(), r, func(g *store.FieldGroup) {
		records += g.Records
		i := g.Row - 1
		want := fmt.Sprintf("%d %d x%d %d %d %d", i%1000, i/2, i%30011, i%40009, i%50021, i%7)
		fault := 0
		if i%7 == 0 {
			fault = store.FaultRange
		}
		if got := strings.Join(g.Keys, " "); got != want || g.Records != 1 || g.Weight != fault || g.Weighted != i%7*1e9 {
			t.Fatalf("row %d: keys %s, weight %d, fault %d; want %s, %d", g.Row, got, g.Weighted, g.Weight, want, fault)
		}
	}))
	if records != 300_000 {
		t.Errorf("%d records", records)
	}
}
