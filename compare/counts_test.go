package compare_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
)

var chance = compare.Plan{Level: 0.95, FDR: 0.05, Alpha: 0.05, MarginPct: 20, Superpopulation: true}

// binomialTail is P(X ≤ r) of a binomial variable, term by term.
func binomialTail(r, n int, p float64) float64 {
	sum := 0.0
	for k := 0; k <= r; k++ {
		sum += distuv.Binomial{N: float64(n), P: p}.Prob(float64(k))
	}
	return sum
}

// TestCountsGivenTheirSum: p-values are binomial tails, term by term, and the interval of the ratio is the exact one.
func TestCountsGivenTheirSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, c := rapid.IntRange(0, 90).Draw(t, "r"), rapid.IntRange(0, 90).Draw(t, "c")
		j := judge(figures(float64(r), 0, inf), figures(float64(c), 0, inf), chance)
		n, m := r+c, chance.MarginPct/100
		p := min(1, 2*min(binomialTail(r, n, 0.5), binomialTail(c, n, 0.5)))
		beyond := max(binomialTail(c, n, 1/(2-m)), binomialTail(r, n, (1+m)/(2+m)))
		if !scalar.EqualWithinAbsOrRel(j.PValue, p, 1e-13, 1e-9) ||
			!scalar.EqualWithinAbsOrRel(j.EquivalenceP, beyond, 1e-13, 1e-9) {
			t.Fatalf("%d and %d: p %v, want %v; beyond the margin %v, want %v", r, c, j.PValue, p, j.EquivalenceP, beyond)
		}
		if c == 0 {
			return
		}
		i := analysis.RateRatioExact(float64(r), 1, float64(c), 1, 0.95)
		if !scalar.EqualWithinAbsOrRel(j.RatioLow, i.Lower, 1e-12, 1e-8) || !scalar.EqualWithinRel(j.RatioHigh, i.Upper, 1e-8) {
			t.Fatalf("%d and %d: ratio from %v to %v, want %+v", r, c, j.RatioLow, j.RatioHigh, i)
		}
	})
}

// TestCountsMeet: where the exact comparison ends, the score statistic is within a thousandth of the p-value, and 6
// thousandths of the ends of the ratio, of the mid-p ones: those of which an exact tail has too much by half the
// probability of the count itself.
func TestCountsMeet(t *testing.T) {
	for _, counts := range [][2]float64{{120, 81}, {101, 100}, {90, 111}, {70, 131}, {300, 240}, {2000, 1900}} {
		r, c := counts[0], counts[1]
		j := judge(figures(r, 0, inf), figures(c, 0, inf), chance)
		n := r + c
		exact := 2 * (distuv.Binomial{N: n, P: 0.5}.CDF(min(r, c)) - distuv.Binomial{N: n, P: 0.5}.Prob(min(r, c))/2)
		if math.Abs(j.PValue-min(1, exact)) > 0.001 {
			t.Errorf("%v: p %v, mid-p %v", counts, j.PValue, exact)
		}
		m := analysis.RateRatioMidP(r, 1, c, 1, 0.95)
		if math.Abs(j.RatioLow/m.Lower-1) > 0.006 || math.Abs(j.RatioHigh/m.Upper-1) > 0.006 {
			t.Errorf("%v: ratio from %v to %v, mid-p %+v", counts, j.RatioLow, j.RatioHigh, m)
		}
	}
}

// TestCountsOfNobody: nobody on either side tells nothing, and one side's nobody is as good a count as any.
func TestCountsOfNobody(t *testing.T) {
	nobody, thirty := figures(0, 0, inf), figures(30, 0, inf)
	if j := judge(nobody, nobody, chance); j.Verdict != compare.CannotTell || j.PValue != 1 || j.EquivalenceP != 1 {
		t.Errorf("%+v", j)
	}
	if j := judge(nobody, thirty, chance); j.Verdict != compare.Differs || j.Ratio != 0 || j.RatioLow != 0 || !(j.RatioHigh < 0.2) {
		t.Errorf("%+v", j)
	}
	if j := judge(thirty, nobody, chance); j.Verdict != compare.Differs || !math.IsNaN(j.Ratio) || !math.IsNaN(j.RatioHigh) {
		t.Errorf("%+v", j)
	}
}

// TestCountsKeepTheirSize draws Poisson counts without a difference, and with one of just the margin: a difference is
// called in at most 5 %, equivalence shown in at most 5 %, and the interval of the ratio holds the truth in at least
// 95 %, but for chance that leaves a false alarm of 1e-6 over all; beyond sums of 200 within half a percent, since the
// score statistic is an approximation.
func TestCountsKeepTheirSize(t *testing.T) {
	const draws = 8_000
	rng := rand.New(rand.NewPCG(8, 15))
	limit := 0.05 + distuv.UnitNormal.Quantile(1-falseAlarm/50)*math.Sqrt(0.05*0.95/draws)
	for _, mean := range []float64{0.7, 4, 20, 60, 150, 2000} {
		for _, ratio := range []float64{0.8, 1, 1.2} {
			register, census := compare.NewFigures(draws), compare.NewFigures(draws)
			for i := range draws {
				register.Value[i] = distuv.Poisson{Lambda: mean * ratio, Src: rng}.Rand()
				census.Value[i] = distuv.Poisson{Lambda: mean, Src: rng}.Rand()
			}
			var called, equivalent, outside float64
			for _, j := range compare.Test(register, census, chance) {
				if j.PValue <= 0.05 {
					called++
				}
				if j.EquivalenceP < 0.05 {
					equivalent++
				}
				if j.RatioLow > ratio || j.RatioHigh < ratio {
					outside++
				}
			}
			allowed := limit
			if mean > 80 {
				allowed += 0.005
			}
			called, equivalent, outside = called/draws, equivalent/draws, outside/draws
			say := t.Logf
			if ratio == 1 && called > allowed || ratio != 1 && equivalent > allowed || outside > allowed {
				say = t.Errorf
			}
			say("mean %v, ratio %v: called %.4f, equivalent %.4f, outside %.4f", mean, ratio, called, equivalent, outside)
		}
	}
}
