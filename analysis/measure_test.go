package analysis_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// peopleOf are the dimensions of some persons, given as "male 7" or "missing 85+".
func peopleOf(list ...string) []analysis.Dim {
	sex, age := analysis.NewCoder(), analysis.NewCoder()
	var sexes, ages []int32
	for _, p := range list {
		s, a, _ := strings.Cut(p, " ")
		sexes, ages = append(sexes, sex.Code(s)), append(ages, age.Code(a))
	}
	return []analysis.Dim{sex.Dim("sex", sexes), age.Dim("age", ages)}
}

func measureNamed(t rapid.TB, name string) analysis.Measure {
	t.Helper()
	m, err := analysis.ParseMeasure(name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ratios are the standard measures of age and sex that are ratios.
func ratios() (list []analysis.Measure) {
	for _, m := range analysis.Measures() {
		if m.Relation == analysis.Beside || m.Relation == analysis.Mean {
			list = append(list, m)
		}
	}
	return list
}

// TestMeasuresByHand: a count of 1000 persons by sex and age, worked by hand.
func TestMeasuresByHand(t *testing.T) {
	tally := &analysis.Tally{
		Dims: peopleOf("male 0-4", "female 0-4", "male 5-14", "female 5-14", "male 15-49", "female 15-49", "male 50-59", "female 50-59",
			"male 60-64", "female 60-64", "male 65+", "female 65+", "missing 15-49", "missing 0-4", "male missing", "missing missing"),
		N: []int64{40, 38, 80, 72, 250, 240, 60, 65, 20, 25, 30, 50, 7, 3, 11, 9},
	}
	cell := make([]int32, tally.Rows())
	for _, tt := range []struct {
		name    string
		value   float64
		n       int64
		unknown int64
		assumed int64
	}{
		{"sex_ratio", 100 * 491. / 490, 981, 7 + 3 + 9, 0},
		{"child_dependency_ratio", 100 * 233. / 667, 900, 20, 0}, // 40+38+80+72+3 children, 250+240+60+65+20+25+7 of working age
		{"old_age_dependency_ratio", 100 * 80. / 667, 747, 20, 0},
		{"total_dependency_ratio", 100 * 313. / 667, 980, 20, 0},
		{"ageing_index", 100 * 125. / 233, 358, 20, 0},
		{"mean_age", (81*2.5 + 152*10 + 497*32.5 + 125*55 + 45*62.5 + 80*67.5) / 980, 980, 20, 80},
		{"child_woman_ratio", 1000 * 81. / 240, 321, 7 + 20, 0},
	} {
		list, err := measureNamed(t, tt.name).Complete(tally, cell, 1, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		got := list[0]
		if !scalar.EqualWithinRel(got.Value, tt.value, 1e-14) || got.N != tt.n || got.Unknown != tt.unknown || got.Assumed != tt.assumed {
			t.Errorf("%s: %+v, want %v of %d, %d unknown, %d assumed", tt.name, got, tt.value, tt.n, tt.unknown, tt.assumed)
		}
		if i := got.Interval; i.Basis != analysis.Superpopulation || !(i.Lower < got.Value && got.Value < i.Upper) {
			t.Errorf("%s: %v in %+v", tt.name, got.Value, i)
		}
	}
	// Wilson's interval for 491 of 981, as odds; that of the mean age from the variance of 980 persons.
	list, _ := measureNamed(t, "sex_ratio").Complete(tally, cell, 1, 0.95)
	share := analysis.Wilson(491, 981, 0.95)
	if got, want := list[0].Interval.Upper, 100*share.Upper/(1-share.Upper); !scalar.EqualWithinRel(got, want, 1e-12) {
		t.Errorf("sex ratio up to %v, want %v", got, want)
	}
	list, _ = measureNamed(t, "mean_age").Complete(tally, cell, 1, 0.95)
	squares, mean := 0.0, list[0].Value
	for _, g := range [][2]float64{{81, 2.5}, {152, 10}, {497, 32.5}, {125, 55}, {45, 62.5}, {80, 67.5}} {
		squares += g[0] * (g[1] - mean) * (g[1] - mean)
	}
	if got, want := list[0].Interval.Upper, mean+1.959963984540054*math.Sqrt(squares/979/980); !scalar.EqualWithinRel(got, want, 1e-12) {
		t.Errorf("mean age up to %v, want %v", got, want)
	}
}

// TestMeasurePaths: of a sample, the tally, its microdata and the statistic on them give the same.
func TestMeasurePaths(t *testing.T) {
	levels := peopleOf("male 0-4", "female 0-4", "male 5-14", "female 15-49", "male 15-49", "female 65+", "male 60-64",
		"missing 15-49", "female missing", "female 50-59")
	standard := &analysis.Standard{Starts: []int{0, 15, 60}, Weights: []float64{3, 5, 2}}
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t, rapid.Bool().Draw(t, "two stages"))
		s.Lonely = analysis.LonelyAdjust
		s.complete()
		for i := range s.N {
			s.N[i] = 1
		}
		rows := s.rows()
		s.Tally.Dims = pickRows(levels, s.Tally.Rows())
		dims := pickRows(levels, rows.Rows)
		micro := rows.sample(t)
		measures := ratios()
		women := analysis.ShareOf("women", analysis.Is("sex", "female"))
		women.Standard = standard
		for _, m := range append(measures, women, analysis.SexRatio().Where(analysis.Aged(15, 60))) {
			byTally, err := m.Estimate(s.Design.Cells(s.Tally), s.Tally.Dims, s.cell, s.k, 0.9)
			if err != nil {
				t.Fatal(err)
			}
			byRows, err := m.Estimate(micro, dims, rows.cell, s.k, 0.9)
			if err != nil {
				t.Fatal(err)
			}
			st, known, err := m.Statistic(dims, rows.Rows)
			if err != nil {
				t.Fatal(err)
			}
			for c := range s.k {
				a, b := byTally[c], byRows[c]
				e := micro.Estimate(st, both(known, rows.inCell(c))).At(0)
				if !nearOrNone(a.Value, b.Value) || !nearOrNone(a.Value, e.Value) || a.N != b.N || a.N != e.N || a.DF != e.DF || a.Unknown != b.Unknown ||
					a.Assumed != b.Assumed || !nearOrNone(a.SE, b.SE) || !nearOrNone(a.SE, e.SE) {
					t.Fatalf("%s, cell %d: tally %+v, rows %+v, statistic %+v", m.Name, c, a, b, e)
				}
				i := m.Bounds(e, 0.9)
				if !nearOrNone(a.Interval.Lower, i.Lower) || !nearOrNone(a.Interval.Upper, i.Upper) || i.Basis != analysis.DesignBased {
					t.Fatalf("%s, cell %d: %+v, by the statistic %+v", m.Name, c, a.Interval, i)
				}
				if rounding := 1e-9 * math.Abs(a.Value); i.Lower > a.Value+rounding || i.Upper < a.Value-rounding {
					t.Fatalf("%s, cell %d: %v outside %+v", m.Name, c, a.Value, i)
				}
			}
		}
	})
}

