package analysis_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

var poissonMethods = map[string]func(x, t, level float64) analysis.Interval{
	"exact": analysis.PoissonExact, "mid-p": analysis.PoissonMidP, "Byar": analysis.PoissonByar,
}

// TestPoissonR holds exact and mid-p limits of expected counts, from no event to 1e8 and to a level of 1 - 1e-9,
// against R 4.2.2, with a = (1-level)/2:
//
//	qgamma(a, x); qgamma(a, x+1, lower = FALSE)
//	uniroot(function(m) ppois(x, m, lower = FALSE) + dpois(x, m)/2 - a, c(qgamma(a, x), x), tol = 1e-14*x)
//	uniroot(function(m) ppois(x-1, m) + dpois(x, m)/2 - a, c(x, qgamma(a, x+1, lower = FALSE)), tol = 1e-15*hi)
//
// Roots are printed to 15 digits, but for small tails found to 10.
func TestPoissonR(t *testing.T) {
	for _, r := range []struct{ level, x, lower, upper, midLower, midUpper float64 }{
		{0.95, 0, 0, 3.68887945411393, 0, 2.99573227355399},
		{0.95, 1, 0.0253178079842899, 5.5716433909389, 0.0500203448353355, 4.93186052470677},
		{0.95, 2, 0.242209278543965, 7.22468766772396, 0.335329055509299, 6.6079597474536},
		{0.95, 5, 1.62348639011842, 11.6683320793227, 1.83199480852842, 11.082415664992},
		{0.95, 10, 4.79538869613243, 18.3903560420178, 5.07952184721734, 17.8248536965697},
		{0.95, 100, 81.3639912509232, 121.626793792426, 81.7918210920121, 121.103490897458},
		{0.95, 1000, 938.973018407695, 1063.9521360163, 939.449899006454, 1063.44450746543},
		{0.95, 1000000, 998040.983340294, 1001961.91194543, 998041.482605426, 1001961.41170056},
		{0.95, 100000000, 99980401.3073247, 100019601.587079, 99980401.8072512, 100019601.087055},
		{0.99, 0, 0, 5.29831736654804, 0, 4.60517018598809},
		{0.99, 1, 0.00501254182354429, 7.43012950028012, 0.0100001658440651, 6.77734404759924},
		{0.99, 2, 0.103494546748091, 9.27379208925555, 0.144959838396435, 8.64155653330446},
		{0.99, 5, 1.07792824065232, 14.149759411023, 1.22271557078297, 13.5479660086485},
		{0.99, 10, 3.71692213146712, 21.3978274996543, 3.94560249081874, 20.818047190736},
		{0.99, 100, 76.1204958436892, 128.760580120102, 76.5265808894942, 128.230703317962},
		{0.99, 1000, 920.424046163359, 1084.37286806439, 920.893745695599, 1083.86292038857},
		{0.99, 1000000, 997426.049021241, 1002578.70886401, 997426.54805554, 1002578.20854226},
		{0.99, 100000000, 99974243.585266, 100025761.171461, 99974244.0851695, 100025760.671428},
		{0.999999999, 0, 0, 21.4164130457883, 0, 20.7232658652283},
		{0.999999999, 1, 4.99999985984033e-10, 24.6614010021668, 9.99999971718068e-10, 23.9806166102239},
		{0.999999999, 2, 3.16231094926624e-05, 27.4185903528842, 4.47216922567523e-05, 26.7471993842197},
		{0.999999999, 5, 0.0361615115803822, 34.4825043929055, 0.0415184935313075, 33.8306644926079},
		{0.999999999, 10, 0.559656175020838, 44.5174180960057, 0.598784705221037, 43.8853264044953},
		{0.999999999, 100, 50.4417521062322, 174.968511601778, 50.7322233492739, 174.406030842746},
		{0.999999999, 1000, 818.743474080973, 1206.55869670092, 819.172678200552, 1206.03602560361},
		{0.999999999, 1000000, 993902.692936541, 1006122.52670264, 993903.19064703, 1006122.02594048},
		{0.999999999, 100000000, 99938918.0056892, 100061107.211212, 99938918.5054601, 100061106.711135},
	} {
		exact, mid := analysis.PoissonExact(r.x, 1, r.level), analysis.PoissonMidP(r.x, 1, r.level)
		for i, pair := range [][2]float64{
			{exact.Lower, r.lower}, {exact.Upper, r.upper}, {mid.Lower, r.midLower}, {mid.Upper, r.midUpper},
		} {
			if !scalar.EqualWithinRel(pair[0], pair[1], 1e-10) {
				t.Errorf("%v events, level %v: limit %d = %v, want %v", r.x, r.level, i, pair[0], pair[1])
			}
		}
	}
}

