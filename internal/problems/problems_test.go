package problems_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/concord-stat/concord/internal/problems"
)

func TestProblem(t *testing.T) {
	for want, p := range map[string]problems.Problem{
		"a.csv:3:sex: unknown": {File: "a.csv", Line: 3, Column: "sex", Text: "unknown"},
		"a.csv:3: unknown":     {File: "a.csv", Line: 3, Text: "unknown"},
		"a.csv:sex: unknown":   {File: "a.csv", Column: "sex", Text: "unknown"},
		"a.csv: unknown":       {File: "a.csv", Text: "unknown"},
	} {
		if got := p.String(); got != want {
			t.Errorf("%+v is written %q, want %q", p, got, want)
		}
	}
}

// TestJoin: all problems of both lists count, those past the limit, too.
func TestJoin(t *testing.T) {
	var l, other problems.List
	l.Add("f", 1, "", "100 %% of it")
	for i := range problems.Limit + 2 {
		other.Add("g", i+1, "c", "50 %% of %d", i)
	}
	l.Join(&other)
	if l.Count() != problems.Limit+3 || l.More != 3 {
		t.Errorf("%d problems, %d of them past the limit", l.Count(), l.More)
	}
	if got := l.Problems[1].String(); got != "g:1:c: 50 % of 0" {
		t.Errorf("joined as %q", got)
	}
}

func TestList(t *testing.T) {
	var l problems.List
	if l.Err() != nil {
		t.Error("an empty list is an error")
	}
	l.Add("f", 1, "", "%d of %d", 1, 2)
	l.Add("f", 2, "c", "two")
	err := fmt.Errorf("field results: %w", l.Err())
	var list *problems.List
	if !errors.As(err, &list) || list != &l || err.Error() != "field results: f:1: 1 of 2\nf:2:c: two" {
		t.Errorf("error %q", err)
	}
}

func TestLimit(t *testing.T) {
	for _, n := range []int{problems.Limit - 1, problems.Limit, problems.Limit + 1} {
		var l problems.List
		for i := range n {
			l.Add("f", i+1, "", "x")
		}
		if kept := min(n, problems.Limit); len(l.Problems) != kept || l.Count() != n || l.More != n-kept {
			t.Errorf("of %d problems %d are kept and %d counted", n, len(l.Problems), l.Count())
		}
		if more := strings.Contains(l.Error(), "… and 1 more"); more != (n > problems.Limit) {
			t.Errorf("of %d problems the error tells of more: %v", n, more)
		}
	}
}
