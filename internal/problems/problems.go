// Package problems collects what is wrong with an input, so that one reading tells all of it.
package problems

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Limit is how many problems of one input are kept; more are only counted.
const Limit = 100

// A Problem is one thing wrong with an input: where, and what to do. It never holds a record's content.
type Problem struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`   // 1-based; 0 when the problem has no line
	Column string `json:"column,omitempty"` // name of the column or key, or the position in the line
	Text   string `json:"text"`
}

// String gives file:line:column: text.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Column != "" {
		b.WriteString(":" + p.Column)
	}
	return b.String() + ": " + p.Text
}

// A List is the problems of one input. As an error it says all of them; Err gives it when it is not empty.
type List struct {
	Problems []Problem `json:"problems"`
	More     int       `json:"more,omitempty"` // problems past the limit
}

// Add notes a problem.
func (l *List) Add(file string, line int, column, format string, args ...any) {
	if len(l.Problems) == Limit {
		l.More++
		return
	}
	l.Problems = append(l.Problems, Problem{file, line, column, fmt.Sprintf(format, args...)})
}

// Join adds the problems of another list.
func (l *List) Join(other *List) {
	for _, p := range other.Problems {
		l.Add(p.File, p.Line, p.Column, "%s", p.Text)
	}
	l.More += other.More
}

// Sort puts the problems in order of file and line, those of a line in the order they were found.
func (l *List) Sort() {
	slices.SortStableFunc(l.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
}

// Count is the number of problems, those past the limit too.
func (l *List) Count() int { return len(l.Problems) + l.More }

// Err is l as an error, nil when there is no problem.
func (l *List) Err() error {
	if l.Count() == 0 {
		return nil
	}
	return l
}

// Error gives a problem a line.
func (l *List) Error() string {
	lines := make([]string, 0, len(l.Problems)+1)
	for _, p := range l.Problems {
		lines = append(lines, p.String())
	}
	if l.More > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more", l.More))
	}
	return strings.Join(lines, "\n")
}

// An InputError is a single thing wrong with an input that has no line: a file that cannot be read, a number that does not
// fit what is there.
type InputError struct{ Err error }

// Input marks an error as the input's fault; nil stays nil.
func Input(err error) error {
	if err == nil {
		return nil
	}
	return InputError{err}
}

// Error is the error's own text.
func (e InputError) Error() string { return e.Err.Error() }

// Unwrap gives the error.
func (e InputError) Unwrap() error { return e.Err }
