package estimation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/concord-stat/concord/internal/microdata"
)

// assistColumns finds the columns of the file, and adds those that are not there to what was found.
func (r *request) assistColumns(a *registerTotals, f *microdata.File) (where condition, err error) {
	needed := slices.Clone(r.By)
	if a.group != "" {
		needed = append(needed, a.group)
	}
	if r.AssistWhere != "" {
		if where, err = parseCondition(r.AssistWhere); err != nil {
			return nil, fmt.Errorf("--assist-where: %w", err)
		}
		for _, w := range where.wants() {
			needed = append(needed, w.Name)
		}
	}
	for i, name := range needed {
		if !f.Has(name) && !slices.Contains(needed[:i], name) {
			r.found.Add(a.path, 1, name, "no such column; %s", near(name, f.Columns))
		}
	}
	if err := r.assistVariables(a, f.Columns); err != nil {
		return nil, err
	}
	a.over = slices.DeleteFunc(slices.Clone(f.Columns), func(c string) bool {
		return slices.Contains(r.By, c) || slices.Contains(a.columns, c) || c == a.group
	})
	return where, a.settleMethod(r.AssistMethod, r.AssistGroup)
}

// assistVariables says which columns of the register's file are totals, and what of.
func (r *request) assistVariables(a *registerTotals, columns []string) error {
	if len(r.AssistX) > 0 {
		return r.namedVariables(a, columns)
	}
	r.commonVariables(a, columns)
	if len(a.x) == 0 && r.found.Count() == 0 {
		r.found.Add(a.path, 1, "", "no column of totals")
	}
	return nil
}

// namedVariables are those of --assist-x: variable:column, or a name of both.
func (r *request) namedVariables(a *registerTotals, columns []string) error {
	for _, text := range splitAll(r.AssistX) {
		name, column := text, text
		if at := strings.LastIndexByte(text, ':'); at > 0 && !slices.Contains(columns, text) {
			name, column = text[:at], text[at+1:]
		}
		v, err := parseVariable(name, r.file)
		if err != nil {
			return fmt.Errorf("--assist-x: %w", err)
		}
		a.add(v, column)
		if !slices.Contains(columns, column) {
			r.found.Add(a.path, 1, column, "no such column; %s", near(column, columns))
		}
	}
	return nil
}

// personsColumn is what tallies of persons call their counts.
const personsColumn = "persons"

// commonVariables are all columns but those of the cells: columns of both files, or persons, who are the rows.
func (r *request) commonVariables(a *registerTotals, columns []string) {
	for _, c := range columns {
		switch {
		case slices.Contains(r.By, c) || c == r.AssistGroup:
		case r.file.Has(c):
			a.add(variable{name: c, column: c}, c)
		case c == personsColumn:
			a.add(variable{name: "1"}, c)
		default:
			r.found.Add(a.path, 1, c, "%s has no such column: name the columns that are totals, and what they are of, "+
				"with --assist-x, as in 1:persons", r.file.Path)
		}
	}
}

// wants are the columns of the file.
func (a *registerTotals) wants(by []string, where condition) (wants []microdata.Want) {
	columns := slices.Concat(by, a.over)
	if a.group != "" && !slices.Contains(by, a.group) {
		columns = append(columns, a.group)
	}
	for _, c := range columns {
		wants = append(wants, code(c)...)
	}
	for _, c := range a.columns {
		wants = append(wants, number(c)...)
	}
	if where == nil {
		return wants
	}
	for _, w := range where.wants() {
		if !slices.Contains(wants, w) {
			wants = append(wants, w)
		}
	}
	return wants
}
