package stage_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/study"
)

// ofPair are the rows of a pair in a line each.
func ofPair(c *results.Comparison, name string) []string {
	part := *c
	part.Rows = nil
	for _, row := range c.Rows {
		if row.Definition == name {
			part.Rows = append(part.Rows, row)
		}
	}
	return told(&part)
}

func TestTwoDefinitionsAreCompared(t *testing.T) {
	c := compared(t, "register: {file: register.csv, columns: {permanent: area, current: now}}\n"+
		"definitions: [{name: permanent, residence: permanent}, {name: current, residence: current}]\n"+
		"compare: {dimensions: [total], levels: [province], margin_pct: 5, pairs: [{name: moved, first: here, second: permanent}, {name: kept, first: permanent, second: census}]}\n"+
		"sources: [{name: here, definition: current}]\n",
		"area,n\nA1,2\nB1,2\n", map[string]string{"register.csv": "area,now\nA1,A1\nA1,B1\nB1,B1\nB2,B2\n"})
	if diff := cmp.Diff([]string{
		"P1 total 1 2 differs: " + exact + "; a difference of one person: the margin is less",
		"P2 total 3 2 differs: " + exact + "; a difference of one person: the margin is less",
	}, ofPair(c, "moved")); diff != "" {
		t.Error(diff)
	}
	expect(t, c, "P1 total 2 2 agrees: "+exact)
	if !slices.Equal(c.Summary.Definitions, []string{"moved", "kept"}) || c.Summary.Usual() {
		t.Errorf("the summary tells of %v, %+v", c.Summary.Definitions, c.Summary.Pairs)
	}
	moved := c.Summary.Pair("moved")
	if moved.First.Name != "current" || moved.Second.Name != "permanent" || moved.Usual() || !c.Summary.Pair("kept").Usual() {
		t.Errorf("%+v", c.Summary.Pairs)
	}
}

const postEnumeration = "sources: [{name: pes, title: Post-enumeration survey, field_results: " +
	"{file: pes.csv, kind: sample, columns: {area: area, stratum: h, psu: ea, weight: w, count: n}}}]\n"

// fourPSUs is a sample of a commune with two strata and two PSUs in each.
const fourPSUs = "area,h,ea,w,n\nA1,s,1,2,10\nA1,s,2,2,12\nA1,z,3,2,9\nA1,z,4,2,14\n"

func TestACensusIsHeldAgainstAPostEnumerationSurvey(t *testing.T) {
	parts := "field_results: {file: census.csv, kind: sample, columns: {area: area, stratum: h, psu: ea, weight: w, count: n}}\n" + postEnumeration +
		"compare: {dimensions: [total], margin_pct: 5, pairs: [{name: coverage, first: census, second: pes}]}\n"
	c := compared(t, parts, fourPSUs, map[string]string{"pes.csv": "area,h,ea,w,n\nA1,s,1,10,5\nA1,s,2,10,3\nA1,z,3,10,4\nA1,z,4,10,2\nA2,y,9,1,7\n"})
	row := c.Area("A1")[0]
	// Two strata of two PSUs each: the variance of a total is Σ (difference of the two weighted totals)² over strata.
	if row.Register != 90 || row.Census != 140 || !near(row.RegisterSE*row.RegisterSE, 4*4+10*10) || !near(row.CensusSE*row.CensusSE, 20*20+20*20) {
		t.Errorf("%+v", row)
	}
	df := (116 + 800) * (116 + 800) / (116*116/2. + 800*800/2.) // Satterthwaite, of two degrees of freedom each
	half := analysis.Quantile(0.975, df) * math.Sqrt(116+800)
	if row.Difference != -50 || !near(row.DifferencePct, -100*50./140) || !near(row.CIUpper, half-50) || !near(-row.CILower, half+50) {
		t.Errorf("%+v", row)
	}
	expect(t, c, "A2 total NaN 7 cannot_tell: no sample here; pes: a stratum has a single sampled PSU; too few PSUs for an interval")
	const said = "coverage: two samples: their errors are taken to be independent; where one is a subsample of the other, the variance is not right"
	if !slices.Contains(c.Summary.Caveats, said) || c.Summary.Pair("coverage").Second.Label() != "Post-enumeration survey" {
		t.Errorf("%v, %+v", c.Summary.Caveats, c.Summary.Pairs)
	}
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }

