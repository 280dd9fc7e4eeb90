package compare_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/compare"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
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

// families are the adjustments of a family alone.
var families = []compare.Adjustment{
	compare.BH, compare.BY, compare.HolmSteps, compare.HochbergSteps, compare.HommelClosed, compare.BonferroniBound,
}

// TestAdjustments: R 4.2, p.adjust(p, method), on a family with ties, zero, one and NA.
func TestAdjustments(t *testing.T) {
	p := []float64{0.013, 0.04, 0.04, nan, 0.0004, 0, 1, 0.31, 0.022, 0.031, 0.75}
	for adjust, want := range map[compare.Adjustment][]float64{
		compare.BH:              {0.0433333333333333, 0.0571428571428571, 0.0571428571428571, nan, 0.002, 0, 1, 0.3875, 0.055, 0.0571428571428571, 0.833333333333333},
		compare.BY:              {0.126921957671958, 0.167369614512472, 0.167369614512472, nan, 0.00585793650793651, 0, 1, 1, 0.161093253968254, 0.167369614512472, 1},
		compare.HolmSteps:       {0.104, 0.2, 0.2, nan, 0.0036, 0, 1, 0.93, 0.154, 0.186, 1},
		compare.HochbergSteps:   {0.104, 0.16, 0.16, nan, 0.0036, 0, 1, 0.93, 0.154, 0.16, 1},
		compare.HommelClosed:    {0.078, 0.16, 0.16, nan, 0.0036, 0, 1, 0.93, 0.1, 0.124, 1},
		compare.BonferroniBound: {0.13, 0.4, 0.4, nan, 0.004, 0, 1, 1, 0.22, 0.31, 1},
	} {
		for i, q := range adjust.Adjust(p) {
			if !scalar.EqualWithinRel(q, want[i], 1e-12) && !(math.IsNaN(q) && math.IsNaN(want[i])) {
				t.Errorf("%s: %v of %v, want %v", adjust, q, p[i], want[i])
			}
		}
	}
}

// TestHommelIsClosedTesting: a hypothesis is rejected just when Simes's test rejects every set of hypotheses that it is
// in, so that its adjusted p-value is the largest one of these sets.
func TestHommelIsClosedTesting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.OneOf(rapid.Float64Range(0, 1), rapid.Float64Range(0, 0.05), rapid.SampledFrom([]float64{0, 0.01, 1}))
		p := rapid.SliceOfN(one, 1, 9).Draw(t, "p")
		q := compare.Hommel(p)
		for i := range p {
			largest := 0.0
			for set := range 1 << len(p) {
				if set>>i&1 == 1 {
					largest = max(largest, simes(p, set))
				}
			}
			if !scalar.EqualWithinRel(q[i], largest, 1e-12) {
				t.Fatalf("%v of %v, want %v", q, p, largest)
			}
		}
	})
}

func simes(p []float64, set int) float64 {
	var in []float64
	for i, v := range p {
		if set>>i&1 == 1 {
			in = append(in, v)
		}
	}
	slices.Sort(in)
	least := 1.0
	for i, v := range in {
		least = min(least, v*float64(len(in))/float64(i+1))
	}
	return least
}

// TestAdjustmentsAreOrdered: the stricter the error, or the fewer the conditions, the larger the adjusted p-value.
func TestAdjustmentsAreOrdered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := pValues(t)
		chain := []compare.Adjustment{
			compare.BH, compare.HommelClosed, compare.HochbergSteps, compare.HolmSteps, compare.BonferroniBound,
		}
		before := p
		for _, a := range chain {
			q := a.Adjust(p)
			for i := range q {
				if q[i] < before[i]*(1-1e-12) || q[i] > 1 || math.IsNaN(q[i]) != math.IsNaN(p[i]) {
					t.Fatalf("%s: %v of %v, %v before", a, q[i], p[i], before[i])
				}
			}
			before = q
		}
		for i, q := range compare.BenjaminiYekutieli(p) {
			if q < compare.BenjaminiHochberg(p)[i] {
				t.Fatalf("by: %v of %v", q, p[i])
			}
		}
	})
}

func TestAdjustmentNames(t *testing.T) {
	for a := compare.BH; a <= compare.HierarchicalBonferroni; a++ {
		if got, err := compare.ParseAdjustment(a.String()); got != a || err != nil {
			t.Errorf("%s is read as %s: %v", a, got, err)
		}
	}
	if _, err := compare.ParseAdjustment("BH"); err == nil {
		t.Error("BH is read")
	}
}

// TestFamilyWiseRate has families in which nothing differs but a few, and counts those with any false discovery: at most
// the rate, within chance that leaves a false alarm of 1e-6 over all.
func TestFamilyWiseRate(t *testing.T) {
	const draws, cells, rate = 4000, 60, 0.1
	rng := rand.New(rand.NewPCG(3, 5))
	wrong := make(map[compare.Adjustment]int)
	p := make([]float64, cells)
	for range draws {
		shared := rng.NormFloat64()
		for i := range p { // correlated at 1/2, as cells of one sample are
			z := (shared + rng.NormFloat64()) / math.Sqrt2
			if i < 6 {
				z += 3
			}
			p[i] = distuv.UnitNormal.Survival(z)
		}
		for _, a := range families {
			if q := a.Adjust(p); a.FamilyWise() && slices.Min(q[6:]) <= rate {
				wrong[a]++
			}
		}
	}
	limit := rate*draws + distuv.UnitNormal.Quantile(1-falseAlarm/4)*math.Sqrt(draws*rate*(1-rate))
	for a, n := range wrong {
		t.Logf("%s: %.4f", a, float64(n)/draws)
		if float64(n) > limit {
			t.Errorf("%s: a false discovery in %d of %d families, rate %v", a, n, draws, rate)
		}
	}
}

// TestOrderOfTheFamily: it does not matter, to the bit.
func TestOrderOfTheFamily(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := pValues(t)
		adjust := rapid.SampledFrom(families).Draw(t, "adjustment")
		q := adjust.Adjust(p)
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Perm(len(p))
		shuffled := make([]float64, len(p))
		for to, from := range order {
			shuffled[to] = p[from]
		}
		for to, v := range adjust.Adjust(shuffled) {
			if v != q[order[to]] && !math.IsNaN(v) {
				t.Fatalf("%v and %v for p = %v", v, q[order[to]], shuffled[to])
			}
		}
	})
}
