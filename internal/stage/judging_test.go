package stage_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
)

// published is a census that publishes figures of the small country with their errors.
const published = "field_results: {file: census.csv, kind: aggregates, columns: {area: area, value: n, se: se, noise_sd: noise}}\n"

func judging(keys string) string {
	return published + "compare: {dimensions: [total], levels: [commune, district, province], margin_pct: 5" + keys + "}\n"
}

const withErrors = "area,n,se,noise\nA1,102,2,\nA2,110,2,\nA3,104,2,\nB1,106,3.2,\nB2,120,2,\n" +
	"D1,212,3,\nD2,104,2,\nD3,226,3,\nP1,316,4,\nP2,226,3,\n"

// columnOf gives a figure of every row by its area.
func columnOf(c *results.Comparison, of func(*compare.Discrepancy) float64) map[string]float64 {
	values := make(map[string]float64)
	for i := range c.Rows {
		values[c.Rows[i].Area] = of(&c.Rows[i])
	}
	return values
}

func pOf(d *compare.Discrepancy) float64 { return d.PValue }
func qOf(d *compare.Discrepancy) float64 { return d.QValue }

// pick gives the values of areas in their order.
func pick(of map[string]float64, areas ...string) []float64 {
	values := make([]float64, len(areas))
	for i, a := range areas {
		values[i] = of[a]
	}
	return values
}

func TestNamedFamilies(t *testing.T) {
	c := compared(t, judging(", adjust: holm, families: [{name: low, levels: [commune], within: province, adjust: by, rate: 0.2},"+
		" {name: high, levels: [district, province], adjust: hommel}]"), withErrors, nil)
	p, q := columnOf(c, pOf), columnOf(c, qOf)
	for _, tt := range []struct {
		family string
		areas  []string
		adjust func([]float64) []float64
	}{
		{"low/P1", []string{"A1", "A2", "A3"}, compare.BenjaminiYekutieli},
		{"low/P2", []string{"B1", "B2"}, compare.BenjaminiYekutieli},
		{"high", []string{"D1", "D2", "D3", "P1", "P2"}, compare.Hommel},
	} {
		if want, got := tt.adjust(pick(p, tt.areas...)), pick(q, tt.areas...); !slices.Equal(got, want) {
			t.Errorf("%s: q %v, want %v", tt.family, got, want)
		}
		for _, area := range tt.areas {
			if got := c.Area(area)[0].Family; got != tt.family {
				t.Errorf("%s is in family %q, want %q", area, got, tt.family)
			}
		}
	}
	if v := c.Area("B1")[0]; v.Verdict != compare.Differs || v.QValue <= 0.05 || v.QValue > 0.2 {
		t.Errorf("B1 %s at q = %v: the rate is that of the family", v.Verdict, v.QValue)
	}
}

func TestFamiliesByDefault(t *testing.T) {
	c := compared(t, judging(", adjust: hochberg"), withErrors, nil)
	p, q := columnOf(c, pOf), columnOf(c, qOf)
	communes := []string{"A1", "A2", "A3", "B1", "B2"}
	if want, got := compare.Hochberg(pick(p, communes...)), pick(q, communes...); !slices.Equal(got, want) {
		t.Errorf("q %v, want %v", got, want)
	}
	if got := c.Area("A1")[0].Family; got != "" || c.Summary.Adjust != "hochberg" {
		t.Errorf("family %q, adjust %q", got, c.Summary.Adjust)
	}
}

// TestHierarchical builds the trees by hand: provinces, districts, communes, and the one cell of each.
func TestHierarchical(t *testing.T) {
	c := compared(t, judging(", adjust: hierarchical"), withErrors, nil)
	p, q := columnOf(c, pOf), columnOf(c, qOf)
	for _, tt := range []struct {
		areas  []string
		parent []int32
	}{
		{[]string{"P1", "P2"}, []int32{-1, -1, 0, 1}},
		{[]string{"D1", "D2", "D3"}, []int32{-1, -1, 0, 0, 1, 2, 3, 4}},
		{[]string{"A1", "A2", "A3", "B1", "B2"}, []int32{-1, -1, 0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 7, 8, 9}},
	} {
		values := make([]float64, len(tt.parent)-len(tt.areas), len(tt.parent))
		want := compare.NewTree(tt.parent).TreeBH(append(values, pick(p, tt.areas...)...))[len(values):]
		if got := pick(q, tt.areas...); !slices.Equal(got, want) {
			t.Errorf("%v: q %v, want %v", tt.areas, got, want)
		}
	}
}

