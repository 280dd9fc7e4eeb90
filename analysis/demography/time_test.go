package demography_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis/demography"
)

func TestDecimalYear(t *testing.T) {
	for text, want := range map[string]float64{"2024-01-01": 2024, "2024-04-01": 2024 + 91./366, "2023-12-31": 2023 + 364./365} {
		day, _ := time.Parse(time.DateOnly, text)
		if got := demography.DecimalYear(day); got != want {
			t.Errorf("%s is %v, want %v", text, got, want)
		}
	}
}

// TestInterpolationEnds: at either date it is the population there, between it is between, and the square root's path
// lies between the exponential and the linear one.
func TestInterpolationEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(1, 1e6).Draw(t, "first"), rapid.Float64Range(1, 1e6).Draw(t, "second")
		f := rapid.Float64Range(0, 1).Draw(t, "part")
		var at []float64
		for _, path := range demography.Paths() {
			of := func(f float64) float64 {
				c, err := demography.Interpolate(path, []float64{a}, []float64{b}, f)
				if err != nil {
					t.Fatal(err)
				}
				return c.Value[0]
			}
			if !near(of(0), a, a) || !near(of(1), b, b) {
				t.Fatalf("%s runs from %v to %v, want %v to %v", path, of(0), of(1), a, b)
			}
			at = append(at, of(f))
		}
		if linear, exponential, root := at[0], at[1], at[2]; root > linear*(1+1e-12) || root < exponential*(1-1e-12) {
			t.Fatalf("linear %v, square root %v, exponential %v", linear, root, exponential)
		}
	})
}

// TestInterpolationDerivatives holds them against differences.
func TestInterpolationDerivatives(t *testing.T) {
	const a, b, f, h = 900., 1500., 0.3, 1e-4
	for _, path := range demography.Paths() {
		of := func(a, b float64) demography.Carried {
			c, _ := demography.Interpolate(path, []float64{a}, []float64{b}, f)
			return c
		}
		c := of(a, b)
		for j, d := range []float64{(of(a+h, b).Value[0] - c.Value[0]) / h, (of(a, b+h).Value[0] - c.Value[0]) / h} {
			if math.Abs(d-c.Jacobian.At(0, j)) > 1e-6 {
				t.Errorf("%s: derivative %d is %v, want %v", path, j, c.Jacobian.At(0, j), d)
			}
		}
	}
	if c, _ := demography.Interpolate(demography.Exponential, []float64{0}, []float64{5}, 0.5); !math.IsNaN(c.Value[0]) {
		t.Errorf("an exponential from nobody comes to %v", c.Value[0])
	}
	if _, err := demography.Interpolate("logistic", []float64{1}, []float64{2}, 0.5); err == nil {
		t.Error("a path that is none is gone")
	}
}

// TestBalanceErrors draws accounts whose entries are Poisson and compares the spread of every figure with the standard
// error of the account of expected values. A ratio of variances of 20,000 draws is within 6·√(2/20,000) = 6 % of 1 but for
// 2 in 10⁹; the first-order errors of ratios add far less at these sizes.
func TestBalanceErrors(t *testing.T) {
	const draws = 20_000
	rng := rand.New(rand.NewPCG(8, 2))
	truth := demography.Account{Start: 84_210, Births: 6120, Deaths: 2330, In: 3400, Out: 9110, End: 81_040}
	figures := func(b demography.Balance) []demography.Figure {
		return []demography.Figure{b.Expected, b.Closure, b.ClosurePct, b.NetMigration, b.GrowthPct, b.BirthRate, b.DeathRate}
	}
	want := figures(demography.Close(truth, truth))
	draw := func(mean float64) float64 { return mean + math.Sqrt(mean)*rng.NormFloat64() }
	spread, sum := make([]float64, len(want)), make([]float64, len(want))
	for range draws {
		a := demography.Account{Start: draw(truth.Start), Births: draw(truth.Births), Deaths: draw(truth.Deaths), In: draw(truth.In),
			Out: draw(truth.Out), End: draw(truth.End)}
		for i, f := range figures(demography.Close(a, demography.Account{})) {
			d := f.Value - want[i].Value
			sum[i], spread[i] = sum[i]+d, spread[i]+d*d
		}
	}
	for i, f := range want {
		mean := sum[i] / draws
		if ratio := (spread[i]/draws - mean*mean) / (f.SE * f.SE); math.Abs(ratio-1) > 6*math.Sqrt(2./draws) {
			t.Errorf("variance of figure %d is %v of what is told", i, ratio)
		}
	}
}

