package screen_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/compare/screen"
)

// TestErrorExpectedByIntegration: the closed form is the integral over the normal distribution.
func TestErrorExpectedByIntegration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean, se := rapid.Float64Range(-0.5, 1.2).Draw(t, "mean"), rapid.Float64Range(0.005, 0.4).Draw(t, "se")
		margin := rapid.SampledFrom([]float64{0, 0.02, 0.1, 1.5}).Draw(t, "margin")
		const n = 40_000
		persons, outside := 0.0, 0.0
		for k := range n {
			z := (float64(k)+0.5)/n*16 - 8
			w := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) * 16 / n
			truth := 9000 * math.Exp(-(mean + se*z))
			if d := math.Abs(9000 - truth); d > margin*truth {
				persons, outside = persons+w*d, outside+w
			}
		}
		e := screen.ErrorExpected(9000, mean, se, margin)
		if math.Abs(e.Persons-persons) > 1e-3*persons+1 || math.Abs(e.Outside-outside) > 2e-3 {
			t.Fatalf("mean %v ± %v, margin %v: %+v, want %v and %v", mean, se, margin, e, persons, outside)
		}
	})
}

func TestErrorExpectedOfCertainty(t *testing.T) {
	if e := screen.ErrorExpected(110, math.Log(1.1), 0, 0.05); !scalar.EqualWithinAbs(e.Persons, 10, 1e-12) ||
		e.Outside != 1 {
		t.Errorf("%+v", e)
	}
	if e := screen.ErrorExpected(103, math.Log(1.03), 0, 0.05); e.Persons != 0 || e.Outside != 0 {
		t.Errorf("%+v", e)
	}
	if e := screen.ErrorExpected(50, math.Log(0.5), 1e-9, 0.05); !scalar.EqualWithinAbs(e.Persons, 50, 1e-6) {
		t.Errorf("%+v", e)
	}
	if e := screen.ErrorExpected(nan, 0, 1, 0.05); !math.IsNaN(e.Persons) {
		t.Errorf("%+v", e)
	}
}

