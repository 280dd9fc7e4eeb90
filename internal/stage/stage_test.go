package stage_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/results"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/study"
)

// A small country: two provinces, three districts, five communes; a hundred persons registered in each commune.
const codeList = `code,name,d,dn,p,pn
A1,Xã Một,D1,Huyện Một,P1,Tỉnh Một
A2,Xã Hai,D1,Huyện Một,P1,Tỉnh Một
A3,Xã Ba,D2,Huyện Hai,P1,Tỉnh Một
B1,Xã Bốn,D3,Huyện Ba,P2,Tỉnh Hai
B2,Xã Năm,D3,Huyện Ba,P2,Tỉnh Hai
`

const register = "area,n\nA1,100\nA2,100\nA3,100\nB1,100\nB2,100\n"

// text is a study of the small country with the parts that a test is about.
func text(parts string) string {
	base := map[string]string{
		"register":      "register: {file: register.csv, columns: {permanent: area, count: n}}\n",
		"definitions":   "definitions: [{name: all, residence: permanent}]\n",
		"draw":          "draw: {method: all}\n",
		"field_results": "field_results: {file: census.csv, kind: counts, whole: true, columns: {area: area, count: n}}\n",
		"compare":       "compare: {dimensions: [total], levels: [commune, district, province], margin_pct: 5}\n",
	}
	out := "study: small\ntitle: Small\nreference_time: 2024-04-01\n" +
		"areas: {file: areas.csv, code: code, name: name, parents: [{level: district, code: d, name: dn}, {level: province, code: p, name: pn}]}\n" +
		"collection: {start: 2024-04-01, end: 2024-04-30}\n" + parts
	for key, line := range base {
		if !strings.Contains("\n"+parts, "\n"+key+":") {
			out += line
		}
	}
	return out
}