// TestSurvivalOfAKnownTable: a population that only dies gives back the survival it was given.
func TestSurvivalOfAKnownTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 18).Draw(t, "groups")
		first, second, s := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range n {
			first[i], s[i] = rapid.Float64Range(1, 1e5).Draw(t, "persons"), rapid.Float64Range(0.1, 1).Draw(t, "survival")
		}
		for i := 2; i < n; i++ {
			second[i] = first[i-2] * s[i-2]
		}
		ratio := demography.IntercensalSurvival(first, second, 2)
		for i, r := range ratio.Value {
			if !near(r, s[i], 1) {
				t.Fatalf("ratio %d is %v, want %v", i, r, s[i])
			}
		}
		l := demography.Chain(ratio.Value).Value
		for i := 2; i < n; i++ {
			if !near(l[i], l[i-2]*s[i-2], 1) {
				t.Fatalf("survivors %v of ratios %v", l, ratio.Value)
			}
		}
	})
}

// TestSurvivalErrors: of a ratio of two Poisson counts, r√(1/a + 1/b); of nobody, nothing.
func TestSurvivalErrors(t *testing.T) {
	c := demography.IntercensalSurvival([]float64{400, 0, 100}, []float64{7, 360, 50}, 1)
	se := c.SE([]float64{20, 0, 10, math.Sqrt(7), math.Sqrt(360), math.Sqrt(50)})
	if want := 0.9 * math.Sqrt(1./400+1./360); !near(se[0], want, 1) {
		t.Errorf("standard error %v, want %v", se[0], want)
	}
	if !math.IsNaN(c.Value[1]) || !math.IsNaN(se[1]) {
		t.Errorf("of nobody %v ± %v survive", c.Value[1], se[1])
	}
}

// TestLifeExpectancyStationary: with deaths at an even rate m everybody has 1/m years to live, but for the even course of
// deaths within a group that is taken.
func TestLifeExpectancyStationary(t *testing.T) {
	const m, width = 0.02, 5.
	middles := make([]float64, 20)
	for i := range middles {
		middles[i] = math.Exp(-m * width * float64(i))
	}
	for i, e := range demography.LifeExpectancy(middles, width, 1/m) {
		if math.Abs(e-1/m) > 0.05 {
			t.Errorf("%v years at bound %d, want %v", e, i, 1/m)
		}
	}
}

// drawComponent draws rates of so many groups.
func drawComponent(t *rapid.T, n int) demography.Component {
	list := func(what string, low, high float64) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = rapid.Float64Range(low, high).Draw(t, what)
		}
		return v
	}
	return demography.Component{
		Width: rapid.SampledFrom([]float64{1, 5}).Draw(t, "width"), Fertility: list("fertility", 0, 0.2), SexRatio: 1.1,
		Survival:      demography.Sexes{Male: list("survival", 0.5, 1), Female: list("survival", 0.5, 1)},
		BirthSurvival: [2]float64{0.98, 0.99},
		Migration:     demography.Sexes{Male: list("arrivals", -10, 10), Female: list("arrivals", -10, 10)},
	}
}

func drawSexes(t *rapid.T, n int) demography.Sexes {
	p := demography.Sexes{Male: make([]float64, n), Female: make([]float64, n)}
	for i := range n {
		p.Male[i], p.Female[i] = rapid.Float64Range(100, 1e4).Draw(t, "males"), rapid.Float64Range(100, 1e4).Draw(t, "females")
	}
	return p
}

// TestForwardConserves: without deaths and births, persons only grow older and move.
func TestForwardConserves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "groups")
		c, p := drawComponent(t, n), drawSexes(t, n)
		for i := range n {
			c.Survival.Male[i], c.Survival.Female[i], c.Fertility[i] = 1, 1, 0
		}
		want := floats.Sum(p.Male) + floats.Sum(c.Migration.Male)
		if end := c.Forward(p); !near(floats.Sum(end.End.Male), want, want) || end.Births != 0 {
			t.Fatalf("%v males, want %v; %v births", floats.Sum(end.End.Male), want, end.Births)
		}
	})
}