// nearOrNone takes values for equal that are the same number in both, or no number. The absolute part is for errors of
// 0.
func nearOrNone(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.IsNaN(a) == math.IsNaN(b) && scalar.EqualWithinAbsOrRel(a, b, 1e-8, 1e-9)
}

func both(a, b []bool) []bool {
	out := make([]bool, len(a))
	for i := range a {
		out[i] = a[i] && b[i]
	}
	return out
}

// pickRows repeats rows of dimensions up to a number.
func pickRows(dims []analysis.Dim, rows int) (out []analysis.Dim) {
	for _, d := range dims {
		codes := make([]int32, rows)
		for i := range codes {
			codes[i] = d.Code[i*7%len(d.Code)]
		}
		out = append(out, analysis.Dim{Name: d.Name, Levels: d.Levels, Code: codes})
	}
	return out
}

// TestInfluenceIsDerivative: a linearised variable is the derivative of the estimate by the weight of the row.
func TestInfluenceIsDerivative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawStagedRows(t, 1)
		group := make([]int32, m.Rows)
		for i := range group {
			group[i] = int32(i % 3)
		}
		if m.Rows < 4 {
			t.Skip("a group without anybody")
		}
		group[3] = -1
		for name, st := range map[string]analysis.Statistic{
			"total": analysis.TotalOf(m.y), "ratio": analysis.RatioOf(m.y, m.x), "mean": analysis.MeanOf(m.y),
			"standardised": analysis.StandardisedOf(m.y, m.x, group, []float64{1, 2, 4}),
		} {
			u := st.Influence(m.Weights, st.Values(m.Weights))[0]
			for i := range u {
				h := 1e-5 * m.Weights[i]
				at := func(w float64) float64 {
					moved := append([]float64(nil), m.Weights...)
					moved[i] = w
					return st.Values(moved)[0]
				}
				slope := (at(m.Weights[i]+h) - at(m.Weights[i]-h)) / (2 * h)
				// The central difference errs by h² times the third derivative, and by rounding of values over h.
				if !scalar.EqualWithinAbsOrRel(u[i], slope, 1e-4*(1+math.Abs(st.Values(m.Weights)[0]))/m.Weights[i], 1e-5) {
					t.Fatalf("%s: linearised variable of row %d is %v, the slope %v", name, i, u[i], slope)
				}
			}
		}
	})
}

