package analysis_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// TestAdjustedCells: the path by cells has the estimates and standard errors of Estimate in a domain, after any steps,
// by either way of getting at the variance, and whatever is done about lonely strata.
func TestAdjustedCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		s := drawSurveyed(seed, rapid.IntRange(1, 2).Draw(t, "stages"))
		policies := []analysis.LonelyPSU{analysis.LonelyRemove, analysis.LonelyAdjust}
		s.columns.Lonely = rapid.SampledFrom(policies).Draw(t, "lonely")
		s.columns.LonelyInDomain = rapid.Bool().Draw(t, "lonely in domain")
		sample := s.sample()
		if rapid.Bool().Draw(t, "response") {
			rng := rand.New(rand.NewPCG(seed, 5))
			answered := make([]bool, len(s.y))
			for i := range answered {
				if answered[i] = rng.Float64() < 0.9 || i < 12; !answered[i] {
					s.y[i], s.reached[i] = math.NaN(), 0
				}
			}
			var err error
			if sample, _, err = sample.RespondByClass(answered, s.b, []string{"0", "1"}); err != nil {
				t.Skip(err)
			}
		}
		terms := s.terms()
		if rapid.Bool().Draw(t, "few terms") {
			terms = terms[1:2]
		}
		fitted, _, err := sample.Calibrate(analysis.Calibration{Terms: terms})
		if err != nil {
			t.Skip(err)
		}
		// With many cells the quadratic form pays; with four it does not, unless there are few terms.
		k := rapid.SampledFrom([]int{s.k, 40}).Draw(t, "cells")
		totals, ratios := fitted.Totals(s.y, s.cell, k), fitted.Ratios(s.y, s.x, s.cell, k)
		shares := fitted.Shares(s.a, 3, s.cell, k)
		for c := range s.k {
			domain := make([]bool, len(s.y))
			for i := range domain {
				domain[i] = s.cell[i] == int32(c)
			}
			sameCell(t, totals[c], fitted.Estimate(analysis.TotalOf(s.y), domain).At(0))
			sameCell(t, ratios[c], fitted.Estimate(analysis.RatioOf(s.y, s.x), domain).At(0))
			for l := range 3 {
				is := make([]float64, len(s.y))
				for i, a := range s.a {
					if a == int32(l) {
						is[i] = 1
					}
				}
				sameCell(t, shares[3*c+l], fitted.Estimate(analysis.MeanOf(is), domain).At(0))
			}
		}
	})
}

// sameCell compares estimates to nine digits of the standard error, or to rounding of what it would be without
// calibration.
func sameCell(t *rapid.T, got, want analysis.Estimate) {
	if want.N == 0 {
		return
	}
	if !scalar.EqualWithinAbsOrRel(got.Value, want.Value, 1e-12, 1e-12) ||
		!scalar.EqualWithinAbsOrRel(got.SE, want.SE, 1e-9, 1e-8) || got.N != want.N {
		t.Fatalf("%+v, want %+v", got, want)
	}
}