func TestFurtherFieldResultsThatAreNotThereYet(t *testing.T) {
	r := prepare(t, t.TempDir(), postEnumeration+"compare: {dimensions: [total], margin_pct: 5, pairs: [{name: coverage, first: census, second: pes}]}\n", "area,n\nA1,1\n", nil)
	var last stage.Result
	if err := r.Run(t.Context(), stage.Names, func(done stage.Result) { last = done }); err != nil {
		t.Fatal(err)
	}
	if last.Stage != stage.Estimate || last.NotDue != "no field results yet: there is no pes.csv" {
		t.Errorf("%+v", last)
	}
}

// earlier makes an extract of an earlier date in a folder beside.
func earlier(t *testing.T, parts string, files map[string]string) (dir, extract string) {
	t.Helper()
	dir = t.TempDir()
	before := filepath.Join(dir, "before")
	if err := os.Mkdir(before, 0o755); err != nil {
		t.Fatal(err)
	}
	r := prepare(t, before, parts, "area,n\nA1,1\n", files)
	if err := run(r, stage.Draw, stage.Extract); err != nil {
		t.Fatal(err)
	}
	path, err := r.Current(stage.Extract)
	if err != nil {
		t.Fatal(err)
	}
	return dir, strings.TrimPrefix(path, dir+"/")
}

func TestTwoExtractsOfTwoDates(t *testing.T) {
	dir, path := earlier(t, "draw: {method: list, areas: [A1, A2, B1, B2]}\n", map[string]string{"register.csv": "area,n\nA1,100\nA2,90\nA3,5\nB1,104\n"})
	parts := "sources: [{name: r2019, extract: " + path + ", definition: all}]\n" +
		"compare: {dimensions: [total], levels: [commune, district, province], margin_pct: 5, pairs: [{name: growth, first: all, second: r2019}]}\n"
	r := prepare(t, dir, parts, "area,n\nA1,1\n", nil)
	if err := run(r, stage.Names...); err != nil {
		t.Fatal(err)
	}
	current, err := r.Current(stage.Compare)
	if err != nil {
		t.Fatal(err)
	}
	c, err := results.Open(current)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		"A1 total 100 100 agrees: " + exact,
		"A2 total 100 90 differs: " + exact,
		"A3 total 100 NaN cannot_tell: r2019: no figure in the register", // it was not drawn then
		"B1 total 100 104 agrees: " + exact,
		"B2 total 100 NaN cannot_tell: r2019: no figure in the register", // a register of counts without a row
		"D1 total 200 190 differs: " + exact,
		"D2 total 100 NaN cannot_tell: r2019: the register has no figure for 1 of the areas here",
		"D3 total 200 NaN cannot_tell: r2019: the register has no figure for 1 of the areas here",
		"P1 total 300 NaN cannot_tell: r2019: the register has no figure for 1 of the areas here",
		"P2 total 200 NaN cannot_tell: r2019: the register has no figure for 1 of the areas here",
	}, told(c)); diff != "" {
		t.Error(diff)
	}
	if s := c.Summary.Pair("growth").Second; s.ReferenceTime != "2024-04-01" || s.Definition != "all" {
		t.Errorf("%+v", s)
	}
	verified, err := r.Verify()
	if err != nil || len(verified[len(verified)-1].Absent) > 0 {
		t.Errorf("%+v, %v", verified, err)
	}
	breakSeal(t, r, filepath.Join(dir, path))
}

