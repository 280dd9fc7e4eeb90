// Package columns writes and reads small tables as CSV, JSON and Parquet. The same table gives the same bytes.
package columns

import (
	"fmt"
	"math"
	"strconv"
)

// A Column is one named column; exactly one of Text, Int and Float is set. An empty text and a NaN are missing
// values.
type Column struct {
	Name  string
	Text  []string
	Int   []int64
	Float []float64
}

// A Table is columns of equal length.
type Table []Column

// Texts is a column of n texts.
func Texts(name string, n int, of func(row int) string) Column {
	c := Column{Name: name, Text: make([]string, n)}
	for i := range c.Text {
		c.Text[i] = of(i)
	}
	return c
}

// Ints is a column of n whole numbers.
func Ints(name string, n int, of func(row int) int) Column {
	c := Column{Name: name, Int: make([]int64, n)}
	for i := range c.Int {
		c.Int[i] = int64(of(i))
	}
	return c
}

// Floats is a column of n numbers.
func Floats(name string, n int, of func(row int) float64) Column {
	c := Column{Name: name, Float: make([]float64, n)}
	for i := range c.Float {
		c.Float[i] = of(i)
	}
	return c
}

// Rows is the number of rows.
func (t Table) Rows() int {
	if len(t) == 0 {
		return 0
	}
	return t[0].Len()
}

// Len is the number of values.
func (c Column) Len() int {
	return len(c.Text) + len(c.Int) + len(c.Float)
}

// Column returns the column of that name.
func (t Table) Column(name string) (Column, error) {
	for _, c := range t {
		if c.Name == name {
			return c, nil
		}
	}
	return Column{}, fmt.Errorf("columns: no column %q", name)
}

// Format writes a number in full: no exponent, no rounding, the shortest text that reads back as the same float64;
// nothing for NaN.
func Format(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// Value is a value as CSV has it.
func (c Column) Value(i int) string {
	switch {
	case c.Text != nil:
		return c.Text[i]
	case c.Int != nil:
		return strconv.FormatInt(c.Int[i], 10)
	}
	return Format(c.Float[i])
}
