package compare_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/compare"
)

// TestStandardisedDifference: the value of the definition, and a standard error that is the change of it, squared, by
// each share times its variance.
func TestStandardisedDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := rapid.Float64Range(0.01, 0.99).Draw(t, "p"), rapid.Float64Range(0.01, 0.99).Draw(t, "q")
		sp, sq := rapid.Float64Range(0, 0.1).Draw(t, "se of p"), rapid.Float64Range(0, 0.1).Draw(t, "se of q")
		at := func(p, q float64) float64 {
			return compare.StandardisedDifference(estimate(p, sp, inf), estimate(q, sq, inf)).Value
		}
		d := compare.StandardisedDifference(estimate(p, sp, inf), estimate(q, sq, inf))
		if want := (p - q) / math.Sqrt((p*(1-p)+q*(1-q))/2); !scalar.EqualWithinAbsOrRel(d.Value, want, 1e-12, 1e-12) {
			t.Fatalf("%v, want %v", d.Value, want)
		}
		const h = 1e-6
		want := math.Hypot((at(p+h, q)-at(p-h, q))/(2*h)*sp, (at(p, q+h)-at(p, q-h))/(2*h)*sq)
		if !scalar.EqualWithinAbsOrRel(d.SE, want, 1e-9, 1e-6) {
			t.Fatalf("standard error %v, want %v", d.SE, want)
		}
	})
	if d := compare.StandardisedDifference(estimate(0, 0, inf), estimate(0, 0, inf)); !math.IsNaN(d.Value) {
		t.Errorf("of nobody on both sides: %v", d.Value)
	}
}

// TestSharesOfTheCellsThatBothSpeakOf: what one side is silent about is left out of both wholes.
func TestSharesOfTheCellsThatBothSpeakOf(t *testing.T) {
	register, census := compare.Complete([]int64{30, 70, 50, 10, 0, 0}), compare.Complete([]int64{40, 60, 9, 10, 0, 0})
	census.Silent[2], register.Value[5] = "not counted", math.NaN()
	d, se := compare.StandardisedDifferences(register, census, 3, false)
	want := -0.1 / math.Sqrt((0.3*0.7+0.4*0.6)/2)
	if !scalar.EqualWithinRel(d[0], want, 1e-12) || !scalar.EqualWithinRel(d[1], -want, 1e-12) || se[0] != 0 || !math.IsNaN(d[2]) {
		t.Errorf("first area: %v, %v, want %v", d[:3], se[:3], want)
	}
	if !math.IsNaN(d[3]) || !math.IsNaN(d[4]) || !math.IsNaN(d[5]) {
		t.Errorf("second area: %v: all persons are in one cell", d[3:])
	}
}

// TestStandardisedDifferencesCoverage: counts of a superpopulation with noise on one side; two standard errors hold the
// truth as often as the normal distribution says, but for chance that leaves a false alarm of 1e-6.
func TestStandardisedDifferencesCoverage(t *testing.T) {
	const draws, cells, noise = 15_000, 3, 12
	rng := rand.New(rand.NewPCG(77, 1))
	means := [2][cells]float64{{400, 350, 250}, {800, 700, 500}}
	register, census := compare.NewFigures(draws*cells), compare.NewFigures(draws*cells)
	for i := range register.Value {
		register.Value[i] = distuv.Poisson{Lambda: means[0][i%cells], Src: rng}.Rand()
		census.Value[i] = distuv.Poisson{Lambda: means[1][i%cells], Src: rng}.Rand() + noise*rng.NormFloat64()
		census.Noise[i] = noise
	}
	d, se := compare.StandardisedDifferences(register, census, cells, true)
	inside := 0.0
	for i := 0; i < len(d); i += cells {
		if math.Abs(d[i]) <= 2*se[i] {
			inside++
		}
	}
	level := math.Erf(math.Sqrt2)
	if limit := distuv.UnitNormal.Quantile(1-falseAlarm/2) * math.Sqrt(level*(1-level)/draws); math.Abs(inside/draws-level) > limit {
		t.Errorf("inside in %.4f of the draws, want %.4f within %.4f", inside/draws, level, limit)
	}
}
