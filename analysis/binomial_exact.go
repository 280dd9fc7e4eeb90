package analysis

import "gonum.org/v1/gonum/mathext"

// ClopperPearson is the exact interval: the proportions under which neither x or more nor x or fewer of n are rarer
// than (1-level)/2. Its limits are quantiles of beta distributions,
//
//	Beta(x, n-x+1) at (1-level)/2,  Beta(x+1, n-x) at 1 - (1-level)/2
//
// and 0 where x is 0, 1 where x is n. It never covers less than its level, and mostly more.
//
// Clopper and Pearson (1934), Biometrika 26:404-413; Newcombe (1998), Statistics in Medicine 17:857-872, method 5.
func ClopperPearson(x, n, level float64) Interval {
	checkBinomial(x, n)
	a := tail(level)
	return superpopulation(betaQuantile(a, x, n-x+1), betaQuantile(1-a, x+1, n-x), level)
}

// Jeffreys is the Bayesian interval of equal tails under Jeffreys's prior: the quantiles of
//
//	Beta(x + 1/2, n-x + 1/2)
//
// at (1-level)/2 and 1 - (1-level)/2, but 0 where x is 0 and 1 where x is n, since it would never cover proportions
// near those otherwise. Its coverage is close to its level on the average over p.
//
// Brown, Cai and DasGupta (2001), Statistical Science 16:101-133, section 4.1.2.
func Jeffreys(x, n, level float64) Interval {
	checkBinomial(x, n)
	a, i := tail(level), superpopulation(0, 1, level)
	if x > 0 {
		i.Lower = betaQuantile(a, x+0.5, n-x+0.5)
	}
	if x < n {
		i.Upper = betaQuantile(1-a, x+0.5, n-x+0.5)
	}
	return i
}

// MidP is the exact interval in which the probability of x itself counts half in either tail: its limits solve
//
//	P(X > x) + P(X = x)/2 = (1-level)/2,  P(X < x) + P(X = x)/2 = (1-level)/2
//
// and are 0 where x is 0, 1 where x is n. It lies inside Clopper and Pearson's, and covers its level on the average
// over p, not for each.
//
// Berry and Armitage (1995), The Statistician 44:417-423; Newcombe (1998), Statistics in Medicine 17:857-872, method 6.
func MidP(x, n, level float64) Interval {
	checkBinomial(x, n)
	return superpopulation(midLower(x, n, tail(level)), 1-midLower(n-x, n, tail(level)), level)
}

// midLower solves for p: P(X > x) + P(X = x)/2 is the mean of P(X > x) and P(X ≥ x), both of them beta probabilities.
func midLower(x, n, a float64) float64 {
	if x == 0 {
		return 0
	}
	return bisect(0, 1, func(p float64) bool {
		return (betaCDF(p, x+1, n-x)+betaCDF(p, x, n-x+1))/2 >= a
	})
}

// betaQuantile is the quantile of Beta(a, b), of which one that is 0 puts all mass at its end.
func betaQuantile(prob, a, b float64) float64 {
	switch {
	case a == 0:
		return 0
	case b == 0:
		return 1
	}
	return bisect(0, 1, func(p float64) bool { return betaCDF(p, a, b) >= prob })
}

// betaCDF is the distribution function of Beta(a, b).
func betaCDF(p, a, b float64) float64 {
	switch {
	case a == 0:
		return 1
	case b == 0:
		return 0
	}
	return mathext.RegIncBeta(a, b, p)
}
