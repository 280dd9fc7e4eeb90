package demography_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
)

// falseAlarm is the chance that a test of this file fails though the method is right, were its seed not fixed.
const falseAlarm = 1e-6

// slack is how far a share of n draws may be off one way, false alarms being shared by so many looks.
func slack(share float64, n, looks int) float64 {
	return distuv.UnitNormal.Quantile(1-falseAlarm/float64(looks)) * math.Sqrt(share*(1-share)/float64(n))
}

// heaped are persons by age, falling evenly from 100 to 0 at age 101, of whom a share that is aged between states the
// nearest age that ends in 0 or 5.
func heaped(persons, share float64) []float64 {
	p, sum := make([]float64, ages), 0.0
	for a := range p {
		p[a] = 100 - 0.99*float64(a)
		sum += p[a]
	}
	q := make([]float64, ages)
	for a := range p {
		p[a] *= persons / sum
		to := 5 * int(math.Round(float64(a)/5))
		if to >= ages || a < 10 {
			to = a
		}
		q[to] += share * p[a]
		q[a] += (1 - share) * p[a]
	}
	return q
}

// TestCoverageOfCounts draws communes of 400, 4,000 and 9,000 people. Intervals of the index without chance cover it
// in 95 % of the draws, by less than 4 points where parts of a distance are as large as their errors and their
// proportions are not what was found; the correction takes off more than half of what chance adds, and the test of no
// preference is wrong in at most 8 % where it says 5.
func TestCoverageOfCounts(t *testing.T) {
	const draws, looks = 1200, 24
	rng := rand.New(rand.NewPCG(1, 5))
	for _, x := range []demography.Index{
		demography.Whipple(25, 60, 0, 5), demography.Myers(10, 89, demography.EqualSpan),
		demography.Bachi(23, 77, demography.MeanOfRatios), demography.Spoorenberg(20, 64),
	} {
		for _, persons := range []float64{400, 4000, 9000} {
			for _, share := range []float64{0, 0.2} {
				truth := heaped(persons, share)
				is := x.Value(truth)
				within, wrong, value, corrected, expected := 0, 0, 0.0, 0.0, 0.0
				for range draws {
					q := x.Assess(drawn(truth, rng), demography.Counted(0.95))
					within += count(q.Interval.Lower <= is && is <= q.Interval.Upper)
					wrong += count(q.None <= 0.05)
					value, corrected, expected = value+q.Value/draws, corrected+q.Corrected/draws, expected+q.Expected/draws
				}
				cover, alarms := float64(within)/draws, float64(wrong)/draws
				t.Logf("%s, %v people, %v heaped: %.3f, found %.3f, corrected %.3f, chance %.3f; covered %.3f, shown %.3f",
					x.Name, persons, share, is, value, corrected, expected, cover, alarms)
				if low := 0.91; cover < low-slack(low, draws, looks) {
					t.Errorf("%s, %v people, %v heaped: covered in %.3f of the draws", x.Name, persons, share, cover)
				}
				if share == 0 && alarms > 0.09+slack(0.09, draws, looks) {
					t.Errorf("%s, %v people: preference shown in %.3f of the draws where there is none", x.Name, persons, alarms)
				}
				if x.Kind == demography.Distance && math.Abs(corrected-is) > math.Abs(value-is)/2+0.05*is {
					t.Errorf("%s, %v people, %v heaped: %.3f, found %.3f, corrected %.3f", x.Name, persons, share, is, value, corrected)
				}
				if share == 0 && x.Kind == demography.Distance && math.Abs(value-expected) > 0.03*expected {
					t.Errorf("%s, %v people: chance makes %.3f, and was expected to make %.3f", x.Name, persons, value, expected)
				}
			}
		}
	}
}

