package demography_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis/demography"
)

const (
	ages   = 100
	groups = 15
)

// everyIndex has one of every kind, with the names that a failure is told by.
func everyIndex() map[string]demography.Index {
	return map[string]demography.Index{
		"whipple":            demography.Whipple(25, 60, 0, 5),
		"whipple of 3":       demography.Whipple(23, 63, 3),
		"myers":              demography.Myers(10, 89, demography.EqualSpan),
		"myers, open":        demography.Myers(15, 74, demography.OpenSpan),
		"bachi":              demography.Bachi(23, 77, demography.MeanOfRatios),
		"bachi, pooled":      demography.Bachi(20, 64, demography.Pooled),
		"noumbissi":          demography.Noumbissi(7, demography.Window{First: 27, Last: 57}),
		"spoorenberg":        demography.Spoorenberg(20, 64),
		"coale-li":           demography.CoaleLi(60, 90, 5, 5),
		"kannisto":           demography.Kannisto(90),
		"jdanov":             demography.Jdanov(85, 90, 95),
		"birth years":        demography.BirthYears(2024, 23, 62),
		"zodiac":             demography.Zodiac(2012, 2024, 10, 60),
		"age ratios":         demography.AgeRatioScore(groups, demography.Ramachandran),
		"sex ratios":         demography.SexRatioScore(groups),
		"age-sex":            demography.AgeSexAccuracy(groups, demography.Neighbours),
		"age-sex, Zelnick":   demography.AgeSexAccuracy(groups, demography.Zelnick),
		"age-sex, Das Gupta": demography.DasGupta(groups),
	}
}

func drawAges(t *rapid.T) []float64 {
	return rapid.SliceOfN(rapid.Float64Range(10, 1000), ages, ages).Draw(t, "counts")
}

// TestIndexIsHomogeneous: ten times the persons give the same index, and so Σ P ∂f/∂P is 0.
func TestIndexIsHomogeneous(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawAges(t)
		by := rapid.Float64Range(0.01, 100).Draw(t, "by")
		more := make([]float64, len(p))
		for a, n := range p {
			more[a] = by * n
		}
		grad := make([]float64, ages)
		for name, x := range everyIndex() {
			v := x.Value(p)
			if w := x.Value(more); !scalar.EqualWithinAbsOrRel(v, w, 1e-9, 1e-9) {
				t.Fatalf("%s: %v of counts, %v of %v times the counts", name, v, w, by)
			}
			if w := x.Gradient(p, grad); w != v {
				t.Fatalf("%s: value %v, with gradient %v", name, v, w)
			}
			sum, size := 0.0, 0.0
			for a, g := range grad {
				sum, size = sum+p[a]*g, size+math.Abs(p[a]*g)
			}
			if math.Abs(sum) > 1e-10*size {
				t.Fatalf("%s: counts times gradient add up to %v of %v", name, sum, size)
			}
		}
	})
}

// TestGradient holds derivatives against central differences, where no part is so near 0 that a step changes its sign.
func TestGradient(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawAges(t)
		grad := make([]float64, ages)
		for name, x := range everyIndex() {
			x.Gradient(p, grad)
			signs := signsOf(x.Parts(p))
			for range 8 {
				a := rapid.IntRange(0, ages-1).Draw(t, "cell")
				g, n, step := grad[a], p[a], 1e-4*p[a]
				p[a] = n + step
				above, up := x.Value(p), signsOf(x.Parts(p))
				p[a] = n - step
				below, down := x.Value(p), signsOf(x.Parts(p))
				p[a] = n
				if !slices.Equal(up, signs) || !slices.Equal(down, signs) || x.Kind == demography.Composite {
					continue // Das Gupta's has corners of its own: see TestDasGuptaGradient
				}
				if want := (above - below) / (2 * step); !scalar.EqualWithinAbsOrRel(g, want, 1e-6*math.Abs(above/n), 1e-4) {
					t.Fatalf("%s: derivative by cell %d is %v, difference %v", name, a, g, want)
				}
			}
		}
	})
}

