package analysis

import "math"

// A fold adds numbers so that any order gives the same bits. Every number is cut at two binary places that depend on
// the largest number and on how many there are, and on nothing else; the pieces are then whole multiples of one power
// of two each, few enough to be added without rounding. What is cut off below the second place is less than 2^-52
// times the largest number for up to 2^26 numbers.
//
// Demmel and Nguyen (2013), Proceedings of the 21st IEEE Symposium on Computer Arithmetic, 163-172, with two folds.
type fold struct{ high, low float64 }

// newFold makes a fold for up to n numbers of which none is larger than largest. A fold of numbers that are not finite
// lets them through.
func newFold(largest float64, n int) fold {
	if !(largest > 0) || math.IsInf(largest, 1) {
		return fold{}
	}
	count := math.Ilogb(float64(max(n, 1))) + 1
	e := math.Ilogb(largest) + 1 + count
	return fold{high: math.Ldexp(1.5, e), low: math.Ldexp(1.5, e-53+count)}
}

// split gives the two pieces of v. The differences are exact, and no product is near that could be fused with them.
func (f fold) split(v float64) (high, low float64) {
	if f.high == 0 {
		return v, 0
	}
	high = (v + f.high) - f.high
	low = ((v - high) + f.low) - f.low
	return high, low
}

// sum adds up numbers; any order of them gives the same bits.
func sum(v []float64) float64 {
	f := newFold(largestOf(v), len(v))
	high, low := 0.0, 0.0
	for _, x := range v {
		h, l := f.split(x)
		high += h
		low += l
	}
	return high + low
}

// sumByCell adds up numbers by cell, those in no cell (below 0) left out; any order of them gives the same bits.
func sumByCell(v []float64, cell []int32, k int) []float64 {
	f := newFold(largestIn(cell, v), len(v))
	high, low := make([]float64, k), make([]float64, k)
	for i, x := range v {
		if c := cell[i]; c >= 0 {
			h, l := f.split(x)
			high[c] += h
			low[c] += l
		}
	}
	for c := range high {
		high[c] += low[c]
	}
	return high
}

// largestOf is the size of the largest of some numbers, NaN where one is.
func largestOf(v []float64) (largest float64) {
	for _, x := range v {
		largest = larger(largest, math.Abs(x))
	}
	return largest
}

// larger is the larger of two numbers, and NaN where b is.
func larger(a, b float64) float64 {
	if b > a || b != b {
		return b
	}
	return a
}

// weightedSum is Σ wv over the rows of weight other than 0; any order of rows gives the same bits. Values of rows
// without weight are not looked at, so that they may be missing.
func weightedSum(w, v []float64) float64 {
	products := make([]float64, 0, len(w))
	for i, x := range w {
		if x != 0 {
			products = append(products, x*v[i])
		}
	}
	return sum(products)
}
