package explain_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare/explain"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func drawPopulation(t *rapid.T, k int) explain.Population {
	p := explain.Population{
		Size: rapid.SliceOfN(rapid.Float64Range(0, 1e6), k, k).Draw(t, "size"),
		Rate: rapid.SliceOfN(rapid.Float64Range(-1, 100), k, k).Draw(t, "rate"),
	}
	p.Size[0]++
	return p
}

// TestKitagawaAddsUp: two and three parts add up to the difference exactly, in any order, and the interaction is halved
// between the two. Turned round, the two parts change their signs alone.
func TestKitagawaAddsUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := rapid.IntRange(1, 12).Draw(rt, "groups")
		a, b := drawPopulation(rt, k), drawPopulation(rt, k)
		got, turned := kitagawa(t, a, b), kitagawa(t, b, a)
		d, three := got.Difference.Value, got.ThreePart
		if got.Composition.Value+got.Rate.Value != d {
			rt.Fatalf("%v + %v is not %v", got.Composition.Value, got.Rate.Value, d)
		}
		for _, sum := range []float64{
			three.Composition.Value + three.Rate.Value + three.Interaction.Value,
			three.Interaction.Value + three.Composition.Value + three.Rate.Value,
			three.Rate.Value + three.Interaction.Value + three.Composition.Value,
		} {
			if sum != d {
				rt.Fatalf("%+v add up to %v, not %v", three, sum, d)
			}
		}
		if !near(d, got.Crude[1].Value-got.Crude[0].Value, 1e-10) ||
			!near(got.Composition.Value, three.Composition.Value+three.Interaction.Value/2, 1e-10) ||
			!near(got.Composition.Value, got.RateStandardised[1].Value-got.RateStandardised[0].Value, 1e-10) {
			rt.Fatalf("%+v", got)
		}
		if !near(turned.Composition.Value, -got.Composition.Value, 1e-10) ||
			!near(turned.Rate.Value, -got.Rate.Value, 1e-10) {
			rt.Fatalf("%+v, turned %+v", got, turned)
		}
	})
}

// TestKitagawaOfOne: with the same rates all is composition, with the same composition all is rates, whatever the unit.
func TestKitagawaOfOne(t *testing.T) {
	sizes, others, rates := []float64{1, 2, 3}, []float64{30, 20, 10}, []float64{5, 6, 9}
	same := kitagawa(t, explain.Population{Size: sizes, Rate: rates}, explain.Population{Size: others, Rate: rates})
	if same.Rate.Value != 0 || !near(same.CompositionPct(), 100, 1e-12) {
		t.Errorf("%+v", same)
	}
	scaled := kitagawa(t,
		explain.Population{Size: []float64{10, 20, 30}, Rate: rates},
		explain.Population{Size: sizes, Rate: []float64{6, 7, 8}})
	if math.Abs(scaled.Composition.Value) > 1e-15 || scaled.ThreePart.Interaction.Value > 1e-15 {
		t.Errorf("%+v", scaled)
	}
}

// TestKitagawaIsAverageOverOrders: composition and rates are two factors, of which each is changed first once.
func TestKitagawaIsAverageOverOrders(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := rapid.IntRange(1, 12).Draw(rt, "groups")
		a, b := drawPopulation(rt, k), drawPopulation(rt, k)
		parts := explain.AverageOverOrders(2, func(second []bool) float64 {
			size, rate := a.Size, a.Rate
			if second[0] {
				size = b.Size
			}
			if second[1] {
				rate = b.Rate
			}
			sum, total := 0.0, 0.0
			for i := range size {
				sum, total = sum+size[i]*rate[i], total+size[i]
			}
			return sum / total
		})
		got := kitagawa(t, a, b)
		if !near(got.Composition.Value, parts[0], 1e-10) || !near(got.Rate.Value, parts[1], 1e-10) {
			rt.Fatalf("%v and %v, want %v", got.Composition.Value, got.Rate.Value, parts)
		}
	})
}

// TestKitagawaErrors draws sizes and rates. The standard errors over the draws are those stated, but for the delta
// method and the error of a standard deviation of so many draws.
func TestKitagawaErrors(t *testing.T) {
	const draws = 20_000
	rng := rand.New(rand.NewPCG(41, 41))
	a := explain.Population{
		Size: []float64{5000, 7000, 9000}, SizeSE: []float64{60, 80, 100},
		Rate: []float64{10, 20, 35}, RateSE: []float64{.2, .3, .5},
	}
	b := explain.Population{
		Size: []float64{400, 300, 700}, SizeSE: []float64{5, 4, 6},
		Rate: []float64{12, 19, 40}, RateSE: []float64{.1, .5, .3},
	}
	of := func(k explain.Kitagawa) []analysis.Estimate {
		return []analysis.Estimate{
			k.Crude[0], k.Crude[1], k.RateStandardised[0], k.RateStandardised[1], k.Difference, k.Composition, k.Rate,
			k.ThreePart.Composition, k.ThreePart.Rate, k.ThreePart.Interaction,
		}
	}
	noisy := func(p explain.Population) explain.Population {
		out := explain.Population{Size: make([]float64, 3), Rate: make([]float64, 3)}
		for i := range out.Size {
			out.Size[i], out.Rate[i] = p.Size[i]+p.SizeSE[i]*rng.NormFloat64(), p.Rate[i]+p.RateSE[i]*rng.NormFloat64()
		}
		return out
	}
	stated := of(kitagawa(t, a, b))
	drawn := make([]tallied, len(stated))
	for range draws {
		for i, e := range of(kitagawa(t, noisy(a), noisy(b))) {
			drawn[i].add(e.Value)
		}
	}
	limit := 0.03 + distuv.UnitNormal.Quantile(1-falseAlarm/2/float64(len(stated)))/math.Sqrt(2*draws)
	for i, e := range stated {
		if ratio := drawn[i].sd(draws) / e.SE; math.Abs(ratio-1) > limit {
			t.Errorf("figure %d varies %v times what is stated", i, ratio)
		}
	}
}

func TestKitagawaRefuses(t *testing.T) {
	good := explain.Population{Size: []float64{1, 2}, Rate: []float64{1, 2}}
	for name, p := range map[string]explain.Population{
		"size below 0":      {Size: []float64{1, -2}, Rate: []float64{1, 2}},
		"rate not a number": {Size: []float64{1, 2}, Rate: []float64{1, math.NaN()}},
		"nobody":            {Size: []float64{0, 0}, Rate: []float64{1, 2}},
		"size without end":  {Size: []float64{1, math.Inf(1)}, Rate: []float64{1, 2}},
	} {
		if _, err := explain.NewKitagawa(good, p); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := explain.NewKitagawa(p, good); err == nil {
			t.Errorf("%s first: no error", name)
		}
	}
}

func kitagawa(t *testing.T, a, b explain.Population) explain.Kitagawa {
	t.Helper()
	k, err := explain.NewKitagawa(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
