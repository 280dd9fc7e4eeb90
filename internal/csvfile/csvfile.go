// Package csvfile reads CSV files that people made: by a header, strictly, with the line of every record, collecting what
// is wrong with their form instead of stopping at the first fault.
package csvfile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/concord-stat/concord/internal/problems"
)

// A File is an open CSV file past its header.
type File struct {
	Path    string
	Columns []string // names of the header, trimmed

	file *os.File
	in   *csv.Reader
}

// Open opens a CSV file and reads its header: RFC 4180, UTF-8, a byte-order mark allowed. An error of the file's form is
// a *problems.List.
func Open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	b := bufio.NewReaderSize(f, 1<<20)
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		b.Discard(3)
	}
	in := csv.NewReader(b)
	in.ReuseRecord, in.FieldsPerRecord = true, -1
	c := &File{Path: path, file: f, in: in}
	if err := c.readHeader(); err != nil {
		f.Close()
		return nil, err
	}
	return c, nil
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

func (f *File) readHeader() error {
	header, err := f.in.Read()
	var bad *csv.ParseError
	var found problems.List
	switch {
	case errors.Is(err, io.EOF):
		found.Add(f.Path, 1, "", "empty: want a header row")
	case errors.As(err, &bad):
		found.Add(f.Path, bad.StartLine, "", "not CSV: %v", bad.Err)
	case err != nil:
		return fmt.Errorf("%s: %w", f.Path, err)
	}
	for i, name := range header {
		name = strings.TrimSpace(name)
		if !utf8.ValidString(name) {
			found.Add(f.Path, 1, fmt.Sprint(i+1), "the name of the column is not UTF-8")
		}
		if slices.Contains(f.Columns, name) {
			found.Add(f.Path, 1, name, "two columns have this name")
		}
		f.Columns = append(f.Columns, name)
	}
	return found.Err()
}

// Need notes every name that is no column of the file, and tells whether there was none; "" is always there.
func (f *File) Need(found *problems.List, names ...string) bool {
	ok := true
	for _, name := range names {
		if name != "" && !slices.Contains(f.Columns, name) {
			found.Add(f.Path, 1, name, "no such column; the file has %s", strings.Join(f.Columns, ", "))
			ok = false
		}
	}
	return ok
}

// Each yields the records in their order with the line each starts on; fields are trimmed, and reused. A record of another
// length than the header, or not UTF-8, is noted and left out. Nothing follows a broken quote, past which nothing can be
// told apart.
func (f *File) Each(ctx context.Context, found *problems.List, yield func(line int, fields []string) error) error {
	for n := 0; ; n++ {
		fields, err := f.in.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad):
			found.Add(f.Path, bad.StartLine, "", "not CSV from here on: %v", bad.Err)
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", f.Path, err)
		case n%4096 == 0 && ctx.Err() != nil:
			return ctx.Err()
		}
		line, _ := f.in.FieldPos(0)
		if !f.wellFormed(line, fields, found) {
			continue
		}
		if err := yield(line, fields); err != nil {
			return err
		}
	}
}

func (f *File) wellFormed(line int, fields []string, found *problems.List) bool {
	if len(fields) != len(f.Columns) {
		found.Add(f.Path, line, "", "%d fields, the header has %d", len(fields), len(f.Columns))
		return false
	}
	for i, v := range fields {
		if !utf8.ValidString(v) {
			found.Add(f.Path, line, f.Columns[i], "not UTF-8")
			return false
		}
		fields[i] = strings.TrimSpace(v)
	}
	return true
}
