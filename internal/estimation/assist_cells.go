package estimation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/microdata"
	"github.com/concord-stat/concord/internal/problems"
)

// An assistance is what a register knows of the cells of the sample, and of those that nobody was sampled in. These
// come last, and only where groups lend them coefficients.
type assistance struct {
	analysis.Assistance
	labels [][]string
	known  []bool // the cell has a total
}

// assistance brings the totals of the register to the cells. A cell with rows must have a total.
func (r *request) assistance(t *microdata.Table, c *cells, domain []int32, found *problems.List) *assistance {
	a := &assistance{labels: slices.Clone(c.labels)}
	a.Assistant = assistMethods[r.register.method]
	for _, v := range r.register.x {
		a.X = append(a.X, r.assistX(v, t, domain, found))
	}
	if r.AssistGroup != "" {
		a.labels = append(a.labels, r.register.without(c.labels)...)
	}
	r.tellUnknown(t, c, domain, found)
	a.known, a.Totals, a.Group = make([]bool, len(a.labels)), make([][]float64, len(a.X)), r.register.groupsOf(a.labels)
	for j := range a.Totals {
		a.Totals[j] = make([]float64, len(a.labels))
	}
	for cell, labels := range a.labels {
		at, ok := r.register.at[cellKey(labels)]
		a.known[cell] = ok
		for j := range a.Totals {
			if ok {
				a.Totals[j][cell] = r.register.totals[j][at]
			}
		}
	}
	return a
}

// assistX are the values of a variable, which must be known in the domain.
func (r *request) assistX(v variable, t *microdata.Table, domain []int32, found *problems.List) []float64 {
	x := v.values(t)
	if x == nil {
		return slices.Repeat([]float64{1}, t.Rows)
	}
	var faults problems.Faults
	for i, value := range x {
		switch {
		case domain[i] < 0 || t.Unread(v.column, i):
		case value != value:
			faults.Add(t.Line(i), "missing: a variable with known totals is known on every row")
		case value < 0 && r.register.method == "ratio":
			faults.Add(t.Line(i), "below 0: a ratio estimate has no use for it, take --assist-method regression")
		}
	}
	faults.Tell(found, t.Path, v.name)
	return x
}

// tellUnknown tells of cells with rows, but without a known total.
func (r *request) tellUnknown(t *microdata.Table, c *cells, domain []int32, found *problems.List) {
	first := make([]int, c.len())
	for i, cell := range domain {
		if cell >= 0 && first[cell] == 0 {
			first[cell] = t.Line(i)
		}
	}
	for cell, line := range first {
		if _, ok := r.register.at[cellKey(c.labels[cell])]; line > 0 && !ok {
			found.Add(r.Assist, 0, strings.Join(r.By, ","), "no total for %s, which %s has rows of, the first on line %d",
				cellName(c.labels[cell]), t.Path, line)
		}
	}
}

// cellName is a cell for people.
func cellName(labels []string) string {
	if len(labels) == 0 {
		return "the whole"
	}
	return strings.Join(labels, " ")
}

// without are the cells of the register that are not among those of the sample.
func (a *registerTotals) without(labels [][]string) (out [][]string) {
	sampled := map[string]bool{}
	for _, l := range labels {
		sampled[cellKey(l)] = true
	}
	for _, l := range a.cells {
		if !sampled[cellKey(l)] {
			out = append(out, l)
		}
	}
	return out
}

// groupsOf numbers the groups of cells in the order of their names; nil without groups. A cell of which the register
// has no total is in a group of its own: it has no rows.
func (a *registerTotals) groupsOf(cells [][]string) []int32 {
	if a.group == "" {
		return nil
	}
	names := slices.Compact(slices.Sorted(slices.Values(a.groups)))
	out := make([]int32, len(cells))
	for c, labels := range cells {
		out[c] = int32(len(names))
		if at, ok := a.at[cellKey(labels)]; ok {
			n, _ := slices.BinarySearch(names, a.groups[at])
			out[c] = int32(n)
		}
	}
	return out
}

// cellsTold is how many cells a note names.
const cellsTold = 5

// assistNotes say what a reader of assisted estimates must know of the register's file.
func (r *request) assistNotes(c *cells) (notes []string) {
	if r.Where != "" {
		notes = append(notes, "the totals of "+r.Assist+" are taken as those of the domain")
	}
	more := r.register.without(c.labels)
	if len(more) == 0 {
		return notes
	}
	var names []string
	for _, labels := range more[:min(len(more), cellsTold)] {
		names = append(names, cellName(labels))
	}
	if len(more) > cellsTold {
		names = append(names, "…")
	}
	what := "they have no estimate, but with --assist-group a synthetic one"
	if r.AssistGroup != "" {
		what = "their estimates are synthetic"
	}
	return append(notes, fmt.Sprintf("cells of %s of which the sample has no row: %d (%s): %s", r.Assist, len(more),
		strings.Join(names, ", "), what))
}
