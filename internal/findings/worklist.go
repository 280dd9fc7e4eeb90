package findings

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/concord-stat/concord/internal/chart"
)

// A Worklist is the areas of a level in the order in which visits find most errors, of one cell.
type Worklist struct {
	Level, Cell           string
	Definition, Dimension string
	Visits                []Visit
	Errors                float64 // persons in error that all visits can be expected to find
}

// A Visit is an area of a worklist.
type Visit struct {
	Place                 int
	Area, Name            string
	Percent, Lower, Upper float64 // register against census, the others considered
	Outside               string  // limits of the funnel, in percent, that it is beyond
	Persons, Probability  float64 // in error, expected; of being beyond the margin
	Cost, Share           float64 // of this visit; of all errors, found by this visit and those before
	Codes                 []string
	Reason                string // in words
}

// WholeCell is the cell of an area as a whole.
const WholeCell = "total"

// Screened are the levels that have a worklist, in the order of the table.
func (f *Findings) Screened() []string {
	var levels []string
	for i := range f.screening.Rows() {
		if level := f.screening.Text("level", i); len(levels) == 0 || levels[len(levels)-1] != level {
			levels = append(levels, level)
		}
	}
	slices.Sort(levels)
	levels = slices.Compact(levels)
	slices.SortFunc(levels, func(a, b string) int { return cmp.Compare(f.height(a), f.height(b)) })
	return levels
}

func (f *Findings) height(level string) int { return slices.Index(f.comparison.Summary.Levels, level) }

// Worklist is that of a level and cell, in words of the language; nil where there is none.
func (f *Findings) Worklist(level, cell, language string) *Worklist {
	w, t := &Worklist{Level: level, Cell: cell}, &f.screening
	for i := range t.Rows() {
		if t.Text("level", i) != level || t.Text("cell", i) != cell || math.IsNaN(t.Number("visit_priority", i)) {
			continue
		}
		w.Definition, w.Dimension = t.Text("definition", i), t.Text("dimension", i)
		w.Visits = append(w.Visits, f.visit(i, language))
		w.Errors += t.Number("expected_error", i)
	}
	if len(w.Visits) == 0 {
		return nil
	}
	slices.SortFunc(w.Visits, func(a, b Visit) int { return cmp.Compare(a.Place, b.Place) })
	return w
}

func (f *Findings) visit(i int, language string) Visit {
	t := &f.screening
	v := Visit{
		Place: int(t.Number("visit_priority", i)), Area: t.Text("area", i), Name: t.Text("area_name", i),
		Percent: t.Number("discrepancy_pct", i), Lower: percent(t.Number("lower", i)), Upper: percent(t.Number("upper", i)),
		Outside: t.Text("outside_limits", i), Persons: t.Number("expected_error", i), Probability: t.Number("probability_beyond_margin", i),
		Cost: t.Number("visit_cost", i), Share: t.Number("cumulative_share", i), Reason: t.Text("reason", i), Codes: []string{},
	}
	if codes := t.Text("reason_codes", i); codes != "" {
		v.Codes = strings.Split(codes, "; ")
		v.Reason = chart.Reason{Codes: v.Codes, Percent: v.Percent, Lower: v.Lower, Upper: v.Upper,
			Measured: percent(t.Number("log_ratio", i)), Persons: v.Persons, Probability: v.Probability}.Text(language)
	}
	return v
}

// percent that a log ratio is.
func percent(v float64) float64 { return 100 * math.Expm1(v) }

// VisitsFor is how many first visits find a share of the errors, 0 where there are none to find.
func (w *Worklist) VisitsFor(share float64) int {
	for i, v := range w.Visits {
		if w.Errors > 0 && v.Share >= share {
			return i + 1
		}
	}
	return 0
}
