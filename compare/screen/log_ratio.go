package screen

import "math"

// LogRatio is the discrepancy of an area with its variance, by the delta method:
//
//	y = log(R/C),  v = v(R)/R² + v(C)/C²
//
// R and C are persons, the variances in persons squared: the sampling variance of an estimate, the variance of the
// noise that disclosure control added to a count, 0 for a count taken as it is, or CountVariance. They must be
// independent. Both results are NaN where either figure is not above 0, or missing.
//
// It misleads where C is sampled thinly: from a coefficient of variation of 20 % on, log C is too low by 2 % on
// average, half the squared coefficient, and the ratio too high by as much.
func LogRatio(r, varianceR, c, varianceC float64) (y, v float64) {
	if !(r > 0 && c > 0) {
		return nan, nan
	}
	return math.Log(r / c), varianceR/(r*r) + varianceC/(c*c)
}

// CountVariance is the superpopulation variance of a complete count of so many persons that is held against another, in
// persons squared:
//
//	perPerson · persons / 2
//
// Both counts are taken as one outcome of processes that might have come out otherwise, each with half of the persons
// who are in one count alone. Their share is perPerson; at 1 the log ratio of two equal counts of n has the variance
// 1/n, that of a Poisson count about an expected one, which is more than there can be where most persons are in both.
func CountVariance(persons, perPerson float64) float64 { return perPerson * persons / 2 }
