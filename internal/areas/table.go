package areas

import (
	"context"
	"slices"

	"github.com/concord-stat/concord/internal/csvfile"
	"github.com/concord-stat/concord/internal/problems"
)

// A table is a small CSV file in memory.
type table struct {
	*csvfile.File
	rows []record
}

type record struct {
	line   int
	fields []string
}

// get is the value of a column, "" for the column "".
func (r record) get(t *table, column string) string {
	if column == "" {
		return ""
	}
	return r.fields[slices.Index(t.Columns, column)]
}

func (r record) columns(t *table) map[string]string {
	m := make(map[string]string, len(t.Columns))
	for i, name := range t.Columns {
		m[name] = r.fields[i]
	}
	return m
}

// readTable reads a CSV file with a header. Rows that are not well formed are problems and left out.
func readTable(file string, found *problems.List) (*table, error) {
	f, err := csvfile.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t := &table{File: f}
	return t, f.Each(context.Background(), found, func(line int, fields []string) error {
		t.rows = append(t.rows, record{line, slices.Clone(fields)})
		return nil
	})
}
