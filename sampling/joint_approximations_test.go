package sampling_test

import (
	"math"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

var jointApproximations = map[string]func(pi []float64) *mat.SymDense{
	"Hájek": sampling.JointHajek, "Deville": sampling.JointDeville, "Brewer": sampling.JointBrewer,
	"Overton": sampling.JointOverton, "Hartley-Rao": sampling.JointHartleyRao,
}

// TestApproximationOrder: with a frame repeated four times the relative distance of Hájek's and Deville's π_kl from
// those of conditional Poisson sampling falls to a sixteenth, since it is of order d^-2; so does that between
// conditional Poisson, Sampford and Pareto sampling, and that between Brewer's and Hartley and Rao's formulas. A
// formula wrong in its terms of order 1/d gains a factor of 4 only.
func TestApproximationOrder(t *testing.T) {
	frame := []float64{0.2, 0.7, 0.8, 0.5, 0.4, 0.4, 0.05, 0.95}
	few, many := slices.Repeat(frame, 4), slices.Repeat(frame, 16)
	for _, tt := range []struct{ name, to string }{
		{"Hájek", "conditional Poisson"}, {"Deville", "conditional Poisson"},
		{"Sampford", "conditional Poisson"}, {"Pareto", "conditional Poisson"}, {"Brewer", "Hartley-Rao"},
	} {
		one, other := jointOf(t, tt.name), jointOf(t, tt.to)
		gain := relativeDistance(one(few), other(few)) / relativeDistance(one(many), other(many))
		if gain < 12 || gain > 24 {
			t.Errorf("%s and %s are nearer by %v, want about 16", tt.name, tt.to, gain)
		}
	}
}

func jointOf(t *testing.T, name string) func(pi []float64) *mat.SymDense {
	if f, ok := jointApproximations[name]; ok {
		return f
	}
	return designNamed(t, name).joint
}

func relativeDistance(a, b *mat.SymDense) (worst float64) {
	for k := range a.SymmetricDim() {
		for l := range k {
			worst = max(worst, math.Abs(a.At(k, l)/b.At(k, l)-1))
		}
	}
	return worst
}

// TestApproximationsEqual: with equal π Deville's, Brewer's and Overton's formulas are those of simple random sampling.
func TestApproximationsEqual(t *testing.T) {
	pi := slices.Repeat([]float64{0.375}, 16)
	want := sampling.JointSRS(6, 16)
	for _, name := range []string{"Deville", "Brewer", "Overton"} {
		if got := jointApproximations[name](pi); !mat.EqualApprox(got, want, 1e-14) {
			t.Errorf("%s: %v, want %v", name, got.At(0, 1), want.At(0, 1))
		}
	}
	// The series of Hartley and Rao ends before 1/N³: 1 + 1/N + 1/N² for N/(N-1).
	if got, want := sampling.JointHartleyRao(pi).At(0, 1), 6.0*5/(16*16)*(1+1.0/16+1.0/256); math.Abs(got-want) > 1e-15 {
		t.Errorf("Hartley-Rao: %v, want %v", got, want)
	}
}

// TestApproximationRows: the rows of Deville's matrix add up to n·π, those of Hájek's to n·π + (π(1-π))²/d.
func TestApproximationRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, positive := wholeSizes(t)
		n := rapid.IntRange(0, positive).Draw(t, "n")
		pi, err := sampling.InclusionProbabilities(size, n)
		if err != nil {
			t.Fatal(err)
		}
		d, open := 0.0, 0.0
		for _, p := range pi {
			d += p * (1 - p)
			if p < 1 {
				open += p
			}
		}
		deville, hajek := sampling.JointDeville(pi), sampling.JointHajek(pi)
		for k, p := range pi {
			if got := sum(mat.Row(nil, k, deville)); !scalar.EqualWithinAbs(got, float64(n)*p, 1e-9) {
				t.Fatalf("Deville, π %v: row %d adds up to %v, want %v", pi, k, got, float64(n)*p)
			}
			want := float64(n) * p
			if p*(1-p) > 0 && math.Round(open) > 1 {
				want += p * (1 - p) * p * (1 - p) / d
			}
			if got := sum(mat.Row(nil, k, hajek)); !scalar.EqualWithinAbs(got, want, 1e-9) && math.Round(open) > 1 {
				t.Fatalf("Hájek, π %v: row %d adds up to %v, want %v", pi, k, got, want)
			}
		}
	})
}

// TestApproximationFormulas has the formulas as they are printed, for units 0 and 1 of six, with n = 3, Σπ² = 1.74 and
// Σπ³ = 1.116; a certain unit is set aside.
func TestApproximationFormulas(t *testing.T) {
	pi := []float64{0.2, 0.7, 0.8, 0.5, 0.4, 0.4, 1}
	const n, a, b, s2, s3 = 3.0, 0.2, 0.7, 1.74, 1.116
	brewer := func(p float64) float64 { return (n - 1) / (n - (2*n-1)/(n-1)*p + s2/(n-1)) }
	for name, want := range map[string]float64{
		"Hájek":   a * b * (1 - (1-a)*(1-b)/(n-s2)),
		"Brewer":  a * b * (brewer(a) + brewer(b)) / 2,
		"Overton": 2 * (n - 1) * a * b / (2*n - a - b),
		"Hartley-Rao": (n-1)/n*a*b + (n-1)/(n*n)*(a*a*b+a*b*b) - (n-1)/(n*n*n)*a*b*s2 +
			2*(n-1)/(n*n*n)*(a*a*a*b+a*b*b*b+a*a*b*b) - 3*(n-1)/(n*n*n*n)*(a*a*b+a*b*b)*s2 +
			3*(n-1)/(n*n*n*n*n)*a*b*s2*s2 - 2*(n-1)/(n*n*n*n)*a*b*s3,
	} {
		joint := jointApproximations[name](pi)
		if !scalar.EqualWithinAbs(joint.At(0, 1), want, 1e-15) || joint.At(6, 1) != 0.7 || joint.At(6, 6) != 1 {
			t.Errorf("%s: %v, want %v", name, joint.At(0, 1), want)
		}
	}
}

// TestApproximationsOfOne: one unit drawn beside the certain ones makes pairs impossible.
func TestApproximationsOfOne(t *testing.T) {
	pi := []float64{0.25, 1, 0.5, 0, 0.25}
	for name, f := range jointApproximations {
		if joint := f(pi); joint.At(0, 2) != 0 || joint.At(1, 2) != 0.5 || joint.At(3, 1) != 0 || joint.At(4, 4) != 0.25 {
			t.Errorf("%s: %v", name, mat.Formatted(joint))
		}
		if !panics(func() { f([]float64{0.5, 0.6}) }) || f(nil).SymmetricDim() != 0 {
			t.Errorf("%s: no panic", name)
		}
	}
}

// TestJointDevilleExact: where one unit is left out b = 1-π, and the approximation is the only design there is.
func TestJointDevilleExact(t *testing.T) {
	pi := []float64{0.9, 0.9, 0.9, 0.3}
	got, want := sampling.JointDeville(pi), sampling.JointConditionalPoisson(pi)
	if !mat.EqualApprox(got, want, 1e-11) || !scalar.EqualWithinAbs(got.At(0, 3), 0.2, 1e-15) {
		t.Errorf("%v, want %v", mat.Formatted(got), mat.Formatted(want))
	}
}
