package report

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
)

// total is register against census as a whole, for one definition.
type total struct {
	Definition, Scope  string
	Register, Census   float64 // NaN where there is no total
	Lower, Upper       float64 // interval of the difference; of one area only, sums have none
	Verdict            compare.Verdict
	missing, available int
}

// Difference is register minus census.
func (t total) Difference() float64 { return t.Register - t.Census }

// Pct is the difference in percent of the census, NaN where that is zero.
func (t total) Pct() float64 {
	if t.Census == 0 {
		return math.NaN()
	}
	return 100 * t.Difference() / t.Census
}

func (e *edition) totals() []total {
	var all []total
	for _, definition := range e.definitions() {
		all = append(all, e.total(definition))
	}
	return all
}

// total takes the highest level at which every area has complete figures: a sum with a gap in it would be compared
// with one that has none. A single area keeps its interval; a sum gets none, for errors of areas do not simply add up.
func (e *edition) total(definition string) total {
	var t total
	for _, level := range e.levels() {
		t = e.sum(definition, level)
		if t.missing == 0 {
			return t
		}
		t.Scope = fmt.Sprintf(e.word("noTotal"), e.level(level), e.words.count(t.available), e.words.count(t.available+t.missing))
	}
	nan := math.NaN()
	return total{Definition: definition, Scope: t.Scope, Register: nan, Census: nan, Lower: nan, Upper: nan}
}

func (e *edition) sum(definition, level string) total {
	t := total{Definition: definition, Lower: math.NaN(), Upper: math.NaN()}
	var last compare.Discrepancy
	for _, a := range e.areas {
		if a.Level != level {
			continue
		}
		row, ok := e.totalOf(a, definition)
		if !ok || !complete(row) {
			t.missing++
			continue
		}
		t.available++
		t.Register, t.Census, last = t.Register+row.Register, t.Census+row.Census, row
	}
	if t.available == 1 {
		t.Scope, t.Lower, t.Upper, t.Verdict = e.byCode[last.Area].Name, last.CILower, last.CIUpper, last.Verdict
		return t
	}
	t.Scope = fmt.Sprintf(e.word("sumOf"), e.words.count(t.available), e.level(level))
	return t
}

// totalOf finds the row of an area's total, if it was compared.
func (e *edition) totalOf(a results.Area, definition string) (compare.Discrepancy, bool) {
	for _, row := range e.Area(a.Code) {
		if row.Dimension == "total" && row.Definition == definition {
			return row, true
		}
	}
	return compare.Discrepancy{}, false
}

// complete is false where a side had no figure or only part of one: then nothing could be tested.
func complete(row compare.Discrepancy) bool {
	if math.IsNaN(row.Register) || math.IsNaN(row.Census) {
		return false
	}
	return row.Verdict != compare.CannotTell || !math.IsNaN(row.PValue)
}
