package compare

import (
	"fmt"
	"math"
)

// Randomness is the indices to expect where persons are spread at random: everybody in an area of n persons is of the
// group with the probability P, whatever the area. n are the effective persons of areas that are sampled; nil is x + y.
// With eᵢ the mean of |pᵢ - P| over shares pᵢ of nᵢ,
//
//	D* = Σ tᵢ eᵢ/(2TP(1-P)),  η²* = Σ (tᵢ/nᵢ)/T,  H* = Σ (tᵢ/2nᵢ)/(TE),
//	G* = Σᵢ Σⱼ tᵢtⱼ √(2/π) √(P(1-P)(1/nᵢ + 1/nⱼ))/(2T²P(1-P))
//
// eᵢ by de Moivre's formula, or the normal distribution where nP(1-P) is above 50; G* with areas of like size taken
// together. H* is too large where nP is below some 3. Areas without anybody or without n do not count.
//
// Winship (1977), Social Forces 55:1058-1066; Carrington and Troske (1997), Journal of Business & Economic Statistics
// 15:402-409.
func Randomness(x, y, n []float64) Indices {
	if n != nil && len(n) != len(x) {
		panic(fmt.Sprintf("compare: sizes of %d areas of %d", len(n), len(x)))
	}
	allX, allY, _ := groupSums(x, y)
	if !(allX > 0) || !(allY > 0) {
		return noIndices()
	}
	all := allX + allY
	p := allX / all
	var r Indices
	var sizes sizeClasses
	entropy := entropyOfTwo(p)
	for i := range x {
		t := x[i] + y[i]
		size := sizeOf(t, n, i)
		if !(t > 0) || !(size > 0) {
			continue
		}
		r.Dissimilarity += t * meanDeviation(size, p) / (2 * all * p * (1 - p))
		r.Eta2 += t / size / all
		r.TheilH += t / all * math.Min(1, 1/(2*size*entropy))
		sizes.add(t/all, size)
	}
	r.Eta2 = math.Min(1, r.Eta2)
	r.Gini = math.Min(1, sizes.spread()*meanAbsolute/(2*math.Sqrt(p*(1-p))))
	r.Isolation = p + (1-p)*r.Eta2
	r.Interaction = 1 - r.Isolation
	return r
}

func sizeOf(t float64, n []float64, i int) float64 {
	if n == nil {
		return t
	}
	return n[i]
}

// meanDeviation is the mean of |x/n - p| of a binomial x: 2m C(n,m) pᵐ(1-p)^(n-m+1)/n with m = ⌊np⌋ + 1.
//
// De Moivre (1730); Diaconis and Zabell (1991), Statistical Science 6:284-302.
func meanDeviation(n, p float64) float64 {
	if n*p*(1-p) > 50 {
		return meanAbsolute * math.Sqrt(p*(1-p)/n)
	}
	n = math.Max(1, math.Round(n))
	m := math.Floor(n*p) + 1
	return 2 * m / n * math.Exp(logChoose(n, m)+m*math.Log(p)+(n-m+1)*math.Log1p(-p))
}

func logChoose(n, m float64) float64 {
	a, _ := math.Lgamma(n + 1)
	b, _ := math.Lgamma(m + 1)
	c, _ := math.Lgamma(n - m + 1)
	return a - b - c
}

// sizeClasses are the persons in areas by size, in classes of which each holds sizes a twelfth larger than the one
// before, from 2^-8 to 2^40.
type sizeClasses struct{ persons, byOne [577]float64 }

func (s *sizeClasses) add(persons, size float64) {
	i := int(math.Max(0, math.Min(576, 12*(math.Log2(size)+8))))
	s.persons[i] += persons
	s.byOne[i] += persons / size
}

// spread is Σᵢ Σⱼ tᵢtⱼ √(1/nᵢ + 1/nⱼ)/T².
func (s *sizeClasses) spread() (sum float64) {
	var share, byOne []float64
	for i, t := range s.persons {
		if t > 0 {
			share, byOne = append(share, t), append(byOne, s.byOne[i]/t)
		}
	}
	for i, t := range share {
		for j, u := range share {
			sum += t * u * math.Sqrt(byOne[i]+byOne[j])
		}
	}
	return sum
}

// above corrects indices for chance. Those of evenness and the correlation ratio are what is left above chance, as a
// share of what there could be: (D - D*)/(1 - D*), or (D - D*)/D* below it. Isolation and interaction follow from the
// correlation ratio.
func (a Indices) above(random Indices, p float64) Indices {
	out := Indices{
		Dissimilarity: aboveChance(a.Dissimilarity, random.Dissimilarity), Eta2: aboveChance(a.Eta2, random.Eta2),
		TheilH: aboveChance(a.TheilH, random.TheilH), Gini: aboveChance(a.Gini, random.Gini),
	}
	out.Isolation = p + (1-p)*out.Eta2
	if a.Eta2 < random.Eta2 { // below chance the ratio has another scale
		out.Isolation = p + (1-p)*(a.Eta2-random.Eta2)/(1-random.Eta2)
	}
	out.Interaction = 1 - out.Isolation
	return out
}

func aboveChance(value, random float64) float64 {
	if value < random {
		return (value - random) / random
	}
	return (value - random) / (1 - random)
}
