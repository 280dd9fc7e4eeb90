package compare

import "math"

// smallCounts are by how much more a divergence is biased in a category of few persons than second derivatives say:
// ratios, by the expected number of persons, reckoned for counts that are Poisson and a category that does not differ.
type smallCounts struct{ hellinger, shannon, cramer []float64 }

// Of expected numbers ratios are known in steps up to the last, from where what is above 1 falls as 1/number.
const (
	countStep = 0.25
	countLast = 160
)

func newSmallCounts() smallCounts {
	return smallCounts{
		hellinger: ratios(func(m, x float64) float64 { return 8 * hellingerTerm(m, x) }),
		shannon:   ratios(func(m, x float64) float64 { return 8 * shannonTerm(m, x) }),
		cramer:    ratios(func(m, x float64) float64 { return 4 * cramerTerm(m, x, 0.5, 0.5) }),
	}
}

// ratios are the means of a term over Poisson counts, which tend to 1.
func ratios(term func(mean, count float64) float64) []float64 {
	out := make([]float64, countLast+1)
	for i := range out {
		mean := countStep * float64(i)
		p := math.Exp(-mean)
		for x := 0.0; x < mean+12*math.Sqrt(mean+1); x++ {
			out[i] += p * term(mean, x)
			p *= mean / (x + 1)
		}
	}
	return out
}

// at is the ratio of an expected number, linear between steps.
func at(ratios []float64, expected float64) float64 {
	i := expected / countStep
	if !(i < countLast) {
		return 1 + (ratios[countLast]-1)*countLast/i
	}
	low := int(i)
	return ratios[low] + (i-float64(low))*(ratios[low+1]-ratios[low])
}
