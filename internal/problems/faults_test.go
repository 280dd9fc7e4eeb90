package problems_test

import (
	"strings"
	"testing"

	"github.com/concord-stat/concord/internal/problems"
)

// TestFaults: the first ten lines of a column are told, and how many more there are; other columns are told all the same.
func TestFaults(t *testing.T) {
	var first, later problems.Faults
	for line := range 8 {
		first.Add(2+line, "not a number")
	}
	for line := range 5000 {
		later.Add(1+line, "not a number")
	}
	first.Append(later, 100)
	var list problems.List
	first.Tell(&list, "f.csv", "age")
	new(problems.Faults).Tell(&list, "f.csv", "sex")
	list.Add("f.csv", 1, "w", "the weight is 0")
	list.Sort()
	lines := strings.Split(list.Error(), "\n")
	if len(lines) != 11 || lines[0] != "f.csv:1:w: the weight is 0" || lines[1] != "f.csv:2:age: not a number" ||
		lines[10] != "f.csv:102:age: not a number; and so on 4998 more lines" {
		t.Errorf("told:\n%s", list.Error())
	}
	if !first.Has(9) || !first.Has(5100) || first.Has(50) || first.Has(1) {
		t.Error("lines are not where they were added")
	}
}