// TestForwardOfBackward is where it began, but for those who are born in the step.
func TestForwardOfBackward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "groups")
		c, p := drawComponent(t, n), drawSexes(t, n)
		start, err := c.Backward(p)
		if err != nil {
			t.Fatal(err)
		}
		end := c.Forward(start).End
		for i := 1; i < n; i++ {
			if !near(end.Male[i], p.Male[i], 1e5) || !near(end.Female[i], p.Female[i], 1e5) {
				t.Fatalf("group %d is %v and %v, was %v and %v", i, end.Male[i], end.Female[i], p.Male[i], p.Female[i])
			}
		}
		for i, v := range mustBackward(t, c, c.Forward(p).End).Male[:max(n-2, 0)] {
			if !near(v, p.Male[i], 1e5) {
				t.Fatalf("group %d is %v after forth and back, was %v", i, v, p.Male[i])
			}
		}
	})
}

func mustBackward(t *rapid.T, c demography.Component, p demography.Sexes) demography.Sexes {
	start, err := c.Backward(p)
	if err != nil {
		t.Fatal(err)
	}
	return start
}

// TestForwardIsItsMatrix: the step is its derivatives times the population, and what arrivals add.
func TestForwardIsItsMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "groups")
		c, p := drawComponent(t, n), drawSexes(t, n)
		base := c.Forward(demography.Sexes{Male: make([]float64, n), Female: make([]float64, n)}).End
		end, m := c.Forward(p).End, c.Jacobian()
		all := append(append([]float64{}, p.Male...), p.Female...)
		want := append(append([]float64{}, base.Male...), base.Female...)
		for i, v := range append(append([]float64{}, end.Male...), end.Female...) {
			for j, x := range all {
				want[i] += m.At(i, j) * x
			}
			if !near(v, want[i], 1e6) {
				t.Fatalf("place %d is %v, the matrix gives %v", i, v, want[i])
			}
		}
	})
}

// TestChanceOfForward lets everybody live or die by a draw, and holds the spread of the survivors against the variance
// told. Of 4000 draws its ratio is within 6·√(2/4000) of 1 but for 2 in 10⁹.
func TestChanceOfForward(t *testing.T) {
	const draws = 4000
	rng := rand.New(rand.NewPCG(3, 9))
	c := demography.Component{Width: 1, SexRatio: 1, Fertility: make([]float64, 3), BirthSurvival: [2]float64{1, 1},
		Survival: demography.Sexes{Male: []float64{0.9, 0.8, 0.6}, Female: []float64{1, 1, 1}}}
	persons := []int{120, 200, 80}
	end := c.Forward(demography.Sexes{Male: []float64{120, 200, 80}, Female: make([]float64, 3)})
	spread := make([]float64, 3)
	for range draws {
		alive := make([]float64, 3)
		for i, n := range persons {
			for range n {
				if rng.Float64() < c.Survival.Male[i] {
					alive[min(i+1, 2)]++
				}
			}
		}
		for i, v := range alive {
			spread[i] += (v - end.End.Male[i]) * (v - end.End.Male[i]) / draws
		}
	}
	for i := 1; i < 3; i++ {
		if ratio := spread[i] / end.Chance.Male[i]; math.Abs(ratio-1) > 6*math.Sqrt(2./draws) {
			t.Errorf("variance of group %d is %v of what is told", i, ratio)
		}
	}
}

func TestComponentCheck(t *testing.T) {
	good := demography.Component{Width: 1, SexRatio: 1.05, Fertility: []float64{0, 0.1}, BirthSurvival: [2]float64{1, 0.99},
		Survival: demography.Sexes{Male: []float64{1, 0.5}, Female: []float64{1, 0}}}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*demography.Component){
		"survival":  func(c *demography.Component) { c.Survival.Male = []float64{1.1, 1} },
		"births":    func(c *demography.Component) { c.BirthSurvival[1] = math.NaN() },
		"fertility": func(c *demography.Component) { c.Fertility = []float64{-1, 0} },
		"ratio":     func(c *demography.Component) { c.SexRatio = 0 },
	} {
		bad := good
		spoil(&bad)
		if bad.Check() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	dead := good
	dead.Survival.Female = []float64{0, 0}
	if _, err := dead.Backward(demography.Sexes{Male: []float64{1, 1}, Female: []float64{1, 1}}); err == nil {
		t.Error("the dead come back")
	}
}

func TestSurvivalOf(t *testing.T) {
	for _, tt := range [][3]float64{{0, 1, 1}, {0.1, 1, 0.95 / 1.05}, {3, 1, 0}, {0.1, 5, 0.6}} {
		if got := demography.SurvivalOf(tt[0], tt[1]); !near(got, tt[2], 1) {
			t.Errorf("at a rate of %v over %v years %v survive, want %v", tt[0], tt[1], got, tt[2])
		}
	}
}
