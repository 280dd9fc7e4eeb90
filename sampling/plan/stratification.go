package plan

import (
	"fmt"
	"math"
	"sort"
)

// A Stratum of a size variable, with what is drawn from it.
type Stratum struct {
	Units    int     // Nh
	Mean, SD float64 // of the size, the SD with divisor Nh-1; 0 where there is one unit or none
	Take     int     // nh
}

// TakeAll says that the stratum is drawn whole.
func (s Stratum) TakeAll() bool { return s.Take == s.Units }

// A Stratification cuts a population into strata of neighbouring sizes and says how many units to draw from each by
// simple random sampling without replacement.
type Stratification struct {
	Boundaries []float64 // ascending, one fewer than strata; a size equal to a boundary is in the stratum above it
	Strata     []Stratum // from the smallest sizes to the largest
	Take       int       // Σ nh
	Variance   float64   // of the estimated total of the size variable
	CV         float64   // its square root over the total; NaN when the total is not above 0

	// Bound is what no stratification can fall below: units for a stated CV, the variance for a stated number of units.
	// It is 0 for boundaries that were given. Optimal says that the bound is met, so that the result is proven best.
	Bound   float64
	Optimal bool
}

// Assign returns the stratum of every size, counted from 0: the number of boundaries that are not above it. It panics
// unless the boundaries ascend strictly and the sizes are numbers.
func Assign(size, boundaries []float64) []int {
	if err := ascend(boundaries); err != nil {
		panic(err.Error())
	}
	strata := make([]int, len(size))
	for i, x := range size {
		if math.IsNaN(x) {
			panic(fmt.Sprintf("sampling: size of unit %d is NaN", i))
		}
		strata[i] = sort.Search(len(boundaries), func(h int) bool { return boundaries[h] > x })
	}
	return strata
}

func ascend(boundaries []float64) error {
	for h, b := range boundaries {
		if math.IsNaN(b) || h > 0 && b <= boundaries[h-1] {
			return fmt.Errorf("sampling: boundaries %v do not ascend", boundaries)
		}
	}
	return nil
}

// StrataRules are what every stratum must keep.
type StrataRules struct {
	// Least is how many units are drawn from a stratum at the least, or all where it has fewer. 0 means 2, the fewest
	// that show a variance.
	Least int
	// TakeAllTop has the stratum of the largest sizes drawn whole. Without it a stratum is drawn whole where that is
	// best.
	TakeAllTop bool
}

func (r StrataRules) check(strata int) (StrataRules, error) {
	if r.Least < 0 || strata < 1 {
		return r, fmt.Errorf("sampling: %d strata with at least %d units from each are asked for", strata, r.Least)
	}
	if r.Least == 0 {
		r.Least = 2
	}
	return r, nil
}

// SampleForCV returns the strata between given boundaries with the fewest units, in whole numbers, that give the
// estimated total of the sizes a coefficient of variation of at most cv. Empty strata are kept. An error says why there
// is none.
func SampleForCV(size, boundaries []float64, cv float64, rules StrataRules) (Stratification, error) {
	return sampleGiven(size, boundaries, rules, func(t *sizeTable) (goal, error) { return newCVGoal(t, cv) })
}

// SampleForSize returns the strata between given boundaries with n units shared over them in whole numbers such that
// the estimated total of the sizes has the least variance. Take is below n only where more units change nothing. An
// error says why there is none.
func SampleForSize(size, boundaries []float64, n int, rules StrataRules) (Stratification, error) {
	return sampleGiven(size, boundaries, rules, func(t *sizeTable) (goal, error) { return newSizeGoal(t, n, rules) })
}

func sampleGiven(size, boundaries []float64, rules StrataRules,
	newGoal func(*sizeTable) (goal, error)) (Stratification, error) {
	rules, err := rules.check(len(boundaries) + 1)
	if err != nil {
		return Stratification{}, err
	}
	t, err := newSizeTable(size)
	if err != nil {
		return Stratification{}, err
	}
	g, err := newGoal(t)
	if err != nil {
		return Stratification{}, err
	}
	if err := ascend(boundaries); err != nil {
		return Stratification{}, err
	}
	p := newSharing(t, t.positions(boundaries), rules)
	if !g.share(p) {
		return Stratification{}, fmt.Errorf("sampling: %d strata with at least %d units from each need at least %d",
			len(boundaries)+1, rules.Least, p.drawn)
	}
	return p.stratification(boundaries), nil
}
