package compare

import (
	"fmt"
	"math"
)

// Distances take two distributions over the same categories, p and q, in whatever unit both are: counts, shares or
// percentages. Each is divided by its own sum. A distribution whose sum is not above 0, or not finite, has no shares
// and every distance from it is NaN; so it is with a share below 0. All panic when p and q differ in length.

// A pairing is the sums of two distributions, which each is to be divided by.
type pairing struct{ all, allQ float64 }

// paired adds up both distributions.
func paired(p, q []float64) pairing {
	if len(p) != len(q) {
		panic(fmt.Sprintf("compare: distributions over %d and %d categories", len(p), len(q)))
	}
	return pairing{all: sumOfShares(p), allQ: sumOfShares(q)}
}

// of gives the shares of a category.
func (t pairing) of(p, q float64) (float64, float64) { return p / t.all, q / t.allQ }

// sumOfShares is the sum of a distribution, NaN where it has no shares.
func sumOfShares(p []float64) float64 {
	all := 0.0
	for _, x := range p {
		if x < 0 {
			return math.NaN()
		}
		all += x
	}
	if !(all > 0) || math.IsInf(all, 1) {
		return math.NaN()
	}
	return all
}

// overCategories adds up a function of the two shares of every category.
func overCategories(p, q []float64, term func(p, q float64) float64) (sum float64) {
	t := paired(p, q)
	for i := range p {
		sum += term(t.of(p[i], q[i]))
	}
	return sum
}

// Dissimilarity is the index of dissimilarity, the share of persons that would have to change category for the two
// distributions to be alike:
//
//	D = ½ Σ |p - q|
//
// between 0 and 1. It is the total variation distance. It does not see how far apart categories are, and a sample makes
// it positive where nothing differs: by some 0.4 Σ √(q(1-q)/n).
//
// Duncan and Duncan (1955), American Sociological Review 20:210-217.
func Dissimilarity(p, q []float64) float64 {
	return overCategories(p, q, func(p, q float64) float64 { return math.Abs(p-q) / 2 })
}

// MaxDifference is the largest difference of two shares, max |p - q|.
func MaxDifference(p, q []float64) float64 {
	t, most := paired(p, q), 0.0
	for i := range p {
		a, b := t.of(p[i], q[i])
		most = math.Max(most, math.Abs(a-b)) // NaN stays
	}
	return most
}

// Euclidean is the length of the difference of shares, √Σ(p - q)². It is ruled by the large categories.
func Euclidean(p, q []float64) float64 {
	return math.Sqrt(overCategories(p, q, func(p, q float64) float64 { return (p - q) * (p - q) }))
}

// TriangularDistance is the symmetric chi-square distance
//
//	½ Σ (p - q)²/(p + q)
//
// between 0 and 1, of categories that are not empty on both sides. Le Cam (1986), Asymptotic Methods in Statistical
// Decision Theory, chapter 4.
func TriangularDistance(p, q []float64) float64 {
	return overCategories(p, q, func(p, q float64) float64 {
		if p+q == 0 {
			return 0
		}
		return (p - q) * (p - q) / (p + q) / 2
	})
}

// BhattacharyyaCoefficient is Σ √(pq): 1 where the distributions are alike, 0 where no category is shared.
//
// Bhattacharyya (1943), Bulletin of the Calcutta Mathematical Society 35:99-109.
func BhattacharyyaCoefficient(p, q []float64) float64 { return 1 - squaredHellinger(p, q) }

// BhattacharyyaDistance is -log of the coefficient: +Inf where no category is shared.
func BhattacharyyaDistance(p, q []float64) float64 { return -math.Log1p(-squaredHellinger(p, q)) }

// Hellinger is the Hellinger distance in the convention that keeps it between 0 and 1:
//
//	H = √(1 - Σ √(pq)) = √(½ Σ (√p - √q)²)
//
// Some programs leave out the half and give √2 H, or give 2H.
func Hellinger(p, q []float64) float64 { return math.Sqrt(squaredHellinger(p, q)) }

func squaredHellinger(p, q []float64) float64 {
	return overCategories(p, q, func(p, q float64) float64 {
		d := math.Sqrt(p) - math.Sqrt(q)
		return d * d / 2
	})
}

// RelativeDifference is the mean relative difference of shares, halved, as the index of relative difference has it:
//
//	½ · mean of |q/p - 1|
//
// over categories, p the standard. Small categories count as much as large ones, so that noise in them rules it. It is
// NaN where the standard has an empty category.
//
// Siegel and Swanson (2004), The Methods and Materials of Demography, chapter 7.
func RelativeDifference(p, q []float64) float64 {
	return overCategories(p, q, func(p, q float64) float64 {
		if p == 0 {
			return math.NaN()
		}
		return math.Abs(q/p-1) / 2
	}) / float64(len(p))
}

// MeanDifference is the mean over categories of |p - q|: twice the index of dissimilarity by the number of categories.
func MeanDifference(p, q []float64) float64 { return 2 * Dissimilarity(p, q) / float64(len(p)) }
