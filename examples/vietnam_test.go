package examples_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"

	"github.com/concord-stat/concord/internal/simulate"
	"github.com/concord-stat/concord/internal/study"
)

// byHand is SQL written for this test: who counts at 0:00 on 1 April 2024, by province and definition. Codes that are
// in no list count nowhere.
const byHand = `
WITH alive AS (
	SELECT * FROM persons
	WHERE (birth_date IS NULL OR birth_date < '2024-04-01') AND (death_date IS NULL OR death_date >= '2024-04-01')),
lived AS (
	SELECT 'permanent' AS definition, permanent_area AS area FROM alive
	UNION ALL SELECT 'current', current_area FROM alive
	UNION ALL SELECT 'registered', permanent_area FROM alive
	UNION ALL SELECT 'registered', temporary_area FROM alive WHERE temporary_area <> permanent_area)
SELECT definition, u.province_code, count(*)
FROM lived JOIN read_csv(?, header = true, all_varchar = true) u ON u.commune_code = lived.area
GROUP BY ALL`

func TestVietNam(t *testing.T) {
	dir, out := shared(t, "vietnam"), t.TempDir()
	_, err := simulate.Run(context.Background(), simulate.Options{
		Out: out, Persons: 200_000, Seed: 5, Rates: simulate.DefaultRates(),
		UnitsFile:      filepath.Join(dir, "units_2024.csv"),
		PopulationFile: filepath.Join(dir, "commune_population_2019.csv"),
		AgesFile:       filepath.Join(dir, "district_age_2019.csv"),
	})
	if err != nil {
		t.Fatal(err)
	}
	c := runStudy(t, "vietnam/study.yaml", func(s *study.Study) {
		s.Areas.File = filepath.Join(out, "areas.csv")
		s.Register.File = filepath.Join(out, "register.duckdb")
		s.Field.File = filepath.Join(out, "census.csv")
		s.Compare.Dimensions, s.Compare.Margins = []string{"total"}, nil
	})
	levels := make(map[string]int)
	for _, a := range c.Areas {
		levels[a.Level]++
	}
	if levels["commune"] != 10_598 || levels["province"] != 63 || levels["missing"] != 1 {
		t.Errorf("areas: %v", levels)
	}
	checkRegister(t, filepath.Join(out, "register.duckdb"), filepath.Join(out, "areas.csv"), func(definition string) map[string]float64 {
		found := make(map[string]float64)
		for area, row := range totals(c, definition) {
			found[area] = row.Register
		}
		return found
	})
	// The census total of a province is the sum of its weights.
	province, weights := make(map[string]string), make(map[string]float64)
	for _, a := range readCSV(t, filepath.Join(out, "areas.csv")) {
		province[a["commune_code"]] = a["province_code"]
	}
	for _, p := range readCSV(t, filepath.Join(out, "census.csv")) {
		weights[province[p["commune"]]] += number(t, p["weight"])
	}
	rows := totals(c, "current")
	for code, want := range weights {
		if got := rows[code].Census; !near(got, want) {
			t.Errorf("province %s: census %v, weights add up to %v", code, got, want)
		}
	}
}

func checkRegister(t *testing.T, register, areas string, totals func(definition string) map[string]float64) {
	t.Helper()
	db, err := sql.Open("duckdb", register+"?access_mode=READ_ONLY")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(byHand, areas)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var definition, province string
		var want float64
		if err := rows.Scan(&definition, &province, &want); err != nil {
			t.Fatal(err)
		}
		if got := totals(definition)[province]; got != want {
			t.Errorf("%s, province %s: register %v, SQL by hand %v", definition, province, got, want)
		}
	}
	if n != 3*63 {
		t.Errorf("%d province totals by hand, want %d", n, 3*63)
	}
}