// prepare writes a study and its files and gives a runner after collection.
func prepare(t *testing.T, dir, parts, census string, files map[string]string) *stage.Runner {
	t.Helper()
	all := map[string]string{"areas.csv": codeList, "register.csv": register, "census.csv": census, "study.yaml": text(parts)}
	for name, content := range files {
		all[name] = content
	}
	for name, content := range all {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := study.Load(filepath.Join(dir, "study.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return stage.New(s, "test")
}

func run(r *stage.Runner, stages ...string) error {
	return r.Run(context.Background(), stages, func(stage.Result) {})
}

// compared runs all stages and gives the rows.
func compared(t *testing.T, parts, census string, files map[string]string) *results.Comparison {
	t.Helper()
	r := prepare(t, t.TempDir(), parts, census, files)
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
	return c
}

// told is a row in a line: area, cell, register, census, verdict, notes.
func told(c *results.Comparison) []string {
	var lines []string
	for _, row := range c.Rows {
		lines = append(lines, fmt.Sprintf("%s %s %v %v %s: %s", row.Area, row.Cell, row.Register, row.Census, row.Verdict, row.Notes))
	}
	return lines
}

func expect(t *testing.T, c *results.Comparison, want ...string) {
	t.Helper()
	have := make(map[string]bool)
	for _, line := range told(c) {
		have[line] = true
	}
	for _, line := range want {
		if !have[line] {
			t.Errorf("no row %q in\n%s", line, strings.Join(told(c), "\n"))
		}
	}
}

const exact = "complete counts: judged by the margin alone"

func TestCountsOfSomeCommunesSayNothingOfTheirDistrict(t *testing.T) {
	c := compared(t, "field_results: {file: census.csv, kind: counts, columns: {area: area, count: n}}\n", "area,n\nA1,100\nB1,90\nB2,90\n", nil)
	expect(t, c,
		"A1 total 100 100 agrees: "+exact,
		"A2 total 100 NaN cannot_tell: not among the areas counted",
		"D1 total 200 100 cannot_tell: only 1 of 2 areas here were counted",
		"P1 total 300 100 cannot_tell: only 1 of 3 areas here were counted",
		"D3 total 200 180 differs: "+exact)
}

func TestPublishedFiguresAreOfWholeUnits(t *testing.T) {
	c := compared(t, "draw: {method: list, areas: [A1, B1]}\n"+
		"field_results: {file: census.csv, kind: aggregates, columns: {area: area, value: n, se: se}}\n",
		"area,n,se\nP1,300,3\nA1,100,1\nD2,100,\n", nil)
	expect(t, c,
		"A1 total 100 100 agrees: ",
		"B1 total 100 NaN cannot_tell: no figure in the field results",
		"P1 total 100 300 cannot_tell: the published figure is of all areas here; over the 1 of 3 areas drawn here")
}

func TestASampleWithoutVarianceIsNoCompleteCount(t *testing.T) {
	c := compared(t, "field_results: {file: census.csv, kind: sample, columns: {area: area, stratum: h, psu: ea, weight: w, count: n}}\n",
		"area,h,ea,w,n\nA1,s,1,3,10\nA1,s,2,3,10\nB1,z,3,2,10\nB2,z,4,2,40\n", nil)
	expect(t, c,
		"A1 total 100 60 cannot_tell: the sample shows no variance here",
		"A2 total 100 NaN cannot_tell: no sample here",
		"B1 total 100 20 cannot_tell: too few PSUs for an interval")
}

func TestASplitOfUnknownSharesIsToldAsFarUpAsItReaches(t *testing.T) {
	c := compared(t, "field_results: {file: census.csv, kind: counts, columns: {area: area, count: n}, "+
		"crosswalks: [{file: walk.csv, from: old, to: new}]}\n", "area,n\nO1,200\nO2,100\nO3,100\nO4,100\n",
		map[string]string{"walk.csv": "old,new\nO1,A1\nO1,A2\nO2,A3\nO2,B1\nO3,B2\nO4,B1\n"})
	const partial = "rests on a split of an old unit whose shares are not published; " + exact + "; the census is from "
	expect(t, c,
		"A1 total 100 200 cannot_tell: "+partial+"0 to 200",
		"D1 total 200 200 agrees: "+exact, // both halves of O1
		"D2 total 100 100 cannot_tell: "+partial+"0 to 100",
		"P1 total 300 300 cannot_tell: "+partial+"200 to 300",
		"P2 total 200 200 cannot_tell: "+partial+"200 to 300",
		"B2 total 100 100 agrees: "+exact)
}

func TestMissingIsToldAtWhateverLevelIsCompared(t *testing.T) {
	for parts, want := range map[string]string{
		"compare: {dimensions: [total], levels: [province], margin_pct: 5}\n":          "missing total 7 3 differs: " + exact,
		"compare: {dimensions: [total], levels: [commune, province], margin_pct: 5}\n": "missing total 7 3 differs: " + exact,
	} {
		c := compared(t, parts, "area,n\nA1,100\n,3\n", map[string]string{"register.csv": register + "elsewhere,7\n"})
		expect(t, c, want)
		seen := 0
		for _, row := range c.Rows {
			if row.Area == "missing" {
				seen++
			}
		}
		if seen != 1 {
			t.Errorf("missing stands in %d rows", seen)
		}
	}
}

func TestAreasOnlyTheCensusHasComeWithoutATotal(t *testing.T) {
	parts := "areas: {}\nregister: {file: register.csv, columns: {permanent: area, sex: s}, sex_codes: {m: male, f: female}}\n" +
		"field_results: {file: census.csv, kind: counts, whole: true, columns: {area: area, sex: s}, sex_codes: {m: male, f: female}}\n" +
		"compare: {dimensions: [sex], margin_pct: 5}\n"
	whole := text(parts)
	whole = strings.Replace(whole, whole[strings.Index(whole, "areas: {file"):strings.Index(whole, "collection:")], "", 1)
	dir := t.TempDir()
	r := prepare(t, dir, "", "", map[string]string{"study.yaml": whole, "register.csv": "area,s\nX,m\n", "census.csv": "area,s\nX,m\nZ9,f\n,f\n"})
	if err := run(r, stage.Names...); err != nil {
		t.Fatal(err)
	}
	path, _ := r.Current(stage.Compare)
	c, err := results.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, c, "X male 1 1 agrees: "+exact, "Z9 female 0 1 differs: "+exact+"; a difference of one person: the margin is less", "missing female 0 1 differs: "+exact+"; a difference of one person: the margin is less")
}

func TestARegisterOfCountsIsSilentWhereItHasNone(t *testing.T) {
	c := compared(t, "", "area,n\nA1,100\nA2,100\nA3,100\nB1,100\nB2,100\n", map[string]string{"register.csv": "area,n\nA1,100\nA2,\nA3,100\nB1,100\nB2,100\n"})
	expect(t, c,
		"A2 total NaN 100 cannot_tell: no figure in the register",
		"D1 total NaN 200 cannot_tell: the register has no figure for 1 of the areas here",
		"D3 total 200 200 agrees: "+exact)
}

// A stage goes on from what is there only if it was made from the study as it is.
func TestStaleArtefactsAreNotBuiltOn(t *testing.T) {
	dir := t.TempDir()
	if err := run(prepare(t, dir, "", "area,n\nA1,1\n", nil), stage.Draw); err != nil {
		t.Fatal(err)
	}
	changed := prepare(t, dir, "draw: {method: list, areas: [A1]}\n", "area,n\nA1,1\n", nil)
	if err := run(changed, stage.Extract); err == nil || !strings.Contains(err.Error(), "run concord draw again") {
		t.Errorf("extract from a draw of another study: %v", err)
	}
	if err := run(changed, stage.Names...); err != nil {
		t.Errorf("a whole run: %v", err)
	}
}

func TestADamagedArtefactIsMadeAgain(t *testing.T) {
	dir := t.TempDir()
	r := prepare(t, dir, "", "area,n\nA1,1\n", nil)
	if err := run(r, stage.Names...); err != nil {
		t.Fatal(err)
	}
	path, _ := r.Current(stage.Extract)
	if err := os.WriteFile(filepath.Join(path, "tally.csv"), []byte("other"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(r, stage.Compare); !errors.Is(err, stage.ErrRefused) || !strings.Contains(err.Error(), "tally.csv differs") {
		t.Errorf("compare on a damaged extract: %v", err)
	}
	if err := run(r, stage.Names...); err != nil {
		t.Errorf("run: %v", err)
	}
	if _, _, err := artefact.Verify(path); err != nil {
		t.Error(err)
	}
}

func TestAReceivedExtractGoesWithItsCodeList(t *testing.T) {
	ours := t.TempDir()
	r := prepare(t, ours, "", "area,n\nA1,1\n", nil)
	if err := run(r, stage.Draw, stage.Extract); err != nil {
		t.Fatal(err)
	}
	extract, _ := r.Current(stage.Extract)
	other := prepare(t, t.TempDir(), "extract: "+extract+"\n", "area,n\nA1,1\n", map[string]string{"areas.csv": strings.Replace(codeList, "A3,Xã Ba,D2,Huyện Hai", "A3,Xã Ba,D1,Huyện Một", 1)})
	if err := run(other, stage.Estimate, stage.Compare); !errors.Is(err, stage.ErrRefused) || !strings.Contains(err.Error(), "code list") {
		t.Errorf("another code list: %v", err)
	}
	same := prepare(t, t.TempDir(), "extract: "+extract+"\n", "area,n\nA1,1\n", nil)
	if err := run(same, stage.Estimate, stage.Compare); err != nil {
		t.Error(err)
	}
}

// The other ministry has the extract, the code list and the field results, and can change neither plan nor dates.
func TestTheOtherSide(t *testing.T) {
	r := prepare(t, t.TempDir(), "", "area,n\nA1,1\n", nil)
	if err := run(r, stage.Draw, stage.Extract); err != nil {
		t.Fatal(err)
	}
	extract, _ := r.Current(stage.Extract)
	if text, err := os.ReadFile(filepath.Join(extract, "study.yaml")); err != nil || string(text) != r.Study.Text {
		t.Errorf("the extract does not carry its study: %v", err)
	}
	bare := func(change func(string) string) *stage.Runner {
		whole := text("extract: " + extract + "\n")
		for _, section := range []string{"register", "draw"} {
			from := strings.Index(whole, "\n"+section+":") + 1
			whole = whole[:from] + whole[from+strings.Index(whole[from:], "\n")+1:]
		}
		return prepare(t, t.TempDir(), "", "area,n\nA1,1\n", map[string]string{"study.yaml": change(whole), "register.csv": ""})
	}
	if err := run(bare(func(s string) string { return s }), stage.Names...); err != nil {
		t.Errorf("without register and draw: %v", err)
	}
	for old, changed := range map[string]string{"end: 2024-04-30": "end: 2024-04-29", "margin_pct: 5": "margin_pct: 50", "levels: [commune, district, province]": "levels: [commune]"} {
		err := run(bare(func(s string) string { return strings.Replace(s, old, changed, 1) }), stage.Names...)
		if !errors.Is(err, stage.ErrRefused) || !strings.Contains(err.Error(), "not the one sealed") {
			t.Errorf("%s: %v", changed, err)
		}
	}
}

// An extract is sealed before the census exists: what its columns turn out to be called does not undo the seal.
func TestFieldResultsDoNotUndoTheSeal(t *testing.T) {
	dir := t.TempDir()
	if err := run(prepare(t, dir, "", "", nil), stage.Draw, stage.Extract); err != nil {
		t.Fatal(err)
	}
	later := prepare(t, dir, "field_results: {file: census.csv, kind: counts, columns: {area: xa, count: nguoi}}\n", "xa,nguoi\nA1,1\n", nil)
	seal := func() string {
		path, err := later.Current(stage.Extract)
		if err != nil {
			t.Fatal(err)
		}
		_, s, err := artefact.Verify(path)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	before := seal()
	if err := run(later, stage.Names...); err != nil {
		t.Fatal(err)
	}
	if seal() != before {
		t.Error("the extract was sealed anew")
	}
}

func TestEmbargo(t *testing.T) {
	r := prepare(t, t.TempDir(), "", "area,n\nA1,1\n", nil)
	hanoi := time.FixedZone("", 7*3600)
	for _, tt := range []struct {
		now     time.Time
		refused bool
	}{
		{time.Date(2024, 4, 30, 23, 59, 59, 0, hanoi), true},
		{time.Date(2024, 5, 1, 0, 0, 0, 0, hanoi), false},
	} {
		r.Now = func() time.Time { return tt.now }
		if err := run(r, stage.Draw, stage.Extract, stage.Estimate, stage.Compare); errors.Is(err, stage.ErrRefused) != tt.refused {
			t.Errorf("at %v: %v", tt.now, err)
		}
	}
}

func TestDraws(t *testing.T) {
	for parts, want := range map[string][]string{
		"draw: {method: list, areas: [D1, B2]}\n":                               {"A1", "A2", "B2"},
		"draw: {method: all, level: province, areas: [P2]}\n":                   {"B1", "B2"},
		"draw: {method: stratified, stratum: province, n: 5}\n":                 {"A1", "A2", "A3", "B1", "B2"},
		"draw: {method: pps_systematic, n: 1, size: weight, areas: [P1]}\n":     {"A3"},
		"draw: {method: srs, level: province, n: 2}\n":                          {"A1", "A2", "A3", "B1", "B2"},
		"draw: {method: pps_systematic, level: province, n: 2, size: weight}\n": {"A1", "A2", "A3", "B1", "B2"},
	} {
		list := "code,name,d,dn,p,pn,weight\nA1,a,D1,x,P1,y,0\nA2,a,D1,x,P1,y,0\nA3,a,D2,x,P1,y,5\nB1,a,D3,x,P2,z,2\nB2,a,D3,x,P2,z,3\n"
		c := compared(t, parts, "area,n\nA1,1\n", map[string]string{"areas.csv": list})
		var drawn []string
		for _, a := range c.Areas {
			if a.Level == "commune" {
				drawn = append(drawn, a.Code)
			}
		}
		if diff := cmp.Diff(want, drawn); diff != "" {
			t.Errorf("%s%s", parts, diff)
		}
	}
}

// Every area × definition × dimension × cell is there exactly once.
func TestEveryCellOnce(t *testing.T) {
	c := compared(t, "compare: {dimensions: [total], levels: [commune, district, province], margin_pct: 5}\n", "area,n\nA1,100\n", nil)
	seen := make(map[[4]string]bool)
	for _, row := range c.Rows {
		key := [4]string{row.Area, row.Definition, row.Dimension, row.Cell}
		if seen[key] {
			t.Errorf("%v stands twice", key)
		}
		seen[key] = true
		if row.Verdict != compare.Agrees && row.Verdict != compare.Differs && row.Verdict != compare.CannotTell {
			t.Errorf("%v: verdict %q", key, row.Verdict)
		}
	}
	if len(seen) != 5+3+2 {
		t.Errorf("%d cells, want 10", len(seen))
	}
}

// TestLonelyPSU: two PSUs in stratum a, one in b. Of the persons of PSUs (2, 4 | 3) with weight 10 the variance of the
// first stratum is 2·(10)²·2 = 400 by hand; with the policy average it is doubled, for two strata of which one is seen.
func TestLonelyPSU(t *testing.T) {
	const census = "area,s,p,w\n" +
		"A1,a,1,10\nA1,a,1,10\n" + "A1,a,2,10\nA1,a,2,10\nA1,a,2,10\nA1,a,2,10\n" + "A1,b,3,10\nA1,b,3,10\nA1,b,3,10\n"
	field := "field_results: {file: census.csv, kind: sample, columns: {area: area, stratum: s, psu: p, weight: w}}\n"
	for policy, want := range map[string]float64{"": math.NaN(), "remove": 20, "average": math.Sqrt(800)} {
		parts := field
		if policy != "" {
			parts += "estimation: {lonely_psu: " + policy + "}\n"
		}
		c := compared(t, parts, census, nil)
		i := slices.IndexFunc(c.Rows, func(r compare.Discrepancy) bool { return r.Area == "A1" })
		if se := c.Rows[i].CensusSE; se != want && !(math.IsNaN(se) && math.IsNaN(want)) {
			t.Errorf("lonely_psu %q: standard error %v, want %v", policy, se, want)
		}
	}
}
