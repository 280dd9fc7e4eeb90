package plan

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// CumulativeRoot returns boundaries by the cumulative √f rule. The range of the sizes is cut into classes of equal
// width, and the boundaries are the class limits nearest to equal parts of
//
//	Σ √(fk·dk)
//
// over the classes k from the smallest, fk being the number of units in the class and dk its width. That makes Σ Nh·Sh,
// and with it the variance under Neyman allocation, nearly least where sizes are spread evenly within strata.
//
// With classes = 0 every distinct size is a class of its own, as wide as half the way to its neighbours on both sides;
// nothing then depends on a choice of classes. [FreedmanDiaconis] proposes a number for equal classes.
//
// A size equal to a boundary is in the stratum above it, and no stratum is empty: there are fewer than strata-1
// boundaries where that is impossible, as when half of the units have the same size.
//
// Dalenius and Hodges (1959), Journal of the American Statistical Association 54:88-101; Cochran (1977), Sampling
// Techniques, section 5A.7, for classes of different width. An error names what cannot be stratified.
func CumulativeRoot(size []float64, strata, classes int) ([]float64, error) {
	if strata < 1 || classes < 0 {
		return nil, fmt.Errorf("sampling: %d strata from %d classes are asked for", strata, classes)
	}
	t, err := newSizeTable(size)
	if err != nil {
		return nil, err
	}
	if classes == 0 {
		return t.cumulativeRoot(strata), nil
	}
	limits, roots := t.equalClasses(classes)
	return equalParts(limits, roots, strata), nil
}

// cumulativeRoot has every distinct value for a class.
func (t *sizeTable) cumulativeRoot(strata int) []float64 {
	roots := make([]float64, len(t.values))
	last := len(t.values) - 1
	for i := range roots {
		below, above := t.values[max(i-1, 0)], t.values[min(i+1, last)]
		width := (above - below) / 2
		if i == 0 || i == last {
			width = above - below
		}
		roots[i] = math.Sqrt(float64(t.count(i, i+1)) * width)
	}
	return equalParts(t.values, roots, strata)
}

// equalClasses returns the lower limits of classes of the same width, and the root of the number in each; the width is
// the same factor everywhere and left out.
func (t *sizeTable) equalClasses(classes int) (limits, roots []float64) {
	low, high := t.values[0], t.values[len(t.values)-1]
	limits, roots = make([]float64, classes), make([]float64, classes)
	for k := range limits {
		limits[k] = low + float64((high-low)*(float64(k)/float64(classes)))
	}
	from := t.positions(limits)
	for k := range roots {
		to := len(t.values)
		if k+1 < classes {
			to = from[k+1]
		}
		roots[k] = math.Sqrt(float64(t.count(from[k], to)))
	}
	return limits, roots
}

// equalParts picks the limits where the sum of the roots of the classes below is nearest to equal parts of the whole,
// the lower of two that are equally near.
func equalParts(limits, roots []float64, strata int) []float64 {
	below := make([]float64, len(roots)+1)
	for k, r := range roots {
		below[k+1] = below[k] + r
	}
	whole := below[len(roots)]
	var boundaries []float64
	for h := 1; h < strata; h++ {
		part := whole * float64(h) / float64(strata)
		k := sort.SearchFloat64s(below, part)
		if k > 0 && part-below[k-1] <= below[k]-part {
			k = sort.SearchFloat64s(below, below[k-1])
		}
		if k > 0 && below[k] < whole && !slices.Contains(boundaries, limits[k]) {
			boundaries = append(boundaries, limits[k])
		}
	}
	return boundaries
}

// FreedmanDiaconis returns the number of equal classes of width
//
//	2·(Q3 - Q1)·N^(-1/3)
//
// that the range of the sizes holds, at least 1 and at most N; N where the quartiles are equal. The width follows the
// bulk of the sizes, so that a long tail adds classes and does not coarsen them.
//
// Freedman and Diaconis (1981), Zeitschrift für Wahrscheinlichkeitstheorie und verwandte Gebiete 57:453-476. It panics
// if there are no sizes or one is not finite.
func FreedmanDiaconis(size []float64) int {
	t, err := newSizeTable(size)
	if err != nil {
		panic(err.Error())
	}
	sorted := slices.Sorted(slices.Values(size))
	n := len(sorted)
	width := 2 * (sorted[(3*n-1)/4] - sorted[(n-1)/4]) / math.Cbrt(float64(n))
	length := t.values[len(t.values)-1] - t.values[0]
	if classes := math.Ceil(length / width); classes < float64(n) {
		return max(1, int(classes))
	}
	return n
}

// Geometric returns boundaries in geometric progression from the smallest size to the largest:
//
//	bh = min·(max/min)^(h/L),  h = 1 … L-1
//
// for L strata. It suits sizes so skewed that their logarithms are spread about evenly: the coefficients of variation
// of the strata are then nearly equal. It does not look at the numbers of units, and strata may be empty.
//
// Gunning and Horgan (2004), Survey Methodology 30:159-166. An error names a unit whose size is not above 0.
func Geometric(size []float64, strata int) ([]float64, error) {
	if strata < 1 {
		return nil, fmt.Errorf("sampling: %d strata are asked for", strata)
	}
	for i, x := range size {
		if !(x > 0) {
			return nil, fmt.Errorf("sampling: size of unit %d is %v, want more than 0 for the geometric rule", i, x)
		}
	}
	t, err := newSizeTable(size)
	if err != nil {
		return nil, err
	}
	low, high := t.values[0], t.values[len(t.values)-1]
	var boundaries []float64
	for h := 1; h < strata && low < high; h++ {
		boundaries = append(boundaries, low*math.Pow(high/low, float64(h)/float64(strata)))
	}
	return boundaries, nil
}
