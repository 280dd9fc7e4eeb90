package report

import (
	"cmp"
	"math"
	"slices"

	"github.com/concord-stat/concord/compare"
)

const longest = 30 // rows of a ranking

// ranking is the areas of one level and definition whose totals differ, largest difference first, two ways.
type ranking struct {
	Level, Definition    string
	Differing            int
	ByPersons, ByPercent []compare.Discrepancy
}

// rankings are by level, the lowest first, for that is where differences are found and mended.
func (e *edition) rankings() []ranking {
	var all []ranking
	levels := e.levels()
	slices.Reverse(levels)
	for _, level := range levels {
		for _, definition := range e.definitions() {
			if r := e.ranking(level, definition); r.Differing > 0 {
				all = append(all, r)
			}
		}
	}
	return all
}

func (e *edition) ranking(level, definition string) ranking {
	var rows []compare.Discrepancy
	for i := range e.Rows {
		row := &e.Rows[i]
		if row.Verdict == compare.Differs && row.Dimension == "total" && row.Definition == definition &&
			e.byCode[row.Area].Level == level {
			rows = append(rows, *row)
		}
	}
	return ranking{
		Level: level, Definition: definition, Differing: len(rows),
		ByPersons: largest(rows, func(r compare.Discrepancy) float64 { return r.Difference }),
		ByPercent: largest(rows, func(r compare.Discrepancy) float64 { return r.DifferencePct }),
	}
}

// largest orders by size whatever the sign; a percentage that does not exist comes last, equals by code.
func largest(rows []compare.Discrepancy, of func(compare.Discrepancy) float64) []compare.Discrepancy {
	sorted := slices.Clone(rows)
	slices.SortFunc(sorted, func(a, b compare.Discrepancy) int {
		return cmp.Or(cmp.Compare(math.Abs(of(b)), math.Abs(of(a))), cmp.Compare(a.Area, b.Area))
	})
	return sorted[:min(len(sorted), longest)]
}
