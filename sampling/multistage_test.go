package sampling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// srs is simple random sampling as the Draw of a stage.
var srs = sampling.EqualProbability(sampling.SRS)

// country is a population of communes in two strata, areas in them and households in those. Areas have the number of
// their households as size, communes too.
func country(communes, areas, households int) []sampling.StageFrame {
	rng := rand.New(rand.NewPCG(7, 7))
	frames := make([]sampling.StageFrame, 3)
	for c := range communes {
		frames[0].Code = append(frames[0].Code, fmt.Sprintf("%03d", c+1))
		frames[0].Stratum = append(frames[0].Stratum, []string{"rural", "urban"}[c%2])
		inCommune := 0
		for a := range 1 + rng.IntN(areas) {
			frames[1].Code = append(frames[1].Code, fmt.Sprint(a+1))
			frames[1].Parent = append(frames[1].Parent, c)
			inArea := 1 + rng.IntN(households)
			for h := range inArea {
				frames[2].Code = append(frames[2].Code, fmt.Sprintf("h%02d", h+1))
				frames[2].Parent = append(frames[2].Parent, len(frames[1].Code)-1)
			}
			inCommune += inArea
			frames[1].Size = append(frames[1].Size, float64(inArea))
		}
		frames[0].Size = append(frames[0].Size, float64(inCommune))
	}
	return frames
}

var threeStages = []sampling.Stage{
	{Name: "commune", Take: sampling.TakeEqual(sampling.PerStratum(map[string]int{"rural": 2, "urban": 1})), Draw: srs},
	{Name: "area", Take: sampling.TakeEqual(sampling.AtMost(2)), Draw: srs},
	{Name: "household", Take: sampling.TakeEqual(sampling.AtMost(2)), Draw: srs},
}

// positions are the positions of the units of a sample in their frame.
func positions(s *sampling.StageSample) []int {
	at := make([]int, len(s.Units))
	for i, u := range s.Units {
		at[i] = u.Unit
	}
	return at
}

// truth is the inclusion probability of two units of a frame of the stage, worked out from the top: two units come
// together as simple random sampling has it where their ways part, and independently below.
func truth(frames []sampling.StageFrame, stage, i, j int) float64 {
	path := func(unit int) []int {
		at := []int{unit}
		for s := stage; s > 0; s-- {
			unit = frames[s].Parent[unit]
			at = append(at, unit)
		}
		slices.Reverse(at)
		return at
	}
	p, together := 1.0, true
	for s, a := range path(i) {
		b := path(j)[s]
		n, size := cellSize(frames, s, a)
		if together && a == b {
			p *= n / size
			continue
		}
		m, other := cellSize(frames, s, b)
		if together && sameCell(frames[s], a, b) {
			p *= n / size * (n - 1) / (size - 1)
		} else {
			p *= n / size * m / other
		}
		together = false
	}
	return p
}

// cellSize is the sample size and the size of the cell of a unit under threeStages.
func cellSize(frames []sampling.StageFrame, stage, unit int) (n, size float64) {
	f := frames[stage]
	for i := range f.Code {
		if sameCell(f, i, unit) {
			size++
		}
	}
	if stage == 0 {
		return map[string]float64{"rural": 2, "urban": 1}[f.Stratum[unit]], size
	}
	return min(2, size), size
}

func sameCell(f sampling.StageFrame, a, b int) bool {
	return (f.Parent == nil || f.Parent[a] == f.Parent[b]) && (f.Stratum == nil || f.Stratum[a] == f.Stratum[b])
}

// TestMultistageProbabilities: households come singly and in pairs as the design has it, over all stages.
func TestMultistageProbabilities(t *testing.T) {
	frames := country(5, 3, 3)
	f := simulate(len(frames[2].Code), 10_000, func(rng *rand.Rand) []int {
		sample, err := sampling.Multistage(rng.Uint64(), threeStages, frames)
		if err != nil {
			t.Fatal(err)
		}
		for i, u := range sample.Units {
			if want := truth(frames, 2, u.Unit, u.Unit); !scalar.EqualWithinRel(u.Overall, want, 1e-14) {
				t.Fatalf("Π π of %s is %v, want %v", sample.Path(i), u.Overall, want)
			}
		}
		return positions(sample)
	})
	f.check(t, func(i, j int) float64 { return truth(frames, 2, i, j) })
}

