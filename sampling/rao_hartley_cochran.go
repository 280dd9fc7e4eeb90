package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// A RaoHartleyCochranSample has one unit of each random group, and what the estimators of the design need. The entries
// of its slices belong together; units ascend. With y the values of the units drawn,
//
//	Ŷ = Σ_g y_g·Weight_g                                        for the total
//	v = VarianceFactor·Σ_g GroupShare_g (y_g·Weight_g/GroupShare_g - Ŷ)²   for its variance
//
// are unbiased for the units with a size above 0. Weights are sampling weights, though not 1/π: the inclusion
// probabilities have no simple form, and Horvitz-Thompson does not apply.
type RaoHartleyCochranSample struct {
	Units      []int     // positions in the frame
	Weight     []float64 // X_g/x: size of the group over size of the unit
	GroupShare []float64 // X_g/X: size of the group over that of all units
	GroupUnits []int     // N_g: units of the group

	// VarianceFactor is (Σ N_g² - N)/(N² - Σ N_g²), with N = Σ N_g. It is 0 if all units are drawn and NaN for a single
	// group, which gives no estimate of variance.
	VarianceFactor float64
}

// RaoHartleyCochran draws n units with sizes x: it splits the units into n groups at random, N_g as equal as can be,
// and draws one unit of each group with probability x/X_g. Units of size 0 are in no group and never drawn. There are
// no certain units, however large; take units out beforehand that should be. An error names the unit whose size is not
// a finite number of 0 or more, or says that fewer than n units have a size.
//
// Rao, Hartley and Cochran (1962), Journal of the Royal Statistical Society B 24:482-491; Cochran (1977), Sampling
// Techniques, section 9A.11.
func RaoHartleyCochran(rng *rand.Rand, size []float64, n int) (*RaoHartleyCochranSample, error) {
	units, err := unitsWithSize(size, n)
	if err != nil {
		return nil, err
	}
	rng.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
	drawn := make([]groupDraw, 0, n)
	for g := range n {
		drawn = append(drawn, drawOfGroup(rng, units[g*len(units)/n:(g+1)*len(units)/n], size))
	}
	slices.SortFunc(drawn, func(a, b groupDraw) int { return a.unit - b.unit })
	return newRaoHartleyCochranSample(drawn, size), nil
}

func unitsWithSize(size []float64, n int) ([]int, error) {
	if err := checkSizes(size); err != nil {
		return nil, err
	}
	var units []int
	for i, x := range size {
		if x > 0 {
			units = append(units, i)
		}
	}
	if n < 0 || len(units) < n {
		return nil, fmt.Errorf("sampling: want %d units, have %d with a size above 0", n, len(units))
	}
	return units, nil
}

// A groupDraw is the unit drawn of a group.
type groupDraw struct {
	unit, units int
	size        float64 // X_g
}

func drawOfGroup(rng *rand.Rand, group []int, size []float64) groupDraw {
	cumulated, sum := make([]float64, len(group)), 0.0
	for j, i := range group {
		sum += size[i]
		cumulated[j] = sum
	}
	return groupDraw{unit: group[proportional(rng, cumulated)], units: len(group), size: sum}
}

func newRaoHartleyCochranSample(drawn []groupDraw, size []float64) *RaoHartleyCochranSample {
	all, count, squares := 0.0, 0, 0
	for _, g := range drawn {
		all += g.size
		count += g.units
		squares += g.units * g.units
	}
	s := &RaoHartleyCochranSample{VarianceFactor: float64(squares-count) / float64(count*count-squares)}
	for _, g := range drawn {
		s.Units = append(s.Units, g.unit)
		s.Weight = append(s.Weight, g.size/size[g.unit])
		s.GroupShare = append(s.GroupShare, g.size/all)
		s.GroupUnits = append(s.GroupUnits, g.units)
	}
	if len(drawn) == 1 {
		s.VarianceFactor = math.NaN()
	}
	return s
}
