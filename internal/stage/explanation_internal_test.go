package stage

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/compare/explain"
)

// TestTimeByAge: of A the part is known by age, of B in all ages and one group, of C not at all.
func TestTimeByAge(t *testing.T) {
	known := func(persons, variance float64) timeFigure { return timeFigure{persons, variance, true} }
	part := &timePart{figures: map[string][]timeFigure{
		"A": {known(30, 9), known(10, 3), known(20, 6), known(0, 0)},
		"B": {known(30, 9), known(10, 3), {}, {}},
		"C": {{}, {}, {}, {}},
	}}
	e := &explainedLevel{areas: []string{"A", "B", "C"}, data: explain.Data{Starts: []int{0, 15, 60}}}
	value, variance := e.timed(part, []float64{1, 1, 1, 100, 300, 100, 1, 1, 1})
	nan := math.NaN()
	for c, want := range []struct{ value, variance float64 }{{10, 3}, {20, 6}, {0, 0}, {10, 3}, {15, 4.5}, {5, 1.5}, {nan, nan}, {nan, nan}, {nan, nan}} {
		if !(math.Abs(value[c]-want.value) < 1e-12 && math.Abs(variance[c]-want.variance) < 1e-12) && !math.IsNaN(want.value) {
			t.Errorf("cell %d: %v with variance %v, want %+v", c, value[c], variance[c], want)
		}
		if math.IsNaN(want.value) != math.IsNaN(value[c]) {
			t.Errorf("cell %d: %v, want %v", c, value[c], want.value)
		}
	}
}
