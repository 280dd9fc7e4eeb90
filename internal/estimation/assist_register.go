package estimation

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/microdata"
	"github.com/concord-stat/concord/internal/problems"
)

// registerTotals are the totals that a register has of some variables, by cell.
type registerTotals struct {
	path, digest string
	method       string
	x            []variable
	columns      []string // of the totals of x
	group        string   // column of the groups
	over         []string // columns whose lines are added up

	cells  [][]string     // labels of the cells, in order
	at     map[string]int // cell by key
	totals [][]float64    // by variable and cell
	groups []string       // by cell
	found  *problems.List // what is wrong with lines
}

func (a *registerTotals) add(v variable, column string) {
	a.x, a.columns = append(a.x, v), append(a.columns, column)
}

// cellKey is the key of a cell.
func cellKey(labels []string) string { return strings.Join(labels, "\x00") }

// readRegister reads the file of known totals. Columns that are not there are added to those of the sample, and what is
// wrong with lines is kept until the lines of the sample are known, so that all is told at once.
func (r *request) readRegister(ctx context.Context) (*registerTotals, error) {
	f, err := microdata.Open(r.Assist)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	a := &registerTotals{path: r.Assist, group: r.AssistGroup, at: map[string]int{}}
	where, err := r.assistColumns(a, f)
	if err != nil {
		return nil, &UsageError{err}
	}
	if r.found.Count() > 0 {
		return a, nil
	}
	t, found, err := f.Read(ctx, a.wants(r.By, where))
	if err != nil || t == nil {
		return nil, errors.Join(err, found.Err())
	}
	a.found = found
	return a, r.gather(a, t, where)
}

// gather adds up the lines of every cell.
func (r *request) gather(a *registerTotals, t *microdata.Table, where condition) error {
	lines := a.counting(t, where)
	var raw, by []microdata.Codes
	for _, name := range r.By {
		raw = append(raw, t.Codes(name))
		by = append(by, r.regrouped(name, a, t, lines))
	}
	for _, name := range a.over {
		raw = append(raw, t.Codes(name))
	}
	once, err := crossed(t.Rows, raw)
	if err != nil {
		return problems.Input(err)
	}
	cells, err := crossed(t.Rows, by)
	if err != nil {
		return problems.Input(err)
	}
	a.singleDefinition(t, lines)
	a.tellTwice(t, lines, once, strings.Join(r.By, ","))
	a.sumUp(t, lines, cells)
	if len(lines) == len(a.cells) {
		a.over = nil
	}
	a.nest(t, lines, cells, slices.Index(r.By, a.group))
	a.found.Sort()
	return nil
}

// counting are the rows of the file that count.
func (a *registerTotals) counting(t *microdata.Table, where condition) (rows []int) {
	var on []truth
	if where != nil {
		on = where.on(t)
	}
	for i := range t.Rows {
		if on == nil || on[i] == yes {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		a.found.Add(a.path, 0, "", "no line with totals")
	}
	return rows
}

// regrouped are the levels of a column of cells; of one that is cut, the groups: the file has their names, or numbers.
func (r *request) regrouped(name string, a *registerTotals, t *microdata.Table, lines []int) microdata.Codes {
	c := t.Codes(name)
	cut, ok := r.cuts[name]
	if !ok {
		return c
	}
	out := microdata.Codes{Code: make([]int32, len(c.Code)), Levels: append(cut.names(), analysis.Missing)}
	out.Labels = out.Levels
	group := make([]int32, len(c.Levels))
	for l, level := range c.Levels {
		group[l] = cut.named(level)
	}
	for i, l := range c.Code {
		out.Code[i] = max(group[l], 0)
	}
	for _, i := range lines {
		if group[c.Code[i]] < 0 {
			a.found.Add(a.path, t.Line(i), name, "neither a number nor a group of --cut, such as %q", out.Levels[0])
		}
	}
	return out
}

// definitionColumn is what tallies call the definitions of population that they count by, one beside the other.
const definitionColumn = "definition"

// singleDefinition refuses to add up persons who are counted by several definitions.
func (a *registerTotals) singleDefinition(t *microdata.Table, lines []int) {
	if !slices.Contains(a.over, definitionColumn) {
		return
	}
	c := t.Codes(definitionColumn)
	for _, i := range lines {
		if c.Code[i] != c.Code[lines[0]] {
			a.found.Add(a.path, t.Line(i), definitionColumn, "another definition than on line %d: their counts are not to be "+
				"added up, choose one with --assist-where", t.Line(lines[0]))
			return
		}
	}
}

// tellTwice tells of lines that are there twice.
func (a *registerTotals) tellTwice(t *microdata.Table, lines []int, once *cells, column string) {
	hint := ""
	if len(a.over) == 0 && len(a.columns) > 1 {
		hint = "; if one of the columns is no total, say with --assist-x which are: lines are then added up over the others"
	}
	first := make([]int, once.len()) // line by cell
	for _, i := range lines {
		if c := once.of[i]; first[c] > 0 {
			a.found.Add(a.path, t.Line(i), column, "the same cell as on line %d%s", first[c], hint)
		} else {
			first[c] = t.Line(i)
		}
	}
}

// sumUp adds up the totals of every cell that has a line; in any order of lines they are the same.
func (a *registerTotals) sumUp(t *microdata.Table, lines []int, c *cells) {
	number := make([]int, c.len()) // among the cells that have a line, from 1
	for _, i := range lines {
		number[c.of[i]] = 1
	}
	for cell, has := range number {
		if has > 0 {
			a.at[cellKey(c.labels[cell])] = len(a.cells)
			a.cells = append(a.cells, c.labels[cell])
			number[cell] = len(a.cells)
		}
	}
	for _, name := range a.columns {
		parts := make([][]float64, len(a.cells))
		for _, i := range lines {
			cell := number[c.of[i]] - 1
			parts[cell] = append(parts[cell], a.total(t, name, i))
		}
		totals := make([]float64, len(a.cells))
		for cell, part := range parts {
			totals[cell] = analysis.WeightsSum(part)
		}
		a.totals = append(a.totals, totals)
	}
}

// total is a total on a line, which must be there and not below 0.
func (a *registerTotals) total(t *microdata.Table, name string, row int) float64 {
	v := t.Numbers(name)[row]
	switch {
	case v != v && !t.Unread(name, row):
		a.found.Add(a.path, t.Line(row), name, "missing: the total of a cell is known, or the cell has no line")
	case v < 0:
		a.found.Add(a.path, t.Line(row), name, "the total is below 0")
	}
	return v
}

// nest finds the group of every cell, which is one.
func (a *registerTotals) nest(t *microdata.Table, lines []int, c *cells, by int) {
	if a.group == "" {
		return
	}
	a.groups = make([]string, len(a.cells))
	if by >= 0 {
		for cell, labels := range a.cells {
			a.groups[cell] = labels[by]
		}
		return
	}
	groups, first := t.Codes(a.group), make([]int, len(a.cells))
	for _, i := range lines {
		cell, group := a.at[cellKey(c.labels[c.of[i]])], groups.Labels[groups.Code[i]]
		switch {
		case groups.Code[i] == groups.MissingLevel():
			a.found.Add(a.path, t.Line(i), a.group, "the group is missing")
		case first[cell] == 0:
			first[cell], a.groups[cell] = t.Line(i), group
		case a.groups[cell] != group:
			a.found.Add(a.path, t.Line(i), a.group, "the cell is in another group on line %d", first[cell])
		}
	}
}
