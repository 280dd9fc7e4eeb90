package draw_test

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/internal/draw"
	"github.com/concord-stat/concord/internal/study"
	"github.com/concord-stat/concord/sampling"
)

// frame is 40 units in 4 strata of 10 with sizes from 1 to 40, balancing variables and centres.
func frame() draw.List {
	l := draw.List{Of: "frame.csv"}
	for i := range 40 {
		l.All = append(l.All, draw.Unit{
			Code: fmt.Sprintf("%02d", i), Stratum: fmt.Sprint("s", i/10), Size: float64(i + 1), Spread: float64(i * i), Order: []string{fmt.Sprint(i % 3)},
			Balance: []float64{1, float64(i + 1)}, Centre: [2]float64{float64(i % 7), float64(i / 7)}, Number: (float64(i*17%40) + 0.5) / 40,
		})
	}
	return l
}

// selections are one of every method, alone and within strata.
func selections() (all []study.Selection) {
	for _, method := range study.Methods() {
		s := study.Selection{Method: method, N: 8}
		switch method {
		case "balanced":
			s.Size, s.Balance = "size", []string{"one", "size"}
		case "local_pivotal":
			s.Size, s.Longitude, s.Latitude = "size", "x", "y"
		case "poisson", "tille", "sampford", "midzuno", "conditional_poisson", "pareto", "rao_hartley_cochran":
			s.Size = "size"
		}
		if strings.HasPrefix(method, "pps") {
			s.Size = "size"
		}
		if method == "stratified" {
			s.Stratum = "stratum"
		}
		s.SetDefaults()
		if faults := s.Faults(); len(faults) > 0 {
			panic(fmt.Sprint(method, faults))
		}
		within := s
		within.Stratum = "stratum"
		all = append(all, s, within)
	}
	return all
}

// random are the methods whose sample has no fixed size.
var random = []string{"bernoulli", "poisson"}

func run(t *testing.T, s study.Selection, seed uint64) *draw.Sample {
	t.Helper()
	s.SetDefaults()
	f := frame()
	if s.Stratum == "" {
		for i := range f.All {
			f.All[i].Stratum = ""
		}
	}
	sample, err := draw.SelectAll(context.Background(), f, draw.Plan{Selection: &s, Seed: seed})
	if err != nil {
		t.Fatalf("%s, stratum %q: %v", s.Method, s.Stratum, err)
	}
	return sample
}

// TestEveryMethod: the sample has the size asked for, in every stratum its share; the probabilities add up to it; the same
// seed gives the same sample, another seed another; and the account of every unit agrees with its fate.
func TestEveryMethod(t *testing.T) {
	for _, s := range selections() {
		a := run(t, s, 1)
		hits := 0
		for _, d := range a.Drawn {
			hits += d.Hits
		}
		want := s.N
		if s.Method == "all" || s.Method == "list" {
			want = 40
		}
		if !slices.Contains(random, s.Method) && hits != want {
			t.Errorf("%s: %d units drawn, want %d", s.Method, hits, want)
		}
		if diff := cmp.Diff(a, run(t, s, 1)); diff != "" {
			t.Errorf("%s: the same seed gives another sample:\n%s", s.Method, diff)
		}
		differs := false
		for seed := uint64(2); seed < 12; seed++ {
			differs = differs || !cmp.Equal(a.Drawn, run(t, s, seed).Drawn)
		}
		if !differs && want < 40 {
			t.Errorf("%s: ten other seeds give the same sample", s.Method)
		}
		checkProbabilities(t, s, a, float64(want))
	}
}

// checkProbabilities: Σπ is the sample size; weights are hits over π, but for random groups, where they are their own.
func checkProbabilities(t *testing.T, s study.Selection, a *draw.Sample, want float64) {
	t.Helper()
	sum := 0.0
	pi := map[string]float64{}
	for _, u := range a.Offered {
		sum += u.Probability
		pi[u.Code] = u.Probability
	}
	if s.Method != "rao_hartley_cochran" && !scalar.EqualWithinAbs(sum, want, 1e-9) {
		t.Errorf("%s, stratum %q: probabilities add up to %v, want %v", s.Method, s.Stratum, sum, want)
	}
	for _, d := range a.Drawn {
		if s.Method != "rao_hartley_cochran" && !scalar.EqualWithinRel(d.Probability, pi[d.Code], 1e-12) {
			t.Errorf("%s: unit %s has probability %v in the sample and %v in the frame", s.Method, d.Code, d.Probability, pi[d.Code])
		}
		if !scalar.EqualWithinRel(d.Weight, float64(d.Hits)/d.Probability, 1e-12) {
			t.Errorf("%s: unit %s with probability %v and %d hits has weight %v", s.Method, d.Code, d.Probability, d.Hits, d.Weight)
		}
	}
}