// TestPoissonByar by the formula, and near the exact limits as stated.
func TestPoissonByar(t *testing.T) {
	// R 4.2.2: z <- qnorm(.975); x <- 10; x*(1-1/(9*x)-z/(3*sqrt(x)))^3; (x+1)*(1-1/(9*(x+1))+z/(3*sqrt(x+1)))^3
	i := analysis.PoissonByar(10, 4, 0.95)
	if !closeTo(i.Lower, 4.787449913967564/4, 1e-12) || !closeTo(i.Upper, 18.39145860575647/4, 1e-12) || i.Basis != analysis.Superpopulation {
		t.Errorf("%+v", i)
	}
	for x := 0.0; x < 1e9; x = 1.5*x + 1 {
		exact, byar := analysis.PoissonExact(x, 1, 0.95), analysis.PoissonByar(x, 1, 0.95)
		if !scalar.EqualWithinRel(byar.Upper, exact.Upper, 0.006) || x >= 5 && !scalar.EqualWithinRel(byar.Lower, exact.Lower, 0.01) {
			t.Errorf("%v events: %v, exact %v", x, byar, exact)
		}
	}
}

// TestPoissonLimits: exact and mid-p limits solve their equations, by sums of probabilities; they hold the rate, mid-p
// inside exact; and a rate is its count over the exposure.
func TestPoissonLimits(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x, level := float64(rapid.IntRange(0, 300).Draw(r, "x")), rapid.Float64Range(0.01, 0.9999).Draw(r, "level")
		a, exposure := (1-level)/2, math.Exp(rapid.Float64Range(-9, 9).Draw(r, "log exposure"))
		exact, mid := analysis.PoissonExact(x, 1, level), analysis.PoissonMidP(x, 1, level)
		equation := func(m, half float64) (below, above float64) {
			at := distuv.Poisson{Lambda: m}.Prob(x)
			for k := 0.0; k < x; k++ {
				below += distuv.Poisson{Lambda: m}.Prob(k)
			}
			return below + half*at, 1 - below - (1-half)*at
		}
		for half, i := range map[float64]analysis.Interval{1: exact, 0.5: mid} {
			if below, _ := equation(i.Upper, half); !scalar.EqualWithinAbs(below, a, 1e-11) {
				r.Fatalf("upper limit %v: tail %v, want %v", i.Upper, below, a)
			}
			if x == 0 {
				continue
			}
			below, above := equation(i.Lower, half)
			if half == 1 {
				above = 1 - below + distuv.Poisson{Lambda: i.Lower}.Prob(x)
			}
			if !scalar.EqualWithinAbs(above, a, 1e-11) {
				r.Fatalf("lower limit %v: tail %v, want %v", i.Lower, above, a)
			}
		}
		if !(exact.Lower <= mid.Lower && mid.Upper <= exact.Upper) || x == 0 && exact.Lower != 0 {
			r.Fatalf("mid-p %v, exact %v", mid, exact)
		}
		for name, method := range poissonMethods {
			one, rate := method(x, 1, level), method(x, exposure, level)
			if !closeTo(rate.Lower*exposure, one.Lower, 1e-12) || !closeTo(rate.Upper*exposure, one.Upper, 1e-12) {
				r.Fatalf("%s: rate %v, count %v", name, rate, one)
			}
		}
	})
}

// TestPoissonCoverage sums probabilities of all counts: the exact interval never covers less than its level; the others
// cover it on the average over rates, to 0.5 % on this grid.
func TestPoissonCoverage(t *testing.T) {
	const level, most = 0.95, 120
	for name, method := range poissonMethods {
		var intervals [most]analysis.Interval
		for x := range intervals {
			intervals[x] = method(float64(x), 1, level)
		}
		mean, rates := 0.0, 0.0
		for m := 1.0; m < 60; m += 0.37 {
			cover := 0.0
			for x, i := range intervals {
				if i.Lower <= m && m <= i.Upper {
					cover += distuv.Poisson{Lambda: m}.Prob(float64(x))
				}
			}
			if name == "exact" && cover < level-1e-9 {
				t.Errorf("exact, mean %v: covers %v", m, cover)
			}
			mean, rates = mean+cover, rates+1
		}
		if mean /= rates; name == "mid-p" && math.Abs(mean-level) > 0.005 || mean < level-0.005 {
			t.Errorf("%s covers %v on average", name, mean)
		}
	}
}

// TestRatesWithoutExposure: no exposure, no rate; nothing negative, no level outside (0, 1).
func TestRatesWithoutExposure(t *testing.T) {
	for name, method := range poissonMethods {
		if i := method(3, 0, 0.9); !math.IsNaN(i.Lower) || !math.IsNaN(i.Upper) {
			t.Errorf("%s: %v", name, i)
		}
		for _, bad := range [][3]float64{{-1, 1, 0.9}, {1, -1, 0.9}, {1, 1, 1}, {1, 1, 0}, {math.NaN(), 1, 0.9}, {math.Inf(1), 1, 0.9}} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s(%v): no panic", name, bad)
					}
				}()
				method(bad[0], bad[1], bad[2])
			}()
		}
	}
	if i := analysis.RateRatioExact(1, 0, 1, 1, 0.9); !math.IsNaN(i.Lower) || !math.IsNaN(i.Upper) {
		t.Errorf("ratio: %v", i)
	}
}
