package screen

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// A Limit is a pair of limits.
type Limit struct{ Lower, Upper float64 }

// The usual probabilities of a funnel: outside the inner limits lies one area in 20 by chance, outside the outer one
// in 500.
const (
	InnerLimits = 0.95
	OuterLimits = 0.998
)

// PoissonLimits are the exact limits of observed to expected counts about a target ratio, at an expected count E:
//
//	χ²(α/2; 2Et)/2E,  χ²(1-α/2; 2(Et+1))/2E,  α = 1 - level
//
// The target t is 1 where the expected counts are those of the whole. Both are NaN where E or t is not above 0. It
// misleads where areas differ for reasons of their own: from some size on nearly all lie outside. See Overdispersion.
//
// Spiegelhalter (2005), Statistics in Medicine 24:1185-1202.
func PoissonLimits(expected, target, level float64) Limit {
	mean, tail := expected*target, (1-level)/2
	if !(expected > 0 && target > 0) {
		return Limit{nan, nan}
	}
	return Limit{
		distuv.ChiSquared{K: 2 * mean}.Quantile(tail) / (2 * expected),
		distuv.ChiSquared{K: 2 * (mean + 1)}.Quantile(1-tail) / (2 * expected),
	}
}

// ProportionLimits are limits of a proportion of n about a target θ, cut to 0 and 1:
//
//	θ ∓ z √(θ(1-θ)/n)
//
// Both are NaN where n is not above 0 or θ not inside (0, 1). They misread small n, where nθ or n(1-θ) is below about
// 5.
func ProportionLimits(target, n, level float64) Limit {
	if !(n > 0 && target > 0 && target < 1) {
		return Limit{nan, nan}
	}
	l := NormalLimits(target, math.Sqrt(target*(1-target)/n), level)
	return Limit{math.Max(0, l.Lower), math.Min(1, l.Upper)}
}

// NormalLimits are limits of a figure of known standard error about a target, target ∓ z·se. For an over-dispersed
// funnel the standard error is that of Dispersion.SE.
func NormalLimits(target, se, level float64) Limit {
	half := distuv.UnitNormal.Quantile((1+level)/2) * se
	return Limit{target - half, target + half}
}
