package analysis_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// TestResponseModelIsClasses: a logistic model on the indicators of classes has the weights and standard errors of
// classes; the weights of respondents add up to those of the sample; and values of others are not looked at.
func TestResponseModelIsClasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		s := drawSurveyed(seed, 1)
		rng := rand.New(rand.NewPCG(seed, 3))
		answered := make([]bool, len(s.y))
		some := [3]bool{}
		for i := range answered {
			if answered[i] = rng.Float64() < 0.7; !answered[i] {
				s.y[i] = math.NaN()
			}
			some[s.a[i]] = some[s.a[i]] || answered[i]
		}
		names := []string{"0", "1", "2"}
		byClass, fit, err := s.sample().RespondByClass(answered, s.a, names)
		if some != [3]bool{true, true, true} {
			if err == nil || !strings.Contains(err.Error(), "nobody of class") {
				t.Fatalf("a class without an answer: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		byModel, _, err := s.sample().RespondByModel(answered, []analysis.Term{{Name: "a", Code: s.a, Levels: names}})
		if fit.Rates[0] == 1 || fit.Rates[1] == 1 || fit.Rates[2] == 1 {
			return // the model has no end
		}
		if err != nil {
			t.Fatal(err)
		}
		sameSurvey(t, s, byModel, byClass)
		whole, left := 0.0, 0.0
		for i, w := range byClass.Weights() {
			whole, left = whole+s.columns.Weights[i], left+w
		}
		if !scalar.EqualWithinRel(whole, left, 1e-12) {
			t.Fatalf("weights add up to %v, before to %v", left, whole)
		}
		// The estimate for y = 1 is the sum of all weights, whoever answered: its error is that of the sample alone.
		one := s.ones()
		got, want := byClass.Estimate(analysis.TotalOf(one), nil), s.sample().Estimate(analysis.TotalOf(one), nil)
		if !scalar.EqualWithinAbsOrRel(got.SE(0), want.SE(0), 1e-9, 1e-9) {
			t.Fatalf("standard error of the number of persons %v, want %v", got.SE(0), want.SE(0))
		}
	})
}

// TestResponseSimulation: where response depends on what the weights for it know, means have (nearly) no bias, their
// estimated variance is the real one and 95 % intervals cover, with classes, with a logistic model, and with a
// calibration after either.
//
// The means of the draws are held to their standard error, variances to √(2/D), coverage to √(0.95·0.05/D), times the
// normal quantile that leaves 1e-6 over the 12 comparisons; 5 % of a variance and 1 % of coverage are left to what
// linearisation, and the response of a fixed population, leave out at a sampling fraction of 5 %.
func TestResponseSimulation(t *testing.T) {
	const draws, size, n = 500, 6000, 300
	rng := rand.New(rand.NewPCG(6, 4))
	x, y, class, chance := make([]float64, size), make([]float64, size), make([]int32, size), make([]float64, size)
	persons := []float64{0, 0, 0}
	for i := range x {
		x[i] = 2 * rng.NormFloat64()
		class[i] = int32(i % 3)
		y[i] = 10 + x[i] + 3*float64(class[i]) + rng.NormFloat64()
		chance[i] = 1 / (1 + math.Exp(-0.5*x[i]-0.3*float64(class[i])))
		persons[class[i]]++
	}
	truth := stat.Mean(y, nil)
	names := []string{"0", "1", "2"}
	var results [4]simulation
	for range draws {
		rows := rng.Perm(size)[:n]
		c := analysis.SampleColumns{Rows: n, Weights: make([]float64, n)}
		answered, byX := make([]bool, n), make([]int32, n)
		for i, row := range rows {
			c.Weights[i], answered[i] = float64(size)/n, rng.Float64() < chance[row]
		}
		s, err := analysis.NewSample(c)
		if err != nil {
			t.Fatal(err)
		}
		// Classes know the chance only in steps: those of a population where that is all there is to it.
		stepwise := make([]bool, n)
		for i, row := range rows {
			byX[i] = class[row]
			stepwise[i] = rng.Float64() < 0.4+0.2*float64(class[row])
		}
		classes, _, err1 := s.RespondByClass(stepwise, byX, names)
		model, _, err2 := s.RespondByModel(answered, []analysis.Term{{Name: "1"}, {Name: "x", X: at(x, rows)},
			{Name: "class", Code: byX, Levels: names}})
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		strata := analysis.PostStratification(byX, names, persons)
		for m, s := range []*analysis.Sample{classes, model, recalibrated(classes, strata), recalibrated(model, strata)} {
			e := s.Estimate(analysis.MeanOf(at(y, rows)), nil).At(0)
			results[m].truth = truth
			results[m].add(analysis.AssistedEstimate{Estimate: e})
		}
	}
	z := distuv.UnitNormal.Quantile(1 - 1e-6/2/12)
	for m, r := range results {
		real, estimated, bias := stat.Variance(r.values, nil), stat.Mean(r.v, nil), stat.Mean(r.values, nil)-truth
		if !(math.Abs(bias) <= z*math.Sqrt(real/draws)+0.05*math.Sqrt(real)) {
			t.Errorf("weights %d: bias %v, standard error %v", m, bias, math.Sqrt(real))
		}
		if !(math.Abs(estimated/real-1) <= z*math.Sqrt(2.0/draws)+0.05) {
			t.Errorf("weights %d: variance %v by the estimates, %v over the draws", m, estimated, real)
		}
		if coverage := float64(r.covered) / draws; !(math.Abs(coverage-0.95) <= z*math.Sqrt(0.95*0.05/draws)+0.01) {
			t.Errorf("weights %d: coverage %v", m, coverage)
		}
	}
}

func recalibrated(s *analysis.Sample, c analysis.Calibration) *analysis.Sample {
	out, _, err := s.Calibrate(c)
	if err != nil {
		panic(err)
	}
	return out
}

// TestResponseRefusals: a model that tells in full who answered has no end, and is refused.
func TestResponseRefusals(t *testing.T) {
	s := drawSurveyed(2, 1)
	answered := make([]bool, len(s.y))
	for i, x := range s.x {
		answered[i] = x > 5
	}
	_, _, err := s.sample().RespondByModel(answered, []analysis.Term{{Name: "1"}, {Name: "x", X: s.x}})
	if err == nil || !strings.Contains(err.Error(), "a term tells in full who answered") {
		t.Errorf("answers told in full: %v", err)
	}
}
