package analysis

import "math"

// The estimators in this file need no joint inclusion probabilities. They are for samples of fixed size, cost n
// additions, and are the textbook variance of simple random sampling where all π are equal. They suit designs of high
// entropy (maximum-entropy, Sampford's, Tillé's, systematic in random order), not systematic sampling of an ordered
// list.

// Brewer is the estimator that R survey gives for pps = "brewer":
//
//	v = n/(n-1) Σ (1-πk)(ak - ā)(bk - b̄),  a = y/π, b = z/π
//
// ā is the plain mean of a over all n sampled units. Certain units are among them, and so move ā although their own
// terms are 0; CertainAside leaves them out. It is NaN where n = 1, unless the unit is certain.
//
// Brewer (2002), Combined Survey Sampling Inference, chapter 9, with c = (n-1)/n; R survey 4.1, svydesign.
func Brewer(y, z, pi []float64) float64 {
	a, b := expand(y, pi), expand(z, pi)
	centre(a, nil)
	centre(b, nil)
	return moment(a, b, uncertainty(pi), correction(len(a)))
}

// Hajek is the estimator of Hájek for maximum-entropy sampling; Deville's first is the same:
//
//	v = n/(n-1) Σ (1-πk)(ak - A)(bk - B),  A = Σ (1-πk) ak / Σ (1-πk),  a = y/π, b = z/π
//
// Certain units enter n alone; with CertainAside n is the number of the others. It is NaN where n = 1, unless the unit
// is certain.
//
// Hájek (1964), Annals of Mathematical Statistics 35:1491-1523; Matei and Tillé (2005), Journal of Official Statistics
// 21:543-570; Tillé (2020), Sampling and Estimation from Finite Populations, chapter 5.
func Hajek(y, z, pi []float64) float64 {
	a, b, c := expand(y, pi), expand(z, pi), uncertainty(pi)
	centre(a, c)
	centre(b, c)
	return moment(a, b, c, correction(len(a)))
}

// Deville is Deville's second estimator, which R sampling calls varest:
//
//	v = Σ (1-πk)(ak - A)(bk - B) / (1 - Σ αk²),  αk = (1-πk)/Σ (1-πl),  A = Σ αk ak,  a = y/π, b = z/π
//
// Certain units contribute nothing. It is NaN where one unit alone is not certain.
//
// Deville (1999), Survey Methodology 25:193-203; Matei and Tillé (2005), Journal of Official Statistics 21:543-570;
// R sampling 2.9, varest.
func Deville(y, z, pi []float64) float64 {
	a, b, c := expand(y, pi), expand(z, pi), uncertainty(pi)
	centre(a, c)
	centre(b, c)
	uncertain, sum, squares := 0, 0.0, 0.0
	for _, v := range c {
		if v > 0 {
			uncertain++
		}
		sum += v
		squares += v * v
	}
	if uncertain == 1 {
		return math.NaN()
	}
	return moment(a, b, c, 1/(1-squares/(sum*sum)))
}

// uncertainty gives 1 - π.
func uncertainty(pi []float64) []float64 {
	c := make([]float64, len(pi))
	for k, p := range pi {
		c[k] = 1 - p
	}
	return c
}

// correction is n/(n-1), NaN for a single unit.
func correction(n int) float64 {
	if n == 1 {
		return math.NaN()
	}
	return float64(n) / float64(n-1)
}

// centre takes the mean of a with weights w off a; nil weights are all 1. Without any weight it does nothing.
func centre(a, w []float64) (mean float64) {
	sum, weight := 0.0, 0.0
	for k, v := range a {
		wk := 1.0
		if w != nil {
			wk = w[k]
		}
		sum += wk * v
		weight += wk
	}
	if weight == 0 {
		return 0
	}
	mean = sum / weight
	for k := range a {
		a[k] -= mean
	}
	return mean
}

// moment is scale·Σ c a b, and 0 where every c is 0: nothing was left to chance, whatever the scale.
func moment(a, b, c []float64, scale float64) float64 {
	sum, chance := 0.0, false
	for k, v := range c {
		sum += v * a[k] * b[k]
		chance = chance || v != 0
	}
	if !chance {
		return 0
	}
	return scale * sum
}
