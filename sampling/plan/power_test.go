package plan_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/sampling/plan"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// test is what all tests planned by a size have in common.
type test interface {
	Power(n float64) float64
	Size(power float64) (float64, error)
}

// TestPower compares with R 4.2.2: power.t.test, power.prop.test (tol = 1e-12, else their defaults: two-sided, not
// strict); and for equivalence with the integral of Phillips (1990) by R's integrate (rel.tol = 1e-12).
func TestPower(t *testing.T) {
	for _, tt := range []struct {
		test
		n, power, relative float64
	}{
		{plan.TwoMeans{Difference: 5, SD: 20, Alpha: 0.05}, 252.1281163569705, 0.8, 1e-11},
		{plan.TwoMeans{Difference: -0.2, SD: 1, Alpha: 0.01}, 745.6299678552234, 0.9, 1e-11},
		{plan.TwoMeans{Difference: 0.8, SD: 1.1, Alpha: 0.05}, 20, 0.61083170126633957, 1e-11},
		{plan.OneMean{Difference: 0.8, SD: 1.1, Alpha: 0.05}, 20, 0.86956092490639703, 1e-11},
		{plan.OneMean{Difference: 5, SD: 20, Alpha: 0.05}, 127.51613762426, 0.8, 1e-11},
		{plan.TwoProportions{P1: 0.5, P2: 0.6, Alpha: 0.05}, 387.3385166990359, 0.8, 1e-12},
		{plan.TwoProportions{P1: 0.1, P2: 0.08, Alpha: 0.01}, 6090.636825429113, 0.9, 1e-12},
		{plan.TwoProportions{P1: 0.5, P2: 0.6, Alpha: 0.05}, 200, 0.5200849014176412, 1e-12},
		{plan.EquivalentMeans{Difference: 0.1, Margin: 0.5, SD: 1, Alpha: 0.05}, 10, 0.000948729805439114, 1e-9},
		{plan.EquivalentMeans{Difference: 0.1, Margin: 0.5, SD: 1, Alpha: 0.05}, 70, 0.731573919130767, 1e-10},
		{plan.EquivalentMeans{Margin: 0.2, SD: 1, Alpha: 0.025}, 500, 0.769576705772997, 1e-10},
	} {
		if got := tt.Power(tt.n); !scalar.EqualWithinRel(got, tt.power, tt.relative) {
			t.Errorf("%+v has power %.15g at %v, want %.15g", tt.test, got, tt.n, tt.power)
		}
		if tt.power < 0.01 {
			continue // far below the size of the test, power is not monotone
		}
		if got, err := tt.Size(tt.power); !scalar.EqualWithinRel(got, tt.n, 1e-10) {
			t.Errorf("%+v needs %.15g for power %v, %v, want %.15g", tt.test, got, tt.power, err, tt.n)
		}
	}
}

// TestOneProportionPower: by hand, with u = 1/n: Φ((0.05 - 1.959964·√(0.25/400))/√(0.2475/400)) = Φ(0.04027); and
// n = ((1.959964·0.5 + 0.841621·√0.2475)/0.05)² for power 0.8.
func TestOneProportionPower(t *testing.T) {
	p := plan.OneProportion{P: 0.55, Known: 0.5, Alpha: 0.05}
	z, quantile := 1.959963984540054, 0.8416212335729143
	near(t, "power", p.Power(400), (1+math.Erf((0.05-z*0.025)/math.Sqrt(0.2475/400)/math.Sqrt2))/2, 1e-12)
	got, _ := p.Size(0.8)
	near(t, "size", got, math.Pow((z*0.5+quantile*math.Sqrt(0.2475))/0.05, 2), 1e-12)
}

func anyGroups(t *rapid.T) plan.Groups {
	return plan.Groups{
		Ratio: rapid.SampledFrom([]float64{0, 0.3, 1, 4}).Draw(t, "ratio"), First: anySurvey(t), Second: anySurvey(t),
	}
}

