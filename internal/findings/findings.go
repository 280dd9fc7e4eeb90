// Package findings arranges what a comparison says beside its verdicts: of an area, why it differs; of a level, where to look
// first. It reads the tables of a comparison, which hold one row a part or an area, and gives values in the words of a language.
package findings

import (
	"errors"
	"io/fs"
	"math"

	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/results"
)

// Findings find the rows of an area in the tables of a comparison. Many goroutines may read it.
type Findings struct {
	comparison *results.Comparison
	parts      Table
	partsAt    map[unit]span
	causes     Table
	causeAt    map[unit]int
	fits       Table
	fitsAt     map[string]span // by area
	screening  Table
}

// A unit is an area under a definition.
type unit struct{ area, definition string }

// A span is the rows from first up to end.
type span struct{ first, end int }

// Of indexes the tables of a comparison. Tables that it lacks are empty; the error is that of reading one.
func Of(c *results.Comparison) (*Findings, error) {
	f := &Findings{comparison: c, partsAt: make(map[unit]span), causeAt: make(map[unit]int), fitsAt: make(map[string]span)}
	for name, to := range map[string]*Table{
		"explanation": &f.parts, "causes": &f.causes, "definition_fit": &f.fits, "screening": &f.screening,
	} {
		var err error
		if *to, err = TableOf(c, name); err != nil {
			return nil, err
		}
	}
	spans(&f.parts, f.partsAt, func(i int) unit { return unit{f.parts.Text("area", i), f.parts.Text("definition", i)} })
	spans(&f.fits, f.fitsAt, func(i int) string { return f.fits.Text("area", i) })
	for i := range f.causes.Rows() {
		f.causeAt[unit{f.causes.Text("area", i), f.causes.Text("definition", i)}] = i
	}
	return f, nil
}

// spans finds rows that lie together; of a key with several stretches, the first.
func spans[K comparable](t *Table, at map[K]span, key func(row int) K) {
	for first := 0; first < t.Rows(); {
		k, end := key(first), first+1
		for end < t.Rows() && key(end) == k {
			end++
		}
		if _, seen := at[k]; !seen {
			at[k] = span{first, end}
		}
		first = end
	}
}

// A Table is read by the names of its columns. A column that it lacks, as that of another program may, has no values.
type Table struct{ columns.Table }

// TableOf is a table of a comparison, without rows where the comparison has none of that name.
func TableOf(c *results.Comparison, name string) (Table, error) {
	t, err := c.Table(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Table{}, err
	}
	return Table{t}, nil
}

// Text is a text of a row.
func (t *Table) Text(name string, row int) string {
	if c, err := t.Column(name); err == nil && c.Text != nil {
		return c.Text[row]
	}
	return ""
}

// Number is a number of a row, NaN where there is none.
func (t *Table) Number(name string, row int) float64 {
	switch c, err := t.Column(name); {
	case err == nil && c.Float != nil:
		return c.Float[row]
	case err == nil && c.Int != nil:
		return float64(c.Int[row])
	}
	return math.NaN()
}
