package planning_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/floats/scalar"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/planning"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

var levels = []string{"commune", "district", "province"}

const costs = "\n  costs: {fixed: 1000, psu: 60, listing: 0.2, interview: 4, linking: 0.5}"

// small plans for 60 communes in 12 districts in 3 provinces, 240,000 households.
func small(t *testing.T, section string) (*planning.Outcome, *study.Study) {
	t.Helper()
	s := parse(t, "plan:"+section+"\n")
	f, err := planning.NewFrame(country(60, 240_000), list(60, 12, 3), s.Plan)
	if err != nil {
		t.Fatal(err)
	}
	o, err := planning.Run(context.Background(), f, s.Plan, levels, nil)
	if err != nil {
		t.Fatal(err)
	}
	return o, s
}

const twoTargets = `
  targets: [{level: province, cv_pct: 1.5}, {level: district, cv_pct: 4}, {level: district, cv_pct: 6, of: female}]
  candidates: {strata: [none, province, district], take: [10, 30, all], match: [commune, household]}
  baseline: {fraction: 0.2}` + costs

// TestEveryTargetHolds: whatever is called feasible meets every target in every unit, and one is met with little to spare.
func TestEveryTargetHolds(t *testing.T) {
	o, _ := small(t, twoTargets)
	if len(o.Solutions) != 3*3*3*7 {
		t.Fatalf("%d candidates", len(o.Solutions))
	}
	last := 0.0
	for _, s := range o.Solutions {
		if !s.Feasible || s.Tightest.Share > 1+1e-9 || s.Cost < last {
			t.Errorf("%s: %+v", s.Candidate, s)
		}
		// Whole PSUs are rounded up: of 2 to 7 in a district a good part may be too much.
		if s.Tightest.Share < 0.85 {
			t.Errorf("%s: the tightest target is met with CV %.3f of %.3f %%", s.Candidate, s.Tightest.CV, s.Tightest.Limit)
		}
		last = s.Cost
	}
}

// TestOnePSULessMisses: the cheapest design cannot do with one PSU less in any stratum.
func TestOnePSULessMisses(t *testing.T) {
	for _, selection := range []string{"srs", "pps", "balanced"} {
		o, _ := small(t, `
  targets: [{level: district, cv_pct: 4}]
  candidates: {strata: [district], take: [30], selection: [`+selection+`], estimator: [ratio]}`+costs)
		best := o.Best()
		for code, m := range best.Drawn() {
			less := best.Drawn()
			less[code] = m - 1
			if share := o.Try(best, less); share <= 1 {
				t.Errorf("%s: district %s would do with %d instead of %d", selection, code, m-1, m)
			}
		}
	}
}

// TestCosts: what a plan costs is what its numbers say, all households of a PSU listed.
func TestCosts(t *testing.T) {
	o, _ := small(t, `
  targets: [{level: country, cv_pct: 1}]
  candidates: {strata: [none], take: [30, all], selection: [srs], estimator: [expansion, ratio], match: [household]}`+costs)
	for _, s := range o.Solutions {
		linking := 0.0
		if s.Match == planning.MatchHousehold {
			linking = 0.5
		}
		want := 1000 + 60*float64(s.PSUs) + 0.2*s.Listed + (4+linking)*s.Interviews
		if !scalar.EqualWithinRel(s.Cost, want, 1e-12) {
			t.Errorf("%s costs %v, want %v", s.Candidate, s.Cost, want)
		}
		if s.Take == 30 && !scalar.EqualWithinRel(s.Interviews, 30*float64(s.PSUs), 1e-9) {
			t.Errorf("%s: %v interviews in %d PSUs", s.Candidate, s.Interviews, s.PSUs)
		}
	}
}

// TestHopeless: 5 households of an enumeration area cannot tell a district to 1 %, even with every area; all can. The
// reason names the target and the unit.
func TestHopeless(t *testing.T) {
	o, _ := small(t, `
  targets: [{level: district, cv_pct: 1}]
  candidates: {strata: [district], take: [2, all], selection: [srs], estimator: [expansion]}`+costs)
	good, bad := o.Solutions[0], o.Solutions[1]
	if !good.Feasible || good.Take != study.TakeAll {
		t.Errorf("first is %+v", good)
	}
	if bad.Feasible || !strings.Contains(bad.Reason, "even with every enumeration area") || !strings.Contains(bad.Reason, "district "+bad.Unit) {
		t.Errorf("second is %+v", bad)
	}
}

