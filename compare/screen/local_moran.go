package screen

import (
	"math"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
)

// A Cluster says how an area and its neighbours lie to the mean.
type Cluster string

const (
	HighHigh  Cluster = "HH" // a high value among high ones
	LowLow    Cluster = "LL"
	HighLow   Cluster = "HL" // a high value among low ones: an exception
	LowHigh   Cluster = "LH"
	NoCluster Cluster = ""
)

// A LocalMoran is the part of an area in Moran's I.
type LocalMoran struct {
	I              float64 // zi/m2 · Σj wij zj
	Z              float64 // of Σj wij zj, where zi stays and the others lie anywhere
	PValue, QValue float64 // two-sided; adjusted by Benjamini and Hochberg over the areas
	Quadrant       Cluster // whether significant or not
}

// LocalMorans are local indicators of spatial association:
//
//	Ii = zi/m2 · Σj wij zj,  m2 = Σ z²/n
//
// The test is conditional: the area keeps its value, and those of the others are spread over all other areas. Then
// the lag Σ wij zj is a weighted sum of a sample without replacement, with
//
//	mean  Wi·(-zi)/(n-1),   variance  (Σ wij² - Wi²/(n-1)) · n'/(n-2) · s²
//
// over the n' = n-1 others, s² their variance with divisor n'. It is taken as normal, which it is not for a few
// neighbours of skew values: give NormalScores, for which it is nearly so. Areas without a value, or without a
// neighbour that has one, have NaN. It panics where values and neighbours differ in length.
//
// Anselin (1995), Geographical Analysis 27:93-115; Sokal, Oden and Thomson (1998), the same 30:331-354.
func LocalMorans(x []float64, neighbours Neighbours) []LocalMoran {
	w, values, kept := neighbours.valued(x)
	out := make([]LocalMoran, len(x))
	for i := range out {
		out[i] = LocalMoran{I: nan, Z: nan, PValue: nan, QValue: nan}
	}
	c := centred(values)
	if len(kept) < 4 || !(c.second > 0) {
		return out
	}
	p := make([]float64, len(kept))
	for k := range kept {
		l := &out[kept[k]]
		lag := w.lag(k, c.z)
		l.I = c.z[k] / c.second * lag
		l.Z = w.conditional(k, lag, c)
		l.PValue = 2 * analysis.UpperTail(math.Abs(l.Z), math.Inf(1))
		l.Quadrant = quadrant(c.z[k], lag)
		p[k] = l.PValue
	}
	for k, q := range compare.BenjaminiHochberg(p) {
		out[kept[k]].QValue = q
	}
	return out
}

// conditional is the score of a lag where the area keeps its value.
func (n Neighbours) conditional(i int, lag float64, c deviations) float64 {
	_, weight := n.Of(i)
	sum, squares := 0.0, 0.0
	for _, w := range weight {
		sum, squares = sum+w, squares+w*w
	}
	all := float64(len(c.z))
	others := all - 1
	mean := -c.z[i] / others
	s2 := (all*c.second-c.z[i]*c.z[i])/others - mean*mean
	variance := (squares - sum*sum/others) * others / (others - 1) * s2
	if !(variance > 0) {
		return nan
	}
	return (lag - sum*mean) / math.Sqrt(variance)
}

func quadrant(z, lag float64) Cluster {
	switch {
	case z > 0 && lag > 0:
		return HighHigh
	case z < 0 && lag < 0:
		return LowLow
	case z > 0 && lag < 0:
		return HighLow
	case z < 0 && lag > 0:
		return LowHigh
	}
	return NoCluster
}
