package sampling_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
)

// TestConditionalPoissonOfCommunes: for 1,000 of 10,598 units the recursion over units and sizes, P(S = j) of the units
// one after the other, confirms the inclusion probabilities and joint ones of a few units, certain and rare ones among
// them.
func TestConditionalPoissonOfCommunes(t *testing.T) {
	pi := lognormalProbabilities(10_598, 1000, 1.2)
	odds, pairs := sampling.ConditionalPoissonOdds(pi), sampling.PairsConditionalPoisson(pi)
	all := sizeProbability(odds, 1000)
	chance := func(units ...int) float64 {
		rest, product := slices.Clone(odds), 1.0
		for _, k := range units {
			product *= odds[k] / (1 + odds[k])
			rest[k] = 0
		}
		return product * sizeProbability(rest, 1000-len(units)) / all
	}
	largest := 0
	for k, p := range pi {
		if p < 1 && (pi[largest] == 1 || p > pi[largest]) {
			largest = k
		}
	}
	for _, k := range []int{0, 5000, largest} {
		if got := chance(k); pi[k] < 1 && !scalar.EqualWithinAbs(got, pi[k], 1e-12) {
			t.Errorf("unit %d: %v, want %v", k, got, pi[k])
		}
		if got, want := pairs.At(k, 10_000), chance(k, 10_000); !scalar.EqualWithinRel(got, want, 1e-10) {
			t.Errorf("units %d and 10000: %v, want %v", k, got, want)
		}
	}
}

// sizeProbability is the probability that a Poisson sample has n units, +Inf being the odds of a certain one.
func sizeProbability(odds []float64, n int) float64 {
	size := make([]float64, n+1)
	size[0] = 1
	most := 0
	for _, o := range odds {
		p, q := o/(1+o), 1/(1+o)
		if math.IsInf(o, 1) {
			p = 1
		}
		most = min(n, most+1)
		for j := most; j > 0; j-- {
			size[j] = size[j]*q + size[j-1]*p
		}
		size[0] *= q
	}
	return size[n]
}

// TestEliminationByDefinition: Π (1 - r_k(i) - r_l(i)) with π(k|i) by InclusionProbabilities, for Tillé's design, and
// for Midzuno's the complement of that for 1-π.
func TestEliminationByDefinition(t *testing.T) {
	for _, n := range []int{1, 2, 5, 9, 11} {
		pi := lognormalProbabilities(13, n, 1)
		for slices.Max(pi) == 1 {
			pi = slices.DeleteFunc(pi, func(p float64) bool { return p == 1 })
		}
		n := int(math.Round(sum(pi)))
		rest := make([]float64, len(pi))
		for k, p := range pi {
			rest[k] = 1 - p
		}
		tille, midzuno := eliminationByDefinition(t, pi, n), eliminationByDefinition(t, rest, len(pi)-n)
		for k := range pi {
			for l := range k {
				if got := sampling.JointTille(pi).At(k, l); !scalar.EqualWithinAbs(got, tille(k, l), 1e-14) {
					t.Errorf("Tillé, %d of %d, units %d and %d: %v, want %v", n, len(pi), k, l, got, tille(k, l))
				}
				got, want := sampling.JointMidzuno(pi).At(k, l), pi[k]+pi[l]-1+midzuno(k, l)
				if !scalar.EqualWithinAbs(got, want, 1e-14) {
					t.Errorf("Midzuno, %d of %d, units %d and %d: %v, want %v", n, len(pi), k, l, got, want)
				}
			}
		}
	}
}

func eliminationByDefinition(t *testing.T, pi []float64, n int) func(k, l int) float64 {
	of := make([][]float64, len(pi)+1) // π(k|i)
	for i := n; i <= len(pi); i++ {
		var err error
		if of[i], err = sampling.InclusionProbabilities(pi, i); err != nil {
			t.Fatal(err)
		}
	}
	return func(k, l int) float64 {
		both := 1.0
		for i := n; i < len(pi); i++ {
			both *= of[i][k]/of[i+1][k] + of[i][l]/of[i+1][l] - 1
		}
		return both
	}
}

