package compare_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/compare"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// TestBenjaminiHochberg: R 4.2, p.adjust(p, "BH").
func TestBenjaminiHochberg(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct{ p, want []float64 }{
		{
			[]float64{0.01, 0.02, 0.03, 0.04, 0.05, 0.0001, 0.5, 0.9, 0.049, 0.011},
			[]float64{0.03666666666666667, 0.05, 0.06, 0.0625, 0.0625, 0.001, 0.5555555555555556, 0.9, 0.0625, 0.03666666666666667},
		},
		{
			[]float64{0.04, 0.04, 0.001, 0.001, 0.2, 0.2, 1, 1, 0},
			[]float64{0.072, 0.072, 0.003, 0.003, 0.2571428571428572, 0.2571428571428572, 1, 1, 0},
		},
		{[]float64{0.03}, []float64{0.03}},
		{[]float64{nan, 0.04, nan, 0.03}, []float64{nan, 0.04, nan, 0.04}}, // p.adjust leaves NA out, too
		{[]float64{nan}, []float64{nan}},
		{nil, nil},
	} {
		got := compare.BenjaminiHochberg(tt.p)
		if len(got) != len(tt.want) {
			t.Fatalf("%v: %v, want %v", tt.p, got, tt.want)
		}
		for i := range got {
			if !scalar.EqualWithinRel(got[i], tt.want[i], 1e-12) && !(math.IsNaN(got[i]) && math.IsNaN(tt.want[i])) {
				t.Errorf("%v: %v, want %v", tt.p, got, tt.want)
				break
			}
		}
	}
}

// pValues are p-values with ties, zeros, ones and NaN.
func pValues(t *rapid.T) []float64 {
	one := rapid.OneOf(rapid.Float64Range(0, 1), rapid.Float64Range(0, 0.05), rapid.SampledFrom([]float64{0, 0.01, 1, math.NaN()}))
	return rapid.SliceOfN(one, 0, 40).Draw(t, "p")
}

// TestBenjaminiHochbergIsStepUp: q ≤ α just for those that the step-up procedure rejects at α, the k smallest with the
// largest k such that p(k) ≤ α·k/m (the form the paper gives).
func TestBenjaminiHochbergIsStepUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, alpha := pValues(t), rapid.Float64Range(0.001, 0.5).Draw(t, "alpha")
		before := slices.Clone(p)
		q := compare.BenjaminiHochberg(p)
		sorted := slices.DeleteFunc(slices.Clone(p), math.IsNaN)
		slices.Sort(sorted)
		limit := -1.0
		for k, v := range sorted {
			if bound := alpha * float64(k+1) / float64(len(sorted)); math.Abs(v-bound) < 1e-12 {
				t.Skip("too near to the bound to tell")
			} else if v < bound {
				limit = v
			}
		}
		for i := range p {
			if p[i] != before[i] && !math.IsNaN(p[i]) {
				t.Fatal("p was changed")
			}
			if math.IsNaN(p[i]) != math.IsNaN(q[i]) || (q[i] <= alpha) != (p[i] <= limit) {
				t.Fatalf("p = %v at %v: q = %v, step-up rejects up to %v", p[i], alpha, q[i], limit)
			}
			if q[i] < p[i] || q[i] > 1 {
				t.Fatalf("q = %v for p = %v", q[i], p[i])
			}
		}
	})
}

// TestBenjaminiHochbergIsNotBelow: times m and by m again, 0.6875000000000007 of three loses its last bit.
func TestBenjaminiHochbergIsNotBelow(t *testing.T) {
	if q := compare.BenjaminiHochberg([]float64{0.5, 0.5, 0.6875000000000007}); q[2] != 0.6875000000000007 {
		t.Errorf("q = %v, want p", q[2])
	}
}

// TestBenjaminiHochbergOrder: the order of the family does not matter, to the bit.
func TestBenjaminiHochbergOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := pValues(t)
		q := compare.BenjaminiHochberg(p)
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Perm(len(p))
		shuffled := make([]float64, len(p))
		for to, from := range order {
			shuffled[to] = p[from]
		}
		for to, v := range compare.BenjaminiHochberg(shuffled) {
			if v != q[order[to]] && !math.IsNaN(v) {
				t.Fatalf("%v and %v for p = %v", v, q[order[to]], shuffled[to])
			}
		}
	})
}
