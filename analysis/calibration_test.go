package analysis_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"
)

// A surveyed population is a sample with variables, and weights that a calibration could lead to.
type surveyed struct {
	columns    analysis.SampleColumns
	a, b, cell []int32 // factors of 3, 2 and 4 levels; cell is -1 for some rows
	x, y       []float64
	reached    []float64 // weights whose totals can be reached with g from 0.7 to 1.4
	k          int
}

// drawSurveyed draws two strata or three of two or three PSUs, each with some rows, and in two stages where it is told.
func drawSurveyed(seed uint64, stages int) *surveyed {
	rng := rand.New(rand.NewPCG(seed, 11))
	s := &surveyed{k: 4}
	var strata, psus, ssus []int32
	var population, within []float64
	psu := int32(0)
	for h := range int32(2 + rng.IntN(2)) {
		sampled := 2 + rng.IntN(2)
		for range sampled {
			w, rows := 1+4*rng.Float64(), 6+rng.IntN(5)
			for i := range rows {
				strata, psus, ssus = append(strata, h), append(psus, psu), append(ssus, int32(i/2))
				population, within = append(population, float64(sampled+5)), append(within, float64(rows+3))
				s.columns.Weights = append(s.columns.Weights, w)
				s.a, s.b = append(s.a, int32(rng.IntN(3))), append(s.b, int32(rng.IntN(2)))
				s.cell = append(s.cell, int32(rng.IntN(5))-1)
				s.x = append(s.x, 1+10*rng.Float64())
				s.y = append(s.y, s.x[len(s.x)-1]+float64(h)+rng.NormFloat64())
				s.reached = append(s.reached, w*(0.7+0.7*rng.Float64()))
			}
			psu++
		}
	}
	s.columns.Rows = len(s.y)
	s.columns.Stages = []analysis.StageColumns{{Stratum: strata, Unit: psus, Population: population}}
	if stages == 2 {
		s.columns.Stages = append(s.columns.Stages, analysis.StageColumns{Unit: ssus, Population: within})
	}
	return s
}

// sample makes the sample; it must succeed.
func (s *surveyed) sample() *analysis.Sample {
	sample, err := analysis.NewSample(s.columns)
	if err != nil {
		panic(err)
	}
	return sample
}

// margin is a term of a factor with the totals of the weights that are to be reached.
func (s *surveyed) margin(name string, code []int32, levels int) analysis.Term {
	t := analysis.Term{Name: name, Code: code, Totals: make([]float64, levels)}
	for l := range levels {
		t.Levels = append(t.Levels, fmt.Sprint(l))
	}
	for i, c := range code {
		t.Totals[c] += s.reached[i]
	}
	return t
}

// total is a term of a variable.
func (s *surveyed) total(name string, x []float64) analysis.Term {
	t := analysis.Term{Name: name, X: x, Totals: []float64{0}}
	for i, v := range x {
		t.Totals[0] += s.reached[i] * v
	}
	return t
}

// terms are two margins, of which one tells a column of the other, and a variable.
func (s *surveyed) terms() []analysis.Term {
	return []analysis.Term{s.margin("a", s.a, 3), s.margin("b", s.b, 2), s.total("x", s.x)}
}

var residualWeights = []analysis.ResidualWeights{analysis.ResidualsByDesign, analysis.ResidualsByFinal}

var calibrationMethods = []analysis.CalibrationMethod{
	analysis.LinearCalibration, analysis.ExponentialCalibration,
	analysis.LogitCalibration, analysis.TruncatedCalibration,
}

// A failer is a test, or a check of a property.
type failer interface{ Fatalf(string, ...any) }

func mustCalibrate(t failer, s *analysis.Sample, c analysis.Calibration) (*analysis.Sample, *analysis.CalibrationFit) {
	fitted, fit, err := s.Calibrate(c)
	if err != nil {
		t.Fatalf("%v: %v", c.Method, err)
	}
	return fitted, fit
}