// TestStagesOneByOne: fetching the frame of a stage when the units above are drawn gives the same sample.
func TestStagesOneByOne(t *testing.T) {
	frames := country(12, 4, 6)
	for seed := range uint64(50) {
		whole, err := sampling.Multistage(seed, threeStages, frames)
		if err != nil {
			t.Fatal(err)
		}
		communes, _ := threeStages[0].Sample(seed, frames[0], nil)
		areaFrame, areaAt := within(frames[1], communes)
		areas, _ := threeStages[1].Sample(seed, areaFrame, communes)
		householdFrame, _ := within(renumber(frames[2], areaAt), areas)
		households, err := threeStages[2].Sample(seed, householdFrame, areas)
		if err != nil || !slices.Equal(paths(households), paths(whole)) {
			t.Fatalf("seed %d: one by one %v, %v; whole %v", seed, paths(households), err, paths(whole))
		}
	}
}

// within is the part of a frame that lies in drawn units, and the new position of every unit, -1 for those left out.
func within(f sampling.StageFrame, above *sampling.StageSample) (part sampling.StageFrame, at []int) {
	drawn := positions(above)
	for i, p := range f.Parent {
		if !slices.Contains(drawn, p) {
			at = append(at, -1)
			continue
		}
		at = append(at, len(part.Code))
		part.Code, part.Parent = append(part.Code, f.Code[i]), append(part.Parent, p)
	}
	return part, at
}

func renumber(f sampling.StageFrame, at []int) sampling.StageFrame {
	g := sampling.StageFrame{Code: f.Code}
	for _, p := range f.Parent {
		g.Parent = append(g.Parent, at[p])
	}
	return g
}

func paths(s *sampling.StageSample) []string {
	var codes []string
	for i := range s.Units {
		codes = append(codes, s.Path(i))
	}
	return codes
}

// TestStageStreams: what is drawn within a commune does not depend on which others were drawn.
func TestStageStreams(t *testing.T) {
	frames := country(12, 4, 6)
	census := append([]sampling.Stage{{Name: "commune", Take: sampling.TakeAll()}}, threeStages[1:]...)
	for seed := range uint64(50) {
		all, err := sampling.Multistage(seed, census, frames)
		if err != nil {
			t.Fatal(err)
		}
		some, err := sampling.Multistage(seed, threeStages, frames)
		if err != nil {
			t.Fatal(err)
		}
		var communes []string
		for _, u := range some.Stages()[0].Units {
			communes = append(communes, u.Code)
		}
		want := slices.DeleteFunc(paths(all), func(p string) bool { return !slices.Contains(communes, p[:3]) })
		if got := paths(some); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %v among some communes, %v among all", seed, got, want)
		}
	}
}

// TestFirstStageIsStratified: the first stage draws what Stratified draws, or the design by itself.
func TestFirstStageIsStratified(t *testing.T) {
	frame := country(12, 1, 1)[0]
	strata := sampling.GroupBy(frame.Stratum)
	n := map[string]int{"rural": 2, "urban": 1}
	for seed := range uint64(50) {
		got, err := threeStages[0].Sample(seed, frame, nil)
		want := sampling.Stratified(seed, strata, func(rng *rand.Rand, h int) []int {
			return sampling.SRS(rng, n[strata[h].Code], len(strata[h].Units))
		})
		if err != nil || !slices.Equal(positions(got), want) {
			t.Fatalf("seed %d: %v, %v, want %v", seed, positions(got), err, want)
		}
		pps := sampling.Stage{Name: "pps", Take: sampling.TakePPS(sampling.Exactly(3))}
		pi, _ := sampling.InclusionProbabilities(frame.Size, 3)
		got, err = pps.Sample(seed, sampling.StageFrame{Code: frame.Code, Size: frame.Size}, nil)
		want = sampling.Systematic(sampling.Source(seed, "pps"), pi)
		if err != nil || !slices.Equal(positions(got), want) {
			t.Fatalf("seed %d: %v, %v, want %v", seed, positions(got), err, want)
		}
	}
}

