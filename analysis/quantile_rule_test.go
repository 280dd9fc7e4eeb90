package analysis_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

var quantileRules = []analysis.QuantileRule{
	analysis.HF1, analysis.HF2, analysis.HF3, analysis.HF4, analysis.HF5, analysis.HF6, analysis.HF7, analysis.HF8,
	analysis.HF9, analysis.ShahVaish,
}

// TestRulesWithEqualWeights holds rules against R 4.2.2, quantile(y, p, type = 1:9), printed to 15 digits.
func TestRulesWithEqualWeights(t *testing.T) {
	p := []float64{0, 0.05, 0.1, 0.25, 0.33, 0.5, 0.66, 0.75, 0.9, 1}
	for _, sample := range []struct {
		y     []float64
		types [9][10]float64
	}{
		{[]float64{3.5, 1, 4, 1, 5, 9, 2, 6.25, 5, 3, 8}, [9][10]float64{
			{1, 1, 1, 2, 3, 4, 5, 6.25, 8, 9},
			{1, 1, 1, 2, 3, 4, 5, 6.25, 8, 9},
			{1, 1, 1, 2, 3, 4, 5, 5, 8, 9},
			{1, 1, 1, 1.75, 2.63, 3.75, 5, 5.3125, 7.825, 9},
			{1, 1, 1, 2.25, 3.065, 4, 5, 5.9375, 8.4, 9},
			{1, 1, 1, 2, 2.96, 4, 5, 6.25, 8.8, 9},
			{1, 1, 1, 2.5, 3.15, 4, 5, 5.625, 8, 9},
			{1, 1, 1, 2.16666666666667, 3.03666666666667, 4, 5, 6.04166666666667, 8.53333333333333, 9},
			{1, 1, 1, 2.1875, 3.04375, 4, 5, 6.015625, 8.5, 9},
		}},
		{[]float64{7, 1, 4, 1.5, 5, 9, 2, 6, 5, 3}, [9][10]float64{
			{1, 1, 1, 2, 3, 4, 5, 6, 7, 9},
			{1, 1, 1.25, 2, 3, 4.5, 5, 6, 8, 9},
			{1, 1, 1, 1.5, 2, 4, 5, 6, 7, 9},
			{1, 1, 1, 1.75, 2.3, 4, 5, 5.5, 7, 9},
			{1, 1, 1.25, 2, 2.8, 4.5, 5.1, 6, 8, 9},
			{1, 1, 1.05, 1.875, 2.63, 4.5, 5.26, 6.25, 8.8, 9},
			{1, 1.225, 1.45, 2.25, 2.97, 4.5, 5, 5.75, 7.2, 9},
			{
				1, 1, 1.18333333333333, 1.95833333333333, 2.74333333333333, 4.5, 5.15333333333333, 6.08333333333333,
				8.26666666666667, 9,
			},
			{1, 1, 1.2, 1.96875, 2.7575, 4.5, 5.14, 6.0625, 8.2, 9},
		}},
	} {
		weights := slices.Repeat([]float64{30.97}, len(sample.y))
		for i, want := range sample.types {
			for _, w := range [][]float64{nil, weights} {
				for j, got := range analysis.WeightedQuantiles(p, sample.y, w, quantileRules[i]) {
					if !same(got, want[j], 1e-14) {
						t.Errorf("%v of %v at %v = %v, want %v", quantileRules[i], sample.y, p[j], got, want[j])
					}
				}
			}
		}
	}
}

// drawNumbers makes up values, often alike, with weights.
func drawNumbers(t *rapid.T) (y, w []float64) {
	value := rapid.SampledFrom([]func() float64{
		func() float64 { return float64(rapid.IntRange(-3, 3).Draw(t, "few")) },
		func() float64 { return rapid.Float64Range(-100, 100).Draw(t, "many") },
	}).Draw(t, "kind")
	weight := rapid.SampledFrom([]func() float64{
		func() float64 { return float64(rapid.IntRange(1, 3).Draw(t, "whole")) },
		func() float64 { return rapid.Float64Range(0.1, 100).Draw(t, "w") },
	}).Draw(t, "weights")
	for range rapid.IntRange(1, 20).Draw(t, "rows") {
		y, w = append(y, value()), append(w, weight())
	}
	return y, w
}

