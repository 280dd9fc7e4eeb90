package compare

import "math"

// The adjustments of this file take the p-values of one family. Calling those at or below a rate significant keeps the
// error of their kind at or below that rate. A NaN is not a test: it stays NaN and does not count. p is left as it was,
// and the order of the family does not matter, to the bit. m is the number of tests, p(1) ≤ … ≤ p(m).

// Bonferroni keeps the chance of a single false discovery, whatever the tests have to do with each other:
//
//	min(1, m·p)
//
// Holm does the same and never finds less.
//
// Dunn (1961), Journal of the American Statistical Association 56:52-64.
func Bonferroni(p []float64) []float64 {
	return stepped(p, func(sorted []rankedP) {
		for i := range sorted {
			sorted[i].p = math.Min(1, float64(len(sorted))*sorted[i].p)
		}
	})
}

// Holm keeps the chance of a single false discovery, whatever the tests have to do with each other:
//
//	p(i): max over j ≤ i of min(1, (m-j+1)·p(j))
//
// Holm (1979), Scandinavian Journal of Statistics 6:65-70.
func Holm(p []float64) []float64 {
	return stepped(p, func(sorted []rankedP) {
		highest := 0.0
		for i := range sorted {
			highest = math.Max(highest, math.Min(1, float64(len(sorted)-i)*sorted[i].p))
			sorted[i].p = highest
		}
	})
}

// Hochberg keeps the chance of a single false discovery when the tests are independent or positively dependent:
//
//	p(i): min over j ≥ i of min(1, (m-j+1)·p(j))
//
// It misleads where tests are negatively dependent, as the shares of one whole are. Hommel never finds less under the
// same conditions.
//
// Hochberg (1988), Biometrika 75:800-802.
func Hochberg(p []float64) []float64 {
	return stepped(p, func(sorted []rankedP) {
		stepUp(sorted, func(rank, m int) float64 { return float64(m - rank + 1) })
	})
}

// BenjaminiHochberg keeps the expected share of false discoveries when the tests are independent or positively
// dependent:
//
//	p(i): min over j ≥ i of min(1, m·p(j)/j)
//
// Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57:289-300.
func BenjaminiHochberg(p []float64) []float64 {
	return stepped(p, func(sorted []rankedP) {
		stepUp(sorted, byRank)
	})
}

// BenjaminiYekutieli keeps the expected share of false discoveries whatever the tests have to do with each other:
//
//	p(i): min over j ≥ i of min(1, (1 + 1/2 + … + 1/m)·m·p(j)/j)
//
// The price is a factor of 7 at 600 tests and of 14 at 600,000, paid in differences not found.
//
// Benjamini and Yekutieli (2001), Annals of Statistics 29:1165-1188.
func BenjaminiYekutieli(p []float64) []float64 {
	return stepped(p, func(sorted []rankedP) {
		harmonic := 0.0
		for i := len(sorted); i > 0; i-- {
			harmonic += 1 / float64(i)
		}
		stepUp(sorted, func(rank, m int) float64 { return harmonic * byRank(rank, m) })
	})
}

// rankedP is a p-value, and the place it came from.
type rankedP struct {
	p  float64
	at int
}

// stepped hands the tests in rising order to adjust, which puts the adjusted values in their place.
func stepped(p []float64, adjust func(sorted []rankedP)) []float64 {
	adjusted, sorted := make([]float64, len(p)), make([]rankedP, 0, len(p))
	for i, v := range p {
		adjusted[i] = math.NaN()
		if !math.IsNaN(v) {
			sorted = append(sorted, rankedP{v, i})
		}
	}
	sortRankedP(sorted)
	adjust(sorted)
	for _, r := range sorted {
		adjusted[r.at] = r.p
	}
	return adjusted
}

// byRank is the factor of Benjamini and Hochberg.
func byRank(rank, m int) float64 { return float64(m) / float64(rank) }

// stepUp puts min over j ≥ i of min(1, factor(j)·p(j)) in the place of p(i). A factor of 1 or more leaves no adjusted
// value below its own in the last bit.
func stepUp(sorted []rankedP, factor func(rank, m int) float64) {
	lowest := 1.0
	for i := len(sorted) - 1; i >= 0; i-- {
		lowest = math.Min(lowest, sorted[i].p*factor(i+1, len(sorted)))
		sorted[i].p = lowest
	}
}