func drawn(means []float64, rng *rand.Rand) []float64 {
	p := make([]float64, len(means))
	for a, m := range means {
		p[a] = distuv.Poisson{Lambda: m, Src: rng}.Rand()
	}
	return p
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// A commune is enumeration areas of households of persons of some age, as they stated it.
type commune [][][]int32

// settle makes a commune. In a share of households whoever answers rounds the ages of all, to the nearest 0 or 5.
func settle(areas, households int, share float64, rng *rand.Rand) commune {
	c := make(commune, areas)
	for i := range c {
		for range households {
			rounds := rng.Float64() < share
			var ages []int32
			for range 1 + rng.IntN(6) {
				a := int(100 * (1 - math.Sqrt(1-0.98*rng.Float64())))
				if rounds && a >= 10 {
					a = min(95, 5*((a+2)/5))
				}
				ages = append(ages, int32(a))
			}
			c[i] = append(c[i], ages)
		}
	}
	return c
}

// register is what is counted in a commune.
func (c commune) counts() []float64 {
	p := make([]float64, ages)
	for _, area := range c {
		for _, household := range area {
			for _, a := range household {
				p[a]++
			}
		}
	}
	return p
}

// draw takes enumeration areas of every commune, and households in each.
func draw(communes []commune, areas, households int, rng *rand.Rand) (*analysis.Design, *analysis.Tally, []int32) {
	var strata []analysis.Stratum
	var psus []analysis.PSU
	t := &analysis.Tally{}
	var age, in []int32
	for k, c := range communes {
		strata = append(strata, analysis.Stratum{Name: fmt.Sprint(k), Population: float64(len(c))})
		for _, i := range rng.Perm(len(c))[:areas] {
			weight := float64(len(c)) / float64(areas) * float64(len(c[i])) / float64(households)
			for _, j := range rng.Perm(len(c[i]))[:households] {
				for _, a := range c[i][j] {
					age, in = append(age, a), append(in, int32(k))
					t.N, t.W, t.Unit = append(t.N, 1), append(t.W, weight), append(t.Unit, int32(len(psus)))
				}
			}
			psus = append(psus, analysis.PSU{Name: fmt.Sprint(k, i), Stratum: int32(k)})
		}
	}
	t.Dims = []analysis.Dim{{Name: "age", Levels: analysis.AgeLevels(), Code: age}}
	d, err := analysis.NewDesign(strata, psus, nil)
	if err != nil {
		panic(err)
	}
	return d, t, in
}

// TestCoverageOfSamples draws 3 of 20 enumeration areas in each of 30 communes of 9,000 people, and 30 households in
// each area. Those who answer for their household make its members alike. The index of all that live there, as they
// would have answered, is covered in 95 % of the communes, and the difference of the sample from the commune itself,
// in which there is none, is shown in 5 %: for the index of Myers, for which some 130 independent persons are far
// below its Minimum, in 90 and 10 %, since rounding makes 0 and 5 more alike within households than other digits, and
// one design effect is taken.
func TestCoverageOfSamples(t *testing.T) {
	const communes, draws = 30, 40
	rng := rand.New(rand.NewPCG(2, 5))
	for _, share := range []float64{0, 0.3} {
		var all []commune
		for range communes {
			all = append(all, settle(20, 129, share, rng))
		}
		for _, x := range []demography.Index{demography.Whipple(25, 60, 0, 5), demography.Myers(10, 89, demography.EqualSpan)} {
			low, high := 0.93, 0.07
			if x.Kind == demography.Distance && share > 0 {
				low, high = 0.89, 0.11
			}
			within, differ, n := 0, 0, 0
			for range draws {
				d, tally, in := draw(all, 3, 30, rng)
				s := demography.NewSample(d.Cells(tally), in, communes, tally.Dims[0].Code, ages)
				for k, q := range s.Assess(x, 0.95) {
					truth := x.Assess(all[k].counts(), demography.Counted(0.95))
					n++
					within += count(q.Interval.Lower <= truth.Value && truth.Value <= q.Interval.Upper)
					differ += count(x.Between(demography.Exactly(truth), q, 0.95).PValue <= 0.05)
					if k == 0 && n == 1 {
						t.Logf("%s of a commune: %.2f, sampled %.2f (%.2f), corrected %.2f, effective %.0f", x.Name, truth.Value, q.Value, q.SE, q.Corrected, q.Effective)
					}
				}
			}
			cover, shown := float64(within)/float64(n), float64(differ)/float64(n)
			t.Logf("%s, %v of the households round: covered %.3f, difference shown %.3f", x.Name, share, cover, shown)
			if cover < low-slack(low, n, 8) {
				t.Errorf("%s, %v of the households round: covered in %.3f", x.Name, share, cover)
			}
			if shown > high+slack(high, n, 8) {
				t.Errorf("%s, %v of the households round: a difference shown in %.3f where there is none", x.Name, share, shown)
			}
		}
	}
}

// TestDifferenceOfCounts: two independent counts with the same preference differ at 5 % of the time, whether they are
// of as many persons or not; where one of them rounds, that is found.
func TestDifferenceOfCounts(t *testing.T) {
	const draws, looks = 1500, 12
	rng := rand.New(rand.NewPCG(3, 5))
	for _, x := range []demography.Index{demography.Whipple(25, 60, 0, 5), demography.Myers(10, 89, demography.EqualSpan)} {
		for _, tt := range []struct {
			first, second, heapsFirst, heapsSecond float64
		}{
			{9000, 9000, 0, 0}, {9000, 1500, 0, 0}, {9000, 9000, 0.1, 0.1}, {4000, 40000, 0.1, 0.1}, {9000, 9000, 0.2, 0},
		} {
			shown := 0
			for range draws {
				a := x.Assess(drawn(heaped(tt.first, tt.heapsFirst), rng), demography.Counted(0.95))
				b := x.Assess(drawn(heaped(tt.second, tt.heapsSecond), rng), demography.Counted(0.95))
				shown += count(x.Between(a, b, 0.95).PValue <= 0.05)
			}
			share := float64(shown) / draws
			t.Logf("%s of %v and %v people, %v and %v heaped: shown %.3f", x.Name, tt.first, tt.second, tt.heapsFirst, tt.heapsSecond, share)
			if tt.heapsFirst == tt.heapsSecond && share > 0.08+slack(0.08, draws, looks) {
				t.Errorf("%s of %+v: a difference shown in %.3f where there is none", x.Name, tt, share)
			}
			if tt.heapsFirst != tt.heapsSecond && share < 0.9 {
				t.Errorf("%s of %+v: a difference shown in %.3f", x.Name, tt, share)
			}
		}
	}
}

// TestShrinkIsNearer: in communes of 400 people of which each heaps to a degree of its own, what is drawn to the mean
// is nearer to the truth than the index itself: a mean squared error less than half as large.
func TestShrinkIsNearer(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 5))
	x := demography.Whipple(25, 60, 0, 5)
	var truth, counts []float64
	for range 300 {
		p := heaped(400, 0.05*rng.Float64())
		truth, counts = append(truth, x.Value(p)), append(counts, drawn(p, rng)...)
	}
	found := x.AssessAll(counts, ages, demography.Counted(0.95))
	drawn, err := demography.Shrink(x, found)
	if err != nil {
		t.Fatal(err)
	}
	raw, shrunken := 0.0, 0.0
	for i, is := range truth {
		raw += (found[i].Value - is) * (found[i].Value - is)
		shrunken += (drawn[i].Value - is) * (drawn[i].Value - is)
	}
	t.Logf("mean squared error %.1f, shrunken %.1f", raw/300, shrunken/300)
	if shrunken > raw/2 {
		t.Errorf("mean squared error %.1f, shrunken %.1f", raw/300, shrunken/300)
	}
}

