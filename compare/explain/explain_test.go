package explain_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare/explain"
)

func mustExplain(t testing.TB, d *explain.Data, plan explain.Plan) *explain.Explanation {
	t.Helper()
	x, err := explain.Explain(d, plan)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestPartsAddUp: parts add up to the difference to the last bit, in any order, in every group and in total, for every
// definition; and so do groups to the total of each part. The last area has persons of unknown age, one has no census.
func TestPartsAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	d := invention{areas: 40, persons: 3000, kappa: 4, definitions: 3, rng: rng}.make()
	last := d.Areas() - 1
	d.RegisterTotal[1][last] += 17
	d.Total[last] += 3.7
	d.Total[5] = math.NaN()
	cells := d.Areas() * d.Groups()
	given := explain.Given{Name: explain.TimePart}
	for range d.Register { // under each definition another
		value, variance := make([]float64, cells), make([]float64, cells)
		for c := range value {
			value[c], variance[c] = 10*rng.NormFloat64(), 1
		}
		given.Value, given.Variance = append(given.Value, value), append(given.Variance, variance)
	}
	x := mustExplain(t, d, explain.Plan{FDR: 0.05, Given: []explain.Given{given}})
	for k := range d.Register {
		own := x.Definition(k)
		parts := append([]explain.Part{own}, x.Parts...)
		for i := range d.Areas() {
			if i == 5 {
				continue
			}
			for g := range d.Groups() + 1 {
				want := d.RegisterTotal[k][i] - d.Total[i]
				if g < d.Groups() {
					want = d.Register[k][i*d.Groups()+g] - d.Census[i*d.Groups()+g]
				}
				d := x.Difference(k, i, g)
				if sum := added(parts, i, g, rng.Perm(len(parts))); sum != d {
					t.Fatalf("area %d, group %d: parts add up to %v, the difference is %v", i, g, sum, d)
				}
				if math.Abs(d-want) > 1e-5 { // a half of 2⁻²⁰ a group
					t.Fatalf("area %d, group %d: the difference is %v, want %v", i, g, d, want)
				}
			}
		}
		for _, p := range parts {
			for i := range last {
				sum := 0.0
				for _, v := range p.Persons[i*d.Groups() : (i+1)*d.Groups()] {
					sum += v
				}
				if sum != p.Total[i] {
					t.Fatalf("%s of area %d: groups add up to %v, the total is %v", p.Name, i, sum, p.Total[i])
				}
			}
		}
	}
}

// added is the sum of parts in the order given.
func added(parts []explain.Part, i, g int, order []int) (sum float64) {
	for _, k := range order {
		p := parts[k]
		groups := len(p.Persons) / len(p.Total)
		if g == groups {
			sum += p.Total[i]
		} else {
			sum += p.Persons[i*groups+g]
		}
	}
	return sum
}

// TestAgeMisstatementMovesPersons: it sums to nothing over ages.
func TestAgeMisstatementMovesPersons(t *testing.T) {
	d := invention{areas: 30, persons: 3000, kappa: 4, definitions: 1, rng: rand.New(rand.NewPCG(5, 4))}.make()
	x := mustExplain(t, d, explain.Plan{FDR: 0.05})
	for _, p := range x.Parts {
		for i := range p.Total {
			if p.Name == explain.AgePart && p.Total[i] != 0 {
				t.Errorf("area %d: %v persons", i, p.Total[i])
			}
		}
	}
}

// heap makes a share of persons give the nearest age that ends in 0 or 5.
func heap(ages []float64, groups []float64, share float64) (moved float64) {
	told, k := make([]float64, len(ages)), len(groups)
	clear(groups)
	for a, v := range ages {
		to := (a + 2) / 5 * 5
		if to > 95 {
			to = a
		}
		told[a] += v * (1 - share)
		told[to] += v * share
		if to != a {
			moved += v * share
		}
	}
	copy(ages, told)
	for a, v := range told {
		groups[min(a/5, k-1)] += v
	}
	return moved
}

