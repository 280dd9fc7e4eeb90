package plan_test

import (
	"math"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling/plan"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// TestCumulativeRootByHand: counts 16, 9, 4, 1 in four classes of width 1 have roots 4, 3, 2, 1 and cumulate to 4, 7,
// 9, 10. Half of 10 is nearest to 4, thirds are nearest to 4 and 7.
func TestCumulativeRootByHand(t *testing.T) {
	size := slices.Concat(slices.Repeat([]float64{0}, 16), slices.Repeat([]float64{1.5}, 9),
		slices.Repeat([]float64{2.5}, 4), []float64{4})
	for strata, want := range map[int][]float64{1: nil, 2: {1}, 3: {1, 2}, 9: {1, 2, 3}} {
		if got, err := plan.CumulativeRoot(size, strata, 4); err != nil || !slices.Equal(got, want) {
			t.Errorf("%d strata have boundaries %v, want %v: %v", strata, got, want, err)
		}
	}
}

// TestCumulativeRootTie: half of three equal classes is as near to one as to two, and the lower limit is taken.
func TestCumulativeRootTie(t *testing.T) {
	if got, err := plan.CumulativeRoot([]float64{0, 1.5, 3}, 2, 3); err != nil || !slices.Equal(got, []float64{1}) {
		t.Errorf("boundaries %v, want 1: %v", got, err)
	}
}

// TestCumulativeRootOfEvenSizes: where sizes are spread evenly, strata have equal width, whatever the classes.
func TestCumulativeRootOfEvenSizes(t *testing.T) {
	size := make([]float64, 1000)
	for i := range size {
		size[i] = float64(i)
	}
	for _, classes := range []int{0, 40, 1000} {
		got, err := plan.CumulativeRoot(size, 4, classes)
		if err != nil || len(got) != 3 {
			t.Fatalf("%v: %v", got, err)
		}
		for h, b := range got {
			if !scalar.EqualWithinAbs(b, float64(250*(h+1)), 1.5) {
				t.Errorf("%d classes: boundary %d is %v, want %d", classes, h, b, 250*(h+1))
			}
		}
	}
}

func TestRulesLeaveNoStratumEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := drawSizes(t, 40)
		strata, classes := rapid.IntRange(1, 8).Draw(t, "strata"), rapid.IntRange(0, 30).Draw(t, "classes")
		boundaries, err := plan.CumulativeRoot(size, strata, classes)
		if err != nil || len(boundaries) >= strata {
			t.Fatalf("%v: %v", boundaries, err)
		}
		units := make([]int, len(boundaries)+1)
		for _, h := range plan.Assign(size, boundaries) {
			units[h]++
		}
		if slices.Contains(units, 0) {
			t.Fatalf("strata with boundaries %v have %v units", boundaries, units)
		}
	})
}

func TestGeometric(t *testing.T) {
	got, err := plan.Geometric([]float64{16, 1, 3, 2}, 4)
	if err != nil || !scalar.EqualWithinRel(got[0], 2, 1e-15) || !scalar.EqualWithinRel(got[1], 4, 1e-15) ||
		!scalar.EqualWithinRel(got[2], 8, 1e-15) || len(got) != 3 {
		t.Errorf("boundaries %v, want 2, 4 and 8: %v", got, err)
	}
	if got, err := plan.Geometric([]float64{5, 5}, 3); err != nil || len(got) != 0 {
		t.Errorf("equal sizes have boundaries %v: %v", got, err)
	}
}

// TestFreedmanDiaconis: 1000 sizes over 0 … 999 have quartiles 249 and 749, so that classes are 100 wide.
func TestFreedmanDiaconis(t *testing.T) {
	size := make([]float64, 1000)
	for i := range size {
		size[i] = float64(i)
	}
	if got := plan.FreedmanDiaconis(size); got != 10 {
		t.Errorf("%d classes, want 10", got)
	}
	if got := plan.FreedmanDiaconis([]float64{2, 2, 2}); got != 3 {
		t.Errorf("%d classes for three equal sizes, want 3", got)
	}
}

func TestAssign(t *testing.T) {
	got := plan.Assign([]float64{10, 9.99, -1, 20, 19, math.Inf(1)}, []float64{10, 20})
	if want := []int{1, 0, 0, 2, 1, 2}; !slices.Equal(got, want) {
		t.Errorf("strata %v, want %v", got, want)
	}
	if got := plan.Assign(nil, nil); len(got) != 0 {
		t.Errorf("strata %v of no units", got)
	}
}

func TestImpossibleStrata(t *testing.T) {
	nan, none := math.NaN(), plan.StrataRules{}
	lavallee := func(cv float64, size ...float64) error {
		_, err := plan.LavalleeHidiroglou(size, 2, cv, none)
		return err
	}
	errs := map[string]func() error{
		"no sizes":    func() error { _, err := plan.CumulativeRoot(nil, 2, 0); return err },
		"no strata":   func() error { _, err := plan.CumulativeRoot([]float64{1}, 0, 0); return err },
		"NaN":         func() error { return lavallee(0.1, 1, nan) },
		"overflow":    func() error { return lavallee(0.1, 1, 1e200) },
		"size 0":      func() error { _, err := plan.Geometric([]float64{1, 0}, 2); return err },
		"total 0":     func() error { return lavallee(0.1, 1, -1) },
		"CV 0":        func() error { return lavallee(0, 1, 2) },
		"CV NaN":      func() error { return lavallee(nan, 1, 2) },
		"n too small": func() error { _, err := plan.LeastVariance([]float64{1, 2, 3}, 2, 1, none); return err },
		"n too large": func() error { _, err := plan.LeastVariance([]float64{1, 2}, 2, 3, none); return err },
		"not ascending": func() error {
			_, err := plan.SampleForCV([]float64{1, 2}, []float64{2, 2}, 0.1, none)
			return err
		},
		"too few": func() error {
			_, err := plan.SampleForSize([]float64{1, 2, 3, 4}, []float64{3}, 3, none)
			return err
		},
		"gain 1": func() error { _, _, err := plan.StratumNumber([]float64{1, 2}, 0.1, 1, 3, none); return err },
		"least -1": func() error {
			_, err := plan.LeastVariance([]float64{1, 2}, 1, 2, plan.StrataRules{Least: -1})
			return err
		},
	}
	for name, f := range errs {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
