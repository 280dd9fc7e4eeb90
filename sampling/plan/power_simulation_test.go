package plan_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/sampling"
	"github.com/concord-stat/concord/sampling/plan"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// rejects checks a power by simulation. The share of rejections in so many draws may be off by the normal quantile that
// is exceeded, on either side, once in a million, times its standard error, and by what the power itself is off.
func rejects(t *testing.T, power, off float64, rejected func(rng *rand.Rand) bool) {
	t.Helper()
	const draws, quantile = 10_000, 4.8916
	count := 0
	for seed := range uint64(draws) {
		if rejected(sampling.Source(seed, "power")) {
			count++
		}
	}
	tolerance := quantile*math.Sqrt(power*(1-power)/draws) + 1./draws + off
	if got := float64(count) / draws; !scalar.EqualWithinAbs(got, power, tolerance) {
		t.Errorf("%.4f of the tests reject, want %.4f ± %.4f", got, power, tolerance)
	}
}

func normals(rng *rand.Rand, n int, mean float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = mean + rng.NormFloat64()
	}
	return x
}

// studentise gives the difference of two means in standard errors, pooled, and the standard error.
func studentise(x, y []float64) (difference, se float64) {
	n, m := float64(len(x)), float64(len(y))
	pooled := ((n-1)*stat.Variance(x, nil) + (m-1)*stat.Variance(y, nil)) / (n + m - 2)
	return stat.Mean(x, nil) - stat.Mean(y, nil), math.Sqrt(pooled * (1/n + 1/m))
}

// TestPowerOfMeansBySimulation: data of 12 and 24, tested as they would be.
func TestPowerOfMeansBySimulation(t *testing.T) {
	groups := plan.Groups{Ratio: 2}
	student := distuv.StudentsT{Sigma: 1, Nu: 34}
	different := plan.TwoMeans{Difference: 0.9, SD: 1, Alpha: 0.05, Groups: groups}
	rejects(t, different.Power(12), 0, func(rng *rand.Rand) bool {
		difference, se := studentise(normals(rng, 12, 0.9), normals(rng, 24, 0))
		return difference/se > student.Quantile(0.975)
	})
	equivalent := plan.EquivalentMeans{Difference: 0.2, Margin: 1, SD: 1, Alpha: 0.05, Groups: groups}
	rejects(t, equivalent.Power(12), 0, func(rng *rand.Rand) bool {
		difference, se := studentise(normals(rng, 12, 0.2), normals(rng, 24, 0))
		return math.Abs(difference)+student.Quantile(0.95)*se < 1
	})
}

// TestPowerOfProportionsBySimulation: counts of 20,000 and 40,000. The count moves in steps; half a step is 0.006
// standard errors, so that the normal power may be off by 0.0025.
func TestPowerOfProportionsBySimulation(t *testing.T) {
	const n, m = 20_000, 40_000
	groups := plan.Groups{Ratio: 2}
	shares := func(rng *rand.Rand) (p, q float64) {
		first := distuv.Binomial{N: n, P: 0.51, Src: rng}.Rand()
		return first / n, distuv.Binomial{N: m, P: 0.5, Src: rng}.Rand() / m
	}
	different := plan.TwoProportions{P1: 0.51, P2: 0.5, Alpha: 0.05, Groups: groups}
	rejects(t, different.Power(n), 0.0025, func(rng *rand.Rand) bool {
		p, q := shares(rng)
		pooled := (n*p + m*q) / (n + m)
		return p-q > 1.959964*math.Sqrt(pooled*(1-pooled)*(1./n+1./m))
	})
	equivalent := plan.EquivalentProportions{P1: 0.51, P2: 0.5, Margin: 0.02, Alpha: 0.05, Groups: groups}
	rejects(t, equivalent.Power(n), 0.0025, func(rng *rand.Rand) bool {
		p, q := shares(rng)
		return math.Abs(p-q)+1.644854*math.Sqrt(p*(1-p)/n+q*(1-q)/m) < 0.02
	})
}

// TestPowerInFinitePopulationBySimulation: 750 drawn of 1,000 units, 60 % of which have the property, against a known
// 60 %. The share moves in steps of 0.15 standard errors; half a step at either margin lets the normal power be off by
// 0.03.
func TestPowerInFinitePopulationBySimulation(t *testing.T) {
	const n, size, margin = 750, 1000, 0.0226
	one := plan.EquivalentProportion{P: 0.6, Known: 0.6, Margin: margin, Alpha: 0.1, Survey: plan.Survey{Population: size}}
	rejects(t, one.Power(n), 0.03, func(rng *rand.Rand) bool {
		count := 0.0
		for _, unit := range sampling.SRS(rng, n, size) {
			if unit < 0.6*size {
				count++
			}
		}
		p := count / n
		return math.Abs(p-0.6)+1.281552*math.Sqrt(p*(1-p)*(1./n-1./size)) < margin
	})
}

// TestPowerOfTotalsByJudge: a census with 24 degrees of freedom is judged against a register that has 1 % too many.
func TestPowerOfTotalsByJudge(t *testing.T) {
	const total, cv, df = 500_000, 0.012, 24
	judged := func(rng *rand.Rand) compare.Judgement {
		census := figures(total*(1+cv*rng.NormFloat64()), total*cv*math.Sqrt(distuv.ChiSquared{K: df, Src: rng}.Rand()/df), df)
		rules := compare.Plan{Level: 0.95, FDR: 0.05, Alpha: 0.05, MarginPct: 4}
		return compare.Judge(figures(total*1.01, 0, math.Inf(1)), census, rules)[0]
	}
	equivalent := plan.EquivalentTotal{Difference: 0.01, Margin: 0.04, Alpha: 0.05, DF: df}
	rejects(t, equivalent.Power(cv), 0, func(rng *rand.Rand) bool { return judged(rng).Verdict == compare.Agrees })
	different := plan.DifferentTotal{Difference: 0.01, Alpha: 0.05, DF: df}
	rejects(t, different.Power(cv), 0, func(rng *rand.Rand) bool {
		j := judged(rng)
		return j.PValue < 0.05 && j.Difference > 0
	})
}

func figures(value, se, df float64) compare.Figures {
	return compare.Figures{
		Value: []float64{value}, SE: []float64{se}, DF: []float64{df}, Silent: []string{""}, Notes: []string{""},
	}
}