// TestHierarchyOfUnits: the table has the units on the way to the cells, with the values of the tree.
func TestHierarchyOfUnits(t *testing.T) {
	c := compared(t, judging(", families: [{name: low, levels: [commune], within: province, adjust: hierarchical_bonferroni}]"), withErrors, nil)
	p, q := columnOf(c, pOf), columnOf(c, qOf)
	table, err := c.Table("hierarchy")
	if err != nil {
		t.Fatal(err)
	}
	parent := []int32{-1, -1, 0, 0, 1, 2, 3, 4} // D1 and D2, their communes, and the cells of these
	want := compare.NewTree(parent).Meinshausen(append(make([]float64, 5), pick(p, "A1", "A2", "A3")...))
	if got := pick(q, "A1", "A2", "A3"); !slices.Equal(got, want[5:]) {
		t.Errorf("q %v, want %v", got, want[5:])
	}
	var units []string
	for i := range table.Rows() {
		units = append(units, strings.Join([]string{table[0].Text[i], table[1].Text[i], table[2].Text[i], table[3].Text[i]}, " "))
	}
	if want := []string{"district D1 commune low", "district D2 commune low", "commune A1 commune low", "commune A2 commune low",
		"commune A3 commune low", "district D3 commune low", "commune B1 commune low", "commune B2 commune low"}; !slices.Equal(units, want) {
		t.Errorf("units %q", units)
	}
	if got := table[7].Float[:5]; !slices.Equal(got, want[:5]) {
		t.Errorf("q of units %v, want %v", got, want[:5])
	}
}

func TestMarginsBySize(t *testing.T) {
	c := compared(t, judging(", margins_by_size: [{below: 150, margin_pct: 20}, {below: 250, margin_pct: 8, margins_pct: {total: 9}}]"), withErrors, nil)
	margins := columnOf(c, func(d *compare.Discrepancy) float64 { return d.MarginPct })
	if got, want := pick(margins, "A1", "B2", "D1", "D2", "P1", "P2"), []float64{20, 20, 9, 20, 5, 9}; !slices.Equal(got, want) {
		t.Errorf("margins %v, want %v", got, want)
	}
	if got := c.Area("A2")[0]; got.Verdict != compare.Agrees {
		t.Errorf("A2 %s: 100 of 110 is within 20 %%", got.Verdict)
	}
}

// TestNoise: a census of counts with noise of 3 and a register with noise of 4 in each of two rows of a commune.
func TestNoise(t *testing.T) {
	const parts = "register: {file: register.csv, columns: {permanent: area, count: n, noise_sd: e}}\n" +
		"field_results: {file: census.csv, kind: counts, whole: true, columns: {area: area, count: n, noise_sd: e}}\n"
	c := compared(t, parts, "area,n,e\nA1,90,3\nA2,100,3\nA3,100,3\nB1,100,\nB2,100,3\n",
		map[string]string{"register.csv": "area,n,e\nA1,60,4\nA1,40,4\nA2,100,4\nA3,100,0\nB1,100,\nB2,100,0.5\n"})
	noise := columnOf(c, func(d *compare.Discrepancy) float64 { return d.NoiseSD })
	want := map[string]float64{"A1": math.Sqrt(41), "A2": 5, "A3": 3, "B1": 0, "B2": math.Sqrt(9.25), "D1": math.Sqrt(66), "P2": math.Sqrt(9.25)}
	for area, sd := range want {
		if math.Abs(noise[area]-sd) > 1e-9 {
			t.Errorf("noise of %s is %v, want %v", area, noise[area], sd)
		}
	}
	a, b := c.Area("A1")[0], c.Area("B1")[0]
	if a.Verdict != compare.CannotTell || !strings.Contains(a.Notes, "only their disclosure noise is allowed for") || math.IsNaN(a.PValue) {
		t.Errorf("A1 %s, p %v: %s", a.Verdict, a.PValue, a.Notes)
	}
	if b.Verdict != compare.Agrees || b.Notes != exact {
		t.Errorf("B1 %s: %s", b.Verdict, b.Notes)
	}
}

func TestSuperpopulation(t *testing.T) {
	c := compared(t, "compare: {dimensions: [total], margin_pct: 5, superpopulation: true}\n", "area,n\nA1,90\nA2,100\nA3,160\nB1,100\nB2,100\n", nil)
	const chance = "superpopulation: chance in complete counts is allowed for"
	expect(t, c, "A3 total 100 160 differs: "+chance,
		"A1 total 100 90 cannot_tell: "+chance+"; the error is too large to show agreement within the margin")
	if a := c.Area("A1")[0]; !(a.RatioLower < 1 && a.RatioUpper > 100./90) {
		t.Errorf("ratio %v from %v to %v", a.Ratio, a.RatioLower, a.RatioUpper)
	}
}

// The number of cores changes nothing, and neither does going through pairs and dimensions side by side.
func TestComparedAlike(t *testing.T) {
	seen := ""
	for range 3 {
		c := compared(t, judging(", adjust: hierarchical, margins_by_size: [{below: 150, margin_pct: 20}]"), withErrors, nil)
		text := fmt.Sprint(c.Rows)
		if seen != "" && text != seen {
			t.Fatal("two runs, two results")
		}
		seen = text
	}
}