// TestMinimum: with as many persons as its Minimum, chance moves an index, or makes one, by about what is tolerable.
func TestMinimum(t *testing.T) {
	for _, x := range append(demography.AgeIndices(2024), demography.AgeSexIndices()...) {
		if x.Kind == demography.Composite {
			continue
		}
		p := heaped(1, 0)
		n := x.Assess(p, demography.Counted(0.95)).Effective
		for a := range p {
			p[a] *= 1.0001 * x.Minimum / n
		}
		q := x.Assess(p, demography.Counted(0.95))
		chance := q.SE
		if x.Kind == demography.Distance {
			chance = q.Expected
		}
		t.Logf("%s: with %v persons chance is %.2f of what is tolerable", x.Name, x.Minimum, chance/(x.Tolerable-x.None))
		if r := chance / (x.Tolerable - x.None); r < 0.85 || r > 1.15 || q.Few {
			t.Errorf("%s: with %v persons chance is %.2f of what is tolerable (few: %v)", x.Name, x.Minimum, r, q.Few)
		}
	}
}

// TestOrderOfRows: rows of a sample in another order give the same bits.
func TestOrderOfRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 5))
	var communes []commune
	for range 12 {
		communes = append(communes, settle(6, 40, 0.2, rng))
	}
	d, tally, in := draw(communes, 3, 20, rng)
	other, moved := &analysis.Tally{Dims: []analysis.Dim{{Name: "age", Levels: analysis.AgeLevels()}}}, []int32(nil)
	for _, i := range rng.Perm(tally.Rows()) {
		other.Dims[0].Code = append(other.Dims[0].Code, tally.Dims[0].Code[i])
		other.N, other.W, other.Unit = append(other.N, tally.N[i]), append(other.W, tally.W[i]), append(other.Unit, tally.Unit[i])
		moved = append(moved, in[i])
	}
	for name, x := range everyIndex() {
		if x.Cells > ages || x.Kind == demography.Composite {
			continue
		}
		a := demography.NewSample(d.Cells(tally), in, 12, tally.Dims[0].Code, ages).Assess(x, 0.95)
		b := demography.NewSample(d.Cells(other), moved, 12, other.Dims[0].Code, ages).Assess(x, 0.95)
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("%s: another order of rows gives other figures", name)
		}
	}
}

// TestTailsOfDistances: where preference is just as much as is tolerable, more is shown in no more than 5 % of the
// draws (the test is on the safe side: half of that); where there is none, in next to none, even of a few hundred
// persons and far out in the tail, where a thousand communes are screened.
func TestTailsOfDistances(t *testing.T) {
	const draws = 4000
	rng := rand.New(rand.NewPCG(7, 5))
	x := demography.Myers(10, 89, demography.EqualSpan)
	tolerable := heaped(9000, 0.2*x.Tolerable/x.Value(heaped(9000, 0.2)))
	more, far := 0, 0
	for range draws {
		more += count(x.Assess(drawn(tolerable, rng), demography.Counted(0.95)).Fair <= 0.05)
		far += count(x.Assess(drawn(heaped(400, 0), rng), demography.Counted(0.95)).Fair <= 0.001)
	}
	t.Logf("as much as is tolerable: more shown in %.3f; none at all: far more in %.4f", float64(more)/draws, float64(far)/draws)
	if share := float64(more) / draws; share > 0.05+slack(0.05, draws, 3) || share < 0.01 {
		t.Errorf("%.3f are shown to heap more than what they do", share)
	}
	if share := float64(far) / draws; share > 0.001+slack(0.001, draws, 3) {
		t.Errorf("%.4f are shown to heap at a level of 0.001", share)
	}
}
