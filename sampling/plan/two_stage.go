package plan

import "math"

// OptimalTake is the number of units to interview in each primary sampling unit so that a budget buys the smallest
// variance, where each primary unit costs psuCost and each interview unitCost:
//
//	m = √(psuCost/unitCost · (1-rho)/rho)
//
// and at least 1. rho is the intraclass correlation; where it is 0 or below, clustering does no harm and the take is
// +Inf: everybody.
//
// Cochran (1977), Sampling Techniques, section 10.6. OptimalTake panics if a cost is not above 0 or rho is above 1.
func OptimalTake(psuCost, unitCost, rho float64) float64 {
	must(psuCost > 0 && unitCost > 0 && rho <= 1, "costs of %v and %v, correlation of %v", psuCost, unitCost, rho)
	if rho <= 0 {
		return math.Inf(1)
	}
	return max(1, math.Sqrt(psuCost/unitCost*(1-rho)/rho))
}

// ClusterEffect is the design effect of taking m units in each primary sampling unit:
//
//	1 + (m-1)·rho
//
// Kish (1965), Survey Sampling, section 5.4.
func ClusterEffect(take, rho float64) float64 { return 1 + (take-1)*rho }

// AffordablePSUs is the number of primary sampling units, of take interviews each, that a budget pays for:
//
//	budget / (psuCost + unitCost·take)
func AffordablePSUs(budget, psuCost, unitCost, take float64) float64 {
	must(psuCost >= 0 && unitCost >= 0 && take >= 0, "costs of %v and %v, take of %v", psuCost, unitCost, take)
	return budget / (psuCost + unitCost*take)
}

// WeightingEffect is the design effect of unequal weights that have nothing to do with the study variable:
//
//	n·Σw² / (Σw)²
//
// 1 for equal weights, n if one unit has all the weight. Weights are sampling weights; their scale does not matter. It
// is NaN without weights or if all are 0.
//
// Kish (1992), Journal of Official Statistics 8:183-200.
func WeightingEffect(weights []float64) float64 {
	return float64(len(weights)) / EffectiveSize(weights)
}

// EffectiveSize is the number of equally weighted units that the sample is worth, n over [WeightingEffect]:
//
//	(Σw)² / Σw²
func EffectiveSize(weights []float64) float64 {
	total := sum(weights)
	return total * total / dot(weights, weights)
}
