package analysis

import (
	"fmt"
	"math"
)

// The intervals of this file and of binomial_exact.go are for x of n independent persons: superpopulation intervals.
// x and n need not be whole. They panic where x is not in [0, n], n is infinite or the level is not inside (0, 1).
// z is the quantile of the normal distribution that leaves (1-level)/2 above it, p̂ = x/n.

// Wald is the interval of the normal approximation:
//
//	p̂ ∓ z √(p̂(1-p̂)/n)
//
// It may leave [0, 1], has no width at x = 0 and x = n, and covers far less than its level where x or n-x is small: it
// is here for comparison with older work. Wilson is the one to use. NaN where n is 0.
//
// Newcombe (1998), Statistics in Medicine 17:857-872, method 1.
func Wald(x, n, level float64) Interval {
	checkBinomial(x, n)
	return around(x/n, twoSided(level, math.Inf(1))*math.Sqrt(x/n*((n-x)/n)/n), level)
}

// Wilson is the score interval: the proportions p that a test at p does not refuse,
//
//	|p̂ - p| ≤ z √(p(1-p)/n)
//
// It stays in [0, 1] and covers close to its level on the average over p, down to small n. NaN where n is 0.
//
// Wilson (1927), Journal of the American Statistical Association 22:209-212; Newcombe (1998), Statistics in Medicine
// 17:857-872, method 3.
func Wilson(x, n, level float64) Interval {
	checkBinomial(x, n)
	p, q, z := x/n, (n-x)/n, twoSided(level, math.Inf(1))
	return superpopulation(scoreLower(p, q, n, z), 1-scoreLower(q, p, n, z), level)
}

// WilsonCorrected is the score interval with continuity correction: the proportions p with
//
//	|p̂ - p| - 1/(2n) ≤ z √(p(1-p)/n)
//
// from 0 where x is 0 and to 1 where x is n. It covers its level nearly always, and mostly much more. As in R prop.test
// nothing is corrected where x is just half of n; there it is Wilson's. NaN where n is 0.
//
// Newcombe (1998), Statistics in Medicine 17:857-872, method 4; R 4.2 prop.test(correct = TRUE).
func WilsonCorrected(x, n, level float64) Interval {
	checkBinomial(x, n)
	c, z := math.Min(0.5, math.Abs(x-n/2))/n, twoSided(level, math.Inf(1))
	return superpopulation(correctedLower(x/n, c, n, z), 1-correctedLower((n-x)/n, c, n, z), level)
}

// correctedLower is the smaller root of the equation of the score with p̂ less c.
func correctedLower(p, c, n, z float64) float64 {
	if p == 0 {
		return 0
	}
	a, low := z*z/(2*n), p-c
	root := math.Sqrt(math.Max(0, low*(1-low)/n+a/(2*n)))
	return math.Max(0, (low+a-z*root)/(1+2*a))
}

// AgrestiCoull is Wald's interval after z²/2 persons with and z²/2 without the trait are added:
//
//	p̃ ∓ z √(p̃(1-p̃)/ñ),  ñ = n + z²,  p̃ = (x + z²/2)/ñ
//
// It holds Wilson's interval and may leave [0, 1]; it is not cut there. With n = 0 it is around 1/2.
//
// Agresti and Coull (1998), The American Statistician 52:119-126; Brown, Cai and DasGupta (2001), Statistical Science
// 16:101-133, formula 5.
func AgrestiCoull(x, n, level float64) Interval {
	checkBinomial(x, n)
	z := twoSided(level, math.Inf(1))
	size := n + z*z
	p := (x + z*z/2) / size
	return around(p, z*math.Sqrt(p*(1-p)/size), level)
}

// Arcsine is the interval on the scale on which the variance of a proportion hardly depends on it:
//
//	sin²(asin √p̂ ∓ z/(2√n))
//
// with the angle cut at 0 and π/2. It is too short where x is near 0 or n. NaN where n is 0.
//
// Brown, Cai and DasGupta (2001), Statistical Science 16:101-133, section 4.2.1, without Anscombe's 3/8.
func Arcsine(x, n, level float64) Interval {
	checkBinomial(x, n)
	lower, upper := onAngle(x/n, twoSided(level, math.Inf(1))/(2*math.Sqrt(n)))
	return superpopulation(lower, upper, level)
}

// LogOdds is Wald's interval on the logit scale:
//
//	logit p̂ ∓ z √(1/x + 1/(n-x)),  logit p = log(p/(1-p))
//
// It stays in (0, 1). NaN where x is 0 or n.
//
// Brown, Cai and DasGupta (2001), Statistical Science 16:101-133, section 4.2.2.
func LogOdds(x, n, level float64) Interval {
	checkBinomial(x, n)
	half := twoSided(level, math.Inf(1)) * math.Sqrt(1/x+1/(n-x))
	lower, upper := onLogit(x/n, half)
	return superpopulation(lower, upper, level)
}

func checkBinomial(x, n float64) {
	if !(x >= 0 && x <= n) || math.IsInf(n, 1) {
		panic(fmt.Sprintf("analysis: %v of %v persons", x, n))
	}
}

func superpopulation(lower, upper, level float64) Interval {
	return Interval{Lower: lower, Upper: upper, Level: level, Basis: Superpopulation}
}

func around(p, half, level float64) Interval { return superpopulation(p-half, p+half, level) }

// onAngle takes half a width off and onto asin √p, and goes back.
func onAngle(p, half float64) (lower, upper float64) {
	angle := math.Asin(math.Sqrt(p))
	low, high := math.Max(0, angle-half), math.Min(math.Pi/2, angle+half)
	return math.Pow(math.Sin(low), 2), math.Pow(math.Sin(high), 2)
}

// onLogit takes half a width off and onto log(p/(1-p)), and goes back. It is NaN where p is 0 or 1.
func onLogit(p, half float64) (lower, upper float64) {
	if p == 0 || p == 1 {
		return math.NaN(), math.NaN()
	}
	odds := math.Log(p) - math.Log1p(-p)
	return 1 / (1 + math.Exp(half-odds)), 1 / (1 + math.Exp(-half-odds))
}