func signsOf(part []float64) (signs []bool) {
	for _, v := range part {
		signs = append(signs, math.Signbit(v))
	}
	return signs
}

// TestDasGuptaGradient is TestGradient on counts whose differences are far from 0.
func TestDasGuptaGradient(t *testing.T) {
	x, p := demography.DasGupta(6), []float64{900, 700, 850, 500, 640, 300, 880, 720, 760, 560, 500, 340}
	grad := make([]float64, len(p))
	x.Gradient(p, grad)
	for a, g := range grad {
		step, n := 1e-5*p[a], p[a]
		p[a] = n + step
		above := x.Value(p)
		p[a] = n - step
		below := x.Value(p)
		p[a] = n
		if want := (above - below) / (2 * step); !scalar.EqualWithinAbsOrRel(g, want, 1e-12, 1e-6) {
			t.Errorf("derivative by cell %d is %v, difference %v", a, g, want)
		}
	}
}

// TestEvenNumbersShowNothing: numbers that are all alike, or fall by a constant, have no preference, as far as the
// definition of an index lets them.
func TestEvenNumbersShowNothing(t *testing.T) {
	even, falling := make([]float64, ages), make([]float64, ages)
	for a := range ages {
		even[a], falling[a] = 100, float64(200-a)
	}
	for name, x := range everyIndex() {
		if name == "age-sex, Das Gupta" || name == "myers, open" {
			continue // of even numbers 0/0; and not even-handed, since its first sum has a decade more
		}
		none := map[bool]float64{true: x.None, false: 0}[x.Kind == demography.Ratio]
		if v := x.Value(even); !scalar.EqualWithinAbs(v, none, 1e-9) {
			t.Errorf("%s of even numbers: %v, want %v", name, v, none)
		}
		if q := x.Assess(even, demography.Counted(0.95)); q.None < 0.4 || q.Fair < 0.4 {
			t.Errorf("%s of even numbers: p-values %v, %v", name, q.None, q.Fair)
		}
	}
	for _, name := range []string{"whipple", "noumbissi", "spoorenberg", "coale-li", "jdanov", "zodiac", "bachi"} {
		x := everyIndex()[name]
		none := map[bool]float64{true: x.None, false: 0}[x.Kind == demography.Ratio]
		if v := x.Value(falling); !scalar.EqualWithinAbs(v, none, 1e-9) && name != "bachi" {
			t.Errorf("%s of numbers that fall by a constant: %v, want %v", name, v, none)
		} else if name == "bachi" && v > 0.2 {
			t.Errorf("%s of numbers that fall by a constant: %v", name, v)
		}
	}
}

// TestAllOnOneDigit: everybody states an age that ends in 0, or in 0 or 5.
func TestAllOnOneDigit(t *testing.T) {
	zero, five := make([]float64, ages), make([]float64, ages)
	for a := 0; a < ages; a += 5 {
		five[a] = 100
		if a%10 == 0 {
			zero[a] = 100
		}
	}
	for _, tt := range []struct {
		x    demography.Index
		p    []float64
		want float64
	}{
		{demography.Whipple(25, 60, 0, 5), five, 500},
		{demography.Whipple(30, 60, 0), zero, 1000},
		{demography.Myers(10, 89, demography.EqualSpan), zero, 90},
		{demography.Myers(10, 89, demography.OpenSpan), zero, 90},
		{demography.Bachi(23, 77, demography.Pooled), zero, 90},
		{demography.Noumbissi(0, demography.Window{First: 20, Last: 64}), zero, 5},
		{demography.Spoorenberg(20, 64), five, 16},
		{demography.Jdanov(90), zero, 500},
	} {
		if v := tt.x.Value(tt.p); !scalar.EqualWithinRel(v, tt.want, 1e-12) {
			t.Errorf("%s: %v, want %v", tt.x.Name, v, tt.want)
		}
	}
}

