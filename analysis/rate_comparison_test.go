package analysis_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

func sameInterval(t *testing.T, name string, i analysis.Interval, lower, upper, tol float64) {
	t.Helper()
	if !closeTo(i.Lower, lower, tol) || !closeTo(i.Upper, upper, tol) || i.Basis != analysis.Superpopulation {
		t.Errorf("%s: %v to %v (%v), want %v to %v", name, i.Lower, i.Upper, i.Basis, lower, upper)
	}
}

// TestRateRatioExact holds ratios against R 4.2.2: poisson.test(c(x1, x2), c(t1, t2), conf.level = level)$conf.int. The
// first is the example of its documentation: eye syndromes in Wisconsin, 1979 to 1981.
func TestRateRatioExact(t *testing.T) {
	for _, r := range []struct{ x1, t1, x2, t2, level, lower, upper float64 }{
		{11, 800, 6 + 8 + 7, 1083 + 1050 + 878, 0.95, 0.858426403392, 4.27726594365},
		{0, 2, 5, 3, 0.95, 0, 1.63691865777},
		{60, 51477.5, 30, 54308.7, 0.95, 1.33973572177, 3.38836557362},
		{60, 51477.5, 30, 54308.7, 0.99, 1.17463932215, 3.92970274714},
	} {
		i := analysis.RateRatioExact(r.x1, r.t1, r.x2, r.t2, r.level)
		sameInterval(t, fmt.Sprint(r.x1, " and ", r.x2), i, r.lower, r.upper, 1e-11)
	}
}

// TestRateMover holds the difference and the ratio of two rates by Byar's limits against R 4.2.2: the formula of Zou
// and Donner, and uniroot(tol = 1e-15) of (r1-l1)² + ρ²(u2-r2)² - (r1-ρr2)² and (u1-r1)² + ρ²(r2-l2)² - (r1-ρr2)².
func TestRateMover(t *testing.T) {
	d := analysis.RateDifference(60, 51477.5, 30, 54308.7, analysis.PoissonByar, 0.95)
	sameInterval(t, "difference", d, 0.000249755631206, 0.000993146177278, 1e-14)
	r := analysis.RateRatio(60, 51477.5, 30, 54308.7, analysis.PoissonByar, 0.95)
	sameInterval(t, "ratio", r, 1.34722745709, 3.36024181945, 1e-10)
}

// TestRatesTurned: the ratio the other way round is the inverse, the difference its negative; the ratio is below 1
// where the difference is below 0; mid-p lies inside exact; and no events end at 0 or +Inf.
func TestRatesTurned(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		count, span := rapid.IntRange(0, 80), rapid.Float64Range(0.1, 50)
		x1, x2 := float64(count.Draw(r, "x1")), float64(count.Draw(r, "x2"))
		t1, t2 := span.Draw(r, "t1"), span.Draw(r, "t2")
		level := rapid.Float64Range(0.5, 0.999).Draw(r, "level")
		inverse := func(name string, a, b analysis.Interval) {
			if !closeTo(a.Lower, 1/b.Upper, 1e-9) || a.Upper != 1/b.Lower && !closeTo(a.Upper, 1/b.Lower, 1e-9) {
				r.Fatalf("%s: %v, turned %v", name, a, b)
			}
			if (a.Lower == 0) != (x1 == 0) || math.IsInf(a.Upper, 1) != (x2 == 0) || !(a.Lower <= a.Upper) {
				r.Fatalf("%s: %v", name, a)
			}
		}
		exact, mid := analysis.RateRatioExact(x1, t1, x2, t2, level), analysis.RateRatioMidP(x1, t1, x2, t2, level)
		inverse("exact", exact, analysis.RateRatioExact(x2, t2, x1, t1, level))
		inverse("mid-p", mid, analysis.RateRatioMidP(x2, t2, x1, t1, level))
		if mid.Lower < exact.Lower || mid.Upper > exact.Upper {
			r.Fatalf("mid-p %v, exact %v", mid, exact)
		}
		ratio := analysis.RateRatio(x1, t1, x2, t2, analysis.PoissonExact, level)
		inverse("MOVER", ratio, analysis.RateRatio(x2, t2, x1, t1, analysis.PoissonExact, level))
		d := analysis.RateDifference(x1, t1, x2, t2, analysis.PoissonExact, level)
		turned := analysis.RateDifference(x2, t2, x1, t1, analysis.PoissonExact, level)
		if !closeTo(d.Lower, -turned.Upper, 1e-12) || !closeTo(d.Upper, -turned.Lower, 1e-12) {
			r.Fatalf("difference %v, turned %v", d, turned)
		}
		if (d.Lower > 1e-9) != (ratio.Lower > 1+1e-9) && math.Abs(d.Lower) > 1e-6 || d.Upper < -1e-6 && ratio.Upper > 1 {
			r.Fatalf("difference %v, ratio %v", d, ratio)
		}
	})
}

