package plan

import (
	"fmt"
	"math"
	"slices"
)

// A sizeTable holds the sizes of a population as distinct values, ascending, with sums up to each of them, so that any
// stratum of neighbouring values has its number and its spread in constant time. A stratum is a half-open range of
// positions of distinct values.
type sizeTable struct {
	values []float64
	units  []int     // units[i] have one of the first i values
	sum    []float64 // of the deviations from centre of these units
	square []float64 // of the squares of these deviations
	centre float64   // the mean of all, from which deviations lose fewer digits in sums
}

func newSizeTable(size []float64) (*sizeTable, error) {
	if len(size) == 0 {
		return nil, fmt.Errorf("sampling: no sizes to form strata of")
	}
	for i, x := range size {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, fmt.Errorf("sampling: size of unit %d is %v, want a finite number", i, x)
		}
	}
	sorted := slices.Sorted(slices.Values(size))
	t := &sizeTable{centre: meanOf(sorted), units: []int{0}, sum: []float64{0}, square: []float64{0}}
	for i := 0; i < len(sorted); {
		j := i + 1
		for j < len(sorted) && sorted[j] == sorted[i] {
			j++
		}
		t.add(sorted[i], j-i)
		i = j
	}
	if n := float64(len(size)); math.IsInf(t.square[t.distinct()]*n*n, 1) || math.IsNaN(t.square[t.distinct()]) {
		return nil, fmt.Errorf("sampling: squares of sizes from %v to %v overflow", sorted[0], sorted[len(sorted)-1])
	}
	return t, nil
}

func (t *sizeTable) add(value float64, times int) {
	last := len(t.values)
	d, f := value-t.centre, float64(times)
	t.values = append(t.values, value)
	t.units = append(t.units, t.units[last]+times)
	t.sum = append(t.sum, t.sum[last]+float64(f*d))
	t.square = append(t.square, t.square[last]+float64(float64(f*d)*d))
}

func meanOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func (t *sizeTable) distinct() int { return len(t.values) }

func (t *sizeTable) population() int { return t.units[len(t.values)] }

func (t *sizeTable) total() float64 {
	return float64(t.centre*float64(t.population())) + t.sum[len(t.values)]
}

func (t *sizeTable) count(from, to int) int { return t.units[to] - t.units[from] }

// spread is (Nh·Sh)² of the stratum, Sh with divisor Nh-1. It does not fall when the stratum grows, but for rounding.
func (t *sizeTable) spread(from, to int) float64 {
	if to-from <= 1 {
		return 0
	}
	n, s := float64(t.units[to]-t.units[from]), t.sum[to]-t.sum[from]
	ss := t.square[to] - t.square[from] - float64(s*s/n)
	return max(ss, 0) * n / (n - 1) * n
}

// moments are mean and standard deviation of the stratum, in two passes. They are 0 and 0 for no units.
func (t *sizeTable) moments(from, to int) (mean, sd float64) {
	n := float64(t.count(from, to))
	if n == 0 {
		return 0, 0
	}
	for i := from; i < to; i++ {
		mean += float64(float64(t.count(i, i+1)) * t.values[i] / n)
	}
	if to-from == 1 {
		return t.values[from], 0
	}
	for i := from; i < to; i++ {
		d := t.values[i] - mean
		sd += float64(float64(t.count(i, i+1)) * float64(d*d))
	}
	return mean, math.Sqrt(sd / (n - 1))
}

// positions are the cuts of the boundaries: each the first position of the stratum above it.
func (t *sizeTable) positions(boundaries []float64) []int {
	cuts := make([]int, len(boundaries))
	for h, b := range boundaries {
		cuts[h], _ = slices.BinarySearch(t.values, b)
	}
	return cuts
}
