package trends

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/concord-stat/concord/compare"
)

// longest is how many areas a summary names of a family.
const longest = 10

// classes in the order they are told in.
var classes = []compare.Class{
	compare.Growing, compare.Persistent, compare.Shrinking, compare.New, compare.Reversed, compare.Resolved, compare.Unsteady,
	compare.Agreeing, compare.ToldOnce, compare.NeverTold,
}

// A Count is how many cells of a family are of a class, and to which side they lie.
type Count struct {
	Level      string        `json:"level"`
	Definition string        `json:"definition"`
	Dimension  string        `json:"dimension"`
	Class      compare.Class `json:"class"`
	Cells      int           `json:"cells"`
	Over       int           `json:"over"`
	Under      int           `json:"under"`
}

// Counts are the cells by family, in the order of the rows, and class.
func (t *Trends) Counts() []Count {
	at := make(map[Count]int)
	var all []Count
	for i := range t.Rows {
		r := &t.Rows[i]
		key := Count{Level: r.Level, Definition: r.Definition, Dimension: r.Dimension, Class: r.Trend.Class}
		n, seen := at[key]
		if !seen {
			n, at[key] = len(all), len(all)
			all = append(all, key)
		}
		all[n].Cells++
		switch r.Trend.Sign {
		case 1:
			all[n].Over++
		case -1:
			all[n].Under++
		}
	}
	order := make(map[family]int)
	for _, c := range all {
		if f := (family{c.Level, c.Definition, c.Dimension}); order[f] == 0 {
			order[f] = len(order) + 1
		}
	}
	slices.SortStableFunc(all, func(a, b Count) int {
		return cmp.Or(cmp.Compare(order[family{a.Level, a.Definition, a.Dimension}], order[family{b.Level, b.Definition, b.Dimension}]),
			cmp.Compare(slices.Index(classes, a.Class), slices.Index(classes, b.Class)))
	})
	return all
}

// WriteSummary tells, family by family, how many cells are of which class, and the areas whose discrepancy stays and is
// largest in the last round.
func (t *Trends) WriteSummary(w io.Writer) {
	fmt.Fprintf(w, "rounds of %s\n", strings.Join(t.Dates, ", "))
	last := family{}
	counts := t.Counts()
	for i, c := range counts {
		if f := (family{c.Level, c.Definition, c.Dimension}); i == 0 || f != last {
			fmt.Fprintf(w, "\n%s, %s, %s\n", c.Level, c.Definition, c.Dimension)
			last = f
		}
		fmt.Fprintf(w, "  %-11s %6d", c.Class, c.Cells)
		if c.Over+c.Under > 0 {
			fmt.Fprintf(w, "  (%d over, %d under)", c.Over, c.Under)
		}
		fmt.Fprintln(w)
		if i+1 == len(counts) || (family{counts[i+1].Level, counts[i+1].Definition, counts[i+1].Dimension}) != last {
			t.writeLargest(w, last)
		}
	}
	t.writeAbsent(w)
}

// writeLargest names the areas that differ in the last round and did before.
func (t *Trends) writeLargest(w io.Writer, f family) {
	end := len(t.Dates) - 1
	var rows []*Row
	for i := range t.Rows {
		r := &t.Rows[i]
		lasting := r.Trend.Class == compare.Persistent || r.Trend.Class == compare.Growing || r.Trend.Class == compare.Shrinking
		if r.family() == f && lasting && !math.IsNaN(r.Pct[end]) {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b *Row) int { return cmp.Compare(math.Abs(b.Pct[end]), math.Abs(a.Pct[end])) })
	for _, r := range rows[:min(len(rows), longest)] {
		name := r.AreaName
		if f.dimension != "total" {
			name += ", " + r.Cell
		}
		fmt.Fprintf(w, "    %s %s: %s; %s\n", r.Area, name, percents(r.Pct), r.Trend.Class)
	}
}

// percents prints the percentages of the rounds.
func percents(pct []float64) string {
	texts := make([]string, len(pct))
	for i, v := range pct {
		if texts[i] = fmt.Sprintf("%+.1f %%", v); math.IsNaN(v) {
			texts[i] = "…"
		}
	}
	return strings.Join(texts, ", ")
}

func (t *Trends) writeAbsent(w io.Writer) {
	if len(t.Absent) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%d areas are not in every round. Crosswalks in their studies carry the rounds over to one code list.\n", len(t.Absent))
	for _, a := range t.Absent[:min(len(t.Absent), longest)] {
		fmt.Fprintf(w, "    %s %s: not in %s\n", a.Area, a.Name, strings.Join(a.Not, ", "))
	}
	if more := len(t.Absent) - longest; more > 0 {
		fmt.Fprintf(w, "    and %d more; the table notes them all\n", more)
	}
}

func finite(v float64) float64 {
	if math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}
