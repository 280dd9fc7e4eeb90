package columns

import (
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"

	"github.com/parquet-go/parquet-go"
)

// rowGroup bounds the memory of writing and lets readers skip.
const rowGroup = 256 << 10

// WriteParquet writes the table as Parquet: text as dictionary-coded UTF-8, counts as INT64, numbers as DOUBLE with
// null for NaN, compressed with Zstandard.
func (t Table) WriteParquet(w io.Writer) error {
	// The author is named without a version: another version of Concord must not change the bytes.
	out := parquet.NewWriter(w, t.schema(), parquet.CreatedBy("concord", "", ""))
	for from := 0; from < t.Rows(); from += rowGroup {
		to := min(from+rowGroup, t.Rows())
		for i, c := range t {
			if _, err := out.ColumnWriters()[i].WriteRowValues(c.values(i, from, to)); err != nil {
				return fmt.Errorf("columns: column %q: %w", c.Name, err)
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return out.Close()
}

// schema is built from a struct type, since only that keeps the columns in their order.
func (t Table) schema() *parquet.Schema {
	fields := make([]reflect.StructField, len(t))
	for i, c := range t {
		f := reflect.StructField{Name: fmt.Sprintf("C%d", i), Type: reflect.TypeFor[string]()}
		f.Tag = reflect.StructTag(fmt.Sprintf(`parquet:"%s,dict,zstd"`, c.Name))
		switch {
		case c.Int != nil:
			f.Type, f.Tag = reflect.TypeFor[int64](), reflect.StructTag(fmt.Sprintf(`parquet:"%s,zstd"`, c.Name))
		case c.Float != nil:
			f.Type, f.Tag = reflect.TypeFor[*float64](), reflect.StructTag(fmt.Sprintf(`parquet:"%s,optional,zstd"`, c.Name))
		}
		fields[i] = f
	}
	return parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface())
}

func (c Column) values(column, from, to int) []parquet.Value {
	values := make([]parquet.Value, 0, to-from)
	for row := from; row < to; row++ {
		switch {
		case c.Text != nil:
			values = append(values, parquet.ByteArrayValue([]byte(c.Text[row])).Level(0, 0, column))
		case c.Int != nil:
			values = append(values, parquet.Int64Value(c.Int[row]).Level(0, 0, column))
		case math.IsNaN(c.Float[row]):
			values = append(values, parquet.NullValue().Level(0, 0, column))
		default:
			values = append(values, parquet.DoubleValue(c.Float[row]).Level(0, 1, column))
		}
	}
	return values
}

// ReadParquet reads a table that WriteParquet wrote.
func ReadParquet(r io.ReaderAt, size int64) (Table, error) {
	f, err := parquet.OpenFile(r, size)
	if err != nil {
		return nil, err
	}
	var t Table
	for i, field := range f.Schema().Fields() {
		c := Column{Name: field.Name()}
		if err := c.allocate(field, int(f.NumRows())); err != nil {
			return nil, err
		}
		for _, group := range f.RowGroups() {
			if err := c.read(group.ColumnChunks()[i]); err != nil {
				return nil, fmt.Errorf("columns: column %q: %w", c.Name, err)
			}
		}
		t = append(t, c)
	}
	return t, nil
}

// allocate gives the column the slice its type wants, not nil even without rows.
func (c *Column) allocate(field parquet.Field, rows int) error {
	if !field.Leaf() {
		return fmt.Errorf("columns: column %q is nested", c.Name)
	}
	switch field.Type().Kind() {
	case parquet.ByteArray:
		c.Text = make([]string, 0, rows)
	case parquet.Int64:
		c.Int = make([]int64, 0, rows)
	case parquet.Double:
		c.Float = make([]float64, 0, rows)
	default:
		return fmt.Errorf("columns: column %q is of type %s, want text, INT64 or DOUBLE", c.Name, field.Type())
	}
	return nil
}

func (c *Column) read(chunk parquet.ColumnChunk) error {
	pages := chunk.Pages()
	defer pages.Close()
	interned := make(map[string]string) // dictionary-coded text comes as fresh copies
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		values := make([]parquet.Value, page.NumValues())
		if _, err := page.Values().ReadValues(values); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		c.append(values, interned)
		parquet.Release(page)
	}
}

func (c *Column) append(values []parquet.Value, interned map[string]string) {
	for _, v := range values {
		switch {
		case c.Text != nil:
			text, ok := interned[string(v.ByteArray())]
			if !ok {
				text = string(v.ByteArray())
				interned[text] = text
			}
			c.Text = append(c.Text, text)
		case c.Int != nil:
			c.Int = append(c.Int, v.Int64())
		case v.IsNull():
			c.Float = append(c.Float, math.NaN())
		default:
			c.Float = append(c.Float, v.Double())
		}
	}
}
