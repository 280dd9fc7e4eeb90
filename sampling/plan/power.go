package plan

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// sizeFor is the size at which a power that grows with the size reaches a target, and least if it is there already.
func sizeFor(target, least float64, power func(n float64) float64) (float64, error) {
	must(target > 0 && target < 1, "power of %v", target)
	high := least
	for !(power(high) >= target) {
		if high *= 2; high > 1e12 {
			return 0, fmt.Errorf("sampling: no size up to %.3g has power %v", high/2, target)
		}
	}
	if high == least {
		return least, nil
	}
	return bisect(high/2, high, func(n float64) bool { return power(n) >= target }), nil
}

// bisect narrows an interval, at whose end reached holds, to neighbouring numbers nearly.
func bisect(low, high float64, reached func(float64) bool) float64 {
	for high-low > 1e-13*high {
		if middle := (low + high) / 2; reached(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// tPower is the power of a t test against a difference of so many standard errors, counting rejections in the right
// direction only, each side at alpha. Beyond 10,000 standard errors the power grows no further.
func tPower(standardErrors, alpha, df float64) float64 {
	d := NoncentralT{DF: df, NCP: min(standardErrors, 1e4)}
	return d.Survival(upperT(alpha, df))
}

// upperT is exceeded by Student's t with probability p. One Newton step removes what distuv leaves, up to 1e-10 for
// large df.
func upperT(p, df float64) float64 {
	if df > 1e10 {
		return upperNormal(p)
	}
	student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}
	t := -student.Quantile(p)
	return t + (NoncentralT{DF: df}.Survival(t)-p)/student.Prob(t)
}

// inStandardErrors is a difference over its standard error, 0 where there is no difference.
func inStandardErrors(difference, se float64) float64 {
	if difference == 0 {
		return 0
	}
	return math.Abs(difference) / se
}

func mustBeSize(alpha float64) { must(alpha > 0 && alpha < 1, "test of size %v", alpha) }
