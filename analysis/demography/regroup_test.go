package demography_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"

	"github.com/concord-stat/concord/analysis/demography"
)

// TestRegroupByHand: groups that nest are added up, one that cuts is graduated, and what lies beyond is not known.
func TestRegroupByHand(t *testing.T) {
	from := demography.Groups{Start: []int{5, 10, 20, 30}, End: demography.Open}
	to := demography.Groups{Start: []int{0, 5, 15, 20, 40}, End: demography.Open}
	r, err := demography.Regroup(demography.Monotone, from, to, []float64{50, 100, 80, 30})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]demography.Making{demography.Unknown, demography.Graduated, demography.Graduated, demography.Unknown, demography.Unknown}, r.Made); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"", "5-9, 10-19", "10-19", "", ""}, r.From); diff != "" {
		t.Error(diff)
	}
	if !near(r.Value[1]+r.Value[2], 150, 1) || !math.IsNaN(r.Value[0]) || !math.IsNaN(r.Value[3]) || !math.IsNaN(r.Value[4]) {
		t.Errorf("values %v", r.Value)
	}
	if _, err := demography.Regroup("", from, to, make([]float64, 4)); err == nil || !strings.Contains(err.Error(), "5-14, 15-19") {
		t.Errorf("without a method: %v", err)
	}
	down := demography.Groups{Start: []int{5, 20}, End: demography.Open}
	exact, err := demography.Regroup("", from, down, []float64{50, 100, 80, 30})
	if diff := cmp.Diff([]float64{150, 110}, exact.Value); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if diff := cmp.Diff([]float64{5, 5}, exact.SE([]float64{3, 4, 3, 4})); diff != "" {
		t.Error(diff)
	}
}

// TestRegroupKeepsTotals: groups of the same span come to the same total, none below 0 with the spline, and one that is
// added up is so exactly.
func TestRegroupKeepsTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := drawUneven(t)
		counts := drawCounts(t, from.Len())
		to := demography.Groups{Start: []int{from.Start[0]}, End: from.End}
		for age := from.Start[0] + 1; age < from.Top(); age++ {
			if rapid.IntRange(0, 6).Draw(t, "a bound") == 0 {
				to.Start = append(to.Start, age)
			}
		}
		r, err := demography.Regroup(demography.Monotone, from, to, counts)
		if err != nil {
			t.Fatal(err)
		}
		if all := floats.Sum(counts); !near(floats.Sum(r.Value), all, all) {
			t.Fatalf("%v in %v comes to %v in %v", all, from, floats.Sum(r.Value), to)
		}
		for i, v := range r.Value {
			if v < 0 || r.Made[i] == demography.Added && v != math.Trunc(v) {
				t.Fatalf("%s is %v", to.Label(i), v)
			}
		}
	})
}

// TestRegroupBack: to single years and back to the groups is where it began.
func TestRegroupBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, from := drawMethod(t)
		counts := drawCounts(t, from.Len())
		fine, err := demography.Regroup(m, from, from.Singles(), counts)
		if err != nil {
			t.Fatal(err)
		}
		back, err := demography.Regroup("", from.Singles(), from, fine.Value)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range back.Value {
			if !near(v, counts[i], floats.Sum(counts)) {
				t.Fatalf("%s is %v, was %v", from.Label(i), v, counts[i])
			}
		}
	})
}

func TestCommon(t *testing.T) {
	a := demography.Groups{Start: []int{0, 1, 5, 10, 20, 30}, End: demography.Open}
	b := demography.Groups{Start: []int{0, 5, 15, 20, 25}, End: demography.Open}
	got, ok := demography.Common(a, b)
	if diff := cmp.Diff(demography.Groups{Start: []int{0, 5, 20}, End: demography.Open}, got); diff != "" || !ok {
		t.Error(diff, ok)
	}
	if _, ok := demography.Common(a, demography.Groups{Start: []int{0, 5}, End: 10}); ok {
		t.Error("open and closed groups have common groups")
	}
}

func ExampleRegroup() {
	published := demography.Groups{Start: []int{0, 5, 10, 20, 30, 40}, End: demography.Open}
	wanted := demography.Groups{Start: []int{0, 10, 15, 20}, End: demography.Open}
	r, _ := demography.Regroup(demography.Monotone, published, wanted, []float64{60, 55, 100, 90, 80, 200})
	for i := range wanted.Start {
		fmt.Printf("%s: %.1f, exact: %t\n", wanted.Label(i), r.Value[i], r.Made[i] == demography.Added)
	}
	// Output:
	// 0-9: 115.0, exact: true
	// 10-14: 51.4, exact: false
	// 15-19: 48.6, exact: false
	// 20+: 370.0, exact: true
}