// TestMinCount: a target that leaves out every unit costs what is fixed and two PSUs a stratum.
func TestMinCount(t *testing.T) {
	o, _ := small(t, `
  targets: [{level: country, cv_pct: 90}, {level: district, cv_pct: 0.1, min_count: 10000000}]
  candidates: {strata: [province], take: [30], selection: [srs], estimator: [expansion]}`+costs)
	if best := o.Best(); best == nil || best.PSUs != 6 {
		t.Errorf("%+v", o.Solutions[0])
	}
}

// TestDiscrepancy: to find a gap of 10 % with power 0.8 at 5 %, the standard error must be 10/(1.959964 + 0.841621) %.
func TestDiscrepancy(t *testing.T) {
	o, _ := small(t, `
  targets: [{level: commune, discrepancy_pct: 10}]
  candidates: {strata: [commune], take: [all], selection: [pps], estimator: [expansion]}`+costs)
	if got, want := o.Best().Tightest.Limit, 10/(1.959963985+0.841621234); !scalar.EqualWithinRel(got, want, 1e-8) {
		t.Errorf("limit %v, want %v", got, want)
	}
}

// TestCommunesNeedPSUs: a target in communes asks for two PSUs of each to be expected, or all, whatever the strata are.
func TestCommunesNeedPSUs(t *testing.T) {
	o, _ := small(t, `
  targets: [{level: commune, cv_pct: 90}]
  candidates: {strata: [district], take: [all], selection: [srs], estimator: [ratio]}`+costs)
	if o.Best().PSUs < 60*2 {
		t.Errorf("%d PSUs for 60 communes", o.Best().PSUs)
	}
}

// TestSameOnAnyNumberOfCores: the candidates are worked out at the same time, and come out the same.
func TestSameOnAnyNumberOfCores(t *testing.T) {
	first, _ := small(t, twoTargets)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	second, _ := small(t, twoTargets)
	a, _ := json.Marshal(first.Report())
	b, _ := json.Marshal(second.Report())
	if string(a) != string(b) {
		t.Error("two runs differ")
	}
}

// TestAssistanceHelps: with a register that predicts well, every estimator that uses it is cheaper than none, and what is
// told apart more finely never costs more but for linking.
func TestAssistanceHelps(t *testing.T) {
	o, _ := small(t, twoTargets)
	best, plain := o.Best(), o.Unassisted()
	if plain.Assisted() || best.Cost > plain.Cost {
		t.Errorf("best %s at %v, without the register %s at %v", best.Candidate, best.Cost, plain.Candidate, plain.Cost)
	}
	saving := planning.SavingOf(best, plain)
	if want := 100 * (1 - best.Cost/plain.Cost); !scalar.EqualWithinRel(saving.Cost, want, 1e-12) {
		t.Errorf("saves %v, want %v", saving.Cost, want)
	}
}

// TestCurveFalls: a looser target never costs more, and no estimator needs less for a tighter one.
func TestCurveFalls(t *testing.T) {
	o, _ := small(t, twoTargets)
	for i, p := range o.Curve[1:] {
		if before := o.Curve[i]; p.Estimator == before.Estimator && (p.Scale >= before.Scale || p.Cost < before.Cost) {
			t.Errorf("%s: %v at scale %v after %v at %v", p.Estimator, p.Cost, p.Scale, before.Cost, before.Scale)
		}
	}
	if len(o.Curve) != 4*7 {
		t.Errorf("%d points", len(o.Curve))
	}
}

// TestBaseline: a fifth of the enumeration areas of every district.
func TestBaseline(t *testing.T) {
	o, _ := small(t, twoTargets)
	total := 0
	for _, m := range o.Baseline.Drawn() {
		total += m
	}
	if b := o.Baseline; total != b.PSUs || math.Abs(float64(total)-240_000/140/5) > 12 || !scalar.EqualWithinRel(b.Interviews, 30*float64(total), 1e-9) {
		t.Errorf("%d PSUs, %+v", total, b)
	}
}

// TestReportReadsBack writes everything and reads the report.
func TestReportReadsBack(t *testing.T) {
	o, _ := small(t, twoTargets)
	dir := t.TempDir()
	if err := o.Write(dir); err != nil {
		t.Fatal(err)
	}
	got, err := planning.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(o.Report())
	have, _ := json.Marshal(got)
	if diff := cmp.Diff(string(want), string(have)); diff != "" {
		t.Error(diff)
	}
	var names []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	for _, want := range []string{"plan.csv", "plan.parquet", "allocation.csv", "precision.csv", "curve.csv"} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s in %v", want, names)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "allocation.csv"))
	if err != nil || strings.Count(string(text), "\n") != 1+len(o.Best().Drawn()) {
		t.Errorf("allocation: %v\n%s", err, text)
	}
}

