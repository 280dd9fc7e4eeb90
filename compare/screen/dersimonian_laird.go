package screen

import "math"

// DerSimonianLaird is what the moments say of figures with known variances about a common mean.
type DerSimonianLaird struct {
	Fixed float64 // mean weighted by 1/v, as if all areas were alike
	Q     float64 // Cochran's Q, chi-squared on k-1 degrees of freedom if they were
	I2    float64 // share of the spread beyond chance, max(0, 1 - (k-1)/Q), from 0 to 1
	Tau2  float64 // variance between areas, at least 0
	Mean  float64 // mean weighted by 1/(v + τ²)
	SE    float64 // of Mean, the error of τ² not in it
}

// FitDerSimonianLaird estimates the variance between areas by its moments, without a search:
//
//	w = 1/v,  Q = Σ w (y - ȳw)²,  τ² = max(0, (Q - (k-1)) / (Σw - Σw²/Σw))
//
// τ² = 0 is a valid answer: the areas differ by no more than chance. A NaN of y is left out. Everything is NaN with
// fewer than two areas. It misleads where variances are very unequal, for which REML is better. It panics where the
// slices differ in length or a variance is not above 0.
//
// DerSimonian and Laird (1986), Controlled Clinical Trials 7:177-188; Higgins and Thompson (2002), Statistics in
// Medicine 21:1539-1558 for I².
func FitDerSimonianLaird(y, variance []float64) DerSimonianLaird {
	one := weightedMean(y, variance, 0)
	k := float64(one.n)
	if one.n < 2 {
		return DerSimonianLaird{nan, nan, nan, nan, nan, nan}
	}
	f := DerSimonianLaird{Fixed: one.mean, Q: one.spread, I2: math.Max(0, 1-(k-1)/one.spread)}
	f.Tau2 = math.Max(0, (f.Q-(k-1))/(one.sum-one.squares/one.sum))
	all := weightedMean(y, variance, f.Tau2)
	f.Mean, f.SE = all.mean, 1/math.Sqrt(all.sum)
	return f
}

// moments are sums with the weights 1/(v + τ²).
type moments struct {
	n                          int
	sum, squares, mean, spread float64
}

func weightedMean(y, variance []float64, tau2 float64) (m moments) {
	if len(y) != len(variance) {
		panic("screen: figures and variances differ in length")
	}
	for i, v := range variance {
		if math.IsNaN(y[i]) {
			continue
		}
		if !(v > 0) {
			panic("screen: the variance of an area must be above 0")
		}
		w := 1 / (v + tau2)
		m.n++
		m.sum += w
		m.squares += w * w
		m.mean += w * y[i]
	}
	m.mean /= m.sum
	for i, v := range variance {
		if !math.IsNaN(y[i]) {
			m.spread += (y[i] - m.mean) * (y[i] - m.mean) / (v + tau2)
		}
	}
	return m
}

// Shrink draws figures to the mean, by the weight of their own figure τ²/(τ² + v), which is given beside. A NaN
// becomes the mean with weight 0.
func (f DerSimonianLaird) Shrink(y, variance []float64) (value, kept []float64) {
	value, kept = make([]float64, len(y)), make([]float64, len(y))
	for i, v := range y {
		value[i] = f.Mean
		if !math.IsNaN(v) {
			kept[i] = f.Tau2 / (f.Tau2 + variance[i])
			value[i] += kept[i] * (v - f.Mean)
		}
	}
	return value, kept
}
