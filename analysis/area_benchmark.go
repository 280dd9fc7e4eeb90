package analysis

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// A Benchmark is a way to make estimates of areas agree with a total that was published.
type Benchmark uint8

const (
	NotBenchmarked      Benchmark = iota
	RatioBenchmark                // every estimate times T/Σ Wd θ̂d
	DifferenceBenchmark           // every estimate plus (T - Σ Wd θ̂d)/Σ Wd
	MSEBenchmark                  // every estimate plus Wd·MSEd (T - Σ Wd θ̂d)/Σ Wd²·MSEd: what is uncertain moves most
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
	case MSEBenchmark:
		return "benchmarked by mean squared error"
	}
	return "unknown benchmark"
}

// Benchmarked gives the estimates, of any kinds, adjusted so that Σ Wd θ̂d = total. The weight Wd is what an area
// counts in the total: its population where the estimates are means, 1 where they are totals; it is at least 0.
// MSEBenchmark is the adjustment with the least Σ (step²/MSEd). The mean squared error becomes
//
//	MSE + (adjusted - θ̂d)²
//
// as the best predictor and its error are uncorrelated; that the total has an error of its own is not in it. The parts
// of the error stay as they were. An area of weight 0 does not count, but moves with the others by ratio and
// difference.
//
// The error names the area with an impossible weight or without an estimate that counts (one that is refused, or for
// MSEBenchmark one whose error is unknown or negative), and says where no adjustment can reach the total. Benchmarked
// panics where the lengths differ, or the way is none of the three.
//
// Wang, Fuller and Qu (2008), Survey Methodology 34:29-36; Datta, Ghosh, Steorts and Maples (2011), TEST 20:574-588;
// Rao and Molina (2015), Small Area Estimation, second edition, chapter 6.
func Benchmarked(areas []AreaEstimate, weights []float64, total float64, by Benchmark) ([]AreaEstimate, error) {
	if len(weights) != len(areas) {
		panic("analysis: weights and estimates of areas differ in length")
	}
	if by != RatioBenchmark && by != DifferenceBenchmark && by != MSEBenchmark {
		panic("analysis: unknown benchmark")
	}
	all := identity[int](len(areas))
	out := slices.Clone(areas)
	if err := benchmark(out, weights, all, total, by); err != nil {
		return nil, err
	}
	return out, nil
}

// BenchmarkedWithin makes the areas of every group agree with the total of the group: communes with their provinces.
// group gives the group of every area, a position in totals. A total that is NaN was not published: the areas of its
// group stay as they are. Where the totals of the groups have themselves been benchmarked to one of the country, the
// areas agree with that as well.
//
// Errors, panics and source are those of Benchmarked; it also panics where a group has no place in totals.
func BenchmarkedWithin(
	areas []AreaEstimate, weights []float64, group []int32, totals []float64, by Benchmark,
) ([]AreaEstimate, error) {
	if len(weights) != len(areas) || len(group) != len(areas) {
		panic("analysis: weights, groups and estimates of areas differ in length")
	}
	members := make([][]int, len(totals))
	for d, g := range group {
		members[g] = append(members[g], d)
	}
	out := slices.Clone(areas)
	for g, total := range totals {
		if math.IsNaN(total) {
			continue
		}
		if err := benchmark(out, weights, members[g], total, by); err != nil {
			return nil, fmt.Errorf("group %d: %w", g, err)
		}
	}
	return out, nil
}

// benchmark moves the members to their total.
func benchmark(areas []AreaEstimate, weights []float64, members []int, total float64, by Benchmark) error {
	sum, err := counting(areas, weights, members, by)
	if err != nil {
		return err
	}
	step, err := steps(areas, weights, members, total-sum, sum, by)
	if err != nil {
		return fmt.Errorf("%w %v", err, total)
	}
	for _, d := range members {
		e, move := &areas[d], step(d)
		if e.Kind == Refused {
			continue
		}
		e.Value, e.MSE, e.Benchmark = e.Value+move, e.MSE+move*move, by
	}
	return nil
}

// counting is Σ Wd θ̂d, of weights and estimates that are possible.
func counting(areas []AreaEstimate, weights []float64, members []int, by Benchmark) (sum float64, err error) {
	for _, d := range members {
		w, e := weights[d], areas[d]
		switch {
		case !(w >= 0) || math.IsInf(w, 1):
			return 0, fmt.Errorf("analysis: weight of area %d is %v, want at least 0 and finite", d, w)
		case w == 0:
			continue
		case math.IsNaN(e.Value):
			return 0, fmt.Errorf("analysis: area %d counts in the total and has no estimate (%s)", d, e.Label())
		case by == MSEBenchmark && !(e.MSE >= 0):
			return 0, fmt.Errorf("analysis: mean squared error of area %d is %v: it cannot weigh the area", d, e.MSE)
		}
		sum += w * e.Value
	}
	return sum, nil
}

// steps is by how much every area is to move, so that the sum moves by gap. Its error lacks the total.
func steps(
	areas []AreaEstimate, weights []float64, members []int, gap, sum float64, by Benchmark,
) (func(d int) float64, error) {
	weight, moving := 0.0, 0.0
	for _, d := range members {
		weight += weights[d]
		moving += weights[d] * uncertain(weights[d], areas[d].MSE)
	}
	switch {
	case math.IsNaN(gap) || math.IsInf(gap, 0):
		return nil, errors.New("analysis: the total to agree with is")
	case weight == 0:
		return nil, errors.New("analysis: no area counts in the total to agree with,")
	case gap == 0:
		return func(int) float64 { return 0 }, nil
	case by == RatioBenchmark && sum == 0:
		return nil, errors.New("analysis: the estimates add up to 0: no ratio makes them")
	case by == MSEBenchmark && moving == 0:
		return nil, errors.New("analysis: every estimate that counts is without error: none may move to reach")
	case by == RatioBenchmark:
		return func(d int) float64 { return areas[d].Value * (gap / sum) }, nil
	case by == DifferenceBenchmark:
		return func(int) float64 { return gap / weight }, nil
	}
	return func(d int) float64 { return uncertain(weights[d], areas[d].MSE) * (gap / moving) }, nil
}

// uncertain is W·MSE, and 0 where the area does not count, whatever its error.
func uncertain(weight, mse float64) float64 {
	if weight == 0 {
		return 0
	}
	return weight * mse
}
