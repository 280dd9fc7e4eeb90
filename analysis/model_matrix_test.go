package analysis_test

import (
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
)

// TestModelColumnsSpanOnce: a level is left out where the columns before span it, and only there. The columns are those
// of R's model.matrix, but for the last: there R leaves the first level out of b in a:b, though a:x does not span a.
func TestModelColumnsSpanOnce(t *testing.T) {
	a := analysis.Variable{Name: "a", Code: []int32{0, 0, 1, 1}, Levels: []string{"1", "2"}}
	b := analysis.Variable{Name: "b", Code: []int32{0, 1, 0, 1}, Levels: []string{"1", "2"}}
	c := analysis.Variable{Name: "c", Code: []int32{1, 0, 0, 1}, Levels: []string{"1", "2"}}
	x := analysis.Variable{Name: "x", Numbers: []float64{1, 2, 3, 4}}
	type term = []analysis.Variable
	for _, tt := range []struct {
		name      string
		intercept bool
		terms     []term
		want      string
	}{
		{"a+b", true, []term{{a}, {b}}, "(Intercept) a2 b2"},
		{"0+a+b", false, []term{{a}, {b}}, "a1 a2 b2"},
		{"0+x+a+b", false, []term{{x}, {a}, {b}}, "x a1 a2 b2"},
		{"0+a*b", false, []term{{a}, {b}, {a, b}}, "a1 a2 b2 a2:b2"},
		{"0+a:b", false, []term{{a, b}}, "a1:b1 a2:b1 a1:b2 a2:b2"},
		{"a:b+a:c", true, []term{{a, b}, {a, c}}, "(Intercept) a1:b1 a2:b1 a1:b2 a2:b2 a1:c2 a2:c2"},
		{"x*a", true, []term{{x}, {a}, {x, a}}, "(Intercept) x a2 x:a2"},
		{"x:a", true, []term{{x, a}}, "(Intercept) x:a1 x:a2"},
		{"a:x+a:b", true, []term{{a, x}, {a, b}}, "(Intercept) a1:x a2:x a1:b1 a2:b1 a1:b2 a2:b2"},
	} {
		var got []string
		for _, c := range analysis.ModelColumns(4, tt.intercept, tt.terms...) {
			got = append(got, c.Name)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: columns %v, want %s", tt.name, got, tt.want)
		}
	}
}
