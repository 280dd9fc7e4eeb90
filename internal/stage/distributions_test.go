package stage_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/results"
)

// rowOf is a row of a table by the texts of its columns, with its numbers and texts by name.
func rowOf(t *testing.T, c *results.Comparison, table string, key ...string) (map[string]float64, map[string]string) {
	t.Helper()
	tab, err := c.Table(table)
	if err != nil {
		t.Fatal(err)
	}
	for i := range tab.Rows() {
		if !stands(tab, i, key) {
			continue
		}
		numbers, texts := map[string]float64{}, map[string]string{}
		for _, col := range tab {
			switch {
			case col.Text != nil:
				texts[col.Name] = col.Text[i]
			case col.Float != nil:
				numbers[col.Name] = col.Float[i]
			case col.Int != nil:
				numbers[col.Name] = float64(col.Int[i])
			}
		}
		return numbers, texts
	}
	t.Fatalf("%s has no row %v", table, key)
	return nil, nil
}

func stands(t columns.Table, row int, key []string) bool {
	for i, k := range key {
		if t[i].Text[row] != k {
			return false
		}
	}
	return true
}

// people writes a census or register of persons: area, sex and age with how many times a line stands.
func people(header string, lines ...string) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for _, l := range lines {
		var n int
		var row string
		fmt.Sscanf(l, "%d %s", &n, &row)
		b.WriteString(strings.Repeat(row+"\n", n))
	}
	return b.String()
}

const coded = "sex_codes: {male: male, female: female}"

const sexes = "register: {file: register.csv, columns: {permanent: area, sex: sex, count: n}, " + coded + "}\n" +
	"compare: {dimensions: [total, sex], levels: [commune, district], margin_pct: 5}\n"