func TestAccountsAgree(t *testing.T) {
	for _, s := range selections() {
		s.SetDefaults()
		f := frame()
		plan := draw.Plan{Selection: &s, Seed: 5}
		sample, err := draw.Select(context.Background(), f, plan)
		if err != nil {
			t.Fatal(err)
		}
		drawn := map[string]int{}
		for _, d := range sample.Drawn {
			drawn[d.Code] = d.Hits
		}
		for i := 0; i < 40; i += 3 {
			code := fmt.Sprintf("%02d", i)
			a, err := draw.Explain(context.Background(), f, plan, nil, code)
			if err != nil {
				t.Fatal(err)
			}
			if a.Hits != drawn[code] || a.Drawn != (drawn[code] > 0) || a.Rule == "" || a.Units == 0 || !(a.Probability >= 0) {
				t.Errorf("%s: unit %s was drawn %d times, the account says %+v", s.Method, code, drawn[code], a)
			}
		}
		if _, err := draw.Explain(context.Background(), f, plan, nil, "99"); err == nil {
			t.Errorf("%s: a unit that is not in the frame: no error", s.Method)
		}
	}
}

// TestRefusals: everything wrong with a frame at once, each with the code of its unit.
func TestRefusals(t *testing.T) {
	f := frame()
	f.All[3].Code = f.All[2].Code
	f.All[5].Size = -1
	f.All[7].Size = math.NaN()
	f.All[9].Stratum = ""
	f.All[11].Line = 12
	f.All[11].Code = ""
	s := study.Selection{Method: "pps_systematic", N: 8, Size: "size", Stratum: "stratum"}
	s.SetDefaults()
	_, err := draw.Select(context.Background(), f, draw.Plan{Selection: &s, Seed: 1})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"frame.csv: unit 02 stands 2 times", "frame.csv:size: unit 05 has a size below 0", "frame.csv:size: unit 07 has no size",
		"frame.csv:stratum: unit 09 has no stratum", "frame.csv:12: a unit has no code"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in\n%v", want, err)
		}
	}
}

func TestTooMany(t *testing.T) {
	for want, s := range map[string]study.Selection{
		"want 41 units, the frame has 40":            {Method: "srs", N: 41},
		"stratum s0 has 10 units, fewer than the 11": {Method: "srs", N: 40, Stratum: "stratum", Least: 11},
		"a sample of 3": {Method: "srs", N: 3, Stratum: "stratum"},
		"want 8 units, have 0 with a size above 0":        {Method: "tille", N: 8, Size: "none"},
		"frame.csv:lon, lat: unit 00 has no centre in de": {Method: "local_pivotal", N: 8, Longitude: "lon", Latitude: "lat"},
	} {
		f := frame()
		s.SetDefaults()
		for i := range f.All {
			if s.Stratum == "" {
				f.All[i].Stratum = ""
			}
			if s.Size == "none" {
				f.All[i].Size = 0
			}
			f.All[i].Centre[1] += 100
			if s.Longitude == "" {
				f.All[i].Centre = [2]float64{}
			}
		}
		_, err := draw.Select(context.Background(), f, draw.Plan{Selection: &s, Seed: 1})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", s, err, want)
		}
	}
}

// TestAllocations share 12 over four strata of 10 by hand: Σ(i·i) has standard deviations that rise with the stratum.
func TestAllocations(t *testing.T) {
	for allocation, want := range map[string][]int{"proportional": {3, 3, 3, 3}, "equal": {3, 3, 3, 3}, "square_root": {3, 3, 3, 3}, "neyman": {1, 2, 4, 5}} {
		var got []int
		for _, h := range run(t, study.Selection{Method: "srs", N: 12, Stratum: "stratum", Allocation: allocation, Spread: "spread"}, 3).Strata {
			got = append(got, h.Drawn)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", allocation, diff)
		}
	}
	for _, h := range run(t, study.Selection{Method: "srs", N: 12, Stratum: "stratum", Allocation: "neyman", Spread: "spread", Least: 2, Most: 4}, 3).Strata {
		if h.Drawn < 2 || h.Drawn > 4 {
			t.Errorf("stratum %s: %d units, want 2 to 4", h.Code, h.Drawn)
		}
	}
}

