package examples_test

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
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
	c := runStudy(t, "communes-2025/study.yaml", nil)
	rows := totals(c, "registered")
	byHand := carriedByHand(t, dir)
	published := make(map[string]float64)
	for _, r := range readCSV(t, filepath.Join(dir, "commune_population_2025.csv")) {
		if r["quality"] == "as_published" {
			published[r["commune_code"]] = number(t, r["population_published"])
		}
	}
	var census float64
	var ratios []float64
	told := map[string]int{}
	for code, row := range rows {
		if row.Census == row.Census {
			census += row.Census
		}
		register, isPublished := published[code]
		in, counted := byHand[code]
		if code == "missing" || !counted {
			continue
		}
		checkBounds(t, row, in)
		want := compare.CannotTell
		if isPublished {
			want = worstCase(register, in)
			told[fmt.Sprintf("%s, split %t", want, in.least < in.most)]++
		}
		if row.Verdict != want || isPublished && row.Register != register {
			t.Errorf("%s: register %v, published %v; census from %v to %v: %s (%s), want %s", code, row.Register, register, in.least, in.most, row.Verdict, row.Notes, want)
		}
		if open := row.Verdict == compare.CannotTell; open != math.IsNaN(row.Difference) {
			t.Errorf("%s: %s, difference %v", code, row.Verdict, row.Difference)
		}
		if isPublished && in.least == in.most {
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
	t.Logf("communes with a published figure: %v", told)
	checkScreening(t, c, byHand)
}

// bounds are how many persons of the 2019 census a commune of 2025 has at least and at most.
type bounds struct{ least, most float64 }

// checkScreening: an area whose census another split would change has no discrepancy to be screened.
func checkScreening(t *testing.T, c *results.Comparison, byHand map[string]bounds) {
	table, err := c.Table("screening")
	if err != nil {
		t.Fatal(err)
	}
	area, _ := table.Column("area")
	ratio, _ := table.Column("log_ratio")
	screened := 0
	for i, code := range area.Text {
		in := byHand[code]
		if !math.IsNaN(ratio.Float[i]) {
			screened++
		}
		if in.least < in.most && !math.IsNaN(ratio.Float[i]) {
			t.Errorf("%s, with a census from %v to %v, has a log ratio of %v", code, in.least, in.most, ratio.Float[i])
		}
	}
	if screened < 880 {
		t.Errorf("%d areas were screened", screened)
	}
}

func checkBounds(t *testing.T, row compare.Discrepancy, in bounds) {
	t.Helper()
	lower, upper := row.CensusBounds.Lower, row.CensusBounds.Upper
	if in.least == in.most {
		lower, upper = row.Census, row.Census
		if !math.IsNaN(row.CensusBounds.Lower) {
			t.Errorf("%s: has bounds, though it is made of whole units", row.Area)
		}
	}
	if lower != in.least || upper != in.most || row.Census < lower || row.Census > upper {
		t.Errorf("%s: census %v from %v to %v, by hand from %v to %v", row.Area, row.Census, lower, upper, in.least, in.most)
	}
	if strings.Contains(row.Notes, "shares are not published") != (in.least < in.most) && row.Register == row.Register {
		t.Errorf("%s: from %v to %v, but %q", row.Area, in.least, in.most, row.Notes)
	}
}

// worstCase is the verdict within 10 % for every number of persons there can be.
func worstCase(register float64, in bounds) compare.Verdict {
	agrees := func(census float64) bool { return 100*math.Abs(register-census) <= 10*census }
	switch {
	case agrees(in.least) && agrees(in.most):
		return compare.Agrees
	case register > 1.1*in.most || register < 0.9*in.least:
		return compare.Differs
	}
	return compare.CannotTell
}

// carriedByHand carries the 2019 census to the communes of 2025 in plain Go: what each has at least and at most.
func carriedByHand(t *testing.T, dir string) map[string]bounds {
	first := make(map[string][]string)
	for _, r := range readCSV(t, filepath.Join(dir, "crosswalk_2019_2024.csv")) {
		if from, to := r["commune_code_2019"], r["commune_code_2024_11"]; from != "" && to != "" && !slices.Contains(first[from], to) {
			first[from] = append(first[from], to)
		}
	}
	second := make(map[string]map[string]string)
	for _, r := range readCSV(t, filepath.Join(dir, "crosswalk_2024_2025.csv")) {
		from, to := r["commune_code_2024"], r["commune_code_2025"]
		if from == "" || to == "" {
			continue
		}
		if second[from] == nil {
			second[from] = make(map[string]string)
		}
		second[from][to] = r["pop_share"]
	}
	sum := make(map[string]bounds)
	for _, r := range readCSV(t, filepath.Join(dir, "commune_population_2019.csv")) {
		persons, through := number(t, r["population"]), first[r["commune_code_2019"]]
		reached := make(map[string]bool)
		for _, m := range through {
			for code := range second[m] {
				reached[code] = true
			}
		}
		for code := range reached {
			b := bounds{1, 0}
			for _, m := range through { // all may go by the way that has least of the commune, or most
				least, most := shares(second[m], code)
				b = bounds{min(b.least, least), max(b.most, most)}
			}
			sum[code] = bounds{sum[code].least + persons*b.least, sum[code].most + persons*b.most}
		}
	}
	return sum
}

// shares of the persons of a commune that goes to the targets, which go to one of them at least and at most. In this file a
// share that is known is all or nothing.
func shares(targets map[string]string, code string) (least, most float64) {
	open := 0
	for _, share := range targets {
		switch share {
		case "1":
			all := one(targets[code] == share)
			return all, all
		case "":
			open++
		}
	}
	share, is := targets[code]
	may := is && share == ""
	return one(may && open == 1), one(may)
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
