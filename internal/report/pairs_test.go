package report_test

import (
	"strings"
	"testing"

	"github.com/concord-stat/concord/internal/results"
)

// TestPairsAreNotCalledRegisterAndCensus: where other sources are held against each other, no heading says register or
// census, and every pair says what it is of.
func TestPairsAreNotCalledRegisterAndCensus(t *testing.T) {
	c := country(3)
	for _, definition := range c.Summary.Definitions {
		c.Summary.Pairs = append(c.Summary.Pairs, results.Pair{
			Name: definition, First: results.Source{Name: "r2019", Title: "Register of 2019", Kind: results.Register, Definition: "all"},
			Second: results.Source{Name: "permanent", Kind: results.Register},
		})
	}
	c.Summary.Languages = []string{"en"}
	page := written(t, c)
	for _, word := range []string{"First source", "Second source", "first source minus second", "Register of 2019 against permanent residents"} {
		if !strings.Contains(page, word) {
			t.Errorf("the page does not say %q", word)
		}
	}
	for _, word := range []string{"Population register", ">Census<", "register minus census", "held against the population census"} {
		if strings.Contains(page, word) {
			t.Errorf("the page says %q", word)
		}
	}
}
