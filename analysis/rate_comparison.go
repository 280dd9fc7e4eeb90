package analysis

import "math"

// The intervals of this file compare the rates of two independent Poisson counts, x1 events in an exposure of t1 and x2
// in t2: superpopulation intervals. They panic as PoissonExact does, and are NaN where an exposure is 0.

// RateRatioExact is the exact interval for the ratio (x1/t1)/(x2/t2), given x1 + x2: under a ratio ρ the first count is
// then binomial with the probability
//
//	p = ρt1/(ρt1 + t2)
//
// of which it takes Clopper and Pearson's interval. It begins at 0 where x1 is 0 and ends at +Inf where x2 is 0. It
// never covers less than its level, and mostly more.
//
// Przyborowski and Wilenski (1940), Biometrika 31:313-323; Lehmann and Romano (2005), Testing Statistical Hypotheses,
// third edition, section 4.5. R poisson.test(c(x1, x2), c(t1, t2)).
func RateRatioExact(x1, t1, x2, t2, level float64) Interval {
	return rateRatio(x1, t1, x2, t2, ClopperPearson, level)
}

// RateRatioMidP is the same with the mid-p interval for p. It lies inside the exact one, and covers its level on the
// average.
//
// Berry and Armitage (1995), The Statistician 44:417-423.
func RateRatioMidP(x1, t1, x2, t2, level float64) Interval {
	return rateRatio(x1, t1, x2, t2, MidP, level)
}

// rateRatio turns an interval for p into one for ρ = p/(1-p) · t2/t1. The upper end of 1-p is found from the other
// side, lest digits be lost near p = 1.
func rateRatio(
	x1, t1, x2, t2 float64, method func(x, n, level float64) Interval, level float64,
) Interval {
	checkPoisson(x1, t1)
	checkPoisson(x2, t2)
	scale := t2 / t1
	if t1 == 0 || t2 == 0 {
		scale = math.NaN()
	}
	p, q := method(x1, x1+x2, level), method(x2, x1+x2, level)
	return superpopulation(p.Lower/q.Upper*scale, p.Upper/q.Lower*scale, level)
}

// RateDifference is the interval for the difference x1/t1 - x2/t2 that puts intervals (l1, u1) and (l2, u2) of the two
// rates together, as method gives them: PoissonByar, PoissonExact or PoissonMidP.
//
//	r1 - r2 - √((r1-l1)² + (u2-r2)²),  r1 - r2 + √((u1-r1)² + (r2-l2)²)
//
// Zou and Donner (2008), Statistics in Medicine 27:1693-1702.
func RateDifference(
	x1, t1, x2, t2 float64, method func(x, t, level float64) Interval, level float64,
) Interval {
	a, b := method(x1, t1, level), method(x2, t2, level)
	r1, r2 := x1/t1, x2/t2
	return superpopulation(
		r1-r2-math.Hypot(r1-a.Lower, b.Upper-r2),
		r1-r2+math.Hypot(a.Upper-r1, r2-b.Lower), level)
}

// RateRatio is the interval for the ratio ρ of two rates that puts their intervals together: ρ is in it where 0 is in
// the interval of RateDifference for r1 - ρr2. Its limits are the positive roots of
//
//	u2(2r2-u2)ρ² - 2r1r2ρ + l1(2r1-l1) = 0,  l2(2r2-l2)ρ² - 2r1r2ρ + u1(2r1-u1) = 0
//
// It begins at 0 where x1 is 0 and ends at +Inf where the second rate may be 0.
//
// Donner and Zou (2012), Statistical Methods in Medical Research 21:347-359; Li, Tang and Wong (2014),
// Computational Statistics 29:869-889.
func RateRatio(
	x1, t1, x2, t2 float64, method func(x, t, level float64) Interval, level float64,
) Interval {
	a, b := method(x1, t1, level), method(x2, t2, level)
	r1, r2 := x1/t1, x2/t2
	near := func(limit, rate float64) float64 { return limit * (2*rate - limit) }
	both := r1 * r2
	lower := near(a.Lower, r1) / (both + math.Sqrt(math.Max(0, both*both-near(b.Upper, r2)*near(a.Lower, r1))))
	upper := (both + math.Sqrt(math.Max(0, both*both-near(b.Lower, r2)*near(a.Upper, r1)))) / near(b.Lower, r2)
	if a.Lower == 0 {
		lower = 0
	}
	if b.Lower == 0 {
		upper = math.Inf(1)
	}
	return superpopulation(lower, upper, level)
}
