package report

import (
	"slices"

	"github.com/concord-stat/concord/compare"
)

// tallyRow counts the verdicts of one level, definition and dimension.
type tallyRow struct {
	Level, Definition, Dimension string
	Agrees, Differs, CannotTell  int
}

// Share is a verdict's percentage of the row, for the bar.
func (t tallyRow) Share(n int) float64 {
	return 100 * float64(n) / float64(t.Agrees+t.Differs+t.CannotTell)
}

func (t *tallyRow) add(v compare.Verdict) {
	switch v {
	case compare.Agrees:
		t.Agrees++
	case compare.Differs:
		t.Differs++
	default:
		t.CannotTell++
	}
}

// verdicts counts rows, ordered as levels, definitions and dimensions are.
func (e *edition) verdicts() []tallyRow {
	counts := make(map[[3]string]*tallyRow)
	for i := range e.Rows {
		row := &e.Rows[i]
		key := [3]string{e.byCode[row.Area].Level, row.Definition, row.Dimension}
		if counts[key] == nil {
			counts[key] = &tallyRow{Level: key[0], Definition: key[1], Dimension: key[2]}
		}
		counts[key].add(row.Verdict)
	}
	return e.ordered(counts)
}

func (e *edition) ordered(counts map[[3]string]*tallyRow) []tallyRow {
	var rows []tallyRow
	for _, count := range counts {
		rows = append(rows, *count)
	}
	levels, definitions, dimensions := e.levels(), e.definitions(), e.dimensions()
	place := func(t tallyRow) []int {
		return []int{
			slices.Index(levels, t.Level), slices.Index(definitions, t.Definition), slices.Index(dimensions, t.Dimension),
		}
	}
	slices.SortFunc(rows, func(a, b tallyRow) int { return slices.Compare(place(a), place(b)) })
	return rows
}
