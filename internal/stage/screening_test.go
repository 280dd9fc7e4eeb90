package stage_test

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/stage"
)

// aSquare is a country of 144 communes on a square of 12 by 12 in 12 districts and 3 provinces: a register, a
// published census with its errors, and a map with gaps of 11 m. Commune 0505 is registered three times; the nine
// about 0909 have 30 % too many.
func aSquare() (files map[string]string, census string) {
	rng := rand.New(rand.NewPCG(1, 2))
	var list, register, published strings.Builder
	var shapes []string
	above, variance := map[string]float64{}, map[string]float64{}
	list.WriteString("code,name,d,dn,p,pn,urban,cost,lon,lat\n")
	register.WriteString("area,n\n")
	published.WriteString("area,value,se\n")
	for y := range 12 {
		for x := range 12 {
			code := fmt.Sprintf("%02d%02d", x, y)
			truth, cv := 2000+500*float64((x*7+y*5)%23), 0.02+0.06*rng.Float64()
			theta := 0.02 + 0.03*rng.NormFloat64()
			if x >= 8 && x <= 10 && y >= 8 && y <= 10 {
				theta += 0.3
			}
			if code == "0505" {
				theta = math.Log(3)
			}
			lon, lat := 105+0.05*float64(x), 15+0.05*float64(y)
			fmt.Fprintf(&list, "%s,Xã %s,D%02d,Huyện %d,P%d,Tỉnh %d,%d,%d,%v,%v\n", code, code, y, y, y/4, y/4, x%2,
				1+x%3, lon, lat)
			fmt.Fprintf(&register, "%s,%.0f\n", code, truth*math.Exp(theta))
			value := truth * (1 + cv*rng.NormFloat64())
			fmt.Fprintf(&published, "%s,%.1f,%.1f\n", code, value, truth*cv)
			for _, up := range []string{fmt.Sprintf("D%02d", y), fmt.Sprintf("P%d", y/4)} {
				above[up] += value
				variance[up] += truth * truth * cv * cv
			}
			shapes = append(shapes,
				fmt.Sprintf(`{"type":"Feature","properties":{"code":"%s"},"geometry":{"type":"Polygon","coordinates":[[[%[2]v,%[3]v],[%[4]v,%[3]v],[%[4]v,%[5]v],[%[2]v,%[5]v],[%[2]v,%[3]v]]]}}`,
					code, lon, lat, lon+0.0499, lat+0.0499))
		}
	}
	for _, up := range slices.Sorted(maps.Keys(above)) {
		fmt.Fprintf(&published, "%s,%.1f,%.1f\n", up, above[up], math.Sqrt(variance[up]))
	}
	return map[string]string{
		"areas.csv": list.String(), "register.csv": register.String(),
		"map.geojson": `{"type":"FeatureCollection","features":[` + strings.Join(shapes, ",") + `]}`,
	}, published.String()
}

// screened is a study of the square.
func screened(screening, places string) string {
	return "areas: {file: areas.csv, code: code, name: name, " + places + "parents: [{level: district, code: d, name: dn}, {level: province, code: p, name: pn}]}\n" +
		"field_results: {file: census.csv, kind: aggregates, columns: {area: area, value: value, se: se}}\n" + screening
}

// replacing takes the areas of the base study out, of which a screened one has its own.
func prepareScreened(t *testing.T, dir, parts, census string, files map[string]string) *stage.Runner {
	t.Helper()
	files["study.yaml"] = strings.Replace(text(parts),
		"areas: {file: areas.csv, code: code, name: name, parents: [{level: district, code: d, name: dn}, {level: province, code: p, name: pn}]}\n", "", 1)
	return prepare(t, dir, parts, census, files)
}

func screenedTables(t *testing.T, r *stage.Runner) (screening, summary columns.Table) {
	t.Helper()
	if err := run(r, stage.Names...); err != nil {
		t.Fatal(err)
	}
	path, err := r.Current(stage.Compare)
	if err != nil {
		t.Fatal(err)
	}
	c, err := results.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if screening, err = c.Table("screening"); err != nil {
		t.Fatal(err)
	}
	if summary, err = c.Table("screening_summary"); err != nil {
		t.Fatal(err)
	}
	return screening, summary
}

