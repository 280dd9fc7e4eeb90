package analysis

import "math"

// WaldDifference is the interval of the normal approximation for the difference of two proportions, x1 of n1 less x2 of
// n2 independent persons:
//
//	p̂1 - p̂2 ∓ z √(p̂1(1-p̂1)/n1 + p̂2(1-p̂2)/n2)
//
// It has no width where both are 0 or 1, and covers less than its level where persons are few. NaN where a group is
// empty. It panics as Wald does.
//
// Newcombe (1998), Statistics in Medicine 17:873-890, method 1.
func WaldDifference(x1, n1, x2, n2, level float64) Interval {
	checkBinomial(x1, n1)
	checkBinomial(x2, n2)
	variance := x1*(n1-x1)/(n1*n1*n1) + x2*(n2-x2)/(n2*n2*n2)
	return around(x1/n1-x2/n2, twoSided(level, math.Inf(1))*math.Sqrt(variance), level)
}

// NewcombeDifference is the interval for the difference of two proportions, x1 of n1 less x2 of n2 independent persons,
// that puts Wilson's intervals (l1, u1) and (l2, u2) together:
//
//	p̂1 - p̂2 - √((p̂1-l1)² + (u2-p̂2)²),  p̂1 - p̂2 + √((u1-p̂1)² + (p̂2-l2)²)
//
// It stays in [-1, 1]. NaN where a group is empty. It panics as Wilson does.
//
// Newcombe (1998), Statistics in Medicine 17:873-890, method 10.
func NewcombeDifference(x1, n1, x2, n2, level float64) Interval {
	a, b := Wilson(x1, n1, level), Wilson(x2, n2, level)
	p1, p2 := x1/n1, x2/n2
	return superpopulation(
		p1-p2-math.Hypot(p1-a.Lower, b.Upper-p2),
		p1-p2+math.Hypot(a.Upper-p1, p2-b.Lower), level)
}