// anyTest is any test with a true difference inside its margin.
func anyTest(t *rapid.T) test {
	difference := rapid.Float64Range(0.05, 1).Draw(t, "difference")
	margin := difference + rapid.Float64Range(0.05, 1).Draw(t, "margin beyond")
	alpha := rapid.SampledFrom([]float64{0.01, 0.05, 0.1}).Draw(t, "alpha")
	p := rapid.Float64Range(0.1, 0.6).Draw(t, "p")
	known := p + difference*0.3
	switch rapid.IntRange(0, 7).Draw(t, "kind") {
	case 0:
		return plan.TwoMeans{Difference: -difference, SD: 1, Alpha: alpha, Groups: anyGroups(t)}
	case 1:
		return plan.OneMean{Difference: difference, SD: 1, Alpha: alpha, Survey: anySurvey(t)}
	case 2:
		return plan.TwoProportions{P1: p, P2: known, Alpha: alpha, Groups: anyGroups(t)}
	case 3:
		return plan.OneProportion{P: p, Known: known, Alpha: alpha, Survey: anySurvey(t)}
	case 4:
		return plan.EquivalentMeans{Difference: difference, Margin: margin, SD: 1, Alpha: alpha, Groups: anyGroups(t)}
	case 5:
		return plan.EquivalentMean{Difference: -difference, Margin: margin, SD: 1, Alpha: alpha, Survey: anySurvey(t)}
	case 6:
		return plan.EquivalentProportions{P1: p, P2: known, Margin: margin, Alpha: alpha, Groups: anyGroups(t)}
	}
	return plan.EquivalentProportion{P: p, Known: known, Margin: margin, Alpha: alpha, Survey: anySurvey(t)}
}

// TestSizeAndPowerAreInverse: the size for a power has that power and a smaller one has less; where the least size has
// more already, it is the answer; and from the size on, power grows.
func TestSizeAndPowerAreInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		test, power := anyTest(t), rapid.Float64Range(0.3, 0.99).Draw(t, "power")
		n, err := test.Size(power)
		if err != nil {
			t.Fatal(err)
		}
		least, _ := test.Size(1e-12)
		got := test.Power(n)
		if got < power || n > least && test.Power(n*0.99) > power || test.Power(n*1.5) < got*(1-1e-11) {
			t.Fatalf("powers %v, %v and %v below, at and above the size %v for power %v",
				test.Power(n*0.99), got, test.Power(n*1.5), n, power)
		}
		if n > least && test.Power(n*(1-1e-9)) > power {
			t.Fatalf("%v is not the smallest size for power %v", n, power)
		}
	})
}

// TestGroupsOfNormals: two groups of the same facts have the power of one against a known figure with twice the
// variance.
func TestGroupsOfNormals(t *testing.T) {
	s := plan.Survey{Population: 900, DesignEffect: 1.5, ResponseRate: 0.8}
	two := plan.EquivalentProportions{P1: 0.3, P2: 0.3, Margin: 0.1, Alpha: 0.05, Groups: plan.Groups{First: s, Second: s}}
	one := plan.EquivalentProportion{P: 0.3, Known: 0.3, Margin: 0.1 / math.Sqrt2, Alpha: 0.05, Survey: s}
	near(t, "power of two groups", two.Power(400), one.Power(400), 1e-13)
	// A census of a second, much larger group leaves the error of the first.
	known := plan.Groups{Ratio: 1e9, First: s}
	alone := plan.EquivalentProportion{P: 0.3, Known: 0.3, Margin: 0.1, Alpha: 0.05, Survey: s}
	many := plan.EquivalentProportions{P1: 0.3, P2: 0.3, Margin: 0.1, Alpha: 0.05, Groups: known}
	near(t, "power against many", many.Power(400), alone.Power(400), 1e-6)
}

