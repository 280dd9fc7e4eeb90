package screen

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// JointRanks are sets of ranks that hold for all areas at once: with the probability level, every area's true rank, 1
// for the largest value, is in its set. From simultaneous intervals [Li, Ui] of all areas,
//
//	rank of i ≥ 1 + number of Lj > Ui,   rank of i ≤ n - number of Uj < Li
//
// The intervals are value ∓ z·se with z for a probability of level^(1/n) each (Šidák, who needs independence). Of n
// areas with a value; the others have NaN. It needs no model: take figures that are not shrunken. For ten thousand
// areas the sets are wide, which is what is known of all ranks together; see Ranks for one area at a time. It panics
// where the slices differ in length.
//
// Klein, Wright and Wieczorek (2020), Journal of the Royal Statistical Society A 183:589-606.
func JointRanks(value, se []float64, level float64) []Rank {
	if len(value) != len(se) {
		panic("screen: values and standard errors differ in length")
	}
	var lows, highs []float64
	n := 0
	for i := range value {
		if !math.IsNaN(value[i] + se[i]) {
			n++
		}
	}
	each := math.Pow(level, 1/float64(n))
	z := -distuv.UnitNormal.Quantile((1 - each) / 2)
	for i, v := range value {
		if !math.IsNaN(v + se[i]) {
			lows, highs = append(lows, v-z*se[i]), append(highs, v+z*se[i])
		}
	}
	slices.Sort(lows)
	slices.Sort(highs)
	ranks := make([]Rank, len(value))
	for i, v := range value {
		if math.IsNaN(v + se[i]) {
			ranks[i] = Rank{nan, nan, nan}
			continue
		}
		low, high := v-z*se[i], v+z*se[i]
		above := n - sort.Search(n, func(k int) bool { return lows[k] > high })
		below := sort.SearchFloat64s(highs, low)
		ranks[i] = Rank{nan, float64(1 + above), float64(n - below)}
	}
	return ranks
}