// column gives a column of a table by row.
func column(t *testing.T, table columns.Table, name string) columns.Column {
	t.Helper()
	c, err := table.Column(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// figure is a figure of the summary at a level.
func figure(t *testing.T, summary columns.Table, level, name string) float64 {
	t.Helper()
	for i, l := range column(t, summary, "level").Text {
		if l == level && column(t, summary, "figure").Text[i] == name {
			return column(t, summary, "value").Float[i]
		}
	}
	t.Errorf("no figure %s at level %s", name, level)
	return math.NaN()
}

func TestScreening(t *testing.T) {
	files, census := aSquare()
	dir := t.TempDir()
	r := prepareScreened(t, dir, screened("screening: {covariates: [urban, size], cost: cost}\n",
		"boundaries: {file: map.geojson, code: code}, "), census, files)
	table, summary := screenedTables(t, r)
	if n := table.Rows(); n != 144+12 { // 144 communes and 12 districts; three provinces are too few
		t.Fatalf("%d rows", n)
	}
	at := map[string]int{}
	for i, code := range column(t, table, "area").Text {
		at[code] = i
	}
	gross, middle := at["0505"], at["0909"]
	if p := column(t, table, "visit_priority").Float[gross]; p != 1 {
		t.Errorf("the commune registered three times is visited as number %v", p)
	}
	if v := column(t, table, "discrepancy_pct").Float[gross]; v < 160 || v > 240 {
		t.Errorf("its discrepancy is %v %%", v)
	}
	reason := column(t, table, "reason").Text[gross]
	for _, want := range []string{"unlike all others", "outside the 99.8 % limits", "above the census",
		"persons in error expected"} {
		if !strings.Contains(reason, want) {
			t.Errorf("reason %q says nothing of: %s", reason, want)
		}
	}
	if c := column(t, table, "cluster").Text[middle]; c != "HH" {
		t.Errorf("the middle of the cluster is %q: q = %v", c, column(t, table, "local_q").Float[middle])
	}
	if o := column(t, table, "outside_limits").Text[middle]; o == "" {
		t.Error("the middle of the cluster is inside the funnel")
	}
	share := column(t, table, "cumulative_share").Float
	for i, p := range column(t, table, "visit_priority").Float {
		if p == 144 && math.Abs(share[i]-1) > 1e-12 {
			t.Errorf("all visits find %v", share[i])
		}
	}
	// The nine of 144 communes are alike, and errors hide a part of it: corrected, Moran's I is larger.
	if raw, corrected := figure(t, summary, "commune", "moran_i"), figure(t, summary, "commune",
		"moran_i_corrected"); raw < 0.02 || corrected < 1.2*raw {
		t.Errorf("Moran's I is %v, corrected %v", raw, corrected)
	}
	if n := figure(t, summary, "commune", "outliers_found"); n < 1 {
		t.Errorf("%v outliers", n)
	}
	if n := figure(t, summary, "province", "areas_used"); n != 3 {
		t.Errorf("%v provinces", n)
	}
	figure(t, summary, "commune", "tau2_district")
	figure(t, summary, "commune", "coefficient: urban")
	figure(t, summary, "district", "moran_i_permuted")

	again := t.TempDir()
	screenedTables(t, prepareScreened(t, again, screened("screening: {covariates: [urban, size], cost: cost}\n",
		"boundaries: {file: map.geojson, code: code}, "), census, files))
	for _, name := range []string{"screening.csv", "screening_summary.csv"} {
		if a, b := readCompared(t, dir, name), readCompared(t, again, name); !bytes.Equal(a, b) {
			t.Errorf("%s differs from run to run", name)
		}
	}
}

func readCompared(t *testing.T, dir, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "artefacts", "compare", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestScreeningOfCounts: two complete counts have no sampling error: the worklist goes by the difference that is
// known, and an area with nobody on one side is in it.
func TestScreeningOfCounts(t *testing.T) {
	files, census := aSquare()
	rows := strings.Split(strings.TrimSpace(census), "\n")
	counted := "area,n\n"
	for _, row := range rows[1:] {
		fields := strings.Split(row, ",")
		if fields[0] == "0000" || fields[0] > "9" {
			continue // nobody, in a count that covers everything; a unit above
		}
		counted += fields[0] + "," + strings.Split(fields[1], ".")[0] + "\n"
	}
	parts := strings.Replace(screened("screening: {tail: limited, within: []}\n",
		"centroid: {longitude: lon, latitude: lat, neighbours: 4}, "),
		"{file: census.csv, kind: aggregates, columns: {area: area, value: value, se: se}}",
		"{file: census.csv, kind: counts, whole: true, columns: {area: area, count: n}}", 1)
	table, summary := screenedTables(t, prepareScreened(t, t.TempDir(), parts, counted, files))
	area, reason := column(t, table, "area").Text, column(t, table, "reason").Text
	for i, code := range area {
		switch {
		case code == "0000" && !strings.Contains(reason[i], "one side has nobody, the other 2"):
			t.Errorf("%s: %s", code, reason[i])
		case code == "0101" && !strings.Contains(reason[i], "two complete counts"):
			t.Errorf("%s: %s", code, reason[i])
		}
		if p := column(t, table, "probability_beyond_margin").Float[i]; p != 0 && p != 1 {
			t.Errorf("%s: beyond the margin with probability %v", code, p)
		}
	}
	if v := figure(t, summary, "commune", "moran_i_corrected"); math.IsNaN(v) {
		t.Error("no clustering by centroids")
	}
}

// TestScreeningRefuses: what is wrong with the columns it names is told with the key of the study.
func TestScreeningRefuses(t *testing.T) {
	for screening, want := range map[string]string{
		"screening: {covariates: [wealth]}\n":    `study.yaml:7:26: the code list has no column "wealth"`,
		"screening: {covariates: [name]}\n":      `has 144 categories, want 20 or fewer`,
		"screening: {cost: urban}\n":             `column "urban" has no cost above 0 for 72 areas: 0000, 0001`,
		"screening: {cost: money}\n":             `the code list has no column "money"`,
		"screening: {covariates: [lon, cost]}\n": "",
	} {
		files, census := aSquare()
		err := run(prepareScreened(t, t.TempDir(), screened(screening, ""), census, files), stage.Names...)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s%v, want: %s", screening, err, want)
		}
	}
	files, census := aSquare()
	files["map.geojson"] = strings.ReplaceAll(files["map.geojson"], `"code":"`, `"code":"X`)
	err := run(prepareScreened(t, t.TempDir(), screened("screening: {}\n",
		"boundaries: {file: map.geojson, code: code}, "), census, files), stage.Names...)
	if err == nil || !strings.Contains(err.Error(), "no code of the boundaries is one of the code list") {
		t.Errorf("%v", err)
	}
}

// TestScreeningIsNotSealed: asking for it, or for boundaries, after the seal undoes no extract.
func TestScreeningIsNotSealed(t *testing.T) {
	files, census := aSquare()
	dir := t.TempDir()
	if err := run(prepareScreened(t, dir, screened("", ""), census, files), stage.Names...); err != nil {
		t.Fatal(err)
	}
	before, err := os.Readlink(filepath.Join(dir, "artefacts", "extract"))
	if err != nil {
		t.Fatal(err)
	}
	if err := run(prepareScreened(t, dir, screened("screening: {}\n",
		"boundaries: {file: map.geojson, code: code}, "), census, files), stage.Names...); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Readlink(filepath.Join(dir, "artefacts", "extract")); err != nil || after != before {
		t.Errorf("the extract is %s, was %s: %v", after, before, err)
	}
}
