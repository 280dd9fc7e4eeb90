package demography_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis/demography"
)

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
