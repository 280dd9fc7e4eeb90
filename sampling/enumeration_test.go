package sampling_test

import (
	"math"
	"math/bits"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// A sampleWeight is in proportion to the probability of the sample of the units for which `in` is true.
type sampleWeight func(pi []float64, in func(k int) bool) float64

// conditionalPoissonWeight is Π odds.
func conditionalPoissonWeight(pi []float64, in func(k int) bool) float64 {
	w := 1.0
	for k, o := range sampling.ConditionalPoissonOdds(pi) {
		if in(k) {
			w *= o
		}
	}
	return w
}

// sampfordWeight is Σ_{l∉s} π_l Π_{k∈s} π_k/(1-π_k).
func sampfordWeight(pi []float64, in func(k int) bool) float64 {
	product, rest := 1.0, 0.0
	for k, p := range pi {
		if in(k) {
			product *= p / (1 - p)
		} else {
			rest += p
		}
	}
	return product * rest
}

// paretoWeight is the chance that the largest q in s is below the smallest outside, ∫ Π_{k∉s} (1-F_k) dΠ_{k∈s} F_k with
// F = tθ/(1+tθ), by the trapezoidal rule of Stieltjes on a grid of t = v/(1-v). Its error falls with the square of the
// step, and is below 1e-6 here.
func paretoWeight(lambda []float64, in func(k int) bool) float64 {
	const steps = 4000
	integral, inBefore, outBefore := 0.0, 0.0, 1.0
	for i := 1; i <= steps; i++ {
		v := 1 - math.Cos(math.Pi/2*float64(i)/steps)
		within, without := 1.0, 1.0
		for k, l := range lambda {
			f := v * l / (v*l + (1-v)*(1-l))
			if in(k) {
				within *= f
			} else {
				without *= 1 - f
			}
		}
		integral += (within - inBefore) * (without + outBefore) / 2
		inBefore, outBefore = within, without
	}
	return integral
}

// allSamples gives the probability of every sample of n units, as a set of bits.
func allSamples(pi []float64, weight sampleWeight) map[uint]float64 {
	samples, total := map[uint]float64{}, 0.0
	for set := range uint(1) << len(pi) {
		if bits.OnesCount(set) == int(math.Round(sum(pi))) {
			samples[set] = weight(pi, func(k int) bool { return set>>k&1 == 1 })
			total += samples[set]
		}
	}
	for set := range samples {
		samples[set] /= total
	}
	return samples
}

// TestEnumerated: the joint inclusion probabilities, with π on the diagonal, are those of all samples with their
// probabilities.
func TestEnumerated(t *testing.T) {
	for _, tt := range []struct {
		design string
		weight sampleWeight
		tol    float64
	}{
		{"conditional Poisson", conditionalPoissonWeight, 1e-11},
		{"Sampford", sampfordWeight, 1e-13},
		{"Pareto", paretoWeight, 2e-6},
	} {
		for _, pi := range [][]float64{
			{0.5, 0.25, 0.25},
			{0.2, 0.7, 0.8, 0.5, 0.4, 0.4},
			{0.001, 0.999, 0.6, 0.4},
			{0.9, 0.9, 0.9, 0.3},
			{0.05, 0.1, 0.95, 0.9, 0.85, 0.5, 0.3, 0.2, 0.1, 0.05},
		} {
			got, want := designNamed(t, tt.design).joint(pi), mat.NewSymDense(len(pi), nil)
			for set, p := range allSamples(pi, tt.weight) {
				addSample(want, set, p)
			}
			if !mat.EqualApprox(got, want, tt.tol) {
				t.Errorf("%s, π %v: %v, want %v", tt.design, pi, mat.Formatted(got), mat.Formatted(want))
			}
		}
	}
}

func addSample(m *mat.SymDense, set uint, p float64) {
	for k := range m.SymmetricDim() {
		for l := range k + 1 {
			if set>>k&1 == 1 && set>>l&1 == 1 {
				m.SetSym(k, l, m.At(k, l)+p)
			}
		}
	}
}

// TestSampleProbabilities: the 10 samples of 3 of 5 come as often as they should, by the chi-square test at falseAlarm
// over the three designs; and not as in one of the other designs, which these π tell apart in so many draws.
func TestSampleProbabilities(t *testing.T) {
	const draws = 60_000
	pi := []float64{0.9, 0.05, 0.8, 0.9, 0.35}
	limit := distuv.ChiSquared{K: 9}.Quantile(1 - falseAlarm/3)
	weights := map[string]sampleWeight{
		"conditional Poisson": conditionalPoissonWeight, "Sampford": sampfordWeight, "Pareto": paretoWeight,
	}
	for drawn := range weights {
		count := map[uint]float64{}
		for seed := range uint64(draws) {
			set := uint(0)
			for _, k := range designNamed(t, drawn).draw(sampling.Source(seed, "samples"), pi) {
				set |= 1 << k
			}
			count[set]++
		}
		for of, weight := range weights {
			statistic := 0.0
			for set, p := range allSamples(pi, weight) {
				statistic += (count[set] - draws*p) * (count[set] - draws*p) / (draws * p)
			}
			if (statistic < limit) != (of == drawn) {
				t.Errorf("%s against %s: chi-square %.1f, limit %.1f", drawn, of, statistic, limit)
			}
		}
	}
}

// TestConditionalPoissonExtremes: units from almost impossible to almost certain, whose odds spread over 14 decimals.
func TestConditionalPoissonExtremes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pi []float64
		for _, e := range rapid.SliceOfN(rapid.Float64Range(-7, 7), 2, 8).Draw(t, "exponent") {
			p := math.Pow(10, -math.Abs(e)) / 2
			if e > 0 {
				p = 1 - p
			}
			pi = append(pi, p)
		}
		pi = append(pi, math.Ceil(sum(pi))-sum(pi))
		want := make([]float64, len(pi))
		for set, p := range allSamples(pi, conditionalPoissonWeight) {
			for k := range pi {
				want[k] += p * float64(set>>k&1)
			}
		}
		for k, p := range pi {
			if !scalar.EqualWithinAbs(want[k], p, 1e-11*p*(1-p)+1e-13) {
				t.Fatalf("π %v: unit %d has %v by its odds", pi, k, want[k])
			}
		}
	})
}

// TestParetoTwoUnits: for one of two units, with r = θ_1/θ_2, P(q_1 < q_2) = r(r - 1 - ln r)/(r-1)².
func TestParetoTwoUnits(t *testing.T) {
	for _, l := range []float64{0.001, 0.01, 0.3, 0.6, 0.99} {
		r := (l / (1 - l)) * (l / (1 - l))
		got, want := sampling.ParetoInclusionProbabilities([]float64{l, 1 - l})[0], r*(r-1-math.Log(r))/((r-1)*(r-1))
		if !scalar.EqualWithinRel(got, want, 1e-11) {
			t.Errorf("λ = %v: %v, want %v", l, got, want)
		}
	}
}
