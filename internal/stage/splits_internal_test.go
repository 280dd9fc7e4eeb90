package stage

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/compare"
)

func TestSplitPart(t *testing.T) {
	f := family{definition: "p", dimension: "total", cells: []string{"total"}, register: compare.NewFigures(2), census: compare.NewFigures(2)}
	f.register.Below[0], f.register.Above[0], f.census.Below[0], f.census.Above[0] = 1, 2, 30, 40
	l := &leveled{areas: []string{"A", "B"}, families: []family{f}}
	part := l.splitPart("p")
	// Fewer in the census is a larger difference.
	if value, lower, upper, ok := part.at("A"); value != 0 || lower != -41 || upper != 32 || !ok {
		t.Errorf("A: %v from %v to %v, %t", value, lower, upper, ok)
	}
	for _, area := range []string{"B", "C"} {
		if _, lower, upper, ok := part.at(area); ok || !math.IsNaN(lower) || !math.IsNaN(upper) {
			t.Errorf("%s: from %v to %v, %t", area, lower, upper, ok)
		}
	}
	if l.splitPart("q") != nil {
		t.Error("a pair that is not compared has a part")
	}
}