// TestDistributionsOfCounts: 60 men of 100 in the register against 45 of 90 counted. D = |0.6 - 0.5|; the error is that
// of two outcomes, X² that of the table by hand.
func TestDistributionsOfCounts(t *testing.T) {
	c := compared(t, sexes+"field_results: {file: census.csv, kind: counts, whole: true, "+
		"columns: {area: area, sex: sex, count: n}, "+coded+"}\n",
		"area,sex,n\nA1,male,45\nA1,female,45\nA2,male,30\nA2,female,20\n",
		map[string]string{"register.csv": "area,sex,n\nA1,male,60\nA1,female,40\nA2,male,30\nA2,female,20\nA3,male,5\nA3,female,5\n"})
	got, text := rowOf(t, c, "distributions", "commune", "A1", "all", "sex")
	table, err := compare.NewContingency([][]float64{{60, 40}, {45, 45}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{
		"dissimilarity": 0.1, "chi2": table.X2, "g": table.G, "p_value": table.Pearson().P, "cramers_v": table.CramersV(),
		"n_eff": 100 * 90 / 190.0, "ndf": 1,
	} {
		if math.Abs(got[name]-want) > 1e-12*want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if text["basis"] != "superpopulation" || !(got["dissimilarity_lower"] == 0 && got["dissimilarity_upper"] > 0.1) {
		t.Errorf("interval from %v to %v, %s", got["dissimilarity_lower"], got["dissimilarity_upper"], text["basis"])
	}
	same, _ := rowOf(t, c, "distributions", "commune", "A2", "all", "sex")
	if same["dissimilarity"] != 0 || same["dissimilarity_corrected"] != 0 || same["p_value"] != 1 {
		t.Errorf("distributions that are alike: %v", same)
	}
	if _, text := rowOf(t, c, "distributions", "commune", "A3", "all", "sex"); text["notes"] != "nobody on one side" {
		t.Errorf("nobody counted: %q", text["notes"])
	}
	d, _ := rowOf(t, c, "segregation", "district", "all", "total", "total", "displacement")
	want := (math.Abs(150/160.0-1) + 10/160.0) / 2 // of D1 and D2, as the register tells of no other
	if math.Abs(d["difference"]-want) > 1e-12 || d["areas"] != 2 {
		t.Errorf("displacement of %v over %v districts, want %v", d["difference"], d["areas"], want)
	}
}

// TestDistributionsOfASample: four units of A1 of weight 10, men and women (3,1), (2,2), (4,2), (1,1). By hand, the
// variance of the total of a sum z over units is 10²·4·s²: of men 500·4/3, women 100·4/3, both 800·4/3.
func TestDistributionsOfASample(t *testing.T) {
	c := compared(t, sexes+"field_results: {file: census.csv, kind: sample, "+
		"columns: {area: area, sex: sex, stratum: s, psu: u, weight: w}, "+coded+"}\n",
		people("area,sex,s,u,w", "3 A1,male,s,1,10", "1 A1,female,s,1,10", "2 A1,male,s,2,10", "2 A1,female,s,2,10",
			"4 A1,male,s,3,10", "2 A1,female,s,3,10", "1 A1,male,s,4,10", "1 A1,female,s,4,10", "5 A2,male,z,5,10", "4 A2,female,z,5,10"),
		map[string]string{"register.csv": "area,sex,n\nA1,male,80\nA1,female,80\nA2,male,50\nA2,female,50\n"})
	got, text := rowOf(t, c, "distributions", "commune", "A1", "all", "sex")
	n := 1 / ((500.0/100+100.0/60)*4/3/160 - 800.0*4/3/160/160)
	if math.Abs(got["n_eff"]-n) > 1e-9*n || math.Abs(got["deff"]-16/n) > 1e-9 || text["basis"] != "design-based" {
		t.Errorf("effective number %v and design effect %v, %s; want %v and %v", got["n_eff"], got["deff"], text["basis"], n, 16/n)
	}
	if x2 := n * (0.125*0.125/0.5 + 0.125*0.125/0.5); math.Abs(got["chi2"]-x2) > 1e-9 || got["ddf"] != 3 {
		t.Errorf("chi-square %v on %v, want %v on 3", got["chi2"], got["ddf"], x2)
	}
	got, text = rowOf(t, c, "distributions", "commune", "A2", "all", "sex")
	if math.Abs(got["dissimilarity"]-(5.0/9-0.5)) > 1e-12 || !math.IsNaN(got["dissimilarity_upper"]) ||
		!strings.Contains(text["notes"], "too few PSUs") {
		t.Errorf("one unit: %v, %q", got, text["notes"])
	}
}

// TestACommuneOfOneUnitBorrowsADesignEffect: A2 has one unit of nine persons, A1 twelve with a design effect of its own.
func TestACommuneOfOneUnitBorrowsADesignEffect(t *testing.T) {
	lines := []string{"5 A2,male,z,99,10", "4 A2,female,z,99,10"}
	for unit := range 12 {
		lines = append(lines, fmt.Sprintf("%d A1,male,s,%d,10", 1+unit%4, unit), fmt.Sprintf("%d A1,female,s,%d,10", 2+unit%3, unit))
	}
	c := compared(t, sexes+"field_results: {file: census.csv, kind: sample, "+
		"columns: {area: area, sex: sex, stratum: s, psu: u, weight: w}, "+coded+"}\n", people("area,sex,s,u,w", lines...),
		map[string]string{"register.csv": "area,sex,n\nA1,male,80\nA1,female,80\nA2,male,50\nA2,female,50\n"})
	own, _ := rowOf(t, c, "distributions", "commune", "A1", "all", "sex")
	got, text := rowOf(t, c, "distributions", "commune", "A2", "all", "sex")
	if want := 9 / own["deff"]; math.Abs(got["n_eff"]-want) > 1e-9*want || got["ddf"] != 11 {
		t.Errorf("%v effective persons on %v, D up to %v; want %v on 11", got["n_eff"], got["ddf"], got["dissimilarity_upper"], want)
	}
	// Of two categories it is the interval of the share, 5/9, at the effective number by Student's quantile on 11.
	n := got["n_eff"] * math.Pow(1.959963985/2.200985160, 2)
	if d := analysis.ClopperPearson(n*5/9, n, 0.95).Upper - 0.5; math.Abs(got["dissimilarity_upper"]-d) > 1e-6 {
		t.Errorf("D up to %v, want %v", got["dissimilarity_upper"], d)
	}
	if !strings.Contains(text["basis"], "design effect of the level") || !strings.Contains(text["notes"], "other areas") {
		t.Errorf("basis %q, notes %q", text["basis"], text["notes"])
	}
}

// TestPartsOfAStratum: A1 has four of the seven units of a stratum and A2 three. What the error of A1's shares says is by
// hand that of seven units of which three are 0; it falls short by 7/6·3/4, and the effective number is smaller by that.
func TestPartsOfAStratum(t *testing.T) {
	c := compared(t, sexes+"field_results: {file: census.csv, kind: sample, "+
		"columns: {area: area, sex: sex, stratum: s, psu: u, weight: w}, "+coded+"}\n",
		people("area,sex,s,u,w", "3 A1,male,s,1,10", "1 A1,female,s,1,10", "2 A1,male,s,2,10", "2 A1,female,s,2,10",
			"4 A1,male,s,3,10", "2 A1,female,s,3,10", "1 A1,male,s,4,10", "1 A1,female,s,4,10",
			"3 A2,male,s,5,10", "4 A2,female,s,5,10", "2 A2,male,s,6,10", "1 A2,female,s,6,10", "1 A2,male,s,7,10", "2 A2,female,s,7,10"),
		map[string]string{"register.csv": "area,sex,n\nA1,male,80\nA1,female,80\nA2,male,50\nA2,female,50\n"})
	got, _ := rowOf(t, c, "distributions", "commune", "A1", "all", "sex")
	variance := func(squares, sum float64) float64 { return 100 * 7.0 / 6 * (squares - sum*sum/7) }
	n := 1 / ((variance(30, 10)/100+variance(10, 6)/60)/160 - variance(72, 16)/160/160)
	if want := n * 7 / 6 * 3 / 4; math.Abs(got["n_eff"]-want) > 1e-9*want || math.Abs(got["deff"]-16/want) > 1e-9 {
		t.Errorf("effective number %v and design effect %v, want %v and %v", got["n_eff"], got["deff"], want, 16/want)
	}
}
