package demography_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis/demography"
)

// near tells whether two figures are equal but for rounding on a scale.
func near(a, b, scale float64) bool { return math.Abs(a-b) <= 1e-10*max(scale, 1) }

// drawFives draws at least five closed groups of five years from age 0, and an open one or none.
func drawFives(t *rapid.T) demography.Groups {
	g := demography.FiveYears(5 * rapid.IntRange(5, 19).Draw(t, "closed groups"))
	if rapid.Bool().Draw(t, "no open group") {
		return demography.Groups{Start: g.Start[:len(g.Start)-1], End: g.Top()}
	}
	return g
}

// drawUneven draws groups of any width.
func drawUneven(t *rapid.T) demography.Groups {
	g := demography.Groups{Start: []int{rapid.IntRange(0, 20).Draw(t, "first age")}}
	for range rapid.IntRange(0, 12).Draw(t, "more groups") {
		g.Start = append(g.Start, g.Start[len(g.Start)-1]+rapid.IntRange(1, 15).Draw(t, "width"))
	}
	g.End = g.Start[len(g.Start)-1] + rapid.IntRange(1, 15).Draw(t, "last width")
	if len(g.Start) > 1 && rapid.Bool().Draw(t, "open") {
		g.End = demography.Open
	}
	return g
}

// drawCounts draws a count a group; some are 0.
func drawCounts(t *rapid.T, n int) []float64 {
	counts := make([]float64, n)
	for i := range counts {
		if rapid.IntRange(0, 4).Draw(t, "somebody") > 0 {
			counts[i] = float64(rapid.IntRange(1, 100_000).Draw(t, "persons"))
		}
	}
	return counts
}

func drawMethod(t *rapid.T) (demography.Method, demography.Groups) {
	m := rapid.SampledFrom(demography.Methods()).Draw(t, "method")
	if m == demography.Monotone {
		return m, drawUneven(t)
	}
	g := drawFives(t)
	if rapid.Bool().Draw(t, "infants apart") {
		g.Start = slices.Insert(slices.Clone(g.Start), 1, 1)
	}
	if rapid.Bool().Draw(t, "a finer group") {
		g.Start = append(slices.Clone(g.Start), 13)
		slices.Sort(g.Start)
	}
	return m, g
}

// TestGraduationKeepsTotals: every group's single years add up to it, and the open group stays.
func TestGraduationKeepsTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, g := drawMethod(t)
		counts := drawCounts(t, g.Len())
		c, err := demography.Graduate(m, g, counts)
		if err != nil {
			t.Fatal(err)
		}
		if want := g.Singles().Len(); len(c.Value) != want {
			t.Fatalf("%d values, want %d", len(c.Value), want)
		}
		all := floats.Sum(counts)
		for i := range g.Closed() {
			years := c.Value[g.Start[i]-g.Start[0] : g.Above(i)-g.Start[0]]
			if !near(floats.Sum(years), counts[i], all) {
				t.Fatalf("%s of %v: group %s adds up to %v, want %v", m, counts, g.Label(i), floats.Sum(years), counts[i])
			}
		}
		if g.IsOpen() && c.Value[len(c.Value)-1] != counts[len(counts)-1] {
			t.Fatalf("the open group is %v, want %v", c.Value[len(c.Value)-1], counts[len(counts)-1])
		}
	})
}

// TestMonotoneIsNeverNegative, and every method's matrix gives its values.
func TestMonotoneIsNeverNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, g := drawMethod(t)
		counts := drawCounts(t, g.Len())
		c, _ := demography.Graduate(m, g, counts)
		var product mat.VecDense
		product.MulVec(c.Jacobian, mat.NewVecDense(len(counts), counts))
		for i, v := range c.Value {
			if m == demography.Monotone && v < 0 {
				t.Fatalf("%v: %v persons of year %d", counts, v, i)
			}
			if !near(product.AtVec(i), v, floats.Sum(counts)) {
				t.Fatalf("%s: the matrix gives %v at %d, want %v", m, product.AtVec(i), i, v)
			}
		}
	})
}