// TestStrataStandAlone: a change in one stratum leaves the sample of the others as it was.
func TestStrataStandAlone(t *testing.T) {
	for _, method := range []string{"srs", "systematic", "pps_systematic", "tille", "local_pivotal", "poisson"} {
		s := study.Selection{Method: method, N: 12, Size: "size", Stratum: "stratum", Allocation: "equal", Longitude: "x", Latitude: "y"}
		s.SetDefaults()
		f := frame()
		a, err := draw.Select(context.Background(), f, draw.Plan{Selection: &s, Seed: 9})
		if err != nil {
			t.Fatal(err)
		}
		f.All[35].Size = 3
		f.All = f.All[:39]
		b, err := draw.Select(context.Background(), f, draw.Plan{Selection: &s, Seed: 9})
		if err != nil {
			t.Fatal(err)
		}
		first := func(s *draw.Sample) (codes []string) {
			for _, d := range s.Drawn {
				if d.Stratum != "s3" {
					codes = append(codes, d.Code)
				}
			}
			return codes
		}
		if diff := cmp.Diff(first(a), first(b)); diff != "" {
			t.Errorf("%s: %s", method, diff)
		}
	}
}

// TestCoordination: the same start keeps the sample, the opposite one avoids it, whatever the method's seed.
func TestCoordination(t *testing.T) {
	for _, method := range []string{"srs", "bernoulli", "poisson", "pareto"} {
		s := study.Selection{Method: method, N: 8, Size: "size", Coordination: &study.Coordination{Seed: 4}}
		if method == "srs" || method == "bernoulli" {
			s.Size = ""
		}
		a, b := run(t, s, 1), run(t, s, 2)
		if diff := cmp.Diff(a.Drawn, b.Drawn); diff != "" {
			t.Errorf("%s: the seed of the draw changes a coordinated sample:\n%s", method, diff)
		}
		s.Coordination = &study.Coordination{Seed: 4, Start: 0.5}
		kept := 0
		for _, d := range run(t, s, 1).Drawn {
			if slices.ContainsFunc(a.Drawn, func(e draw.Selected) bool { return e.Code == d.Code }) {
				kept++
			}
		}
		if kept > 2 {
			t.Errorf("%s: %d units of 8 kept by the opposite start", method, kept)
		}
	}
}

// TestRotation: groups are as equal as they go, in every stratum.
func TestRotation(t *testing.T) {
	s := run(t, study.Selection{Method: "srs", N: 22, Stratum: "stratum", Rotation: 3}, 7)
	of := map[string][]int{}
	for _, d := range s.Drawn {
		if of[d.Stratum] == nil {
			of[d.Stratum] = make([]int, 3)
		}
		of[d.Stratum][d.Rotation-1]++
	}
	for stratum, groups := range of {
		if slices.Max(groups)-slices.Min(groups) > 1 {
			t.Errorf("stratum %s: groups of %v", stratum, groups)
		}
	}
}

// TestDigest: whatever the selection sees of a frame is in the digest, and nothing else.
func TestDigest(t *testing.T) {
	s := study.Selection{Method: "pps_systematic", N: 8, Size: "size"}
	s.SetDefaults()
	digest := func(change func(u *draw.Unit)) string {
		f := frame()
		for i := range f.All {
			f.All[i].Stratum = ""
		}
		change(&f.All[20])
		sample, err := draw.Select(context.Background(), f, draw.Plan{Selection: &s, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		return sample.Frame
	}
	was := digest(func(*draw.Unit) {})
	for name, change := range map[string]func(u *draw.Unit){
		"code": func(u *draw.Unit) { u.Code = "20a" }, "size": func(u *draw.Unit) { u.Size++ }, "order": func(u *draw.Unit) { u.Order[0] = "x" },
		"balance": func(u *draw.Unit) { u.Balance[1]++ }, "centre": func(u *draw.Unit) { u.Centre[1]++ }, "number": func(u *draw.Unit) { u.Number /= 2 },
	} {
		if digest(change) == was {
			t.Errorf("another %s leaves the digest as it was", name)
		}
	}
	if digest(func(u *draw.Unit) { u.Name, u.Line = "other", 7 }) != was {
		t.Error("name and line change the digest")
	}
}

// TestStreamedAndHeld: a method that passes over the frame draws what it would draw with all units in hand: the order of
// the codes, asked for as an order, changes nothing.
func TestStreamedAndHeld(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := draw.List{Of: "f"}
		for i := range rapid.IntRange(5, 60).Draw(r, "units") {
			f.All = append(f.All, draw.Unit{Code: fmt.Sprintf("%03d", i), Size: float64(rapid.IntRange(1, 50).Draw(r, "size")), Order: []string{fmt.Sprintf("%03d", i)}})
		}
		for _, method := range []string{"systematic", "circular_systematic"} {
			s := study.Selection{Method: method, N: rapid.IntRange(1, 5).Draw(r, "n")}
			s.SetDefaults()
			plan := draw.Plan{Selection: &s, Seed: rapid.Uint64().Draw(r, "seed")}
			a, err := draw.Select(context.Background(), f, plan)
			if err != nil {
				r.Fatal(err)
			}
			held := s
			held.Order = []string{"code"}
			plan.Selection = &held
			b, err := draw.Select(context.Background(), f, plan)
			if err != nil || !cmp.Equal(a.Drawn, b.Drawn) {
				r.Fatalf("%s: %v\n%s", method, err, cmp.Diff(a.Drawn, b.Drawn))
			}
		}
	})
}

