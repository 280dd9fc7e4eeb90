package simulate

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/concord-stat/concord/internal/csvfile"
	"github.com/concord-stat/concord/internal/problems"
)

// table reads a CSV file by column name and collects what is wrong with it instead of stopping at the first fault.
type table struct {
	path    string
	columns map[string]int
	row     []string
	line    int
	found   problems.List
}

// readTable reads a file with the given columns, in any order and among others, and calls row for each record.
// The error is a *problems.List with every problem found, each with file, line and column.
func readTable(path string, columns []string, row func(t *table)) error {
	f, err := csvfile.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	t := &table{path: path, columns: make(map[string]int)}
	for i, name := range f.Columns {
		t.columns[name] = i
	}
	if !f.Need(&t.found, columns...) {
		return t.found.Err()
	}
	err = f.Each(context.Background(), &t.found, func(line int, fields []string) error {
		t.line, t.row = line, fields
		row(t)
		return nil
	})
	if err != nil {
		return err
	}
	return t.found.Err()
}

// text is the trimmed, composed (NFC) content of a column, which must not be empty.
func (t *table) text(column string) string {
	s := t.optional(column)
	if s == "" {
		t.fault(column, "is empty")
	}
	return s
}

// optional is like text for a column that may be empty.
func (t *table) optional(column string) string {
	return norm.NFC.String(t.row[t.columns[column]])
}

// digits is a code of exactly n digits.
func (t *table) digits(column string, n int) string {
	s := t.text(column)
	if s != "" && (len(s) != n || strings.Trim(s, "0123456789") != "") {
		t.fault(column, "%q is not a code of %d digits", s, n)
	}
	return s
}

// count is a whole number of persons or households, not negative; an empty field is 0.
func (t *table) count(column string) float64 {
	s := t.optional(column)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		t.fault(column, "%q is not a count", s)
		return 0
	}
	return float64(n)
}

// oneOf is a text that must be among the choices.
func (t *table) oneOf(column string, choices ...string) string {
	s := t.text(column)
	if s != "" && !slices.Contains(choices, s) {
		t.fault(column, "%q is none of %s", s, strings.Join(choices, ", "))
	}
	return s
}

// fault notes a problem with a column of the present record.
func (t *table) fault(column, format string, args ...any) {
	t.found.Add(t.path, t.line, column, "%s", fmt.Sprintf(format, args...))
}