// TestStageStrata: a stage with strata within its parents draws from each, with the counts of each.
func TestStageStrata(t *testing.T) {
	communes := sampling.StageFrame{Code: []string{"1", "2"}}
	households := sampling.StageFrame{}
	for i := range 40 {
		households.Code = append(households.Code, fmt.Sprint(i))
		households.Parent = append(households.Parent, i%2)
		households.Stratum = append(households.Stratum, []string{"farm", "other", "other", "other"}[i/2%4])
	}
	perStratum := sampling.PerStratum(map[string]int{"farm": 2, "other": 3})
	stages := []sampling.Stage{
		{Name: "commune", Take: sampling.TakeAll()},
		{Name: "household", Take: sampling.TakeEqual(perStratum), Draw: srs},
	}
	s, err := sampling.Multistage(1, stages, []sampling.StageFrame{communes, households})
	if err != nil || len(s.Units) != 10 || !strictlyRising(positions(s)) {
		t.Fatalf("%v, %v", s, err)
	}
	for _, u := range s.Units {
		n, size := 2, 5
		if u.Stratum == "other" {
			n, size = 3, 15
		}
		if u.Sampled != n || u.Population != size || u.Pi != float64(n)/float64(size) {
			t.Errorf("%+v, want %d of %d", u, n, size)
		}
		if want := households.Stratum[u.Unit]; u.Stratum != want {
			t.Errorf("%+v, want stratum %s", u, want)
		}
	}
}

// TestSelfWeighting: communes and areas drawn with probability proportional to size, households at what rate makes up
// the constant: every weight is 1/f to the last bit, and every household is in f of the draws.
func TestSelfWeighting(t *testing.T) {
	const f = 0.1
	frames := country(6, 3, 9)
	stages := []sampling.Stage{
		{Name: "commune", Take: sampling.TakePPS(sampling.PerStratum(map[string]int{"rural": 2, "urban": 2}))},
		{Name: "area", Take: sampling.TakePPS(sampling.AtMost(2))},
		{Name: "household", SelfWeighting: f},
	}
	const draws = 5_000
	g := simulate(len(frames[2].Code), draws, func(rng *rand.Rand) []int {
		s, err := sampling.Multistage(rng.Uint64(), stages, frames)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range s.Weights() {
			if u := s.Units[i]; w != 1/f || !scalar.EqualWithinRel(u.Pi*s.Above.Units[u.Parent].Overall, f, 1e-15) {
				t.Fatalf("weight %v of %s, want %v", w, s.Path(i), 1/f)
			}
		}
		return positions(s)
	})
	for i, n := range g.single {
		if got := float64(n) / draws; !scalar.EqualWithinAbs(got, f, tolerance(f, draws, len(g.single))) {
			t.Errorf("household %d in %.4f of the draws, want %v", i, got, f)
		}
	}
}

// TestSelfWeightingTake: where sizes are numbers of households, the self-weighting sample is the same number of
// households in every area: f·M/n of M in all, n areas drawn. The rounding of f/π may move one in or out.
func TestSelfWeightingTake(t *testing.T) {
	areas := sampling.StageFrame{Code: []string{"1", "2", "3", "4"}, Size: []float64{40, 70, 30, 60}}
	var households sampling.StageFrame
	for a, m := range areas.Size {
		for h := range int(m) {
			households.Code = append(households.Code, fmt.Sprint(h))
			households.Parent = append(households.Parent, a)
		}
	}
	stages := []sampling.Stage{
		{Name: "area", Take: sampling.TakePPS(sampling.Exactly(2))},
		{Name: "household", SelfWeighting: 0.1}, // 10 households in each of two areas
	}
	for seed := range uint64(100) {
		s, err := sampling.Multistage(seed, stages, []sampling.StageFrame{areas, households})
		if err != nil || len(s.Units) != 20 {
			t.Fatalf("%d households, %v, want 20", len(s.Units), err)
		}
	}
}