// TestUnitsWithoutCode: a household key that is missing is named by the commune it is missing in.
func TestUnitsWithoutCode(t *testing.T) {
	s := study.Selection{Method: "srs", N: 1}
	s.SetDefaults()
	f := draw.List{Of: "register.csv", All: []draw.Unit{{Above: []string{"01"}}, {Above: []string{"01"}, Code: "h1"}}}
	_, err := draw.Select(context.Background(), f, draw.Plan{Selection: &s, Seed: 1, Stage: 2})
	if err == nil || err.Error() != "register.csv: within 01 there are rows without the code of a unit" {
		t.Error(err)
	}
}

// TestSamplesArePinned: a change here is another sampling.Algorithm: draws made before could no longer be repeated.
func TestSamplesArePinned(t *testing.T) {
	if sampling.Algorithm != "concord-sampling/2" {
		t.Fatal("another algorithm: pin its samples")
	}
	pinned := map[string]string{
		"balanced":                            "12 19 22 25 31 35 37 39",
		"balanced within strata":              "05 09 14 17 25 28 34 39",
		"bernoulli":                           "01 08 09 10 15 19 23 30 32 35",
		"bernoulli within strata":             "00 05 08 22 23 24 26 33 35 37",
		"circular_systematic":                 "00 05 10 15 20 25 30 35",
		"circular_systematic within strata":   "03 08 13 18 24 29 32 37",
		"conditional_poisson":                 "16 17 18 19 21 22 27 28",
		"conditional_poisson within strata":   "05 09 13 16 25 28 30 32",
		"local_pivotal":                       "18 20 21 23 28 31 34 37",
		"local_pivotal within strata":         "05 08 12 16 20 28 37 39",
		"midzuno":                             "05 09 18 21 27 28 34 38",
		"midzuno within strata":               "04 05 16 19 24 27 36 39",
		"pareto":                              "05 13 18 20 21 22 29 34",
		"pareto within strata":                "07 08 13 16 21 22 31 32",
		"poisson":                             "18 22 27 31 32 38",
		"poisson within strata":               "08 13 16 21 22 25 26 27",
		"pps_random_systematic":               "13 28 29 31 32 34 35 36",
		"pps_random_systematic within strata": "04 08 12 15 24 29 32 39",
		"pps_systematic":                      "11 18 22 26 30 33 36 39",
		"pps_systematic within strata":        "06 09 15 19 22 27 34 39",
		"pps_with_replacement":                "06 16 17 21 25 26 32 37",
		"pps_with_replacement within strata":  "02 07 12 19 20 24 32 36",
		"rao_hartley_cochran":                 "16 19 23 25 26 29 32 39",
		"rao_hartley_cochran within strata":   "06 08 15 18 26 29 31 39",
		"sampford":                            "08 18 25 31 32 33 34 38",
		"sampford within strata":              "03 08 12 15 25 28 37 38",
		"srs":                                 "03 07 23 25 26 29 34 39",
		"srs within strata":                   "07 09 17 18 23 26 37 39",
		"srs_with_replacement":                "10 17 21 27 29 30 33 36",
		"srs_with_replacement within strata":  "08 09 17 18 24 26 37 39",
		"stratified within strata":            "07 09 17 18 23 26 37 39",
		"systematic":                          "00 05 10 15 20 25 30 35",
		"systematic within strata":            "04 09 14 19 22 27 33 38",
		"tille":                               "06 19 20 25 27 28 32 37",
		"tille within strata":                 "04 06 15 16 26 27 30 39",
	}
	for _, s := range selections() {
		var codes []string
		for _, d := range run(t, s, 2024).Drawn {
			codes = append(codes, d.Code)
		}
		key := s.Method
		if s.Stratum != "" {
			key += " within strata"
		}
		if got := strings.Join(codes, " "); got != pinned[key] && s.Method != "all" && s.Method != "list" {
			t.Errorf("%q: %q,", key, got)
		}
	}
}

