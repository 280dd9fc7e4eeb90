package plan_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/sampling/plan"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if !scalar.EqualWithinRel(got, want, relative) {
		t.Errorf("%s is %.16g, want %.16g", what, got, want)
	}
}

// TestSizes compares with the formulas evaluated by R 4.2.2, qnorm(0.975) for z.
func TestSizes(t *testing.T) {
	households := plan.Survey{Population: 50_000, DesignEffect: 1.6, ResponseRate: 0.85}
	communes := plan.Survey{Population: 2896}
	near(t, "size for a share", plan.SizeProportion(0.5, 0.05, 0.95, plan.Survey{}), 384.14588206941227, 1e-12)
	near(t, "size for a share of households", plan.SizeProportion(0.3, 0.02, 0.95, households), 3649.1486025644185, 1e-12)
	near(t, "size for a share of communes", plan.SizeProportion(0.08, 0.01, 0.95, communes), 1430.872352126416, 1e-12)
	near(t, "size for a cv", plan.SizeMeanCV(1.2, 0.05, plan.Survey{}), 576, 1e-12)
	near(t, "size for a cv, communes", plan.SizeMeanCV(0.8, 0.02, communes), 1030.6049822064058, 1e-12)
	// A design effect and nonresponse can ask for more than there are.
	small := plan.Survey{Population: 1200, DesignEffect: 2.1, ResponseRate: 0.7}
	near(t, "size for a share, small", plan.SizeProportion(0.5, 0.03, 0.95, small), 1695.206065520286, 1e-12)
}

// TestStratifiedSizes: the population of the communes of Switzerland (data swissmunicipalities of R package sampling
// 2.9) by region; the formulas evaluated by R 4.2.2.
func TestStratifiedSizes(t *testing.T) {
	units := []float64{589, 913, 321, 171, 471, 186, 245}
	sd := []float64{9540.2616691728927, 5621.5982817254353, 9764.5439374616944, 28589.4397789059367, 4759.3810142111333,
		5914.4575998780811, 2514.9186198569487}
	for _, tt := range []struct{ cv, neyman, proportional float64 }{
		{0.01, 1866.5028497924732, 2840.4432251980643},
		{0.05, 1278.0630960973472, 1944.9558638975573},
	} {
		variance := math.Pow(tt.cv*7_288_010, 2)
		near(t, "size by Neyman", plan.SizeNeyman(units, sd, variance), tt.neyman, 1e-12)
		near(t, "size in proportion", plan.SizeProportional(units, sd, variance), tt.proportional, 1e-12)
	}
}

func anySurvey(t *rapid.T) plan.Survey {
	return plan.Survey{
		Population:   rapid.SampledFrom([]float64{0, 40, 2896, 28e6}).Draw(t, "population"),
		DesignEffect: rapid.Float64Range(0.5, 4).Draw(t, "design effect"),
		ResponseRate: rapid.Float64Range(0.2, 1).Draw(t, "response rate"),
	}
}

// TestSizesReachTheirPrecision: the variance at the size is the one asked for.
func TestSizesReachTheirPrecision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySurvey(t)
		spread, precision := rapid.Float64Range(0.1, 3).Draw(t, "spread"), rapid.Float64Range(0.001, 0.5).Draw(t, "precision")
		cv := spread * math.Sqrt(s.UnitVariance(plan.SizeMeanCV(spread, precision, s)))
		margin := 1.959963984540054 * spread * math.Sqrt(s.UnitVariance(plan.SizeMean(spread, precision, 0.95, s)))
		// 1/e - 1/N loses digits where nearly everybody is drawn.
		if !scalar.EqualWithinRel(cv, precision, 1e-6) || !scalar.EqualWithinRel(margin, precision, 1e-6) {
			t.Fatalf("cv %v and margin %v, want %v", cv, margin, precision)
		}
		if s.Population == 0 {
			return
		}
		total, mean := plan.SizeTotal(spread, precision*s.Population, 0.95, s), plan.SizeMean(spread, precision, 0.95, s)
		if !scalar.EqualWithinRel(total, mean, 1e-12) {
			t.Fatalf("%v for the total, %v for the mean", total, mean)
		}
	})
}

// TestSizeOfShareIsThatOfMean: a share is the mean of a 0-1 variable, with variance p(1-p)·N/(N-1).
func TestSizeOfShareIsThatOfMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, p := anySurvey(t), rapid.Float64Range(0.01, 0.99).Draw(t, "p")
		sd := math.Sqrt(p * (1 - p))
		if s.Population > 0 {
			sd *= math.Sqrt(s.Population / (s.Population - 1))
		}
		got, want := plan.SizeProportion(p, 0.03, 0.9, s), plan.SizeMean(sd, 0.03, 0.9, s)
		byCV, wantByCV := plan.SizeProportionCV(p, 0.07, s), plan.SizeMeanCV(sd/p, 0.07, s)
		if !scalar.EqualWithinRel(got, want, 1e-12) || !scalar.EqualWithinRel(byCV, wantByCV, 1e-12) {
			t.Fatalf("%v and %v, want %v and %v", got, byCV, want, wantByCV)
		}
	})
}

func TestSizeAndPowerPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"level":         func() { plan.SizeMean(1, 0.1, 95, plan.Survey{}) },
		"margin":        func() { plan.SizeMean(1, 0, 0.95, plan.Survey{}) },
		"proportion":    func() { plan.SizeProportion(1.1, 0.1, 0.95, plan.Survey{}) },
		"cv":            func() { plan.SizeMeanCV(1, 0, plan.Survey{}) },
		"total":         func() { plan.SizeTotal(1, 1, 0.95, plan.Survey{}) },
		"response rate": func() { plan.SizeMeanCV(1, 0.1, plan.Survey{ResponseRate: 85}) },
		"strata":        func() { plan.SizeNeyman([]float64{1, 2}, []float64{1}, 1) },
		"power":         func() { _, _ = plan.TwoMeans{Difference: 1, SD: 1, Alpha: 0.05}.Size(80) },
		"alpha":         func() { plan.TwoProportions{P1: 0.1, P2: 0.2}.Power(10) },
		"known":         func() { plan.OneProportion{P: 0.1, Alpha: 0.05}.Power(10) },
		"noncentrality": func() { plan.NoncentralT{DF: 3, NCP: math.NaN()}.CDF(1) },
		"size":          func() { plan.OneProportion{P: 0.1, Known: 0.2, Alpha: 0.05}.Power(-1) },
		"rho":           func() { plan.OptimalTake(1, 1, 1.5) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
