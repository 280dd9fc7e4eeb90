package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"path/filepath"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/estimation"
)

// TestCheckValues holds our figures of the sample against those of R survey 4.1-1 on it (R 4.2.2): svymean, svytotal and
// svyby, to the ten or more digits that were printed.
func TestCheckValues(t *testing.T) {
	p := makePersons(20240401)
	s := p.sample()
	child := p.child
	check := func(what string, e analysis.Estimate, value, se, df float64) {
		t.Helper()
		const tol = 1e-9 // of a figure; they are printed to 12 digits and the coarsest to 10
		if math.Abs(e.Value-value) > tol*value || math.Abs(e.SE-se) > tol*se || df > 0 && e.DF != df {
			t.Errorf("%s: %v, se %v, df %v; want %v, %v, %v", what, e.Value, e.SE, e.DF, value, se, df)
		}
	}
	whole := p.country
	check("children", s.Ratios(child, nil, whole, 1)[0], 0.235765430557, 0.000410740192252, 39874)
	check("country", s.Totals(nil, whole, 1)[0], 92131629.506, 181436.60977, 39874)
	cell, k := p.provinceSex()
	total, share := s.Totals(nil, cell, k), s.Ratios(child, nil, cell, k)
	check("province 1, sex 1", total[0], 563877.5366, 11470.3973663, 481)
	check("children, province 1, sex 1", share[0], 0.231527049095, 0.00524495246868, 481)
	check("province 63, sex 2", total[125], 249663.4798, 9037.33281904, 205)
	check("children, province 63, sex 2", share[125], 0.225915133624, 0.00731831489825, 205)
	age := p.ageShares(s)
	check("0-4, province 10", age[9*ageGroups], 0.0685872064954, 0.00120434947788, 0)
	check("5-9, province 10", age[9*ageGroups+1], 0.0824600130398, 0.00127470531696, 0)
	check("10-14, province 10", age[9*ageGroups+2], 0.0857548173573, 0.00129097117269, 0)
	district := s.Totals(nil, p.district, districts)
	check("district 1", district[0], 145960.9822, 18975.5148039, 0)
	check("district 300", district[299], 172574.1915, 21445.0302282, 0)
	check("district 600", district[599], 182080.4631, 20343.7852942, 0)
}

// TestFromFiles: what is asked for of files is understood, and Parquet and CSV give the same country.
func TestFromFiles(t *testing.T) {
	dir := t.TempDir()
	p := makePersons(20240401)
	text, parquet := filepath.Join(dir, "persons.csv"), filepath.Join(dir, "persons.parquet")
	if err := errors.Join(p.writeCSV(text), p.writeParquet(parquet)); err != nil {
		t.Fatal(err)
	}
	for _, w := range pieces {
		var first []byte
		for _, path := range []string{text, parquet} {
			result, err := estimation.Run(t.Context(), personOptions(path, w), "test", nil)
			if err != nil {
				t.Fatalf("%s of %s: %v", w.key, path, err)
			}
			estimates, err := json.Marshal(result.Estimates)
			if err != nil {
				t.Fatal(err)
			}
			if first != nil && !bytes.Equal(first, estimates) {
				t.Errorf("%s: Parquet and CSV give other estimates", w.key)
			}
			first = estimates
		}
	}
}