func TestPowerEdges(t *testing.T) {
	everybody := plan.Survey{Population: 100}
	for _, tt := range []struct {
		test
		n, want float64
	}{
		{plan.OneMean{Difference: 0.1, SD: 9, Alpha: 0.05, Survey: everybody}, 100, 1}, // a census has no error
		{plan.OneProportion{P: 0.5, Known: 0.51, Alpha: 0.05, Survey: everybody}, 100, 1},
		{plan.OneProportion{P: 0.5, Known: 0.5, Alpha: 0.05, Survey: everybody}, 100, 0},
		{plan.EquivalentMean{Difference: 0.1, Margin: 0.2, SD: 9, Alpha: 0.05, Survey: everybody}, 100, 1},
		{plan.EquivalentMean{Difference: 0.2, Margin: 0.2, SD: 9, Alpha: 0.05, Survey: everybody}, 100, 0},
		{plan.TwoMeans{Difference: 1, SD: 1, Alpha: 0.05}, 1.9, 0},  // no variance from one unit
		{plan.EquivalentMeans{Margin: 1, SD: 1, Alpha: 0.05}, 0, 0}, // nor anything from nobody
		{plan.TwoProportions{P1: 0.1, P2: 0.2, Alpha: 0.05}, 0, 0},
		{plan.OneProportion{P: 0.1, Known: 0.2, Alpha: 0.05}, 0, 0},
		{plan.EquivalentProportion{P: 0.1, Known: 0.2, Margin: 0.2, Alpha: 0.05}, 0, 0},
	} {
		if got := tt.Power(tt.n); !scalar.EqualWithinAbs(got, tt.want, 1e-14) {
			t.Errorf("%+v at %v has power %v, want %v", tt.test, tt.n, got, tt.want)
		}
	}
	for _, test := range []test{
		plan.TwoMeans{SD: 1, Alpha: 0.05}, plan.TwoProportions{P1: 0.2, P2: 0.2, Alpha: 0.05},
		plan.EquivalentMeans{Difference: 1, Margin: 1, SD: 1, Alpha: 0.05},
		plan.EquivalentProportion{P: 0.5, Known: 0.6, Margin: 0.1, Alpha: 0.05},
	} {
		if n, err := test.Size(0.8); err == nil {
			t.Errorf("%+v needs %v, want an error", test, n)
		}
	}
}

// TestTotals: without degrees of freedom, the formulas with Φ; the coefficient of variation for a power has that power.
func TestTotals(t *testing.T) {
	phi := func(x float64) float64 { return (1 + math.Erf(x/math.Sqrt2)) / 2 }
	different := plan.DifferentTotal{Difference: -0.01, Alpha: 0.05}
	near(t, "power of a difference", different.Power(0.004), phi(0.01/0.004-1.959963984540054), 1e-12)
	equivalent := plan.EquivalentTotal{Difference: 0.005, Margin: 0.02, Alpha: 0.05}
	above, below := 0.025/0.98/0.006-1.6448536269514722, 0.015/1.02/0.006-1.6448536269514722
	near(t, "power of equivalence", equivalent.Power(0.006), phi(above)+phi(below)-1, 1e-12)
	rapid.Check(t, func(t *rapid.T) {
		difference, power := rapid.Float64Range(0.001, 0.1).Draw(t, "difference"), rapid.Float64Range(0.2, 0.99).Draw(t, "power")
		df := rapid.SampledFrom([]float64{0, 2, 30, 400}).Draw(t, "df")
		cv, err := plan.DifferentTotal{Difference: difference, Alpha: 0.05, DF: df}.CV(power)
		got := plan.DifferentTotal{Difference: difference, Alpha: 0.05, DF: df}.Power(cv)
		if err != nil || !scalar.EqualWithinRel(got, power, 1e-9) {
			t.Fatalf("cv %v has power %v, %v, want %v", cv, got, err, power)
		}
		same := plan.EquivalentTotal{Difference: difference, Margin: 2 * difference, Alpha: 0.05, DF: df}
		cv, err = same.CV(power)
		if err != nil || !scalar.EqualWithinRel(same.Power(cv), power, 1e-9) || same.Power(1.1*cv) >= power {
			t.Fatalf("cv %v has power %v, %v, want %v", cv, same.Power(cv), err, power)
		}
	})
	if cv, err := (plan.EquivalentTotal{Difference: 0.02, Margin: 0.02, Alpha: 0.05}).CV(0.8); err == nil {
		t.Errorf("cv %v for a difference at the margin, want an error", cv)
	}
	if got := equivalent.Power(0); got != 1 {
		t.Errorf("power %v without error, want 1", got)
	}
}

// TestNoSizeForUnknown: where the power is not known, no size reaches it.
func TestNoSizeForUnknown(t *testing.T) {
	unknown := plan.EquivalentMeans{Difference: math.NaN(), Margin: 1, SD: 1, Alpha: 0.05}
	if n, err := unknown.Size(0.8); err == nil {
		t.Errorf("size %v for a power of %v", n, unknown.Power(n))
	}
	total := plan.EquivalentTotal{Difference: math.NaN(), Margin: 0.02, Alpha: 0.05}
	if cv, err := total.CV(0.8); err == nil {
		t.Errorf("coefficient of variation %v for a power of %v", cv, total.Power(cv))
	}
}
