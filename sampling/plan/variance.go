package plan

// TotalVariance is the variance of the estimated total of a study variable under stratified simple random sampling
// without replacement:
//
//	V = Σ Nh²·Sh²·(1/nh - 1/Nh)
//
// Nh units and standard deviation Sh (divisor Nh-1) in stratum h, of which nh are drawn; in the unit of the study
// variable, squared. It is +Inf when nothing is drawn from a stratum that has a spread: the total cannot be estimated
// without bias. A stratum without spread adds 0, whatever is drawn from it. The formula is taken as it stands where
// nh > Nh, which no sample can have; it then takes away. It is NaN if an Sh is.
//
// Cochran (1977), Sampling Techniques, theorem 5.5. TotalVariance panics if the slices differ in length.
func TotalVariance(units, sd, n []float64) float64 {
	mustMatch(len(units), sd, n)
	sum := 0.0
	for h, u := range units {
		if spread := u * sd[h]; spread != 0 {
			sum += spread * spread * (1/n[h] - 1/u)
		}
	}
	return sum
}
