package plan

import (
	"fmt"
	"math"
)

// Moments describe a variable by stratum, in what the allocations ask for.
type Moments struct {
	Units []float64 // Nh
	Total []float64
	Mean  []float64 // NaN for a stratum without units
	SD    []float64 // Sh, divisor Nh-1; 0 for a stratum of one unit or none
}

// MomentsByStratum gives the moments of y over the units of a frame, of which unit i lies in stratum[i], for so many
// strata:
//
//	Ȳh = Σ yhi/Nh,  Sh² = Σ (yhi - Ȳh)²/(Nh-1)
//
// Squares are added up about the mean in a second pass, so that large values with a small spread keep their digits. It
// panics if y and stratum differ in length or a stratum is not in 0 … strata-1.
func MomentsByStratum(y []float64, stratum []int, strata int) Moments {
	if len(y) != len(stratum) {
		panic(fmt.Sprintf("sampling: %d values for %d units in strata", len(y), len(stratum)))
	}
	m := Moments{make([]float64, strata), make([]float64, strata), make([]float64, strata), make([]float64, strata)}
	for i, v := range y {
		m.Units[stratum[i]]++
		m.Total[stratum[i]] += v
	}
	for h, n := range m.Units {
		m.Mean[h] = m.Total[h] / n
	}
	for i, v := range y {
		d := v - m.Mean[stratum[i]]
		m.SD[stratum[i]] += float64(d * d)
	}
	for h, n := range m.Units {
		m.SD[h] = math.Sqrt(m.SD[h] / max(1, n-1))
	}
	return m
}