// TestCalibrationHitsTotals: totals are hit to 1e-9 by every method, g keeps to its bounds, and the standard errors of
// what was calibrated to are nothing but rounding.
func TestCalibrationHitsTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(rapid.Uint64().Draw(t, "seed"), 1)
		for _, method := range calibrationMethods {
			c := analysis.Calibration{Method: method, Terms: s.terms(), Lower: 0.5, Upper: 2}
			for _, c.Residuals = range residualWeights {
				if c.Residuals == analysis.ResidualsByFinal && method == analysis.LinearCalibration {
					continue // weights may be negative
				}
				fitted, fit := mustCalibrate(t, s.sample(), c)
				for _, term := range fit.Terms {
					if !(math.Abs(term.Miss()) <= 1e-9) {
						t.Fatalf("%v: %+v", method, term)
					}
				}
				if method > analysis.ExponentialCalibration && !(fit.G.Min >= 0.5 && fit.G.Max <= 2) {
					t.Fatalf("%v: g from %v to %v", method, fit.G.Min, fit.G.Max)
				}
				e, want := fitted.Estimate(analysis.TotalOf(s.x), nil), c.Terms[2].Totals[0]
				if !scalar.EqualWithinRel(e.Values[0], want, 1e-9) || !(e.SE(0) <= 1e-9*want) {
					t.Fatalf("%v: total %v, standard error %v, want %v and 0", method, e.Values[0], e.SE(0), want)
				}
			}
		}
	})
}

// TestPostStratificationIsLinear: calibration to the indicators of post-strata by any method is post-stratification,
// and so are its standard errors.
func TestPostStratificationIsLinear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(rapid.Uint64().Draw(t, "seed"), 1)
		margin := s.margin("a", s.a, 3)
		want, _ := mustCalibrate(t, s.sample(), analysis.PostStratification(s.a, margin.Levels, margin.Totals))
		for _, method := range append(calibrationMethods, analysis.IterativeFitting) {
			c := analysis.Calibration{Method: method, Terms: []analysis.Term{margin}, Lower: 0.5, Upper: 2}
			got, _ := mustCalibrate(t, s.sample(), c)
			sameSurvey(t, s, got, want)
		}
	})
}

// TestRakingIsExponential: fitting margins in turn ends where the exponential method does.
func TestRakingIsExponential(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(rapid.Uint64().Draw(t, "seed"), 1)
		c := analysis.Calibration{Method: analysis.ExponentialCalibration, Terms: s.terms()[:2]}
		want, _ := mustCalibrate(t, s.sample(), c)
		c.Method = analysis.IterativeFitting
		got, _ := mustCalibrate(t, s.sample(), c)
		sameSurvey(t, s, got, want)
	})
}

// sameSurvey compares the weights of two samples, and the totals of y.
func sameSurvey(t *rapid.T, s *surveyed, got, want *analysis.Sample) {
	for i, w := range want.Weights() {
		if !scalar.EqualWithinRel(got.Weights()[i], w, 1e-8) {
			t.Fatalf("row %d: weight %v, want %v", i, got.Weights()[i], w)
		}
	}
	g, w := got.Estimate(analysis.TotalOf(s.y), nil), want.Estimate(analysis.TotalOf(s.y), nil)
	if !scalar.EqualWithinRel(g.SE(0), w.SE(0), 1e-7) {
		t.Fatalf("standard error %v, want %v", g.SE(0), w.SE(0))
	}
}

// TestCalibrationByPart: parts are calibrated as if by themselves.
func TestCalibrationByPart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(rapid.Uint64().Draw(t, "seed"), 1)
		margin := analysis.Term{Name: "a", Levels: []string{"0", "1", "2"}, Code: s.a, Totals: make([]float64, 6)}
		for i, b := range s.b {
			margin.Totals[3*b+s.a[i]] += s.reached[i]
		}
		c := analysis.Calibration{Terms: []analysis.Term{margin}, Part: s.b, Parts: []string{"left", "right"}}
		got, _ := mustCalibrate(t, s.sample(), c)
		cross := make([]int32, len(s.a))
		for i := range cross {
			cross[i] = 3*s.b[i] + s.a[i]
		}
		want, _ := mustCalibrate(t, s.sample(), analysis.PostStratification(cross, make([]string, 6), margin.Totals))
		sameSurvey(t, s, got, want)
	})
}