// TestHeapingOnEitherSide: a fifth of persons give a round age, in the census of every area or in its register; the part has
// the persons moved, with the sign of the side, and is named.
func TestHeapingOnEitherSide(t *testing.T) {
	for _, side := range []string{"census", "register"} {
		d := invention{areas: 60, persons: 20_000, definitions: 1, rng: rand.New(rand.NewPCG(11, 4))}.make()
		ages, groups, sign := d.CensusAge, d.Census, -1.0
		if side == "register" {
			ages, groups, sign = d.RegisterAge, d.Register[0], 1
		}
		k, moved, children := d.Groups(), make([]float64, d.Areas()), make([]float64, d.Areas())
		for i := range d.Areas() {
			children[i] = groups[i*k]
			moved[i] = heap(ages[i*explain.Ages:(i+1)*explain.Ages], groups[i*k:(i+1)*k], 0.2)
			children[i] -= groups[i*k]
		}
		x := mustExplain(t, d, explain.Plan{FDR: 0.05})
		for _, p := range x.Parts {
			for i := range moved {
				if p.Name != explain.AgePart {
					continue
				}
				if math.Abs(p.Gross[i]-moved[i]) > 0.15*moved[i] || math.Abs(p.Persons[i*k]+sign*children[i]) > 0.35*children[i] {
					t.Errorf("%s, area %d: %v moved, %v of the youngest; want %v and %v", side, i, p.Gross[i], p.Persons[i*k], moved[i], -sign*children[i])
				}
			}
		}
		for i, c := range x.Causes(0) {
			if c.Name != explain.AgePart || c.Direction() != "moved" {
				t.Errorf("%s, area %d: cause is %+v", side, i, c)
			}
		}
	}
}

// TestWhatIsNotKnown: without linked records, events and splits the parts say so, and without single ages heaping is not
// tested; a part of another name is refused.
func TestWhatIsNotKnown(t *testing.T) {
	d := invention{areas: 30, persons: 3000, kappa: 4, definitions: 1, rng: rand.New(rand.NewPCG(6, 4))}.make()
	d.CensusAge, d.RegisterAge = nil, nil
	x := mustExplain(t, d, explain.Plan{FDR: 0.05})
	absent := map[string]string{}
	for _, p := range x.Parts {
		absent[p.Name] = p.Absent
	}
	for name, want := range map[string]string{
		explain.CoveragePart: "no linked records", explain.TimePart: "not carried to the reference time",
		explain.AreasPart: "no units split in part",
		explain.AgePart:   "no single ages of the census", explain.Level: "", explain.Unexplained: "",
	} {
		if got, there := absent[name]; !there || got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	cells := [][]float64{make([]float64, len(d.Census))}
	if _, err := explain.Explain(d, explain.Plan{Given: []explain.Given{{Name: "weather", Value: cells, Variance: cells}}}); err == nil {
		t.Error("a part called weather is taken")
	}
	twice := []explain.Profile{{Name: "a", From: 0, To: 4}, {Name: "b", From: 0, To: 4}}
	if _, err := explain.Explain(d, explain.Plan{Profiles: twice}); !errors.Is(err, explain.ErrProfiles) {
		t.Errorf("the same profile twice: %v", err)
	}
}

// TestNothingIsFoundWhereNothingIs: in countries without anything wrong a cause is named in any of a hundred communes in at most
// 5 % of them. Counts are Poisson: 30 to 600 persons are sampled in a commune, of 80 and over often nobody. Of 200 countries 5 %
// are 10; a rate of just 5 % exceeds 20 with probability 0.001.
func TestNothingIsFoundWhereNothingIs(t *testing.T) {
	for _, kappa := range []float64{5, 50} {
		wrong, rng := 0, rand.New(rand.NewPCG(12, uint64(kappa)))
		for range 200 {
			d := invention{areas: 100, persons: 3000, kappa: kappa, definitions: 1, rng: rng}.make()
			x := mustExplain(t, d, explain.Plan{FDR: 0.05})
			for _, c := range x.Causes(0) {
				if c.Name != explain.NoneFound {
					wrong++
					break
				}
			}
		}
		t.Logf("κ %v: a cause is named in %d of 200 countries", kappa, wrong)
		if wrong > 20 {
			t.Errorf("κ %v: a cause is named in %d of 200 countries", kappa, wrong)
		}
	}
}

// TestWithoutAnError: where the census does not state its error there are parts that add up, and no interval, no test and no
// cause.
func TestWithoutAnError(t *testing.T) {
	d := invention{areas: 30, persons: 3000, kappa: 4, definitions: 2, rng: rand.New(rand.NewPCG(6, 5))}.make()
	for g := range d.Groups() {
		d.SE[3*d.Groups()+g] = math.NaN()
	}
	d.TotalSE[3] = math.NaN()
	x := mustExplain(t, d, explain.Plan{FDR: 0.05})
	parts := append([]explain.Part{x.Definition(1)}, x.Parts...)
	if sum, want := added(parts, 3, d.Groups(), []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}), x.Difference(1, 3, d.Groups()); sum != want || len(parts) != 10 {
		t.Errorf("%d parts add up to %v, want %v", len(parts), sum, want)
	}
	for _, p := range parts {
		if lower, upper := p.Interval(3, 0.95); p.Absent == "" && p.Name != explain.AgePart && !math.IsNaN(lower+upper) {
			t.Errorf("%s has an interval from %v to %v", p.Name, lower, upper)
		}
		if !math.IsNaN(p.P[3]) {
			t.Errorf("%s has a p-value", p.Name)
		}
	}
	if c := x.Causes(1)[3]; c.Tested || c.Name != explain.NoneFound {
		t.Errorf("cause %+v", c)
	}
}

