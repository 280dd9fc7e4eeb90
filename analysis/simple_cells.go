package analysis

import (
	"fmt"
	"math"
)

// A SimpleSample is what a simple random sample of N rows would have known of an estimate.
type SimpleSample struct {
	N          int64
	SumWeights float64 // size of the population by the weights
	Variance   float64 // of the estimate under simple random sampling with replacement
}

// Deff is the design effect of an estimate of this standard error: its variance over that of a simple random sample
// without replacement of as many rows, from a population of the size the weights add up to. See Estimates.Deff.
func (s SimpleSample) Deff(se float64) float64 {
	return s.DeffReplace(se) / ((s.SumWeights - float64(s.N)) / s.SumWeights)
}

// DeffReplace is the design effect over a simple random sample with replacement.
func (s SimpleSample) DeffReplace(se float64) float64 { return se * se / s.Variance }

// WeightsSum is Σ w, the size of the population by sampling weights; any order of rows gives the same bits.
func WeightsSum(w []float64) float64 { return sum(w) }

// SimpleTotals gives for the total of y in every cell what a simple random sample of as many rows as the cell has would
// have known of it:
//
//	N² S²y/n,  S²y = Σ w(y-ȳ)²/N · n/(n-1),  N = Σ w
//
// over the n rows of the cell that have weight, w being sampling weights. Two passes over the rows serve all cells. The
// other arguments are those of Sample.Totals. It panics where slices differ in length.
func SimpleTotals(w, y []float64, cell []int32, k int) []SimpleSample {
	if y == nil {
		y = ones(len(w))
	}
	mustBeRows(w, cell, y)
	return simpleByCell(w, y, cell, k)
}

// SimpleRatios is to ratios what SimpleTotals is to totals: the variance is that of the total of the linearised
// variable.
func SimpleRatios(w, y, x []float64, cell []int32, k int) []SimpleSample {
	if x == nil {
		x = ones(len(w))
	}
	mustBeRows(w, cell, y, x)
	above, below := weightedByCell(w, y, cell, k), weightedByCell(w, x, cell, k)
	u := make([]float64, len(w))
	for i, c := range cell {
		if c >= 0 && w[i] != 0 {
			u[i] = (y[i] - float64(above[c]/below[c]*x[i])) / below[c]
		}
	}
	return simpleByCell(w, u, cell, k)
}

func mustBeRows(w []float64, cell []int32, variables ...[]float64) {
	if len(cell) != len(w) {
		panic(fmt.Sprintf("analysis: cells of %d rows for a sample of %d", len(cell), len(w)))
	}
	for _, v := range variables {
		mustHave(v, len(w))
	}
}

// simpleByCell is simpleVariance by cell.
func simpleByCell(w, u []float64, cell []int32, k int) []SimpleSample {
	out := make([]SimpleSample, k)
	for i, c := range cell {
		if c >= 0 && w[i] != 0 {
			out[c].N++
		}
	}
	total, size := weightedByCell(w, u, cell, k), weightedByCell(w, nil, cell, k)
	squares := make([]float64, len(w))
	for i, c := range cell {
		if c >= 0 && w[i] != 0 {
			dev := u[i] - total[c]/size[c]
			squares[i] = dev * dev
		}
	}
	for c, ss := range weightedByCell(w, squares, cell, k) {
		out[c].SumWeights = size[c]
		out[c].Variance = math.NaN()
		if n := float64(out[c].N); n > 1 {
			out[c].Variance = size[c] * ss / (n - 1)
		}
	}
	return out
}

// weightedByCell is Σ wv by cell, Σ w where v is nil. Values of rows in no cell or without weight are not looked at.
// Any order of rows gives the same bits.
func weightedByCell(w, v []float64, cell []int32, k int) []float64 {
	weighted := make([]float64, len(w))
	for i, c := range cell {
		switch {
		case c < 0 || w[i] == 0:
		case v == nil:
			weighted[i] = w[i]
		default:
			weighted[i] = w[i] * v[i]
		}
	}
	return sumByCell(weighted, cell, k)
}