// TestUndefined: an index of nobody is no number, and has no error.
func TestUndefined(t *testing.T) {
	for name, x := range everyIndex() {
		q := x.Assess(make([]float64, ages), demography.Counted(0.95))
		if !math.IsNaN(q.Value) || !math.IsNaN(q.SE) || !math.IsNaN(q.Interval.Lower) || !math.IsNaN(q.None) {
			t.Errorf("%s of nobody: %+v", name, q)
		}
	}
}

// TestManyAreas: areas together are what each is alone.
func TestManyAreas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := append(drawAges(t), drawAges(t)...)
		chance := demography.Counted(0.9)
		for name, x := range everyIndex() {
			values, all, screened := x.Values(counts, ages), x.AssessAll(counts, ages, chance), x.ScreenAll(counts, ages, chance)
			for i := range 2 {
				p := counts[i*ages : (i+1)*ages]
				if values[i] != x.Value(p) || fmt.Sprint(all[i]) != fmt.Sprint(x.Assess(p, chance)) {
					t.Fatalf("%s: area %d is another alone", name, i)
				}
				screened[i].Interval, screened[i].None = all[i].Interval, all[i].None
				if fmt.Sprint(all[i]) != fmt.Sprint(screened[i]) {
					t.Fatalf("%s: area %d is another when it is screened", name, i)
				}
			}
		}
	})
}

// TestZodiac: births of 2012, who were 11 on 1 April 2024 unless born in the first three months, stand out by as much
// as there are more of them; so does a round year of birth.
func TestZodiac(t *testing.T) {
	p := make([]float64, ages)
	for a := range p {
		p[a] = 100
	}
	for _, a := range []int{11, 23, 35, 47, 59} {
		p[a] = 120
	}
	if v := demography.Zodiac(2012, 2024, 10, 60).Value(p); !scalar.EqualWithinRel(v, 12*120./(120+1100), 1e-12) {
		t.Errorf("Dragons: %v", v)
	}
	for a := range p {
		p[a] = 100
		if (2024-a)%5 == 0 {
			p[a] = 150
		}
	}
	if v := demography.BirthYears(2024, 23, 62).Value(p); !scalar.EqualWithinRel(v, 100*5*150./550, 1e-12) {
		t.Errorf("round years of birth: %v", v)
	}
}

func TestMistakesPanic(t *testing.T) {
	for name, f := range map[string]func(){
		"three digits":         func() { demography.Whipple(25, 60, 0, 3, 5) },
		"two digits apart":     func() { demography.Whipple(25, 60, 0, 4) },
		"no digit":             func() { demography.Whipple(25, 60) },
		"no such age":          func() { demography.Whipple(21, 24, 5) },
		"before birth":         func() { demography.Whipple(0, 60, 0, 5) },
		"half a decade":        func() { demography.Myers(10, 84, demography.EqualSpan) },
		"one decade":           func() { demography.Myers(10, 19, demography.EqualSpan) },
		"no decade":            func() { demography.Bachi(23, 36, demography.Pooled) },
		"window without":       func() { demography.Noumbissi(0, demography.Window{First: 21, Last: 29}) },
		"even terms":           func() { demography.CoaleLi(65, 95, 0, 4) },
		"no surroundings":      func() { demography.CoaleLi(0, 20, 0, 5) },
		"age 1":                func() { demography.Kannisto(1) },
		"no ages":              func() { demography.Jdanov() },
		"two groups":           func() { demography.SexRatioScore(2) },
		"too few cells":        func() { demography.Kannisto(90).Value(make([]float64, 92)) },
		"counts of other size": func() { demography.Kannisto(90).Values(make([]float64, 150), 100) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

// A census in which one in ten adults states the nearest age that ends in 0 or 5.
func ExampleIndex_Assess() {
	counts := make([]float64, 100)
	for age := range counts {
		counts[age] = 95
		if age%5 == 0 {
			counts[age] = 120
		}
	}
	x := demography.Whipple(25, 60, 0, 5)
	q := x.Assess(counts, demography.Counted(0.95))
	fmt.Printf("%.0f, %.0f to %.0f; no preference: p = %.1g\n", q.Value, q.Interval.Lower, q.Interval.Upper, q.None)
	// Output: 120, 114 to 127; no preference: p = 4e-10
}