// TestCalibrationByUnit: rows of a unit have one g.
func TestCalibrationByUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(rapid.Uint64().Draw(t, "seed"), 1)
		household := make([]int32, len(s.a)) // three rows of a PSU
		for i, p := range s.columns.Stages[0].Unit {
			household[i] = 100*p + int32(i)%3
		}
		for i := range s.reached { // totals that weights of units can reach
			s.reached[i] = s.columns.Weights[i] * (0.8 + 0.4*float64(household[i]%7)/6)
		}
		for _, method := range calibrationMethods {
			c := analysis.Calibration{Method: method, Terms: s.terms(), Lower: 0.5, Upper: 2, Unit: household}
			if method == analysis.LinearCalibration { // units of unlike q take their harmonic mean, and have one g all the same
				c.Q = s.x
			}
			got, fit := mustCalibrate(t, s.sample(), c)
			if worst := fit.Worst(); !(math.Abs(worst.Miss()) <= 1e-9) {
				t.Fatalf("%v: %+v", method, worst)
			}
			of := map[int32]float64{}
			for i, u := range household {
				g := got.Weights()[i] / s.columns.Weights[i]
				if at, seen := of[u]; seen && !scalar.EqualWithinRel(at, g, 1e-12) {
					t.Fatalf("%v: unit %d has g of %v and %v", method, u, at, g)
				}
				of[u] = g
			}
			if e := got.Estimate(analysis.TotalOf(s.x), nil); !(e.SE(0) <= 1e-9*e.Values[0]) {
				t.Fatalf("%v: the total that was calibrated to has a standard error of %v", method, e.SE(0))
			}
		}
	})
}

// permuted is the same with its rows in another order.
func (s *surveyed) permuted(order []int) *surveyed {
	out := &surveyed{k: s.k, x: at(s.x, order), y: at(s.y, order)}
	out.a, out.b, out.cell = at(s.a, order), at(s.b, order), at(s.cell, order)
	out.columns = s.columns
	out.columns.Weights = at(s.columns.Weights, order)
	out.columns.Stages = slices.Clone(s.columns.Stages)
	for i, stage := range s.columns.Stages {
		out.columns.Stages[i].Unit = at(stage.Unit, order)
		out.columns.Stages[i].Population = at(stage.Population, order)
		if stage.Stratum != nil {
			out.columns.Stages[i].Stratum = at(stage.Stratum, order)
		}
	}
	return out
}

func at[T any](v []T, order []int) []T {
	out := make([]T, len(order))
	for i, from := range order {
		out[i] = v[from]
	}
	return out
}

// TestCalibrationAnyOrder: rows in another order give the same bits, weights and standard errors.
func TestCalibrationAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		s := drawSurveyed(seed, 2)
		order := rand.New(rand.NewPCG(seed, 2)).Perm(len(s.y))
		other := s.permuted(order)
		for _, method := range append(calibrationMethods, analysis.IterativeFitting) {
			c := analysis.Calibration{Method: method, Terms: s.terms(), Lower: 0.5, Upper: 2}
			if method == analysis.IterativeFitting {
				c.Terms = c.Terms[:2]
			}
			want, _ := mustCalibrate(t, s.sample(), c)
			c.Terms = slices.Clone(c.Terms)
			for i, code := range [][]int32{other.a, other.b} {
				c.Terms[i].Code = code
			}
			if len(c.Terms) > 2 {
				c.Terms[2].X = other.x
			}
			got, _ := mustCalibrate(t, other.sample(), c)
			if !slices.Equal(got.Weights(), at(want.Weights(), order)) {
				t.Fatalf("%v: other weights", method)
			}
			g, w := got.Estimate(analysis.MeanOf(other.y), nil), want.Estimate(analysis.MeanOf(s.y), nil)
			if g.Values[0] != w.Values[0] || g.SE(0) != w.SE(0) {
				t.Fatalf("%v: %v (%v), want %v (%v)", method, g.Values[0], g.SE(0), w.Values[0], w.SE(0))
			}
			gc, wc := got.Ratios(other.y, other.x, other.cell, s.k), want.Ratios(s.y, s.x, s.cell, s.k)
			if fmt.Sprint(gc) != fmt.Sprint(wc) {
				t.Fatalf("%v: cells %v, want %v", method, gc, wc)
			}
		}
	})
}