func drawRule(t *rapid.T) analysis.QuantileRule {
	return rapid.SampledFrom(quantileRules).Draw(t, "rule")
}

// drawP draws probabilities, among them such as sums of weights reach just so.
func drawP(t *rapid.T, n int) []float64 {
	return []float64{
		rapid.Float64Range(0, 1).Draw(t, "p"), float64(rapid.IntRange(0, n).Draw(t, "of")) / float64(n), 0, 0.5, 1,
	}
}

// TestRuleInvariances: whatever the rule, a quantile is between the least and the largest value and does not fall as p
// rises; the scale of the weights, rows of weight 0 and the order of rows change nothing, that to the last bit.
func TestRuleInvariances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, w := drawNumbers(t)
		rule, p := drawRule(t), drawP(t, len(y))
		slices.Sort(p)
		got := analysis.WeightedQuantiles(p, y, w, rule)
		for j, q := range got {
			if q < slices.Min(y) || q > slices.Max(y) || j > 0 && q < got[j-1]-1e-10*math.Abs(q) {
				t.Fatalf("%v at %v: %v", rule, p, got)
			}
		}
		factor := rapid.Float64Range(1e-3, 1e3).Draw(t, "factor")
		scaled := analysis.WeightedQuantiles(p, y, scaledBy(factor, w), rule)
		for j := range p {
			if !same(scaled[j], got[j], 1e-9) {
				t.Fatalf("%v at %v: %v, with weights times %v %v", rule, p[j], got[j], factor, scaled[j])
			}
		}
		order := rapid.Permutation(indices(len(y))).Draw(t, "order")
		y2, w2 := append(take(y, order), math.NaN()), append(take(w, order), 0)
		if moved := analysis.WeightedQuantiles(p, y2, w2, rule); !slices.Equal(moved, got) {
			t.Fatalf("%v at %v: %v, in another order %v", rule, p, got, moved)
		}
	})
}

func scaledBy(factor float64, v []float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = factor * v[i]
	}
	return out
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// TestStepRulesEquivariant: a rule that picks a value picks the same one after any rising transformation.
func TestStepRulesEquivariant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, w := drawNumbers(t)
		steps := []analysis.QuantileRule{analysis.HF1, analysis.HF3, analysis.ShahVaish}
		rule := rapid.SampledFrom(steps).Draw(t, "rule")
		p, rising := drawP(t, len(y)), make([]float64, len(y))
		for i, v := range y {
			rising[i] = bent(v)
		}
		after := analysis.WeightedQuantiles(p, rising, w, rule)
		for j, q := range analysis.WeightedQuantiles(p, y, w, rule) {
			if after[j] != bent(q) {
				t.Fatalf("%v at %v: %v becomes %v", rule, p[j], q, after[j])
			}
		}
	})
}

// bent rises, and keeps apart what is apart.
func bent(v float64) float64 {
	if v < 0 {
		return v / 4
	}
	return 8 * v
}

// TestSumRulesRepeat: by a rule that goes by sums, a weight of 3 is three rows.
func TestSumRulesRepeat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, _ := drawNumbers(t)
		var w, repeated []float64
		for _, v := range y {
			n := rapid.IntRange(1, 4).Draw(t, "n")
			w, repeated = append(w, float64(n)), append(repeated, slices.Repeat([]float64{v}, n)...)
		}
		p := drawP(t, len(repeated))
		for _, rule := range []analysis.QuantileRule{analysis.HF1, analysis.HF2} {
			got, want := analysis.WeightedQuantiles(p, y, w, rule), analysis.WeightedQuantiles(p, repeated, nil, rule)
			if !slices.Equal(got, want) {
				t.Fatalf("%v at %v: %v, of rows repeated %v", rule, p, got, want)
			}
		}
	})
}