// TestGraduationIsLinear: Sprague's and Beers' graduate a sum as the sum; the spline at least a multiple as the
// multiple.
func TestGraduationIsLinear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, g := drawMethod(t)
		a, b, f := drawCounts(t, g.Len()), drawCounts(t, g.Len()), rapid.Float64Range(0, 10).Draw(t, "factor")
		if m == demography.Monotone {
			b = make([]float64, g.Len())
		}
		mix := slices.Clone(b)
		floats.AddScaled(mix, f, a)
		of := func(counts []float64) []float64 { c, _ := demography.Graduate(m, g, counts); return c.Value }
		want := of(b)
		floats.AddScaled(want, f, of(a))
		for i, v := range of(mix) {
			if !near(v, want[i], floats.Sum(mix)) {
				t.Fatalf("%s: year %d is %v, want %v", m, i, v, want[i])
			}
		}
	})
}

// TestMonotoneDerivatives holds the matrix against differences, where no slope is near its limits.
func TestMonotoneDerivatives(t *testing.T) {
	g := demography.FiveYears(30)
	counts := []float64{500, 450, 420, 380, 300, 200, 90}
	const h = 1e-4
	c, _ := demography.Graduate(demography.Monotone, g, counts)
	for j := range counts {
		up := slices.Clone(counts)
		up[j] += h
		moved, _ := demography.Graduate(demography.Monotone, g, up)
		for i := range c.Value {
			if d := (moved.Value[i] - c.Value[i]) / h; math.Abs(d-c.Jacobian.At(i, j)) > 1e-6 {
				t.Errorf("derivative of year %d by group %d is %v, want %v", i, j, c.Jacobian.At(i, j), d)
			}
		}
	}
}

// TestMonotoneAgainstR holds groups of unequal width, few groups and empty ones against R 4.2.2:
// diff(splinefun(bounds, c(0, cumsum(counts)), method = "hyman")(first:last)).
func TestMonotoneAgainstR(t *testing.T) {
	for _, tt := range []struct {
		start  []int
		end    int
		counts []float64
		want   map[int]float64 // by place
	}{
		{[]int{0, 1, 5, 10, 20, 40, 65}, 85, []float64{20, 70, 100, 150, 310, 205, 40}, map[int]float64{0: 20, 1: 18.1472054022727,
			4: 17.7484922989058, 5: 19.1547130851808, 11: 17.0712851993048, 29: 16.3332439385329, 59: 5.54474195509579, 84: 0.125509165737526}},
		{[]int{0, 5, 10, 15, 20}, 25, []float64{50, 0, 30, 0, 7}, map[int]float64{0: 18.812380952381, 4: 1.79690476190476, 5: 0, 9: 0,
			10: 3.12, 12: 8.88, 15: 0, 20: 0.056, 24: 3.416}},
		{[]int{15, 25}, 50, []float64{100, 130}, map[int]float64{0: 11.2342857142857, 9: 8.76571428571428, 10: 8.49142857142856, 34: 1.90857142857141}},
		{[]int{0, 5, 10}, 15, []float64{10, 40, 20}, map[int]float64{0: 0.08, 4: 4.88, 5: 6.77333333333333, 14: 0.853333333333339}},
		{[]int{0, 5, 10, 15}, 20, []float64{10, 40, 20, 90}, map[int]float64{0: 0.08, 4: 4.88, 5: 7.14666666666667, 14: 5.84888888888889, 19: 28.5422222222222}},
	} {
		c, err := demography.Graduate(demography.Monotone, demography.Groups{Start: tt.start, End: tt.end}, tt.counts)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range tt.want {
			if math.Abs(c.Value[i]-want) > 1e-11 {
				t.Errorf("%v: year %d is %v, want %v", tt.counts, i, c.Value[i], want)
			}
		}
	}
}

// TestPolynomials: Sprague's fifth-difference formula splits cumulated polynomials of the fourth degree exactly.
func TestPolynomials(t *testing.T) {
	sum := func(x float64) float64 { return 3000*x - 11*x*x - 0.2*x*x*x + 0.003*x*x*x*x }
	g := demography.Groups{Start: []int{0, 5, 10, 15, 20, 25, 30, 35}, End: 40}
	counts := make([]float64, g.Len())
	for i := range counts {
		counts[i] = sum(float64(5*i+5)) - sum(float64(5*i))
	}
	c, _ := demography.Graduate(demography.Sprague, g, counts)
	for age := range 40 {
		if want := sum(float64(age+1)) - sum(float64(age)); math.Abs(c.Value[age]-want) > 1e-9*want {
			t.Errorf("age %d is %v, want %v", age, c.Value[age], want)
		}
	}
}

