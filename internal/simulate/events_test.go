package simulate

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/store"
)

// A register that is right but for births and deaths after the reference time: asked for its own events until it was read,
// it has in every commune those that were planted, and at the reference time the truth.
func TestOwnEventsOfARegisterAreThosePlanted(t *testing.T) {
	s, dir := run(t, Options{Persons: 60_000, Seed: 17, Rates: Rates{BirthAfter: 0.01, DeathAfter: 0.02}})
	source, err := store.Open(context.Background(), store.Location{File: filepath.Join(dir, "register.duckdb"), Table: "persons"})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	reference := time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC)
	r := store.EventsRequest{Other: reference.AddDate(0, 0, readingDelay)}
	r.Reference = reference
	r.Persons = store.Persons{BirthDate: "birth_date", DeathDate: "death_date"}
	r.Definitions = []store.Definition{{Name: "permanent", Areas: []store.Expression{"permanent_area"}}}
	events, err := source.Events(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]map[string]int64)
	for _, event := range store.EventLevels() {
		got[event] = make(map[string]int64)
	}
	area, event := events.Dim("area"), events.Dim("event")
	for i, n := range events.N {
		got[event.Levels[event.Code[i]]][area.Levels[area.Code[i]]] += n
	}
	db := open(t, dir)
	for event, column := range map[string]string{
		store.RegisteredBefore: "residents", store.Births: "births_after", store.Deaths: "deaths_after",
		store.RegisteredAfter: "residents + births_after - deaths_after",
	} {
		want := make(map[string]int64)
		rows, err := db.Query(fmt.Sprintf("SELECT commune_code, (%s)::BIGINT FROM read_csv('%s/truth/coverage.csv', types = {'commune_code': 'VARCHAR'})", column, dir))
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var code string
			var n int64
			if err := rows.Scan(&code, &n); err != nil {
				t.Fatal(err)
			}
			want[code] = n
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		maps.DeleteFunc(want, func(_ string, n int64) bool { return n == 0 })
		if diff := cmp.Diff(want, got[event]); diff != "" {
			t.Errorf("%s (-planted +found):\n%s", event, diff)
		}
	}
	t.Logf("%d communes, %d residents, %d births, %d deaths", s.Communes, s.Residents, planted(s, "births_after"), planted(s, "deaths_after"))
	if planted(s, "births_after") == 0 || planted(s, "deaths_after") == 0 || len(got[store.Arrivals])+len(got[store.Departures]) > 0 {
		t.Errorf("%v, %v", s.Planted, got)
	}
}
