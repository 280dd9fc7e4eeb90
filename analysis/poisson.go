package analysis

import (
	"fmt"
	"math"
)

// The intervals of this file are for the rate x/t of x independent events in t units of exposure, as births in
// person-years: superpopulation intervals. With t = 1 they are for the expected count, and with t the expected count of
// a standard population for the standardised ratio. x need not be whole. They are NaN where t is 0, and panic where x
// or t is negative or infinite or the level is not inside (0, 1).

// PoissonExact is the exact interval: the rates under which neither x or more nor x or fewer events are rarer than
// (1-level)/2. Its limits are quantiles of gamma distributions of shape x and x + 1,
//
//	χ²(2x) at (1-level)/2, and χ²(2x+2) at 1 - (1-level)/2, over 2t
//
// and 0 where x is 0. It never covers less than its level, and mostly more.
//
// Garwood (1936), Biometrika 28:437-442. R poisson.test.
func PoissonExact(x, t, level float64) Interval {
	checkPoisson(x, t)
	a := tail(level)
	return perExposure(gammaQuantile(x, a, true), gammaQuantile(x+1, a, false), t, level)
}

// PoissonMidP is the exact interval in which the probability of x itself counts half in either tail: its limits solve
//
//	P(X > x) + P(X = x)/2 = (1-level)/2,  P(X < x) + P(X = x)/2 = (1-level)/2
//
// and the lower is 0 where x is 0. It lies inside the exact one, and covers its level on the average over rates, not
// for each.
//
// Berry and Armitage (1995), The Statistician 44:417-423; Cohen and Yang (1994), Statistics in Medicine 13:2189-2203.
func PoissonMidP(x, t, level float64) Interval {
	checkPoisson(x, t)
	a, lower := tail(level), 0.0
	if x > 0 {
		lower = onCount(x, func(m float64) bool { return (gammaBelow(x, m)+gammaBelow(x+1, m))/2 >= a })
	}
	upper := onCount(x, func(m float64) bool { return (gammaAbove(x, m)+gammaAbove(x+1, m))/2 <= a })
	return perExposure(lower, upper, t, level)
}

// PoissonByar is Byar's approximation of the exact interval, by the cube root of a chi-squared variable:
//
//	x (1 - 1/(9x) - z/(3√x))³/t,  (x+1) (1 - 1/(9(x+1)) + z/(3√(x+1)))³/t
//
// and the lower is 0 where x is 0, and not let below 0. At a level of 0.95 the upper limit is within 0.6 % of the exact
// one for any x, and the lower within 1 % from 5 events on; far out in the tails it is rough.
//
// Rothman and Boice (1979), Epidemiologic Analysis with a Programmable Calculator, NIH; Breslow and Day (1987),
// Statistical Methods in Cancer Research II, IARC, section 2.3.
func PoissonByar(x, t, level float64) Interval {
	checkPoisson(x, t)
	z, lower := twoSided(level, math.Inf(1)), 0.0
	if x > 0 {
		lower = max(0, byar(x, -z))
	}
	return perExposure(lower, byar(x+1, z), t, level)
}

// byar is the quantile of a gamma variable of shape x by Wilson and Hilferty, where the normal one is z.
func byar(x, z float64) float64 {
	root := 1 - 1/(9*x) + z/(3*math.Sqrt(x))
	return x * root * root * root
}

// perExposure divides the limits of an expected count by the exposure.
func perExposure(lower, upper, t, level float64) Interval {
	if t == 0 {
		t = math.NaN()
	}
	return superpopulation(lower/t, upper/t, level)
}

func checkPoisson(x, t float64) {
	if !(x >= 0 && t >= 0) || math.IsInf(x, 1) || math.IsInf(t, 1) {
		panic(fmt.Sprintf("analysis: %v events in an exposure of %v", x, t))
	}
}