// TestCarriedVariance draws counts from a Poisson-like law and compares the spread of the graduated years with the
// variance that is carried. The variance of 4000 draws of a normal figure lies within 1 ± 6·√(2/4000) of the truth but
// for 2 in 10⁹; the spline is linear there, since no slope is near a limit.
func TestCarriedVariance(t *testing.T) {
	const draws = 4000
	rng := rand.New(rand.NewPCG(5, 1))
	g := demography.FiveYears(40)
	truth := []float64{52_000, 50_000, 47_000, 45_000, 41_000, 36_000, 30_000, 22_000, 40_000}
	se := make([]float64, len(truth))
	for i, v := range truth {
		se[i] = math.Sqrt(v)
	}
	for _, m := range demography.Methods() {
		c, _ := demography.Graduate(m, g, truth)
		want, years := c.SE(se), make([][]float64, len(c.Value))
		for range draws {
			counts := slices.Clone(truth)
			for i := range counts {
				counts[i] += se[i] * rng.NormFloat64()
			}
			drawn, _ := demography.Graduate(m, g, counts)
			for i, v := range drawn.Value {
				years[i] = append(years[i], v)
			}
		}
		for i, v := range years {
			mean, squares := floats.Sum(v)/draws, 0.0
			for _, x := range v {
				squares += (x - mean) * (x - mean)
			}
			if ratio := squares / draws / (want[i] * want[i]); math.Abs(ratio-1) > 6*math.Sqrt(2./draws) {
				t.Errorf("%s: variance of year %d is %v of what is carried", m, i, ratio)
			}
		}
	}
}

// TestCovariance: with independent counts it is SE squared on the diagonal, and a group's years vary as the group does.
func TestCovariance(t *testing.T) {
	g := demography.FiveYears(40)
	counts := []float64{52, 50, 47, 45, 41, 36, 30, 22, 40}
	c, _ := demography.Graduate(demography.Beers, g, counts)
	sigma, se := mat.NewSymDense(9, nil), make([]float64, 9)
	for i := range 9 {
		se[i] = float64(i + 1)
		sigma.SetSym(i, i, se[i]*se[i])
	}
	v, want := c.Covariance(sigma), c.SE(se)
	for i := range want {
		if !near(v.At(i, i), want[i]*want[i], 1) {
			t.Errorf("variance of year %d is %v, want %v", i, v.At(i, i), want[i]*want[i])
		}
	}
	group := 0.0
	for i := 10; i < 15; i++ {
		for j := 10; j < 15; j++ {
			group += v.At(i, j)
		}
	}
	if !near(group, 9, 1) {
		t.Errorf("the years 10 to 14 together have variance %v, want 9", group)
	}
}

func TestGraduationRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		method demography.Method
		groups demography.Groups
	}{
		"no method":       {"grabill", demography.FiveYears(80)},
		"ten years":       {demography.Sprague, demography.Groups{Start: []int{0, 5, 10, 20, 25, 30, 35}, End: demography.Open}},
		"seven years":     {demography.Beers, demography.Groups{Start: []int{0, 5, 10, 15, 20, 25}, End: 32}},
		"too few":         {demography.Beers, demography.FiveYears(20)},
		"too few Sprague": {demography.Sprague, demography.FiveYears(15)},
	} {
		if _, err := demography.NewGraduator(tt.method, tt.groups); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func ExampleGraduate() {
	groups := demography.Groups{Start: []int{0, 5, 15, 25}, End: demography.Open}
	c, _ := demography.Graduate(demography.Monotone, groups, []float64{100, 150, 90, 60})
	fmt.Printf("%.1f\n", c.Value[:6])
	// Output: [21.4 20.7 20.0 19.3 18.6 17.9]
}
