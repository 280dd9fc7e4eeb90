package stage

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/columns"
)

// levelOf makes a level of families.
func levelOf(areas []string, families ...family) *leveled {
	return &leveled{level: "commune", areas: areas, families: families}
}

func familyOf(
	areas int, dimension string, cells []string, of func(area, cell int) (register, census compare.Figure),
) family {
	f := family{definition: "permanent", dimension: dimension, cells: cells, margin: 5}
	f.register, f.census = compare.NewFigures(areas*len(cells)), compare.NewFigures(areas*len(cells))
	for i := range areas {
		for j := range cells {
			r, c := of(i, j)
			f.register.Set(f.at(i, j), r)
			f.census.Set(f.at(i, j), c)
		}
	}
	return f
}

func asCount(n float64) compare.Figure { return compare.Figure{Value: n, DF: math.Inf(1)} }

func tableOf(t *testing.T, f furtherTable, l *leveled) columns.Table {
	t.Helper()
	if err := f.add(context.Background(), l); err != nil {
		t.Fatal(err)
	}
	return f.table()
}

func floats(t *testing.T, table columns.Table, name string) []float64 {
	t.Helper()
	c, err := table.Column(name)
	if err != nil {
		t.Fatal(err)
	}
	return c.Float
}

// TestAgreementTable: a register 3 % above the census everywhere has that bias whatever the sizes, no width of limits
// and all areas within 5 %. Who cannot speak, has nobody, or is no area is left out.
func TestAgreementTable(t *testing.T) {
	areas := []string{"a", "b", "c", "silent", "nobody", analysis.Missing}
	f := familyOf(len(areas), "total", []string{"total"}, func(i, _ int) (compare.Figure, compare.Figure) {
		c := math.Pow(10, float64(i+2))
		switch areas[i] {
		case "silent":
			return asCount(7), compare.NoFigure("no sample here")
		case "nobody":
			return asCount(3), asCount(0)
		case analysis.Missing:
			return asCount(1), asCount(1000)
		}
		return asCount(1.03 * c), compare.Figure{Value: c, SE: 0.01 * c, DF: 9}
	})
	got := tableOf(t, &agreementTable{level: 0.95}, levelOf(areas, f))
	if got.Rows() != 1 {
		t.Fatalf("%d rows", got.Rows())
	}
	for name, want := range map[string]float64{
		"bias_pct": 3, "limit_low_pct": 3, "limit_high_pct": 3, "sampling_sd_log": 0.01,
		"malpe": 3, "mape": 3, "margin_pct": 5, "within_margin": 0.75,
	} {
		if v := floats(t, got, name)[0]; !(math.Abs(v-want) < 1e-9) {
			t.Errorf("%s = %v, want %v", name, v, want)
		}
	}
	for name, want := range map[string]int64{"areas": 3, "left_out": 2} {
		if c, err := got.Column(name); err != nil || c.Int[0] != want {
			t.Errorf("%s = %v, want %v", name, c.Int, want)
		}
	}
}

func TestAgreementTableWithoutAreas(t *testing.T) {
	f := familyOf(2, "total", []string{"total"}, func(int, int) (compare.Figure, compare.Figure) {
		return asCount(3), compare.NoFigure("no sample here")
	})
	if got := tableOf(t, &agreementTable{level: 0.95}, levelOf([]string{"a", "b"}, f)); got.Rows() != 0 {
		t.Errorf("%d rows", got.Rows())
	}
}

// TestStructureTable: level and structure of every cell are the difference, and structure adds up to nothing. A cell
// nobody was sampled in is empty where the others make up the whole; where they do not, the area is not split, nor
// where a side is silent about the whole.
func TestStructureTable(t *testing.T) {
	areas := []string{"plain", "gap", "short", "silent", analysis.Missing}
	register := []float64{60, 30, 10}
	census := [][]float64{{40, 40, 20}, {50, 50, math.NaN()}, {50, 30, math.NaN()}, {40, 40, 20}, {40, 40, 20}}
	whole := familyOf(len(areas), "total", []string{"total"}, func(i, _ int) (compare.Figure, compare.Figure) {
		c := compare.Figure{Value: 100, SE: 5, DF: 9}
		if areas[i] == "silent" {
			c.Silent = "rests on a split"
		}
		return asCount(100), c
	})
	ages := []string{"0-14", "15-64", "65+"}
	f := familyOf(len(areas), "age5", ages, func(i, j int) (compare.Figure, compare.Figure) {
		if math.IsNaN(census[i][j]) {
			return asCount(register[j]), compare.NoFigure("nobody sampled in this cell")
		}
		return asCount(register[j]), compare.Figure{Value: census[i][j], SE: 3, DF: 9}
	})
	got := tableOf(t, &structureTable{}, levelOf(areas, whole, f))
	area, _ := got.Column("area")
	if want := []string{"plain", "plain", "plain", "gap", "gap", "gap"}; !slices.Equal(area.Text, want) {
		t.Fatalf("areas %v", area.Text)
	}
	level, structure := floats(t, got, "level_part"), floats(t, got, "structure_part")
	difference := floats(t, got, "difference")
	for i, want := range []float64{20, -10, -10, 10, -20, 10} {
		if difference[i] != want || level[i]+structure[i] != want || level[i] != 0 {
			t.Errorf("row %d: %v = %v + %v, want %v", i, difference[i], level[i], structure[i], want)
		}
	}
	for i, se := range floats(t, got, "structure_part_se") {
		if math.IsNaN(se) != (i == 5) || se <= 0 {
			t.Errorf("row %d: standard error %v", i, se)
		}
	}
	// The whole is not compared: that an area is silent about it is not known, nor what a gap is.
	without := tableOf(t, &structureTable{}, levelOf(areas, f))
	if without.Rows() != 6 {
		t.Errorf("%d rows without the whole", without.Rows())
	}
}

// TestStructureDimensions: the whole and crosses are not split.
func TestStructureDimensions(t *testing.T) {
	one := func(int, int) (compare.Figure, compare.Figure) { return asCount(2), asCount(1) }
	cells := []string{"x", "y"}
	families := []family{familyOf(1, "total", cells[:1], one)}
	for _, dimension := range []string{"sex", "sex*age5", "age", "residence"} {
		families = append(families, familyOf(1, dimension, cells, one))
	}
	got := tableOf(t, &structureTable{}, levelOf([]string{"a"}, families...))
	c, _ := got.Column("dimension")
	if len(c.Text) != 4 || c.Text[0] != "sex" || c.Text[3] != "residence" {
		t.Errorf("dimensions %v", c.Text)
	}
	if se := floats(t, got, "level_part_se"); se[0] != 0 {
		t.Errorf("standard error %v of complete counts", se[0])
	}
}

func BenchmarkFurtherAgreement(b *testing.B) {
	const areas = 10_598
	names := make([]string, areas)
	for i := range names {
		names[i] = string(rune('a' + i%26))
	}
	cells := make([]string, 19)
	of := func(i, j int) (compare.Figure, compare.Figure) {
		n := float64(400 + i%977*(j+1))
		return asCount(n + float64(i%13)), compare.Figure{Value: n, SE: 0.02 * n, DF: 12}
	}
	l := levelOf(names, familyOf(areas, "age5", cells, of))
	for name, make := range map[string]func() furtherTable{
		"agreement": func() furtherTable { return &agreementTable{level: 0.95} },
		"structure": func() furtherTable { return &structureTable{} },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := make().add(context.Background(), l); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/areas/19, "ns/cell")
		})
	}
}