// TestInverse holds HF1 against its definition, summed up row by row, on many values of all sizes.
func TestInverse(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	for _, n := range []int{40, 300, 6000} {
		y := make([]float64, n)
		for i := range y {
			y[i] = rng.NormFloat64() * math.Pow(10, float64(rng.IntN(12)-6))
		}
		y[0], y[1], y[2], y[3] = 0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1)
		sorted := slices.Sorted(slices.Values(y))
		for k := 0; k < n; k += 13 {
			p := []float64{(float64(k) + 0.5) / float64(n)}
			if got := analysis.WeightedQuantiles(p, y, nil, analysis.HF1)[0]; got != sorted[k] {
				t.Errorf("of %d values, at %v: %v, want %v", n, p, got, sorted[k])
			}
		}
	}
}

// TestAsSurvey: R survey's way differs from the rule only as AsSurvey says: by school below the first share, and
// between values where equal ones have other weights, or sums of weights are equal but for rounding.
func TestAsSurvey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, w := drawNumbers(t)
		y := make([]float64, len(w)) // no two alike
		for i := range y {
			y[i] = float64(i)
		}
		first := w[0] / (sumOf(w))
		p := []float64{first + (1-first)*rapid.Float64Range(0.001, 0.999).Draw(t, "p")}
		for _, rule := range quantileRules {
			if rule == analysis.HF3 || rule == analysis.ShahVaish {
				continue
			}
			got, want := analysis.WeightedQuantiles(p, y, w, rule.AsSurvey()), analysis.WeightedQuantiles(p, y, w, rule)
			if !same(got[0], want[0], 1e-9) {
				t.Fatalf("%v at %v: %v, not %v", rule.AsSurvey(), p, got, want)
			}
		}
	})
}

func sumOf(v []float64) (sum float64) {
	for _, x := range v {
		sum += x
	}
	return sum
}

func TestParseQuantileRule(t *testing.T) {
	for _, rule := range quantileRules {
		for _, r := range []analysis.QuantileRule{rule, rule.AsSurvey()} {
			if got, err := analysis.ParseQuantileRule(r.String()); err != nil || got != r {
				t.Errorf("%v is read as %v, %v", r, got, err)
			}
		}
	}
	for name, want := range map[string]analysis.QuantileRule{"math": analysis.HF1, "school": analysis.HF2} {
		if got, err := analysis.ParseQuantileRule(name); err != nil || got != want {
			t.Errorf("%s is read as %v, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "hf10", "median", "survey-"} {
		if _, err := analysis.ParseQuantileRule(name); err == nil {
			t.Errorf("%q is read", name)
		}
	}
}

func TestWeightedQuantilesRefuse(t *testing.T) {
	two := []float64{1, 2}
	for what, f := range map[string]func(){
		"a probability above 1": func() { analysis.WeightedQuantiles([]float64{1.1}, two, nil, analysis.HF1) },
		"no probability":        func() { analysis.WeightedQuantiles([]float64{math.NaN()}, two, nil, analysis.HF1) },
		"a weight too few":      func() { analysis.WeightedQuantiles([]float64{0.5}, two, two[:1], analysis.HF1) },
		"no rule":               func() { analysis.WeightedQuantiles([]float64{0.5}, two, nil, 77) },
	} {
		if !panics(f) {
			t.Errorf("%s does not panic", what)
		}
	}
	for _, rule := range quantileRules {
		for _, r := range []analysis.QuantileRule{rule, rule.AsSurvey()} {
			none := analysis.WeightedQuantiles([]float64{0.5}, []float64{1}, []float64{0}, r)
			missing := analysis.WeightedQuantiles([]float64{0.5}, []float64{1, math.NaN(), 2}, nil, r)
			if !math.IsNaN(none[0]) || !math.IsNaN(missing[0]) {
				t.Errorf("%v of nothing is %v, with one missing %v", r, none, missing)
			}
		}
	}
}

func ExampleWeightedQuantiles() {
	income, weights := []float64{12, 20, 31, 55}, []float64{100, 150, 150, 100}
	for _, rule := range []analysis.QuantileRule{analysis.HF1, analysis.HF2, analysis.HF7} {
		fmt.Println(rule, analysis.WeightedQuantiles([]float64{0.5, 0.75}, income, weights, rule))
	}
	// Output:
	// hf1 [20 31]
	// hf2 [25.5 31]
	// hf7 [27.333333333333332 39]
}