// TestMidzunoCondition: where π_k ≥ (n-1)/(N-1) for all units the design is Midzuno's own, with its simple formula.
func TestMidzunoCondition(t *testing.T) {
	pi := []float64{1, 0.35, 0.4, 0.3, 0.5, 0, 0.45} // 2 of 5, of which each needs 1/4 or more
	if err := sampling.CheckMidzuno(pi); err != nil {
		t.Error(err)
	}
	joint := sampling.JointMidzuno(pi)
	for k := range pi {
		for l := range k {
			want := 1.0 / 3 * (pi[k] + pi[l] - 2.0/4)
			if pi[k]*pi[l]*(1-pi[k])*(1-pi[l]) != 0 && !scalar.EqualWithinAbs(joint.At(k, l), want, 1e-15) {
				t.Errorf("units %d and %d: %v, want %v", k, l, joint.At(k, l), want)
			}
		}
	}
	pi[3], pi[4] = 0.2, 0.6
	if err := sampling.CheckMidzuno(pi); err == nil || !strings.Contains(err.Error(), "unit 3 is 0.2, want 0.25") {
		t.Errorf("error %v, want one for unit 3", err)
	}
	for _, pi := range [][]float64{nil, {1, 0}, {0.1, 0.9}} {
		if err := sampling.CheckMidzuno(pi); err != nil {
			t.Errorf("π %v: %v", pi, err)
		}
	}
}

// TestJointRandomSystematicByOrders goes through all 720 orders of six units.
func TestJointRandomSystematicByOrders(t *testing.T) {
	pi := []float64{0.2, 0.7, 0.8, 0.5, 0.4, 0.4}
	want, orders := mat.NewSymDense(len(pi), nil), 0
	permute([]int{0, 1, 2, 3, 4, 5}, 0, func(order []int) {
		orders++
		listed := make([]float64, len(pi))
		for place, k := range order {
			listed[place] = pi[k]
		}
		joint := sampling.JointSystematic(listed)
		for a, k := range order {
			for b, l := range order[:a+1] {
				want.SetSym(k, l, want.At(k, l)+joint.At(a, b))
			}
		}
	})
	want.ScaleSym(1/float64(orders), want)
	if got := sampling.JointRandomSystematic(pi); !mat.EqualApprox(got, want, 1e-14) || orders != 720 {
		t.Errorf("%v, want %v over %d orders", mat.Formatted(got), mat.Formatted(want), orders)
	}
}

func permute(order []int, from int, visit func([]int)) {
	if from == len(order) {
		visit(order)
		return
	}
	for i := from; i < len(order); i++ {
		order[from], order[i] = order[i], order[from]
		permute(order, from+1, visit)
		order[from], order[i] = order[i], order[from]
	}
}

// TestJointSystematicAnySum: Systematic takes π whose sum is not whole; so do its joint inclusion probabilities.
func TestJointSystematicAnySum(t *testing.T) {
	pi := []float64{0.3, 0.45, 1, 0.6, 0, 0.7, 0.2}
	simulate(len(pi), 20_000, func(rng *rand.Rand) []int { return sampling.Systematic(rng, pi) }).
		check(t, sampling.JointSystematic(pi).At)
}

// TestJointSystematicOfLongList: 6,000 units of π = 0.3, so that arcs 3 apart begin 0.1 before, and those 5 apart half
// a circle. Sums of 0.3 do not blur what is 0.
func TestJointSystematicOfLongList(t *testing.T) {
	joint := sampling.PairsSystematic(slices.Repeat([]float64{0.3}, 6000))
	for distance, want := range map[int]float64{
		1: 0, 2: 0, 3: 0.2, 4: 0.1, 5: 0, 7: 0.2, 10: 0.3, 5000: 0.3, 5990: 0.3, 5995: 0,
	} {
		got := joint.At(3, 3+distance)
		if !scalar.EqualWithinAbs(got, want, 1e-11) || want == 0 && got != 0 {
			t.Errorf("units %d apart: %v, want %v", distance, got, want)
		}
	}
}

func TestJointPoisson(t *testing.T) {
	pi := []float64{0.3, 1, 0.6, 0}
	want := mat.NewSymDense(4, []float64{
		0.3, 0.3, 0.18, 0,
		0.3, 1, 0.6, 0,
		0.18, 0.6, 0.6, 0,
		0, 0, 0, 0,
	})
	if got := sampling.JointPoisson(pi); !mat.EqualApprox(got, want, 1e-16) {
		t.Errorf("%v", mat.Formatted(got))
	}
}
