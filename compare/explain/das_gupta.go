package explain

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/concord-stat/concord/analysis"
)

// A Decomposition is a difference, second minus first, as the sum of one part for every factor. The parts add up to the
// difference to the last bit: they are rounded to a binary place some 2^-50 of the largest, and what rounding leaves
// over goes to the largest part. Standard errors are by the delta method from those of the factors, which are
// independent, and of normal theory; parts of the same factors are correlated, so that their errors do not add up.
type Decomposition struct {
	Difference analysis.Estimate
	Parts      []analysis.Estimate
}

// Pct is a part as a percentage of the difference; it may be below 0 or above 100.
func (d Decomposition) Pct(part int) float64 { return 100 * d.Parts[part].Value / d.Difference.Value }

// DasGuptaProduct parts the difference of two products of the same factors, such as a birth rate as births per woman ×
// women of those ages per woman × women per person. With two factors the parts are
//
//	(a2-a1)(b1+b2)/2,  (b2-b1)(a1+a2)/2
//
// and with more, as in DasGupta. It panics as DasGupta does.
//
// Das Gupta (1993), Standardization and Decomposition of Rates, U.S. Bureau of the Census, P23-186, chapter 2.
func DasGuptaProduct(first, second []analysis.Estimate) Decomposition {
	return DasGupta(func(x []float64) float64 {
		product := 1.0
		for _, v := range x {
			product *= v
		}
		return product
	}, first, second)
}

// DasGupta parts the difference f(second) - f(first) of a function of n factors. The part of a factor is by how much f
// changes when that factor goes from its first to its second value, on average over all n! orders in which the factors
// can go one after the other: no factor is favoured by coming first. Errors of the factors are carried over by
// differences of one standard error to either side, which is exact for products. f must not keep or change the slice it
// is given. It panics where the two have different numbers of factors, none, or more than 16.
//
// Das Gupta (1993), chapters 2 and 4; the parts are Shapley's values (1953).
func DasGupta(f func(factors []float64) float64, first, second []analysis.Estimate) Decomposition {
	n := len(first)
	if len(second) != n {
		panic(fmt.Sprintf("explain: %d and %d factors", n, len(second)))
	}
	a, b := valuesOf(first), valuesOf(second)
	parts := orderedParts(f, a, b)
	d := Decomposition{Parts: make([]analysis.Estimate, n)}
	variance := make([]float64, n+1) // of the parts, and of the difference
	for i := range n {
		addVariance(variance, f, a, b, &a[i], first[i].SE)
		addVariance(variance, f, a, b, &b[i], second[i].SE)
	}
	whole := gridFor(sizes(parts)+math.Abs(f(a))).close(parts, f(b)-f(a))
	d.Difference = analysis.Estimate{Value: whole, SE: math.Sqrt(variance[n]), DF: math.Inf(1)}
	for i, p := range parts {
		d.Parts[i] = analysis.Estimate{Value: p, SE: math.Sqrt(variance[i]), DF: math.Inf(1)}
	}
	return d
}

// addVariance adds what the error of one value, of a or b, brings to the variances of the parts and of the difference.
func addVariance(variance []float64, f func([]float64) float64, a, b []float64, value *float64, se float64) {
	if se == 0 {
		return
	}
	was, n := *value, len(a)
	*value = was + se
	up, upAll := orderedParts(f, a, b), f(b)-f(a)
	*value = was - se
	down, downAll := orderedParts(f, a, b), f(b)-f(a)
	*value = was
	for i := range up {
		variance[i] += squared((up[i] - down[i]) / 2)
	}
	variance[n] += squared((upAll - downAll) / 2)
}

func orderedParts(f func([]float64) float64, a, b []float64) []float64 {
	x := make([]float64, len(a))
	return AverageOverOrders(len(a), func(second []bool) float64 {
		copy(x, a)
		for i, yes := range second {
			if yes {
				x[i] = b[i]
			}
		}
		return f(x)
	})
}

func valuesOf(e []analysis.Estimate) []float64 {
	v := make([]float64, len(e))
	for i := range e {
		v[i] = e[i].Value
	}
	return v
}

// AverageOverOrders parts value(all second) - value(none second) among n factors, which may be whole schedules: value
// is what comes out when the factors that are marked are those of the second population. The part of a factor is the
// mean over all orders of what it changes,
//
//	Σ over sets S without it of |S|!(n-1-|S|)!/n! (value(S and it) - value(S))
//
// value is asked once for each of the 2^n sets, and must not keep the slice. It panics where n is below 1 or above 16.
//
// Das Gupta (1993), chapters 2 to 4; Shapley (1953), Contributions to the Theory of Games II, 307-317.
func AverageOverOrders(n int, value func(second []bool) float64) []float64 {
	if n < 1 || n > 16 {
		panic(fmt.Sprintf("explain: %d factors, want 1 to 16", n))
	}
	of := valuesOfSets(n, value)
	weight := orderWeights(n)
	parts := make([]float64, n)
	for set := range of {
		for i := range parts {
			if set&(1<<i) == 0 {
				parts[i] += weight[bits.OnesCount(uint(set))] * (of[set|1<<i] - of[set])
			}
		}
	}
	return parts
}

// valuesOfSets are the values of all sets of factors, a set being the bits of its number.
func valuesOfSets(n int, value func(second []bool) float64) []float64 {
	of, second := make([]float64, 1<<n), make([]bool, n)
	for set := range of {
		for i := range second {
			second[i] = set&(1<<i) != 0
		}
		of[set] = value(second)
	}
	return of
}

// orderWeights are s!(n-1-s)!/n! for s from 0: the share of the orders in which a given set of s comes just before a
// given factor.
func orderWeights(n int) []float64 {
	w := make([]float64, n)
	w[0] = 1 / float64(n)
	for s := 1; s < n; s++ {
		w[s] = w[s-1] * float64(s) / float64(n-s)
	}
	return w
}