// TestKnownPSUs has the enumeration areas in the register: two communes, one without names for some households.
func TestKnownPSUs(t *testing.T) {
	h := &store.Households{
		Area: []string{"00000", "00000", "00000", "00001", "00001", store.Missing}, PSU: []string{"a", "b", store.Missing, "c", "d", "e"},
		Households: []int64{100, 140, 7, 90, 110, 5},
		Persons:    [][]int64{{360, 480, 20, 330, 420, 9}}, Squares: [][]int64{{1500, 1900, 80, 1400, 1900, 20}},
	}
	s := parse(t, `plan:
  psu: ea
  targets: [{level: country, cv_pct: 50}]
  candidates: {strata: [none], take: [all], match: [psu, commune]}
  costs: {psu: 1, interview: 1}
`)
	f, err := planning.NewFrame(h, list(2, 1, 1), s.Plan)
	if err != nil {
		t.Fatal(err)
	}
	if want := (planning.Aside{Persons: 9, Unnamed: 7, PSUs: 4}); f.Aside != want {
		t.Errorf("aside %+v, want %+v", f.Aside, want)
	}
	o, err := planning.Run(context.Background(), f, s.Plan, levels, nil)
	if err != nil || o.Best() == nil {
		t.Fatal(err)
	}
	if frame := o.Report().Frame; len(frame) != 1 || frame[0].PSUs != 4 || frame[0].Households != 440 {
		t.Errorf("frame %+v", frame)
	}
}

// TestSomeAreas plans for one province; an unknown code is named.
func TestSomeAreas(t *testing.T) {
	s := parse(t, `plan:
  areas: [P01]
  targets: [{level: province, cv_pct: 5}]
  costs: {psu: 1, interview: 1}
`)
	f, err := planning.NewFrame(country(60, 240_000), list(60, 12, 3), s.Plan)
	if err != nil {
		t.Fatal(err)
	}
	o, err := planning.Run(context.Background(), f, s.Plan, levels, nil)
	if err != nil || o.Report().Frame[0].Communes != 20 {
		t.Errorf("%v, %+v", err, o.Report().Frame)
	}
	s.Plan.Areas = []string{"nowhere"}
	if _, err := planning.NewFrame(country(60, 240_000), list(60, 12, 3), s.Plan); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("error %v", err)
	}
}

// TestWithoutCodeList: every area found is a commune, and there are no levels above.
func TestWithoutCodeList(t *testing.T) {
	s := parse(t, `plan:
  targets: [{level: commune, cv_pct: 20}]
  candidates: {strata: [commune, none]}
  costs: {psu: 1, interview: 1}
`)
	f, err := planning.NewFrame(country(5, 20_000), areas.Of([]string{"commune"}, nil), s.Plan)
	if err != nil {
		t.Fatal(err)
	}
	if o, err := planning.Run(context.Background(), f, s.Plan, levels[:1], nil); err != nil || o.Best() == nil {
		t.Errorf("%v", err)
	}
}

// TestStops: a plan ends when its context does.
func TestStops(t *testing.T) {
	s := parse(t, "plan:"+twoTargets+"\n")
	f, err := planning.NewFrame(country(60, 240_000), list(60, 12, 3), s.Plan)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if _, err := planning.Run(ctx, f, s.Plan, levels, func(done, _ int64) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestErrorsOfTheRegister: where its differences between communes are errors and nothing else varies, a sample with
// probability proportional to households needs no register, and adjusting to it does harm.
func TestErrorsOfTheRegister(t *testing.T) {
	cost := map[string]float64{}
	for _, slope := range []string{"0", "1"} {
		o, _ := small(t, `
  targets: [{level: province, cv_pct: 2}]
  candidates: {strata: [province], take: [all], selection: [pps], estimator: [expansion, ratio]}
  model: {ratio_cv: 0, psu_cv: 0.05, intraclass: 0, commune_slope: `+slope+`}`+costs)
		for _, s := range o.Solutions {
			cost[s.Estimator+slope] = s.Cost
		}
	}
	if cost["expansion0"] >= cost["ratio0"] || cost["ratio1"] >= cost["expansion1"] {
		t.Errorf("costs %v", cost)
	}
}
