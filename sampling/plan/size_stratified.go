package plan

// SizeNeyman is the sample that, shared over strata by [Neyman], gives the estimated total the variance V:
//
//	n = (Σ Nh·Sh)² / (V + Σ Nh·Sh²)
//
// Nh units and standard deviation Sh (divisor Nh-1) in stratum h; V = (cv·T)² for a coefficient of variation cv of a
// total T. The formula knows no bounds: where a stratum's share is more than Nh, n is too small. [Bethel] with one
// constraint heeds them.
//
// Cochran (1977), Sampling Techniques, section 5.9. SizeNeyman panics if the slices differ in length or V is not above
// 0.
func SizeNeyman(units, sd []float64, variance float64) float64 {
	_, spread, within := strataSums(units, sd)
	must(variance > 0, "variance of %v", variance)
	return spread * spread / (variance + within)
}

// SizeProportional is the sample that, shared over strata by [Proportional], gives the estimated total the variance V:
//
//	n = N·Σ Nh·Sh² / (V + Σ Nh·Sh²),  N = Σ Nh
//
// with the symbols, the source and the panics of [SizeNeyman].
func SizeProportional(units, sd []float64, variance float64) float64 {
	total, _, within := strataSums(units, sd)
	must(variance > 0, "variance of %v", variance)
	return total * within / (variance + within)
}

// strataSums are Σ Nh, Σ Nh·Sh and Σ Nh·Sh².
func strataSums(units, sd []float64) (total, spread, within float64) {
	mustMatch(len(units), sd)
	for h, u := range units {
		total += u
		spread += u * sd[h]
		within += u * sd[h] * sd[h]
	}
	return total, spread, within
}