// TestStandardisedRate holds the rate and its intervals against R 4.2.2, with w <- w/sum(w); y <- sum(w*x/t); v <-
// sum(w^2*x/t^2); k <- max(w/t); X <- sum(x), by the formulas of the comments: v/(2*y)*qchisq(.025, 2*y^2/v) and so on;
// B is Byar's interval of X, E that of poisson.test(X).
func TestStandardisedRate(t *testing.T) {
	s, err := analysis.DirectlyStandardised(
		[]float64{107, 141, 60, 40, 39, 25}, []float64{230061, 329449, 114920, 39487, 14208, 3052},
		[]float64{157775, 122300, 62400, 36200, 19000, 8000})
	if err != nil {
		t.Fatal(err)
	}
	agree(t, "rate", []float64{s.Rate, s.Variance, s.Events}, []float64{0.000770708230026, 2.20315454877e-09, 412}, 1e-11)
	sameInterval(t, "gamma", s.Gamma(0.95), 0.000681448618856, 0.000872738478268, 1e-14)
	sameInterval(t, "Dobson by Byar", s.Dobson(analysis.PoissonByar, 0.95), 0.000680919390534, 0.000867300450629, 1e-14)
	sameInterval(t, "Dobson, exact", s.Dobson(analysis.PoissonExact, 0.95), 0.000680921335566, 0.000867298923476, 1e-14)
}

// TestStandardisedRateOneGroup: where an event counts the same in all groups, both are the exact Poisson interval of
// their sum.
func TestStandardisedRateOneGroup(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var x, exposure, w []float64
		total, whole := 0.0, 0.0
		for range rapid.IntRange(1, 5).Draw(r, "groups") {
			share := rapid.Float64Range(1, 9).Draw(r, "share")
			count := float64(rapid.IntRange(0, 30).Draw(r, "events"))
			x, exposure, w = append(x, count), append(exposure, 100*share), append(w, 7*share)
			total, whole = total+count, whole+100*share
		}
		s, err := analysis.DirectlyStandardised(x, exposure, w)
		if err != nil {
			r.Fatal(err)
		}
		want, got, dobson := analysis.PoissonExact(total, whole, 0.95), s.Gamma(0.95), s.Dobson(analysis.PoissonExact, 0.95)
		if !closeTo(got.Lower, want.Lower, 1e-12) || !closeTo(got.Upper, want.Upper, 1e-12) {
			r.Fatalf("gamma %v, want %v", got, want)
		}
		if total == 0 && !math.IsNaN(dobson.Upper) || total > 0 && !closeTo(dobson.Upper, want.Upper, 1e-12) {
			r.Fatalf("Dobson %v, want %v", dobson, want)
		}
	})
}

func TestStandardisedRateRefuses(t *testing.T) {
	for want, f := range map[string][3][]float64{
		"analysis: group 1 has a weight of 2 and no exposure":            {{1, 1}, {1, 0}, {1, 2}},
		"analysis: events of group 0: -1, want at least 0 and finite":    {{-1, 1}, {1, 1}, {1, 2}},
		"analysis: weight of group 1: +Inf, want at least 0 and finite":  {{1, 1}, {1, 1}, {1, math.Inf(1)}},
		"analysis: exposure of group 0: NaN, want at least 0 and finite": {{1, 1}, {math.NaN(), 1}, {1, 1}},
		"analysis: no group has a weight":                                {{1, 1}, {1, 1}, {0, 0}},
	} {
		if _, err := analysis.DirectlyStandardised(f[0], f[1], f[2]); err == nil || err.Error() != want {
			t.Errorf("%v, want: %s", err, want)
		}
	}
}

func ExampleExpectedEvents() {
	// Deaths in a commune beside those it would have with the rates of the country, by three age groups.
	expected := analysis.ExpectedEvents([]float64{3000, 2500, 400}, []float64{0.001, 0.004, 0.05})
	i := analysis.PoissonExact(45, expected, 0.95)
	fmt.Printf("%.1f expected, ratio %.2f (%.2f to %.2f), %v\n", expected, 45/expected, i.Lower, i.Upper, i.Basis)
	// Output:
	// 33.0 expected, ratio 1.36 (0.99 to 1.82), superpopulation
}