// TestGivenPartIsACause: a part from outside that is sure and large is named.
func TestGivenPartIsACause(t *testing.T) {
	d := invention{areas: 50, persons: 3000, kappa: 4, definitions: 1, rng: rand.New(rand.NewPCG(7, 4))}.make()
	cells := len(d.Census)
	value := make([]float64, cells)
	for g := range d.Groups() {
		value[g] = 0.5 * d.Register[0][g]
		d.Register[0][g] *= 1.5
		d.RegisterTotal[0][0] += value[g]
	}
	given := explain.Given{Name: explain.TimePart, Value: [][]float64{value}, Variance: [][]float64{make([]float64, cells)}}
	x := mustExplain(t, d, explain.Plan{FDR: 0.05, Given: []explain.Given{given}})
	if c := x.Causes(0)[0]; c.Name != explain.TimePart || c.Direction() != "more" {
		t.Errorf("cause is %+v", c)
	}
}

// TestBoundsMayBeTheCause: half of the children under five lack in the register of two areas. In one a split of units could be
// all of it, in the other a little of it.
func TestBoundsMayBeTheCause(t *testing.T) {
	d := invention{areas: 50, persons: 5000, kappa: 3, definitions: 1, rng: rand.New(rand.NewPCG(13, 4))}.make()
	nothing := [][]float64{make([]float64, len(d.Census))}
	given := explain.Given{Name: explain.AreasPart, Value: nothing, Variance: nothing, Lower: make([]float64, d.Areas()),
		Upper: make([]float64, d.Areas()), Basis: explain.OfBounds}
	for i := range 2 {
		missing := math.Round(d.Register[0][i*d.Groups()] / 2)
		d.Register[0][i*d.Groups()] -= missing
		d.RegisterTotal[0][i] -= missing
		given.Lower[i], given.Upper[i] = -2*missing, 2*missing
	}
	given.Lower[1], given.Upper[1] = -5, 5
	x := mustExplain(t, d, explain.Plan{FDR: 0.05, Given: []explain.Given{given}})
	for i, want := range []string{explain.AreasPart, "newborns"} {
		if c := x.Causes(0)[i]; c.Name != want || c.Direction() != "fewer" {
			t.Errorf("area %d: %+v, want %s", i, c, want)
		}
	}
	for _, p := range x.Parts {
		if p.Name == explain.AreasPart {
			if lower, upper := p.Interval(0, 0.95); lower != given.Lower[0] || upper != given.Upper[0] || !math.IsNaN(p.P[0]) {
				t.Errorf("%v to %v with p %v", lower, upper, p.P[0])
			}
		}
	}
}

