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
	parts      table
	partsAt    map[unit]span
	causes     table
	causeAt    map[unit]int
	fits       table
	fitsAt     map[string]span // by area
	screening  table
}

// A unit is an area under a definition.
type unit struct{ area, definition string }

// A span is the rows from first up to end.
type span struct{ first, end int }

// Of indexes the tables of a comparison. Tables that it lacks are empty; the error is that of reading one.
func Of(c *results.Comparison) (*Findings, error) {
	f := &Findings{comparison: c, partsAt: make(map[unit]span), causeAt: make(map[unit]int), fitsAt: make(map[string]span)}
	for name, to := range map[string]*table{
		"explanation": &f.parts, "causes": &f.causes, "definition_fit": &f.fits, "screening": &f.screening,
	} {
		t, err := c.Table(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		*to = table{t}
	}
	spans(&f.parts, f.partsAt, func(i int) unit { return unit{f.parts.text("area", i), f.parts.text("definition", i)} })
	spans(&f.fits, f.fitsAt, func(i int) string { return f.fits.text("area", i) })
	for i := range f.causes.Rows() {
		f.causeAt[unit{f.causes.text("area", i), f.causes.text("definition", i)}] = i
	}
	return f, nil
}

// spans finds rows that lie together; of a key with several stretches, the first.
func spans[K comparable](t *table, at map[K]span, key func(row int) K) {
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

// table reads a table by the names of its columns. A column that it lacks, as that of another program may, has no values.
type table struct{ columns.Table }

func (t *table) text(name string, row int) string {
	if c, err := t.Column(name); err == nil && c.Text != nil {
		return c.Text[row]
	}
	return ""
}

func (t *table) number(name string, row int) float64 {
	if c, err := t.Column(name); err == nil && c.Float != nil {
		return c.Float[row]
	}
	return math.NaN()
}
