package screen

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// JamesStein are areas of one and the same variance, shrunken to their mean.
type JamesStein struct {
	Mean  float64   // of all areas, each counting alike
	Kept  float64   // weight of an area's own figure, from 0 to 1
	Value []float64 // shrunken figures
}

// ShrinkJamesStein shrinks k figures of the same known variance to their mean ȳ, by the positive part of the rule that
// Efron and Morris give for an unknown mean:
//
//	ȳ + c (yi - ȳ),  c = max(0, 1 - (k-3) v / Σ (yi - ȳ)²)
//
// Over all areas together the squared error is smaller than that of the figures themselves, whatever the truth is, from
// four areas on; of three or fewer nothing is shrunken. It misleads for an area unlike the others, which it moves as
// much as any: see Shrink. It panics where the variance is not above 0.
//
// Efron and Morris (1975), Journal of the American Statistical Association 70:311-319.
func ShrinkJamesStein(y []float64, variance float64) JamesStein {
	if !(variance > 0) {
		panic("screen: the variance of figures to be shrunken must be above 0")
	}
	s := JamesStein{Mean: stat.Mean(y, nil), Kept: 1, Value: make([]float64, len(y))}
	var spread float64
	for _, v := range y {
		spread += (v - s.Mean) * (v - s.Mean)
	}
	if k := float64(len(y)); k > 3 {
		s.Kept = math.Max(0, 1-(k-3)*variance/spread)
	}
	for i, v := range y {
		s.Value[i] = s.Mean + s.Kept*(v-s.Mean)
	}
	return s
}
