package report

import (
	"cmp"
	"slices"

	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/findings"
)

// causeRow is how many areas of a level have a cause, under the leading definition.
type causeRow struct {
	Level, Text string
	Areas       int
	found       bool
}

// causes counts them, the lowest level first and what was found before what was not.
func (e *edition) causes() ([]causeRow, error) {
	t, err := findings.TableOf(e.Comparison, "causes")
	if err != nil {
		return nil, err
	}
	leading, at := e.leading(), make(map[[3]string]int)
	var rows []causeRow
	for i := range t.Rows() {
		if t.Text("definition", i) != leading {
			continue
		}
		key := [3]string{t.Text("level", i), t.Text("cause", i), t.Text("direction", i)}
		k, seen := at[key]
		if !seen {
			k = len(rows)
			at[key] = k
			rows = append(rows, causeRow{Level: key[0], Text: chart.CauseText(e.language, key[1], key[2]), found: key[2] != ""})
		}
		rows[k].Areas++
	}
	height := func(r causeRow) int { return slices.Index(e.Summary.Levels, r.Level) }
	slices.SortStableFunc(rows, func(a, b causeRow) int {
		return cmp.Or(cmp.Compare(height(a), height(b)), cmp.Compare(order(b.found), order(a.found)), cmp.Compare(b.Areas, a.Areas), cmp.Compare(a.Text, b.Text))
	})
	return rows, nil
}

func order(found bool) int {
	if found {
		return 1
	}
	return 0
}
