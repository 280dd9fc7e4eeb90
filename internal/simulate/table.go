package simulate

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// mostProblems is how many problems of one file are spelt out: past it the file is another file than expected.
const mostProblems = 100

// table reads a CSV file by column name and collects what is wrong with it instead of stopping at the first fault.
type table struct {
	path     string
	columns  map[string]int
	reader   *csv.Reader
	row      []string
	line     int
	problems []error
	more     int
}

// readTable reads a file with the given columns, in any order and among others, and calls row for each record.
// The error joins every problem found, each with file, line and column.
func readTable(path string, columns []string, row func(t *table)) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	defer f.Close()
	t := &table{path: path, reader: csv.NewReader(f)}
	if !t.header(columns) {
		return t.err()
	}
	for t.next() {
		row(t)
	}
	return t.err()
}

// header reads the first line and reports whether all columns are there.
func (t *table) header(columns []string) bool {
	names, err := t.reader.Read()
	if err != nil {
		t.problem("%s:1: no header: %w", t.path, err)
		return false
	}
	names[0] = strings.TrimPrefix(names[0], "\ufeff") // spreadsheet programs mark UTF-8 files so
	t.columns = map[string]int{}
	for i, name := range names {
		t.columns[strings.TrimSpace(name)] = i
	}
	for _, name := range columns {
		if _, ok := t.columns[name]; !ok {
			t.problem("%s:1: column %q is missing", t.path, name)
		}
	}
	return len(t.problems) == 0
}

// next moves to the next record that can be read.
func (t *table) next() bool {
	for {
		row, err := t.reader.Read()
		switch {
		case err == nil:
			t.row = row
			t.line, _ = t.reader.FieldPos(0)
			return true
		case errors.Is(err, io.EOF):
			return false
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			t.problem("%s:%d: %w", t.path, parse.StartLine, parse.Err)
		} else {
			t.problem("%s: %w", t.path, err)
		}
		if !errors.Is(err, csv.ErrFieldCount) { // quotes gone wrong, or the disk: what follows means nothing
			return false
		}
	}
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
	return norm.NFC.String(strings.TrimSpace(t.row[t.columns[column]]))
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
	t.problem("%s:%d: column %s %s", t.path, t.line, column, fmt.Sprintf(format, args...))
}

// problem notes a problem.
func (t *table) problem(format string, args ...any) {
	if len(t.problems) == mostProblems {
		t.more++
		return
	}
	t.problems = append(t.problems, fmt.Errorf("simulate: "+format, args...))
}

// err joins the problems; nil if there are none.
func (t *table) err() error {
	if t.more > 0 {
		t.problems = append(t.problems, fmt.Errorf("simulate: %s: %d problems more", t.path, t.more))
	}
	return errors.Join(t.problems...)
}