// breakSeal changes the other extract: it is then refused, and verify tells that it is another one.
func breakSeal(t *testing.T, r *stage.Runner, path string) {
	t.Helper()
	file := filepath.Join(path, "areas.csv")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("area\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(r, stage.Compare); !errors.Is(err, stage.ErrRefused) || !errors.Is(err, artefact.ErrNotVerified) {
		t.Errorf("a broken seal: %v", err)
	}
}

func TestAnExtractOfAnOlderCodeListIsCarriedOver(t *testing.T) {
	old := "code,name,d,dn,p,pn\nO1,,X,,Y,\nO2,,X,,Y,\nO3,,X,,Y,\n"
	dir, path := earlier(t, "", map[string]string{"areas.csv": old, "register.csv": "area,n\nO1,100\nO2,200\nO3,90\n"})
	source := "sources: [{name: r2019, title: register of 2019, extract: " + path + ", definition: all"
	compareIt := "compare: {dimensions: [total], levels: [commune, district, province], margin_pct: 5, pairs: [{name: growth, first: all, second: r2019}]}\n"
	if err := run(prepare(t, dir, source+"}]\n"+compareIt, "area,n\nA1,1\n", nil), stage.Names...); !errors.Is(err, stage.ErrRefused) {
		t.Errorf("another code list without a crosswalk: %v", err)
	}
	walk := map[string]string{"walk.csv": "old,new\nO1,A1\nO2,A2\nO2,A3\nO3,B1\nO4,B2\n"}
	r := prepare(t, dir, source+", crosswalks: [{file: walk.csv, from: old, to: new}]}]\n"+compareIt, "area,n\nA1,1\n", walk)
	if err := run(r, stage.Names...); err != nil {
		t.Fatal(err)
	}
	current, _ := r.Current(stage.Compare)
	c, err := results.Open(current)
	if err != nil {
		t.Fatal(err)
	}
	const split = "r2019: rests on a split of an old unit whose shares are not published; " + exact + "; register of 2019 is from "
	expect(t, c,
		"A1 total 100 100 agrees: "+exact,
		"A2 total 100 200 cannot_tell: "+split+"0 to 200",
		"A3 total 100 0 cannot_tell: "+split+"0 to 200",
		"B1 total 100 90 differs: "+exact,
		"B2 total 100 NaN cannot_tell: r2019: no figure in the register",
		"D1 total 200 300 cannot_tell: "+split+"100 to 300",
		"P1 total 300 300 agrees: "+exact) // O2 lies in it however it was split
	if b := c.Area("A3")[0].CensusBounds; b != (compare.Bounds{Lower: 0, Upper: 200}) {
		t.Errorf("bounds %v", b)
	}
}

func TestPairsAreSealed(t *testing.T) {
	dir := t.TempDir()
	r := prepare(t, dir, "", "area,n\nA1,1\n", nil)
	if err := run(r, stage.Draw, stage.Extract); err != nil {
		t.Fatal(err)
	}
	path, err := r.Current(stage.Extract)
	if err != nil {
		t.Fatal(err)
	}
	other := "extract: " + path + "\ncompare: {dimensions: [total], levels: [commune, district, province], margin_pct: 5, pairs: [{name: x, first: census, second: all}]}\n"
	err = run(prepare(t, dir, other, "area,n\nA1,1\n", nil), stage.Estimate, stage.Compare)
	if !errors.Is(err, stage.ErrRefused) || !strings.Contains(err.Error(), `pairs was none, is [{"name":"x","first":"census","second":"all"}]`) {
		t.Errorf("pairs named after the seal: %v", err)
	}
}

func TestWhatPairsCallADefinitionIsResolvedBeforeTheSeal(t *testing.T) {
	s := &study.Study{Sources: []study.Source{{Name: "here", Definition: "current"}}, Compare: study.Compare{Pairs: []study.Pair{{Name: "x", First: "here", Second: "census"}}}}
	if diff := cmp.Diff([]study.Pair{{Name: "x", First: "current", Second: "census"}}, s.Pairs()); diff != "" {
		t.Error(diff)
	}
}
