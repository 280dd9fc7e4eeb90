package plan

import (
	"fmt"
	"math"
)

// Equal gives every stratum the same number, within bounds (see [Share]): the choice when every stratum is reported on
// by itself and they are alike.
func Equal(n float64, strata int, least, most []float64) ([]float64, error) {
	score := make([]float64, strata)
	for h := range score {
		score[h] = 1
	}
	return Share(n, score, least, most)
}

// Proportional shares n in proportion to the numbers of units Nh, within bounds (see [Share]). Every unit then has the
// same inclusion probability, except where a bound binds. Bounds of 0 and Nh are met by themselves when n ≤ ΣNh.
func Proportional(n float64, units, least, most []float64) ([]float64, error) {
	return Share(n, units, least, most)
}

// SquareRoot shares n in proportion to √Nh, within bounds (see [Share]): half way, on the logarithmic scale, between
// equal and proportional.
func SquareRoot(n float64, units, least, most []float64) ([]float64, error) {
	score := make([]float64, len(units))
	for h, u := range units {
		score[h] = math.Sqrt(u)
	}
	return Share(n, score, least, most)
}

// Neyman shares n in proportion to Nh·Sh, within bounds (see [Share]), which makes the variance of the estimated total
// least (see [TotalVariance]). Sh is the standard deviation of the study variable in the stratum with divisor Nh-1. A
// stratum may get more than its Nh units; give most = Nh to exclude that.
//
// Neyman (1934), Journal of the Royal Statistical Society 97:558-625; Cochran (1977), Sampling Techniques, section
// 5.5.
func Neyman(n float64, units, sd, least, most []float64) ([]float64, error) {
	return Share(n, spreads(units, sd), least, most)
}

// spreads are Nh·Sh.
func spreads(units, sd []float64) []float64 {
	mustMatch(len(units), sd)
	score := make([]float64, len(units))
	for h, u := range units {
		score[h] = u * sd[h]
	}
	return score
}

// CostOptimal shares n in proportion to Nh·Sh/√ch, within bounds (see [Share]): the least variance of the estimated
// total for what the n units cost in all, ch being the cost of one unit in the stratum. Without binding bounds it is
// also the least cost for that variance.
//
// Cochran (1977), Sampling Techniques, section 5.5, equation 5.21.
func CostOptimal(n float64, units, sd, cost, least, most []float64) ([]float64, error) {
	score := spreads(units, sd)
	mustMatch(len(units), cost)
	for h, c := range cost {
		if !(c > 0) {
			return nil, fmt.Errorf("sampling: a unit of stratum %d costs %v, want more than 0", h, c)
		}
		score[h] /= math.Sqrt(c)
	}
	return Share(n, score, least, most)
}

// Power shares n in proportion to Xh^q·CVh, within bounds (see [Share]). Xh is the importance of the stratum, as its
// total of the study variable or its population, and CVh = Sh/Ȳh. With q = 1 and X the total it is [Neyman]; with q =
// 0 all strata get nearly the same coefficient of variation; between the two it is a compromise between the figure of
// the whole and those of the strata.
//
// Bankier (1988), The American Statistician 42:174-177.
func Power(n, q float64, importance, cv, least, most []float64) ([]float64, error) {
	mustMatch(len(importance), cv)
	score := make([]float64, len(cv))
	for h, x := range importance {
		score[h] = math.Pow(x, q) * cv[h]
	}
	return Share(n, score, least, most)
}

// OrAll is min(limit, Nh) for every stratum, a bound no stratum is too small for: OrAll(2, units) is two of each, or
// all where there are fewer.
func OrAll(limit float64, units []float64) []float64 {
	bound := make([]float64, len(units))
	for h, u := range units {
		bound[h] = min(limit, u)
	}
	return bound
}
