package compare_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/compare"
)

// overlaps calls with every number of persons that may be on both of two independent lists of a population, and its
// probability, which is hypergeometric.
func overlaps(population, first, second int64, call func(s compare.DualSystem, probability float64)) {
	log := func(n, k int64) float64 {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		return a - b - c
	}
	for m := max(0, first+second-population); m <= min(first, second); m++ {
		p := math.Exp(log(first, m) + log(population-first, second-m) - log(population, second))
		call(compare.DualSystem{First: first, Second: second, Both: m}, p)
	}
}

// TestChapmanIsUnbiased: where the lists together are at least as long as the population, Chapman's estimate and its
// variance have no bias (Seber 1970), in the mean over all overlaps; Lincoln and Petersen's is too large.
func TestChapmanIsUnbiased(t *testing.T) {
	const population = 60
	for _, lists := range [][2]int64{{40, 30}, {30, 30}, {55, 10}} {
		var mean, squares, variance, petersen float64
		overlaps(population, lists[0], lists[1], func(s compare.DualSystem, p float64) {
			e := s.Chapman()
			mean, squares, variance = mean+p*e.Value, squares+p*e.Value*e.Value, variance+p*e.SE*e.SE
			if s.Both > 0 {
				petersen += p * s.LincolnPetersen().Value
			}
		})
		if !near(mean, population, 1e-9) || !near(variance, squares-mean*mean, 1e-7) || petersen < population {
			t.Errorf("lists of %v: mean %v, variance %v for %v, Lincoln-Petersen %v",
				lists, mean, variance, squares-mean*mean, petersen)
		}
	}
}

// TestLogNormalIntervalCovers: over all overlaps of two lists of a population, the interval holds it at nearly its
// level.
func TestLogNormalIntervalCovers(t *testing.T) {
	const population = 500
	covered := 0.0
	overlaps(population, 300, 250, func(s compare.DualSystem, p float64) {
		if i := compare.LogNormalInterval(s.Chapman(), 0.95); i.Lower <= population && population <= i.Upper {
			covered += p
		}
	})
	if covered < 0.94 || covered > 0.97 {
		t.Errorf("covered %v", covered)
	}
}

func TestDualSystem(t *testing.T) {
	for _, n := range [][3]int64{{5, 5, 6}, {5, 7, 6}, {5, 5, -1}} {
		if _, err := compare.NewDualSystem(n[0], n[1], n[2]); err == nil {
			t.Errorf("%v: no error", n)
		}
	}
	apart, err := compare.NewDualSystem(10, 20, 0)
	if err != nil {
		t.Fatal(err)
	}
	if e := apart.LincolnPetersen(); !math.IsInf(e.Value, 1) || !math.IsInf(e.SE, 1) {
		t.Errorf("nobody in both: %v", e.Value)
	}
	if e := apart.Chapman(); e.Value != 11*21-1 || e.N != 30 {
		t.Errorf("nobody in both: %+v", e)
	}
	first, second := compare.DualSystem{First: 9500, Second: 480, Both: 430}.Coverage()
	if first != (compare.Fraction{X: 430, N: 480}) || second != (compare.Fraction{X: 430, N: 9500}) {
		t.Errorf("coverage %v and %v", first, second)
	}
	if i := first.Interval(0.95); !(i.Lower < first.Value() && first.Value() < i.Upper) {
		t.Errorf("coverage %v in %v to %v", first.Value(), i.Lower, i.Upper)
	}
}