// TestCalibrationResiduals: standard errors are those of the residuals of a regression on an intercept and x, written
// out, weighted as was asked for.
func TestCalibrationResiduals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(rapid.Uint64().Draw(t, "seed"), 1)
		terms := []analysis.Term{s.total("1", s.ones()), s.total("x", s.x)}
		for _, residuals := range residualWeights {
			fitted, _ := mustCalibrate(t, s.sample(), analysis.Calibration{
				Method: analysis.ExponentialCalibration, Terms: terms, Residuals: residuals,
			})
			w := s.columns.Weights
			if residuals == analysis.ResidualsByFinal {
				w = fitted.Weights()
			}
			slope := stat.Covariance(s.x, s.y, w) / stat.Variance(s.x, w)
			level := stat.Mean(s.y, w) - slope*stat.Mean(s.x, w)
			e := make([]float64, len(s.y))
			for i := range e {
				e[i] = (s.y[i] - level - slope*s.x[i]) * fitted.Weights()[i] / s.columns.Weights[i]
			}
			got := fitted.Estimate(analysis.TotalOf(s.y), nil).SE(0)
			want := s.sample().Estimate(analysis.TotalOf(e), nil).SE(0)
			if !scalar.EqualWithinAbsOrRel(got, want, 1e-9, 1e-8) {
				t.Fatalf("residuals %v: standard error %v, want %v", residuals, got, want)
			}
		}
	})
}

// TestFitReplicates: a replicate is fitted as if its weights were those of a sample, rows outside it keep weight 0, and
// one that has lost a level is named.
func TestFitReplicates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(rapid.Uint64().Draw(t, "seed"), 1)
		c := analysis.Calibration{Method: analysis.ExponentialCalibration, Terms: s.terms()[:2]}
		k, err := analysis.NewCalibrator(c, len(s.y))
		if err != nil {
			t.Fatal(err)
		}
		var replicates [][]float64
		for dropped := range int32(3) { // without one PSU each
			d := slices.Clone(s.columns.Weights)
			for i, p := range s.columns.Stages[0].Unit {
				if p == dropped {
					d[i] = 0
				}
			}
			replicates = append(replicates, d)
		}
		fitted, err := k.FitReplicates(replicates)
		if err != nil {
			t.Skip(err)
		}
		for r, w := range fitted {
			total := 0.0
			for i := range w {
				if (w[i] == 0) != (replicates[r][i] == 0) {
					t.Fatalf("replicate %d, row %d: weight %v from %v", r, i, w[i], replicates[r][i])
				}
				if s.b[i] == 1 {
					total += w[i]
				}
			}
			if want := s.margin("b", s.b, 2).Totals[1]; !scalar.EqualWithinRel(total, want, 1e-9) {
				t.Fatalf("replicate %d: total %v, want %v", r, total, want)
			}
		}
		for i, a := range s.a {
			if a == 2 {
				replicates[1][i] = 0
			}
		}
		_, err = k.FitReplicates(replicates)
		if err == nil || !strings.Contains(err.Error(), "replicate 1") || !strings.Contains(err.Error(), "a 2") {
			t.Fatalf("a replicate without level 2: %v", err)
		}
	})
}