// TestStandardisedToItself: standardised to the population below the line, a ratio is the ratio; of one group, too.
func TestStandardisedToItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawStagedRows(t, 1)
		one := analysis.StandardisedOf(m.y, m.x, make([]int32, m.Rows), []float64{7})
		s := m.sample(t)
		a, b := s.Estimate(one, nil), s.Estimate(analysis.RatioOf(m.y, m.x), nil)
		if !near(a.Values[0], b.Values[0]) || !agreeSE(a.SE(0), b.SE(0), 100) {
			t.Fatalf("one group: %v, ratio %v", a.At(0), b.At(0))
		}
		group, size := make([]int32, m.Rows), make([]float64, 2)
		for i := range group {
			group[i] = int32(i % 2)
			size[i%2] += m.Weights[i] * m.x[i]
		}
		if m.Rows > 1 {
			value := analysis.StandardisedOf(m.y, m.x, group, size).Values(m.Weights)[0]
			if !near(value, b.Values[0]) {
				t.Fatalf("standardised to itself: %v, ratio %v", value, b.Values[0])
			}
		}
	})
}

// TestMeasureExtremes: where nobody is above or nobody below the line, the interval ends there and is not empty.
func TestMeasureExtremes(t *testing.T) {
	women, men := make([]string, 30), make([]string, 30)
	for i := range women {
		women[i], men[i] = "female 20", "male 20"
	}
	exact := 1 - math.Pow(0.025, 1./30) // Clopper and Pearson's limit for 0 of 30
	for name, tt := range map[string]struct {
		dims                []analysis.Dim
		value, lower, upper float64
	}{
		"women alone": {peopleOf(women...), 0, 0, 100 * exact / (1 - exact)},
		"men alone":   {peopleOf(men...), math.Inf(1), 100 * (1 - exact) / exact, math.Inf(1)},
	} {
		s, err := analysis.NewSample(analysis.SampleColumns{Rows: 30, Weights: ones(30)})
		if err != nil {
			t.Fatal(err)
		}
		list, err := analysis.SexRatio().Estimate(s, tt.dims, make([]int32, 30), 1, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		got := list[0]
		if got.Value != tt.value || !scalar.EqualWithinAbsOrRel(got.Interval.Lower, tt.lower, 1e-9, 1e-9) && got.Interval.Lower != tt.lower ||
			got.Interval.Upper != tt.upper && !scalar.EqualWithinRel(got.Interval.Upper, tt.upper, 1e-9) {
			t.Errorf("%s: %+v, want %v in [%v, %v]", name, got, tt.value, tt.lower, tt.upper)
		}
	}
}

// TestShareOfEverybody: a share in parts of 1,000 that everybody has is 1,000, and its interval that of 30 of 30.
func TestShareOfEverybody(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	women, w := make([]string, 30), make([]float64, 30)
	for i := range w {
		women[i], w[i] = "female 20", 1+rng.Float64()
	}
	s, err := analysis.NewSample(analysis.SampleColumns{Rows: 30, Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	m := analysis.ShareOf("women", analysis.Is("sex", "female"))
	m.Per = 1000
	list, err := m.Estimate(s, peopleOf(women...), make([]int32, 30), 1, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	st, known, err := m.Statistic(peopleOf(women...), 30)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []analysis.Interval{list[0].Interval, m.Bounds(s.Estimate(st, known).At(0), 0.95)} {
		if want := 1000 * math.Pow(0.025, 1./30); !scalar.EqualWithinRel(i.Lower, want, 1e-9) || i.Upper != 1000 {
			t.Errorf("%+v, want from %v to 1000", i, want)
		}
	}
}

func TestMeasureRefuses(t *testing.T) {
	tally := &analysis.Tally{Dims: peopleOf("male 10-19", "female old"), N: []int64{1, 1}}
	for name, tt := range map[string]struct {
		m    analysis.Measure
		dims []analysis.Dim
		want string
	}{
		"a group over a limit": {analysis.AgeingIndex(15, 60), peopleOf("male 10-19"), "both sides"},
		"no age":               {analysis.MeanAge(), peopleOf("male old"), "no age"},
		"an age that is none":  {analysis.MeanAge(), peopleOf("male 9-5"), "no age"},
		"no such dimension":    {measureNamed(t, "urban_share"), peopleOf("male 3"), `"residence"`},
		"a standard over a limit": {
			analysis.Measure{Name: "x", Per: 1, Standard: &analysis.Standard{Starts: []int{0, 15}, Weights: []float64{1, 1}}},
			peopleOf("male 10-19"), "both sides",
		},
	} {
		tally.Dims, tally.N = tt.dims, []int64{1}
		if _, err := tt.m.Complete(tally, []int32{0}, 1, 0.95); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := analysis.ParseMeasure("gini"); err == nil || !strings.Contains(err.Error(), "sex_ratio") {
		t.Errorf("a measure that is not there: %v", err)
	}
}

// A country of enumeration areas, each with a level of its own, for coverage.
type measureWorld struct {
	dims  []analysis.Dim
	areas []*analysis.Tally
}

func newMeasureWorld(rng *rand.Rand, areas int) *measureWorld {
	list := []string{
		"male 0-4", "female 0-4", "male 5-14", "female 5-14", "male 15-49", "female 15-49", "male 50-59", "female 50-59",
		"male 60-64", "female 60-64", "male 65+", "female 65+",
	}
	w := &measureWorld{dims: peopleOf(list...)}
	for range areas {
		young, men := 0.15+0.2*rng.Float64(), 0.44+0.1*rng.Float64()
		n := make([]int64, len(list))
		for range 20 + rng.IntN(30) {
			at := 2
			switch u := rng.Float64(); {
			case u < young/3:
				at = 0
			case u < young:
				at = 1
			case u > 0.93:
				at = 5
			case u > 0.88:
				at = 4
			case u > 0.78:
				at = 3
			}
			if rng.Float64() < men {
				n[2*at]++
			} else {
				n[2*at+1]++
			}
		}
		w.areas = append(w.areas, &analysis.Tally{Dims: w.dims, N: n})
	}
	return w
}

// tally is that of some areas, weighted, each a unit.
func (w *measureWorld) tally(areas []int, weight float64) *analysis.Tally {
	t := &analysis.Tally{}
	for _, d := range w.dims {
		t.Dims = append(t.Dims, analysis.Dim{Name: d.Name, Levels: d.Levels})
	}
	for unit, a := range areas {
		for row, n := range w.areas[a].N {
			if n == 0 {
				continue
			}
			for d := range t.Dims {
				t.Dims[d].Code = append(t.Dims[d].Code, w.dims[d].Code[row])
			}
			t.N, t.W, t.Unit = append(t.N, n), append(t.W, weight*float64(n)), append(t.Unit, int32(unit))
		}
	}
	return t
}

// TestMeasureCoverage draws 3,000 samples of 30 of 300 enumeration areas, and counts how often the 95 % interval has
// the measure of the country. The tolerance is the normal quantile for a false alarm in 1e-6 over all measures, times
// √(0.95·0.05/3000), and 1 point for what is left of bias at 29 degrees of freedom.
func TestMeasureCoverage(t *testing.T) {
	const areas, n, draws = 300, 30, 3000
	rng := rand.New(rand.NewPCG(5, 11))
	w := newMeasureWorld(rng, areas)
	women := analysis.ShareOf("share_women", analysis.Is("sex", "female"))
	standardised := women
	standardised.Name, standardised.Standard = "standardised", &analysis.Standard{Starts: []int{0, 15, 60}, Weights: []float64{2, 6, 2}}
	size := analysis.HouseholdSize(analysis.Aged(50, 0)) // as if persons of 50 and above were heads
	measures := append(ratios(), women, standardised, size)
	all := rng.Perm(areas)
	truth, covered := make([]float64, len(measures)), make([]float64, len(measures))
	country := w.tally(all, 1)
	for j, m := range measures {
		list, err := m.Complete(country, make([]int32, country.Rows()), 1, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		truth[j] = list[0].Value
	}
	psus := make([]analysis.PSU, n)
	d, err := analysis.NewDesign([]analysis.Stratum{{Population: areas}}, psus, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range draws {
		s := w.tally(rng.Perm(areas)[:n], areas/n)
		cell := make([]int32, s.Rows())
		for j, m := range measures {
			list, err := m.Estimate(d.Cells(s), s.Dims, cell, 1, 0.95)
			if err != nil {
				t.Fatal(err)
			}
			if i := list[0].Interval; i.Lower <= truth[j] && truth[j] <= i.Upper {
				covered[j] += 1. / draws
			}
		}
	}
	z := distuv.UnitNormal.Quantile(1 - 1e-6/2/float64(len(measures)))
	for j, m := range measures {
		t.Logf("%-26s %.4f", m.Name, covered[j])
		if math.Abs(covered[j]-0.95) > 0.01+z*math.Sqrt(0.95*0.05/draws) {
			t.Errorf("%s: coverage %.4f", m.Name, covered[j])
		}
	}
}

func ExampleMeasure_Complete() {
	commune := &analysis.Tally{
		Dims: peopleOf("male 0-14", "female 0-14", "male 15-64", "female 15-64", "male 65+", "female 65+", "female missing"),
		N:    []int64{310, 284, 805, 822, 95, 140, 12},
	}
	for _, name := range []string{"sex_ratio", "total_dependency_ratio"} {
		m, err := analysis.ParseMeasure(name)
		if err != nil {
			panic(err)
		}
		list, err := m.Complete(commune, make([]int32, commune.Rows()), 1, 0.95)
		if err != nil {
			panic(err)
		}
		r := list[0]
		fmt.Printf("%.1f %s, %s interval %.1f to %.1f, %d unknown\n",
			r.Value, m.Unit, r.Interval.Basis, r.Interval.Lower, r.Interval.Upper, r.Unknown)
	}
	// Output:
	// 96.2 males per 100 females, superpopulation interval 88.9 to 104.1, 0 unknown
	// 51.0 persons aged 0-14 and 65+ per 100 aged 15-64, superpopulation interval 46.9 to 55.4, 12 unknown
}
