package screen

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/concord-stat/concord/analysis"
)

// MoranI is a measure of whether values of neighbours are alike.
type MoranI struct {
	I              float64 // about 0 for values without pattern, towards 1 where neighbours are alike
	Expected       float64 // -1/(n-1), without pattern
	NormalSE       float64 // of I without pattern, if the values are a normal sample
	RandomisedSE   float64 // the same, if the values as they are lie anywhere: the one for the test
	Z, PValue      float64 // by RandomisedSE; two-sided
	Areas, Islands int     // areas used; areas with a value left out for want of a neighbour with one
}

// Moran is Moran's I of values on neighbours:
//
//	I = n/S0 · ΣΣ wij zi zj / Σ zi²,  z = x - x̄
//
// with expectation and variance under randomisation. Areas without a value (NaN) or without a neighbour that has one
// are left out. Everything is NaN with fewer than 4 areas or without variance.
//
// It misleads where the values have errors of different sizes: sampling error is no pattern and draws I to 0, the
// more the smaller the areas; see Reliable. And values shrunken towards the mean of their district are alike for that
// reason alone. A few gross values rule it; take NormalScores of them. It panics where values and neighbours differ
// in length.
//
// Cliff and Ord (1981), Spatial Processes, section 2.3.
func Moran(x []float64, neighbours Neighbours) MoranI {
	w, values, kept := neighbours.valued(x)
	m := MoranI{Areas: len(kept)}
	for _, v := range x {
		if !math.IsNaN(v) {
			m.Islands++
		}
	}
	m.Islands -= m.Areas
	c := centred(values)
	n := float64(len(kept))
	if n < 4 || !(c.second > 0) {
		m.I, m.Expected, m.NormalSE, m.RandomisedSE, m.Z, m.PValue = nan, nan, nan, nan, nan, nan
		return m
	}
	s0, s1, s2 := w.sums()
	m.I = w.cross(c.z) / s0 / c.second
	m.Expected = -1 / (n - 1)
	square := m.Expected * m.Expected
	m.NormalSE = math.Sqrt((n*n*s1-n*s2+3*s0*s0)/((n*n-1)*s0*s0) - square)
	b2 := c.fourth / (c.second * c.second)
	m.RandomisedSE = math.Sqrt((n*((n*n-3*n+3)*s1-n*s2+3*s0*s0)-b2*((n*n-n)*s1-2*n*s2+6*s0*s0))/
		((n-1)*(n-2)*(n-3)*s0*s0) - square)
	m.Z = (m.I - m.Expected) / m.RandomisedSE
	m.PValue = 2 * analysis.UpperTail(math.Abs(m.Z), math.Inf(1))
	return m
}

// MoranPermutation is the p-value of Moran's I by times permutations of the values over the areas, of I at least as
// far above its expectation (or below it, whichever I is), doubled and at most 1:
//
//	2 (1 + those as extreme)/(1 + times)
//
// One seed gives one value. It is NaN where Moran is.
func MoranPermutation(x []float64, neighbours Neighbours, times int, seed uint64) float64 {
	m := Moran(x, neighbours)
	if math.IsNaN(m.I) {
		return nan
	}
	w, values, _ := neighbours.valued(x)
	c := centred(values)
	s0, _, _ := w.sums()
	rng := rand.New(rand.NewPCG(seed, 0x6d6f72616e))
	extreme := 1
	for range times {
		rng.Shuffle(len(c.z), func(i, j int) { c.z[i], c.z[j] = c.z[j], c.z[i] })
		i := w.cross(c.z) / s0 / c.second
		if m.I >= m.Expected && i >= m.I || m.I < m.Expected && i <= m.I {
			extreme++
		}
	}
	return math.Min(1, 2*float64(extreme)/float64(times+1))
}

// Reliable is Moran's I of what the values would be without their errors:
//
//	ΣΣ wij zi zj / ΣΣ wij √(ki kj),  z = (y - prior)/√(τ² + v),  k = τ²/(τ² + v)
//
// z are standardised discrepancies and k the share of their variance that is no error; errors of different areas are
// taken as independent, so they are in no product of two. It may lie past 1, and is NaN where the shares are next to
// nothing.
//
// Spearman (1904), American Journal of Psychology 15:72-101, for the correction; Assunção and Reis (1999), Statistics
// in Medicine 18:2147-2162, for the scores.
func Reliable(z, share []float64, neighbours Neighbours) float64 {
	if len(z) != len(share) {
		panic("screen: scores and shares differ in length")
	}
	w, values, kept := neighbours.valued(z)
	root := make([]float64, len(kept))
	for k, i := range kept {
		root[k] = math.Sqrt(share[i])
	}
	s0, _, _ := w.sums()
	known := w.cross(root) / s0
	if !(known > 0.01) {
		return nan
	}
	c := centred(values)
	return w.cross(c.z) / s0 / known
}

// cross is ΣΣ wij zi zj.
func (n Neighbours) cross(z []float64) (sum float64) {
	for i, zi := range z {
		sum += zi * n.lag(i, z)
	}
	return sum
}

// lag is Σ wij zj.
func (n Neighbours) lag(i int, z []float64) (sum float64) {
	to, weight := n.Of(i)
	for k, j := range to {
		sum += weight[k] * z[j]
	}
	return sum
}

// deviations from the mean, and their mean powers.
type deviations struct {
	z              []float64
	second, fourth float64
}

func centred(x []float64) deviations {
	d, mean, n := deviations{z: make([]float64, len(x))}, 0.0, float64(len(x))
	if len(x) == 0 || slices.Min(x) == slices.Max(x) {
		return d // no variance, and none by rounding
	}
	for _, v := range x {
		mean += v / n
	}
	for i, v := range x {
		d.z[i] = v - mean
		square := d.z[i] * d.z[i]
		d.second += square / n
		d.fourth += square * square / n
	}
	return d
}
