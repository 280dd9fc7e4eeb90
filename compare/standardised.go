package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// StandardisedDifference is the difference of two shares in units of the standard deviation of a person's belonging:
//
//	d = (p - q)/s,  s² = (p(1-p) + q(1-q))/2
//
// It has no unit, does not grow with the number of persons, and makes cells of any size comparable: beyond 0.1 a
// difference is usually held to matter. The standard error is that of the delta method, s varying too:
//
//	SE² = (1/s - d(1-2p)/(4s²))²·v(p) + (1/s + d(1-2q)/(4s²))²·v(q)
//
// for independent shares. It misleads for shares near 0 or 1, where a difference of no importance is many such units. It
// is NaN where both shares are 0 or 1 alike.
//
// Austin (2009), Communications in Statistics – Simulation and Computation 38:1228-1234.
func StandardisedDifference(p, q analysis.Estimate) analysis.Estimate {
	d, se := standardised(p.Value, q.Value, p.SE*p.SE, q.SE*q.SE)
	return analysis.Estimate{
		Value: d, SE: se, DF: satterthwaite(p.SE*p.SE, p.DF, q.SE*q.SE, q.DF, 0), N: p.N + q.N, Notes: p.Notes | q.Notes,
	}
}

func standardised(p, q, vp, vq float64) (d, se float64) {
	square := (p*(1-p) + q*(1-q)) / 2
	if !(square > 0) {
		return math.NaN(), math.NaN()
	}
	s := math.Sqrt(square)
	d = (p - q) / s
	dp, dq := 1/s-d*(1-2*p)/(4*square), 1/s+d*(1-2*q)/(4*square)
	return d, math.Sqrt(dp*dp*vp + dq*dq*vq)
}

// StandardisedDifferences are the standardised differences of the shares that the cells of an area have in it, and their
// standard errors. Figures run over areas, and within them over the given number of cells, which are parts of one whole.
// What one of the sides is silent about, or has no figure of, is left out of both. The variance of a share takes the
// cells of an area for independent,
//
//	v(p) = ((1-p)²·v(cell) + p²·v(the others)) / (sum of the cells)²
//
// noise included, which is so for noise and under a superpopulation; in a sample of households the cells of an area rise
// and fall together, and the standard error is too large. It is NaN where a side does not state its error, 0 for
// complete counts that are not taken for a superpopulation. All is NaN where an area has fewer than two such cells.
func StandardisedDifferences(register, census Figures, cells int, superpopulation bool) (d, se []float64) {
	k := len(register.Value)
	if len(census.Value) != k || cells < 1 || k%cells != 0 {
		panic("compare: the two sides have different numbers of cells, or not as many in every area")
	}
	d, se = make([]float64, k), make([]float64, k)
	for first := 0; first < k; first += cells {
		var of [2]wholeArea
		both := 0
		for i := first; i < first+cells; i++ {
			if bothSpeak(&register, &census, i) {
				of[0].add(&register, i, superpopulation)
				of[1].add(&census, i, superpopulation)
				both++
			}
		}
		for i := first; i < first+cells; i++ {
			d[i], se[i] = math.NaN(), math.NaN()
			if both > 1 && bothSpeak(&register, &census, i) {
				p, vp := of[0].share(&register, i, superpopulation)
				q, vq := of[1].share(&census, i, superpopulation)
				d[i], se[i] = standardised(p, q, vp, vq)
			}
		}
	}
	return d, se
}

func bothSpeak(register, census *Figures, i int) bool {
	return register.Silent[i] == "" && census.Silent[i] == "" && !math.IsNaN(register.Value[i]-census.Value[i])
}

// A wholeArea is the sum of the cells of an area, and of their variances.
type wholeArea struct{ sum, v float64 }

func (w *wholeArea) add(f *Figures, i int, superpopulation bool) {
	w.sum += f.Value[i]
	w.v += f.sampling(i, superpopulation) + f.noise(i)
}

// share is that of a cell, and its variance.
func (w *wholeArea) share(f *Figures, i int, superpopulation bool) (p, v float64) {
	p, v = f.Value[i]/w.sum, f.sampling(i, superpopulation)+f.noise(i)
	return p, ((1-p)*(1-p)*v + p*p*(w.v-v)) / (w.sum * w.sum)
}
