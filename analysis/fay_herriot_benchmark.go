package analysis

import (
	"errors"
	"fmt"
	"math"
)

// A Benchmark is a way to make estimates of areas agree with a total that was published.
type Benchmark uint8

const (
	NotBenchmarked      Benchmark = iota
	RatioBenchmark                // every estimate times T/Σ Wd θ̂d
	DifferenceBenchmark           // every estimate plus (T - Σ Wd θ̂d)/Σ Wd
)

// String is the way in words.
func (b Benchmark) String() string {
	switch b {
	case NotBenchmarked:
		return "not benchmarked"
	case RatioBenchmark:
		return "benchmarked by ratio"
	case DifferenceBenchmark:
		return "benchmarked by difference"
	}
	return "unknown benchmark"
}

// Benchmarked gives the estimates adjusted so that Σ Wd θ̂d = total. The weight Wd is what an area counts in the total:
// its population where the estimates are means, 1 where they are totals; it is at least 0. The mean squared error
// becomes
//
//	MSE + (adjusted - θ̂d)²
//
// as the best predictor and its error are uncorrelated; that the total has an error of its own is not in it. The parts
// G1, G2, G3 stay those of the model. The error names the area with an impossible weight, and says where no
// adjustment can reach the total. Benchmarked panics where the lengths differ, or the way is none of the two.
//
// Datta, Ghosh, Steorts and Maples (2011), TEST 20:574-588; Rao and Molina (2015), Small Area Estimation, second
// edition, chapter 6.
func Benchmarked(areas []AreaEstimate, weights []float64, total float64, by Benchmark) ([]AreaEstimate, error) {
	if len(weights) != len(areas) {
		panic("analysis: weights and estimates of areas differ in length")
	}
	adjust, err := adjustment(areas, weights, total, by)
	if err != nil {
		return nil, err
	}
	out := make([]AreaEstimate, len(areas))
	for d, e := range areas {
		move := adjust(e.Value) - e.Value
		e.Value, e.MSE, e.Benchmark = e.Value+move, e.MSE+move*move, by
		out[d] = e
	}
	return out, nil
}

// adjustment is what to do with every value.
func adjustment(areas []AreaEstimate, weights []float64, total float64, by Benchmark) (func(float64) float64, error) {
	sum, weight := 0.0, 0.0
	for d, w := range weights {
		if !(w >= 0) || math.IsInf(w, 1) {
			return nil, fmt.Errorf("analysis: weight of area %d is %v, want at least 0 and finite", d, w)
		}
		sum, weight = sum+w*areas[d].Value, weight+w
	}
	switch {
	case math.IsNaN(total) || math.IsInf(total, 0):
		return nil, fmt.Errorf("analysis: the total to agree with is %v", total)
	case weight == 0:
		return nil, errors.New("analysis: no area counts in the total to agree with")
	case by == RatioBenchmark && sum == 0 && total != 0:
		return nil, fmt.Errorf("analysis: the estimates add up to 0: no ratio makes them %v", total)
	case by == RatioBenchmark && sum == 0:
		return func(v float64) float64 { return v }, nil
	case by == RatioBenchmark:
		return func(v float64) float64 { return v * (total / sum) }, nil
	case by == DifferenceBenchmark:
		return func(v float64) float64 { return v + (total-sum)/weight }, nil
	}
	panic("analysis: unknown benchmark")
}
