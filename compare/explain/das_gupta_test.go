package explain_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare/explain"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func factors(values ...float64) []analysis.Estimate {
	e := make([]analysis.Estimate, len(values))
	for i, v := range values {
		e[i] = analysis.Estimate{Value: v, DF: math.Inf(1)}
	}
	return e
}

func drawFactors(t *rapid.T, n int) []analysis.Estimate {
	return factors(rapid.SliceOfN(rapid.Float64Range(0.1, 50), n, n).Draw(t, "factors")...)
}

// TestDasGuptaAddsUp: the parts add up to the difference exactly; another order of the factors gives the same parts,
// and the populations turned round the same with the other sign; a factor that is the same in both has no part.
func TestDasGuptaAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "factors")
		a, b := drawFactors(t, n), drawFactors(t, n)
		b[0] = a[0]
		d, turned := explain.DasGuptaProduct(a, b), explain.DasGuptaProduct(b, a)
		sum, size, at := 0.0, 0.0, order(t, n)
		c, e := make([]analysis.Estimate, n), make([]analysis.Estimate, n)
		for to, from := range at {
			sum += d.Parts[from].Value
			c[to], e[to] = a[from], b[from]
			size += math.Abs(d.Parts[from].Value)
		}
		if sum != d.Difference.Value {
			t.Fatalf("parts add up to %v, not %v", sum, d.Difference.Value)
		}
		other := explain.DasGuptaProduct(c, e)
		for to, from := range at {
			part := d.Parts[from].Value
			if math.Abs(other.Parts[to].Value-part) > 1e-11*size ||
				math.Abs(turned.Parts[from].Value+part) > 1e-11*size {
				t.Fatalf("%+v, in another order %+v, turned %+v", d, other, turned)
			}
		}
		if n > 1 && math.Abs(d.Parts[0].Value) > 1e-13*size {
			t.Fatalf("a factor that is the same has the part %v", d.Parts[0].Value)
		}
	})
}

// TestDasGuptaFormulas: for two and three factors the parts are those that Das Gupta (1993) writes out.
func TestDasGuptaFormulas(t *testing.T) {
	two := explain.DasGuptaProduct(factors(2, 3), factors(5, 7))
	if two.Parts[0].Value != (5-2)*(3+7)/2. || two.Parts[1].Value != (7-3)*(2+5)/2. {
		t.Errorf("%+v", two)
	}
	const a, b, c, A, B, C = 2., 3., 4., 5., 7., 11.
	three := explain.DasGuptaProduct(factors(a, b, c), factors(A, B, C))
	for i, want := range []float64{
		(A - a) * ((b*c+B*C)/3 + (b*C+B*c)/6),
		(B - b) * ((a*c+A*C)/3 + (a*C+A*c)/6),
		(C - c) * ((a*b+A*B)/3 + (a*B+A*b)/6),
	} {
		if !near(three.Parts[i].Value, want, 1e-13) {
			t.Errorf("part %d: %v, want %v", i, three.Parts[i].Value, want)
		}
	}
}

// TestAverageOverOrders goes through all orders of the factors of a function that is no product.
func TestAverageOverOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "factors")
		value := make([]float64, 1<<n)
		for i := range value {
			value[i] = rapid.Float64Range(-10, 10).Draw(t, "value")
		}
		got := explain.AverageOverOrders(n, func(second []bool) float64 {
			set := 0
			for i, yes := range second {
				if yes {
					set |= 1 << i
				}
			}
			return value[set]
		})
		want, orders := make([]float64, n), 0.0
		var permute func(left []int, set int, changes []float64)
		permute = func(left []int, set int, changes []float64) {
			if len(left) == 0 {
				orders++
				for i, c := range changes {
					want[i] += c
				}
				return
			}
			for at, i := range left {
				rest := append(append([]int(nil), left[:at]...), left[at+1:]...)
				next := append([]float64(nil), changes...)
				next[i] = value[set|1<<i] - value[set]
				permute(rest, set|1<<i, next)
			}
		}
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		permute(all, 0, make([]float64, n))
		for i := range want {
			if !near(got[i], want[i]/orders, 1e-11) {
				t.Fatalf("parts %v, want %v by %v orders", got, want, orders)
			}
		}
	})
}

// TestDasGuptaErrors draws the factors. The standard errors over the draws are those stated, but for the delta method
// and the error of a standard deviation of so many draws.
func TestDasGuptaErrors(t *testing.T) {
	const draws = 20_000
	rng := rand.New(rand.NewPCG(51, 51))
	a, b := factors(50, 0.46, 0.53), factors(85, 0.76, 0.51)
	for i := range a {
		a[i].SE, b[i].SE = 0.02*a[i].Value, 0.03*b[i].Value
	}
	noisy := func(e []analysis.Estimate) []analysis.Estimate {
		out := factors(make([]float64, len(e))...)
		for i := range e {
			out[i].Value = e[i].Value + e[i].SE*rng.NormFloat64()
		}
		return out
	}
	stated := explain.DasGuptaProduct(a, b)
	drawn := make([]tallied, 4)
	for range draws {
		d := explain.DasGuptaProduct(noisy(a), noisy(b))
		drawn[3].add(d.Difference.Value)
		for i, p := range d.Parts {
			drawn[i].add(p.Value)
		}
	}
	limit := 0.03 + distuv.UnitNormal.Quantile(1-falseAlarm/8)/math.Sqrt(2*draws)
	for i, e := range append(stated.Parts, stated.Difference) {
		if ratio := drawn[i].sd(draws) / e.SE; math.Abs(ratio-1) > limit {
			t.Errorf("figure %d varies %v times what is stated", i, ratio)
		}
	}
}

func TestDasGuptaPanics(t *testing.T) {
	for name, call := range map[string]func(){
		"none":     func() { explain.DasGuptaProduct(nil, nil) },
		"unlike":   func() { explain.DasGuptaProduct(factors(1), factors(1, 2)) },
		"too many": func() { explain.AverageOverOrders(17, func([]bool) float64 { return 0 }) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}

func ExampleDasGuptaProduct() {
	// Birth rates of Austria and Chile, 1981: births per woman × women of those ages × women (Das Gupta 1993).
	d := explain.DasGuptaProduct(factors(51.78746, 0.45919, 0.52638), factors(84.90502, 0.75756, 0.51065))
	fmt.Printf("%.2f = %.2f + %.2f + %.2f\n", d.Difference.Value, d.Parts[0].Value, d.Parts[1].Value, d.Parts[2].Value)
	// Output: 20.33 = 10.43 + 10.56 + -0.67
}