// TestWorklistIsBest: no other choice of as many areas of equal cost has more, and the shares rise to 1.
func TestWorklistIsBest(t *testing.T) {
	list := screen.Worklist([]float64{5, 0, nan, 8, 8, 12}, []float64{1, 1, 1, 1, 2, 2})
	var order []int
	for _, s := range list {
		order = append(order, s.Area)
	}
	if !slices.Equal(order, []int{3, 5, 0, 4, 1}) || list[4].Share != 1 || list[2].Found != 25 ||
		list[2].Cost != 4 || list[2].Visits != 3 {
		t.Errorf("%+v", list)
	}
	if list := screen.Worklist([]float64{0}, []float64{1}); list[0].Share != 0 {
		t.Errorf("%+v", list)
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	screen.Worklist([]float64{1}, []float64{0})
}

// TestWorklistFindsMore: communes of very unequal size and sample, some of them with gross errors. The persons in
// error that the first tenth of the visits find are more by the worklist than by the raw difference, its score in the
// funnel or its p-value, on average over 20 countries. The differences are many times their standard errors, which
// are printed.
func TestWorklistFindsMore(t *testing.T) {
	const countries, n, visits = 20, 1000, 100
	rng := rand.New(rand.NewPCG(61, 62))
	gains := map[string][]float64{}
	for range countries {
		a, truth, register := planted(rng, n)
		f := shrink(t, a, screen.Options{})
		var y, se, expected, raw, score, z, cost []float64
		for i, v := range a.Variance {
			y, se = append(y, a.Value[i]), append(se, math.Sqrt(v))
			expected = append(expected, screen.ErrorExpected(register[i], f.Areas[i].Value, f.Areas[i].SE,
				0.05).Persons)
			raw = append(raw, register[i]*math.Abs(1-math.Exp(-y[i])))
			z = append(z, math.Abs(y[i])/se[i])
			cost = append(cost, 1)
		}
		d := screen.Overdispersion(y, se, 0, 0.1)
		for i := range y {
			score = append(score, math.Abs(d.Score(y[i], se[i], screen.Additive)))
		}
		all := foundBy(expected, cost, truth, visits)
		for name, by := range map[string][]float64{"raw difference": raw, "p-value": z, "funnel": score} {
			gains[name] = append(gains[name], all/foundBy(by, cost, truth, visits)-1)
		}
	}
	for name, g := range gains {
		mean, square := 0.0, 0.0
		for _, v := range g {
			mean, square = mean+v/countries, square+v*v/countries
		}
		se := math.Sqrt((square - mean*mean) / countries)
		t.Logf("%.1f %% more than by %s, standard error %.1f", 100*mean, name, 100*se)
		if mean < 4*se || mean < 0.02 {
			t.Errorf("%.1f %% more than by %s, standard error %.1f", 100*mean, name, 100*se)
		}
	}
}

// planted are areas of 300 to 60,000 persons with a census of some enumeration areas in each, so that the coefficient
// of variation is 3 % to 20 % in large and small ones, a spread of 4 % and one area in 50 with 30 % to 200 %
// registered too many.
func planted(rng *rand.Rand, n int) (a screen.Areas, errors, register []float64) {
	for range n {
		persons := 300 * math.Exp(5.3*rng.Float64()*rng.Float64())
		theta := 0.02 + 0.04*rng.NormFloat64()
		if rng.IntN(50) == 0 {
			theta = math.Log(1.3 + 1.7*rng.Float64())
		}
		variance := math.Pow(0.03+0.17*rng.Float64(), 2)
		a.Value, a.Variance = append(a.Value, theta+math.Sqrt(variance)*rng.NormFloat64()), append(a.Variance, variance)
		register = append(register, persons*math.Exp(theta))
		found := persons * math.Abs(math.Exp(theta)-1)
		if found < 0.05*persons {
			found = 0
		}
		errors = append(errors, found)
	}
	return a, errors, register
}

// foundBy is the true error in the first areas of an order.
func foundBy(by, cost, truth []float64, visits int) (found float64) {
	for _, s := range screen.Worklist(by, cost)[:visits] {
		found += truth[s.Area]
	}
	return found
}

// Communes with a register and a census sample: which to visit first.
func ExampleWorklist() {
	register := []float64{9300, 8100, 650, 27000, 12500, 5200}
	census := []float64{9000, 8000, 500, 26500, 8400, 5100}
	errors := []float64{300, 200, 120, 500, 350, 150} // standard errors of the census
	var areas screen.Areas
	for i := range register {
		y, v := screen.LogRatio(register[i], 0, census[i], errors[i]*errors[i])
		areas.Value, areas.Variance = append(areas.Value, y), append(areas.Variance, v)
	}
	fit, err := screen.Shrink(areas, screen.Options{})
	if err != nil {
		panic(err)
	}
	persons, cost := make([]float64, len(register)), make([]float64, len(register))
	for i, a := range fit.Areas {
		persons[i], cost[i] = screen.ErrorExpected(register[i], a.Value, a.SE, 0.05).Persons, 1
	}
	for _, s := range screen.Worklist(persons, cost)[:3] {
		a := fit.Areas[s.Area]
		fmt.Printf("commune %d: raw %+.2f, shrunken %+.2f; %.0f persons expected, %.0f %% of all\n",
			s.Area, areas.Value[s.Area], a.Value, persons[s.Area], 100*s.Share)
	}
	// Output:
	// commune 4: raw +0.40, shrunken +0.39; 4048 persons expected, 94 % of all
	// commune 0: raw +0.03, shrunken +0.02; 83 persons expected, 96 % of all
	// commune 3: raw +0.02, shrunken +0.02; 61 persons expected, 97 % of all
}
