package report

import (
	"cmp"
	"slices"

	"github.com/concord-stat/concord/compare"
)

// undecided is how many cells cannot be told, and why.
type undecided struct {
	Areas, Cells int // totals of areas, and all cells
	Reasons      []reason
}

// reason is a remark and how often it was made of what cannot be told.
type reason struct {
	Text         string
	Areas, Cells int
}

const mostReasons = 10

func (e *edition) undecided() undecided {
	var u undecided
	found := make(map[string]*reason)
	for i := range e.Rows {
		row := &e.Rows[i]
		if row.Verdict != compare.CannotTell {
			continue
		}
		ofArea := 0
		if row.Dimension == "total" {
			ofArea = 1
		}
		u.Areas, u.Cells = u.Areas+ofArea, u.Cells+1
		for _, text := range e.reasonsOf(row) {
			if found[text] == nil {
				found[text] = &reason{Text: text}
			}
			found[text].Areas, found[text].Cells = found[text].Areas+ofArea, found[text].Cells+1
		}
	}
	u.Reasons = frequent(found)
	return u
}

func (e *edition) reasonsOf(row *compare.Discrepancy) []string {
	if notes := e.notes(row.Notes); len(notes) > 0 {
		return notes
	}
	return []string{e.word("noReason")}
}

func frequent(found map[string]*reason) []reason {
	var reasons []reason
	for _, r := range found {
		reasons = append(reasons, *r)
	}
	slices.SortFunc(reasons, func(a, b reason) int {
		return cmp.Or(cmp.Compare(b.Cells, a.Cells), cmp.Compare(a.Text, b.Text))
	})
	return reasons[:min(len(reasons), mostReasons)]
}