func TestStageRefuses(t *testing.T) {
	above := &sampling.StageSample{Units: []sampling.StageUnit{{Unit: 4, Code: "261", Overall: 0.2}}}
	frame := sampling.StageFrame{
		Code: []string{"1", "2", "3"}, Parent: []int{4, 4, 4},
		Stratum: []string{"x", "x", "x"}, Size: []float64{1, 0, 0},
	}
	wrong := frame
	wrong.Size = []float64{1, -1, 1}
	for _, tt := range []struct {
		stage sampling.Stage
		frame sampling.StageFrame
		want  string
	}{
		{sampling.Stage{Take: sampling.TakeEqual(sampling.Exactly(4))}, frame, "want 4 units, have 3"},
		{sampling.Stage{Take: sampling.TakeEqual(sampling.Exactly(-1))}, frame, "want -1 units, have 3"},
		{sampling.Stage{Take: sampling.TakePPS(sampling.AtMost(3))}, frame, "want 3 units, have 1 with a size above 0"},
		{sampling.Stage{SelfWeighting: 0.3}, frame, "probability of 0.3 is above that of the unit drawn, 0.2"},
		{sampling.Stage{Take: sampling.TakeAll()}, wrong, `size of area "2" is -1`},
	} {
		tt.stage.Name = "area"
		s, err := tt.stage.Sample(1, tt.frame, above)
		if err == nil || s != nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, %v, want an error with %q", s, err, tt.want)
		}
		if err != nil && tt.frame.Size[1] == 0 && !strings.Contains(err.Error(), "area in 261, stratum x") {
			t.Errorf("error %q does not name the cell", err)
		}
	}
	nine := sampling.Stage{Name: "commune", Take: sampling.TakeEqual(sampling.Exactly(9))}
	many := append([]sampling.Stage{nine}, threeStages[1:]...)
	if s, err := sampling.Multistage(1, many, country(5, 3, 3)); err == nil || s != nil {
		t.Errorf("9 of 5 communes: %v, %v", s, err)
	}
	all := sampling.Stage{Name: "area", Take: sampling.TakeAll()}
	pps := sampling.Stage{Name: "area", Take: sampling.TakePPS(sampling.Exactly(1))}
	uneven := sampling.StageFrame{Code: []string{"1"}, Parent: []int{1, 2}}
	for name, call := range map[string]func(){
		"parents at the first stage": func() { all.Sample(1, frame, nil) },
		"no parents":                 func() { all.Sample(1, sampling.StageFrame{Code: []string{"1"}}, above) },
		"columns differ":             func() { all.Sample(1, uneven, above) },
		"no sizes":                   func() { pps.Sample(1, sampling.StageFrame{Code: []string{"1"}}, nil) },
		"no stages":                  func() { sampling.Multistage(1, nil, nil) },
		"frames missing":             func() { sampling.Multistage(1, threeStages, nil) },
		"rate above 1":               func() { sampling.TakeRate(1.5) },
		"π differ":                   func() { srs(sampling.Source(1, ""), []float64{0.4, 0.6}) },
		"Σπ not whole":               func() { srs(sampling.Source(1, ""), []float64{0.4, 0.4}) },
	} {
		mustPanic(t, name, call)
	}
}

