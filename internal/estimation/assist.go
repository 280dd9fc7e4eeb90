package estimation

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

// assistMethods are the ways in which known totals help, by name.
var assistMethods = map[string]analysis.Assistant{
	"difference": analysis.DifferenceAssisted, "ratio": analysis.RatioAssisted, "regression": analysis.RegressionAssisted,
}

// AssistMethods are the ways in which known totals help, by name.
func AssistMethods() []string { return []string{"difference", "ratio", "regression"} }

// checkAssist tells what is wrong with the options of assisted estimates.
func (o *Options) checkAssist() error {
	given := len(o.AssistX) > 0 || o.AssistMethod != "" || o.AssistGroup != "" || o.AssistWhere != ""
	switch _, known := assistMethods[o.AssistMethod]; {
	case o.Assist == "" && given:
		return errors.New("--assist-x, --assist-method, --assist-group and --assist-where go with --assist")
	case o.Assist == "":
		return nil
	case len(o.Totals) == 0:
		return errors.New("--assist is for totals: give --total")
	case o.AssistMethod != "" && !known:
		return fmt.Errorf("--assist-method %q is not one of %s", o.AssistMethod, strings.Join(AssistMethods(), ", "))
	case o.Replicates != "":
		return errors.New("--assist does not go with --replicates: the errors of assisted estimates are linearised")
	case o.AssistGroup != "" && o.Calibrate != "":
		return errors.New("--assist-group does not go with --calibrate: coefficients of groups need the weights of the design")
	}
	return nil
}

// checkMethod settles how the variables help, and tells what does not fit their number.
func (a *registerTotals) checkMethod(method, group string) error {
	switch {
	case method == "" && len(a.x) == 1:
		method = "ratio"
	case method == "":
		method = "regression"
	}
	a.method = method
	switch {
	case method == "ratio" && len(a.x) > 1:
		return fmt.Errorf("--assist-method ratio goes with one variable, not with %d: name it with --assist-x", len(a.x))
	case method == "difference" && group != "":
		return errors.New("--assist-group goes with ratio and regression: a difference has coefficients of 1, and nothing to pool")
	}
	return nil
}

// assistVariables says which columns of the register's file are totals, and what of: x:column, or a column that both
// files have, or all columns that are not those of the cells.
func (r *request) assistVariables(a *registerTotals, columns []string) error {
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
	if len(r.AssistX) > 0 {
		return nil
	}
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
	if len(a.x) == 0 && r.found.Count() == 0 {
		r.found.Add(a.path, 1, "", "no column of totals")
	}
	return nil
}

// personsColumn is what tallies of persons call their counts.
const personsColumn = "persons"
