package demography_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

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
// error of the account of expected values. A ratio of variances of 20,000 draws is within 6·√(2/20,000) = 6 % of 1 but
// for 2 in 10⁹; the first-order errors of ratios add far less at these sizes.
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

// TestLifeExpectancyStationary: with deaths at an even rate m everybody has 1/m years to live, but for the even course
// of deaths within a group that is taken.
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