// TestPointsOfPPS: the account of a PPS systematic draw has the start, so that anybody can check it with a pencil: a unit is
// drawn where the next point from its beginning on lies before its end.
func TestPointsOfPPS(t *testing.T) {
	numbers := regexp.MustCompile(`goes from (\d+) to (\d+); .* one from its beginning at ([0-9.]+):`)
	for seed := range uint64(20) {
		s := study.Selection{Method: "pps_systematic", N: 7, Size: "size"}
		s.SetDefaults()
		f := frame()
		for i := range f.All {
			f.All[i].Stratum = ""
		}
		for _, u := range f.All {
			a, err := draw.Explain(context.Background(), f, draw.Plan{Selection: &s, Seed: seed}, nil, u.Code)
			if err != nil {
				t.Fatal(err)
			}
			m := numbers.FindStringSubmatch(a.Rule)
			if m == nil {
				t.Fatalf("no numbers in %q", a.Rule)
			}
			end, _ := strconv.ParseFloat(m[2], 64)
			point, _ := strconv.ParseFloat(m[3], 64)
			if a.Drawn != (point < end-1e-9) {
				t.Errorf("seed %d, unit %s: drawn %v, %s", seed, u.Code, a.Drawn, a.Rule)
			}
		}
	}
}

// TestSizeBesideEqualProbabilities: a size that is there for the allocation makes no method one of unequal probabilities.
func TestSizeBesideEqualProbabilities(t *testing.T) {
	for _, s := range []study.Selection{
		{Method: "srs", N: 8, Size: "size"},
		{Method: "srs", N: 8, Size: "size", Coordination: &study.Coordination{Seed: 1}},
		{Method: "bernoulli", N: 8, Size: "size", Coordination: &study.Coordination{Seed: 1}},
		{Method: "systematic", N: 8, Size: "size", Order: []string{"urban"}},
	} {
		for _, u := range run(t, s, 1).Offered {
			if u.Probability != 0.2 {
				t.Fatalf("%s: unit %s has probability %v, want 0.2", s.Method, u.Code, u.Probability)
			}
		}
	}
}

// TestCoordinatedParetoStatesWhatComes: over permanent seeds every unit comes as often as stated, which is not quite what its
// size asks for; within the normal quantile that leaves falseAlarm over all units.
func TestCoordinatedParetoStatesWhatComes(t *testing.T) {
	const draws = 20_000
	f := draw.List{Of: "f"}
	for i, size := range []float64{2, 7, 8, 5, 4, 4} {
		f.All = append(f.All, draw.Unit{Code: fmt.Sprint(i), Size: size})
	}
	came, pi := map[string]int{}, map[string]float64{}
	for seed := range uint64(draws) {
		s := study.Selection{Method: "pareto", N: 3, Size: "x", Coordination: &study.Coordination{Seed: seed}}
		s.SetDefaults()
		sample, err := draw.SelectAll(context.Background(), f, draw.Plan{Selection: &s})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range sample.Offered {
			pi[u.Code] = u.Probability
		}
		for _, d := range sample.Drawn {
			came[d.Code]++
		}
	}
	z := distuv.UnitNormal.Quantile(1 - falseAlarm/2/6)
	for code, p := range pi {
		if got := float64(came[code]) / draws; math.Abs(got-p) > z*math.Sqrt(p*(1-p)/draws) {
			t.Errorf("unit %s came in %.4f of the draws, want %.4f", code, got, p)
		}
	}
	if math.Abs(pi["0"]-0.2) < 0.004 {
		t.Errorf("unit 0 is stated with %v, which is what was asked for and not what comes", pi["0"])
	}
}
