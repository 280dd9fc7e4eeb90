package areas

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/concord-stat/concord/internal/problems"
)

// A table is a small CSV file in memory.
type table struct {
	file   string
	header []string
	rows   []record
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
	return r.fields[slices.Index(t.header, column)]
}

func (r record) columns(t *table) map[string]string {
	m := make(map[string]string, len(t.header))
	for i, name := range t.header {
		m[name] = r.fields[i]
	}
	return m
}

// readTable reads a CSV file with a header. Rows of another length are problems and left out.
func readTable(file string, found *problems.List) (*table, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := bufio.NewReader(f)
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		b.Discard(3)
	}
	in := csv.NewReader(b)
	in.FieldsPerRecord = -1
	t := &table{file: file}
	for {
		fields, err := in.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return t, nil
		case errors.As(err, &bad):
			found.Add(file, bad.StartLine, "", "not CSV from here on: %v", bad.Err)
			return t, nil
		case err != nil:
			return nil, err
		}
		line, _ := in.FieldPos(0)
		t.add(line, fields, found)
	}
}

func (t *table) add(line int, fields []string, found *problems.List) {
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	switch {
	case t.header == nil:
		t.header = fields
		t.checkHeader(line, found)
	case len(fields) != len(t.header):
		found.Add(t.file, line, "", "%d fields, the header has %d", len(fields), len(t.header))
	case !utf8.ValidString(strings.Join(fields, "")):
		found.Add(t.file, line, "", "not UTF-8")
	default:
		t.rows = append(t.rows, record{line, fields})
	}
}

func (t *table) checkHeader(line int, found *problems.List) {
	for i, name := range t.header {
		if slices.Contains(t.header[:i], name) {
			found.Add(t.file, line, name, "two columns have this name")
		}
	}
}

// has tells whether the table has every one of the columns; "" is none.
func (t *table) has(name string, columns []string, found *problems.List) bool {
	ok := true
	for _, c := range columns {
		if c != "" && !slices.Contains(t.header, c) {
			found.Add(t.file, 1, c, "%s has no such column; it has %v", name, t.header)
			ok = false
		}
	}
	return ok
}