// TestDefinitionIsFound: the census is of the first of three definitions, of which each has two per cent fewer than the one
// before; the first is chosen everywhere, also where an area's own figures, which are poor, fit another better.
func TestDefinitionIsFound(t *testing.T) {
	for _, kappa := range []float64{0, 5, 20} {
		d := invention{areas: 400, persons: 3000, kappa: kappa, definitions: 3, rng: rand.New(rand.NewPCG(8, 4))}.make()
		f := mustExplain(t, d, explain.Plan{FDR: 0.05}).Definitions
		alone := 0
		for i, chosen := range f.Chosen {
			if chosen != 0 {
				t.Errorf("κ %v, area %d: definition %d chosen by %v", kappa, i, chosen, f.Chose[i])
			}
			if f.Distance[0][i] > min(f.Distance[1][i], f.Distance[2][i]) {
				alone++
			}
		}
		if f.Overall.Best() != 0 || f.Overall.Weight[0] < 0.99 {
			t.Errorf("κ %v: weights %v", kappa, f.Overall.Weight)
		}
		if kappa == 20 && alone < 50 {
			t.Errorf("κ %v: only %d areas are nearer to another definition: nothing is shown", kappa, alone)
		}
	}
}

// TestDefinitionByRegion: in one region the census is of another definition.
func TestDefinitionByRegion(t *testing.T) {
	d := invention{areas: 200, persons: 3000, kappa: 2, definitions: 2, rng: rand.New(rand.NewPCG(9, 4))}.make()
	d.Region = make([]int32, d.Areas())
	for i := range d.Areas() {
		if i%4 != 0 {
			continue
		}
		d.Region[i] = 1
		for _, figures := range [][][]float64{d.Register} {
			for g := range d.Groups() {
				c := i*d.Groups() + g
				figures[0][c], figures[1][c] = figures[1][c], figures[0][c] // the second is now the true one
			}
		}
		d.RegisterTotal[0][i], d.RegisterTotal[1][i] = d.RegisterTotal[1][i], d.RegisterTotal[0][i]
	}
	f := mustExplain(t, d, explain.Plan{FDR: 0.05}).Definitions
	for i, chosen := range f.Chosen {
		if chosen != int(d.Region[i]) {
			t.Errorf("area %d of region %d: %d chosen by %v", i, d.Region[i], chosen, f.Chose[i])
		}
	}
}

func TestGap(t *testing.T) {
	g := explain.GapOf(1200, 1050, analysis.Estimate{Value: 1000, SE: 50, DF: math.Inf(1)}, 0.95)
	// The gap is 200 ∓ 98; 150 of it goes.
	if g.Persons != 200 || g.Explained != 75 || math.Abs(g.Lower-100*150/297.998) > 0.01 || math.Abs(g.Upper-100*150/102.002) > 0.01 {
		t.Errorf("%+v", g)
	}
	if g := explain.GapOf(1050, 1040, analysis.Estimate{Value: 1000, SE: 50, DF: math.Inf(1)}, 0.95); !math.IsNaN(g.Lower) {
		t.Errorf("of a gap that may be nothing: %+v", g)
	}
	if g := explain.GapOf(1000, 1000, analysis.Estimate{Value: 1000}, 0.95); g.Explained != 0 || g.Lower != 0 || math.Signbit(g.Upper) {
		t.Errorf("of no gap: %+v", g)
	}
}

// Fifty communes counted by a sample; in the first the register lacks half of the children under five.
func ExampleExplain() {
	d := invention{areas: 50, persons: 5000, kappa: 3, definitions: 1, rng: rand.New(rand.NewPCG(1, 4))}.make()
	missing := math.Round(d.Register[0][0] / 2)
	d.Register[0][0] -= missing
	d.RegisterTotal[0][0] -= missing
	x, err := explain.Explain(d, explain.Plan{FDR: 0.05})
	if err != nil {
		fmt.Println(err)
		return
	}
	cause := x.Causes(0)[0]
	fmt.Println(cause.Name, cause.Direction())
	for _, p := range x.Parts {
		if p.Name == cause.Name {
			lower, upper := p.Interval(0, 0.95)
			fmt.Println("holds the truth:", lower < -missing && -missing < upper)
		}
	}
	// Output:
	// newborns fewer
	// holds the truth: true
}