// TestStageEdges: an empty frame, nothing drawn, and nothing below what is drawn.
func TestStageEdges(t *testing.T) {
	all := sampling.Stage{Name: "x", Take: sampling.TakeAll()}
	none := sampling.Stage{Name: "x", Take: sampling.TakeRate(0)}
	empty, err := all.Sample(1, sampling.StageFrame{}, nil)
	if err != nil || len(empty.Units) != 0 {
		t.Errorf("%v, %v of an empty frame", empty, err)
	}
	frame := sampling.StageFrame{Code: []string{"1", "2"}}
	undrawn, err := none.Sample(1, frame, nil)
	if err != nil || len(undrawn.Units) != 0 {
		t.Errorf("%v, %v at rate 0", undrawn, err)
	}
	below := sampling.StageFrame{Code: []string{"a", "b"}, Parent: []int{0, 0}}
	if s, err := all.Sample(1, below, undrawn); err != nil || len(s.Units) != 0 {
		t.Errorf("%v, %v under nothing", s, err)
	}
	drawn, _ := all.Sample(1, frame, nil)
	if s, err := all.Sample(1, below, drawn); err != nil || !slices.Equal(paths(s), []string{"1/a", "1/b"}) {
		t.Errorf("%v, %v", paths(s), err)
	}
}

// TestSelfWeightingRounding: an overall probability that exceeds that of the unit above by no more than rounding does
// is that of taking all.
func TestSelfWeightingRounding(t *testing.T) {
	above := &sampling.StageSample{Units: []sampling.StageUnit{{Code: "1", Overall: math.Nextafter(0.3, 0)}}}
	frame := sampling.StageFrame{Code: []string{"a", "b", "c"}, Parent: []int{0, 0, 0}}
	s, err := sampling.Stage{Name: "household", SelfWeighting: 0.3}.Sample(1, frame, above)
	if err != nil || len(s.Units) != 3 || s.Units[0].Pi != 1 || s.Units[0].Overall != 0.3 {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestCountByParent: what to take may depend on the unit above.
func TestCountByParent(t *testing.T) {
	n := map[string]int{"001": 2, "002": 0}
	take := sampling.TakeEqual(func(c sampling.Cell) int { return n[c.Parent] })
	perCommune := sampling.Stage{Name: "household", Take: take}
	all := sampling.Stage{Name: "commune", Take: sampling.TakeAll()}
	communes, _ := all.Sample(1, sampling.StageFrame{Code: []string{"001", "002"}}, nil)
	frame := sampling.StageFrame{Code: []string{"a", "b", "c", "d"}, Parent: []int{1, 0, 0, 1}}
	s, err := perCommune.Sample(1, frame, communes)
	if err != nil || !slices.Equal(paths(s), []string{"001/b", "001/c"}) {
		t.Errorf("%v, %v", paths(s), err)
	}
}

// TestMultistageWeights: with every commune and area taken, and numbers of households fixed, the weights add up to the
// households of the frame.
func TestMultistageWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		frames := country(rapid.IntRange(1, 8).Draw(t, "communes"), 3, 9)
		n := sampling.AtMost(rapid.IntRange(1, 9).Draw(t, "n"))
		stages := []sampling.Stage{
			{Name: "commune", Take: sampling.TakeAll()},
			{Name: "area", Take: sampling.TakeAll()},
			{Name: "household", Take: sampling.TakeEqual(n), Draw: srs},
		}
		s, err := sampling.Multistage(rapid.Uint64().Draw(t, "seed"), stages, frames)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, w := range s.Weights() {
			sum += w
		}
		if want := float64(len(frames[2].Code)); !scalar.EqualWithinRel(sum, want, 1e-12) {
			t.Fatalf("weights add up to %v, want %v", sum, want)
		}
	})
}

func ExampleMultistage() {
	stages := []sampling.Stage{
		{Name: "commune", Take: sampling.TakePPS(sampling.Exactly(2))},
		{Name: "household", SelfWeighting: 0.25},
	}
	communes := sampling.StageFrame{Code: []string{"001", "002", "003"}, Size: []float64{4, 8, 4}}
	households := sampling.StageFrame{
		Code:   []string{"a", "b", "c", "d", "a", "b", "c", "d", "e", "f", "g", "h", "a", "b", "c", "d"},
		Parent: []int{0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2},
	}
	sample, err := sampling.Multistage(1, stages, []sampling.StageFrame{communes, households})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, w := range sample.Weights() {
		fmt.Println(sample.Path(i), w)
	}
	// Output:
	// 001/a 4
	// 001/c 4
	// 002/d 4
	// 002/h 4
}
