package examples_test

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/compare"
)

func TestProvinces2025(t *testing.T) {
	dir := shared(t, "vietnam")
	rows := totals(runStudy(t, "provinces-2025/study.yaml", nil), "registered")
	var register, census float64
	for _, p := range readCSV(t, filepath.Join(dir, "population_2025_reorganisation.csv")) {
		row := rows[p["province_code_2025"]]
		register, census = register+row.Register, census+row.Census
		// The file has its own percentage, to one decimal.
		if pct := number(t, p["difference_pct_vs_average_2024"]); math.Abs(row.DifferencePct-pct) > 0.05+1e-9 {
			t.Errorf("%s: %+v %%, published %v", row.AreaName, row.DifferencePct, pct)
		}
		want := compare.Differs
		if math.Abs(row.DifferencePct) <= 5 {
			want = compare.Agrees
		}
		if row.Verdict != want || row.CensusSE == row.CensusSE {
			t.Errorf("%s: %+v", row.AreaName, row)
		}
	}
	// 113.57 and 101.34 million are the published sums.
	if len(rows) != 34 || math.Round(register/1e4) != 11357 || math.Round(census/1e4) != 10134 {
		t.Errorf("%d provinces, %v registered, %v counted", len(rows), register, census)
	}
}

func TestCommunes2025(t *testing.T) {
	dir := shared(t, "vietnam")
	rows := totals(runStudy(t, "communes-2025/study.yaml", nil), "registered")
	whole := carriedByHand(t, dir)
	var census float64
	var ratios []float64
	published := make(map[string]float64)
	for _, r := range readCSV(t, filepath.Join(dir, "commune_population_2025.csv")) {
		if r["quality"] == "as_published" {
			published[r["commune_code"]] = number(t, r["population_published"])
		}
	}
	for code, row := range rows {
		if row.Census == row.Census {
			census += row.Census
		}
		want, isWhole := whole[code]
		_, isPublished := published[code]
		partial := strings.Contains(row.Notes, "shares are not published")
		switch {
		case code == "missing":
		case isWhole == partial && row.Census == row.Census:
			t.Errorf("%s: made of whole units %t, flagged as partial %t", code, isWhole, partial)
		case isWhole && row.Census != want:
			t.Errorf("%s: census %v, carried by hand %v", code, row.Census, want)
		case (partial || !isPublished) && row.Verdict != compare.CannotTell:
			t.Errorf("%s: %s, though %s", code, row.Verdict, row.Notes)
		case isWhole && isPublished:
			if row.Register != published[code] {
				t.Errorf("%s: register %v, published %v", code, row.Register, published[code])
			}
			ratios = append(ratios, row.Register/row.Census)
		}
	}
	// The census counted 96,208,984 persons, and every one of them is somewhere.
	if census != 96_208_984 || len(rows) != 3322 {
		t.Errorf("%v persons in %d rows", census, len(rows))
	}
	// Compared independently: 904 communes, 1.17 times the census at the median.
	slices.Sort(ratios)
	if median := ratios[len(ratios)/2]; len(ratios) < 880 || len(ratios) > 930 || math.Abs(median-1.17) > 0.005 {
		t.Errorf("%d communes, median %v", len(ratios), median)
	}
}

// carriedByHand carries the 2019 census to the communes of 2025 that consist of whole old ones, in plain Go.
func carriedByHand(t *testing.T, dir string) map[string]float64 {
	first := make(map[string][]string)
	for _, r := range readCSV(t, filepath.Join(dir, "crosswalk_2019_2024.csv")) {
		if from, to := r["commune_code_2019"], r["commune_code_2024_11"]; from != "" && to != "" && !slices.Contains(first[from], to) {
			first[from] = append(first[from], to)
		}
	}
	type part struct{ code, share string }
	second := make(map[string][]part)
	for _, r := range readCSV(t, filepath.Join(dir, "crosswalk_2024_2025.csv")) {
		if from, to := r["commune_code_2024"], r["commune_code_2025"]; from != "" && to != "" {
			second[from] = append(second[from], part{to, r["pop_share"]})
		}
	}
	sum, spoilt := make(map[string]float64), make(map[string]bool)
	for _, r := range readCSV(t, filepath.Join(dir, "commune_population_2019.csv")) {
		mid := first[r["commune_code_2019"]]
		for _, m := range mid {
			for _, p := range second[m] {
				switch {
				case len(mid) > 1, p.share == "" && len(second[m]) > 1:
					spoilt[p.code] = true
				case p.share != "0":
					sum[p.code] += number(t, r["population"])
				}
			}
		}
	}
	for code := range spoilt {
		delete(sum, code)
	}
	return sum
}
