package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
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
