// Package microdata opens files of rows that people made (CSV, Parquet, Stata) and reads the columns that are asked
// for: numbers as float64, everything else as codes of levels. A row is named by its line, and nothing of its content
// is told.
package microdata

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/problems"
)

// A Kind is what a column is read as.
type Kind uint8

const (
	Number Kind = iota // float64, NaN where missing
	Code               // a level of few or many
)

// A Want is a column that is asked for, and as what. A column can be asked for as both.
type Want struct {
	Name string
	Kind Kind
}

// A File is an open file of rows.
type File struct {
	Path    string
	Format  string   // csv, parquet, stata
	Columns []string // in the order of the file

	// Missing are texts of a CSV that stand for a missing value, as an empty field always does.
	Missing []string
	// Progress, where it is set, is told of what is read of what there is, in units that depend on the format.
	Progress func(done, total int64)

	source source
}

// A source reads the columns of one format. What is wrong with values is added to found, and what stands for such a
// value in the table is missing; the table is nil where the form is so broken that rows cannot be told.
type source interface {
	read(ctx context.Context, f *File, wants []Want, found *problems.List) (*Table, error)
	Close() error
}

// formats are known by the ends of names.
var formats = map[string]string{".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".dta": "stata"}

// Open opens a file and reads what columns it has. An error of the file's form is a *problems.List.
func Open(path string) (*File, error) {
	f := &File{Path: path, Format: formats[strings.ToLower(filepath.Ext(path))]}
	if f.Format == "" {
		return nil, problems.Input(fmt.Errorf("%s: the name ends in none of .csv, .tsv, .txt, .parquet, .dta", path))
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := f.open(file); err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

func (f *File) open(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return problems.Input(fmt.Errorf("%s is a folder", f.Path))
	}
	switch f.Format {
	case "csv":
		f.source, f.Columns, err = openCSV(file, info.Size())
	case "parquet":
		f.source, f.Columns, err = openParquet(file, info.Size())
	case "stata":
		f.source, f.Columns, err = openStata(file, info.Size())
	}
	return f.located(err)
}

// located gives problems that do not know the file its path.
func (f *File) located(err error) error {
	if list, ok := err.(*problems.List); ok {
		for i := range list.Problems {
			list.Problems[i].File = f.Path
		}
	}
	return err
}

// Close closes the file.
func (f *File) Close() error { return f.source.Close() }

// Has tells whether the file has a column of this name.
func (f *File) Has(name string) bool { return slices.Contains(f.Columns, name) }

// Read reads the columns. All that is wrong with their values is in the list of problems, in order of line; a value
// that is wrong stands for a missing one in the table. The table is nil where rows cannot be told apart. It panics
// where a column is not there.
func (f *File) Read(ctx context.Context, wants []Want) (*Table, *problems.List, error) {
	for _, w := range wants {
		if !f.Has(w.Name) {
			panic(fmt.Sprintf("microdata: no column %q", w.Name))
		}
	}
	found := &problems.List{}
	t, err := f.source.read(ctx, f, wants, found)
	f.located(found)
	found.Sort()
	if t != nil {
		t.Path = f.Path
	}
	return t, found, err
}

// A Table is the columns that were read.
type Table struct {
	Path string
	Rows int

	numbers map[string][]float64
	codes   map[string]Codes
	lines   lines
	faults  map[string]problems.Faults // of numbers
}

// blame keeps the faults of the columns, and tells them.
func (t *Table) blame(wants []Want, faults []problems.Faults, found *problems.List) {
	t.faults = map[string]problems.Faults{}
	for j, w := range wants {
		if w.Kind == Number {
			t.faults[w.Name] = faults[j]
		}
	}
	tell(wants, faults, found)
}

func tell(wants []Want, faults []problems.Faults, found *problems.List) {
	for j, w := range wants {
		faults[j].Tell(found, "", w.Name)
	}
}

// Unread tells whether a number that is missing in a row is there in the file, but could not be read.
func (t *Table) Unread(name string, row int) bool {
	f := t.faults[name]
	return f.Has(t.Line(row))
}

// Codes are a column of levels.
type Codes struct {
	Code   []int32  // one a row
	Levels []string // in their order: numbers by value, then texts, analysis.Missing last
	Labels []string // what levels are called, where the file says so; else the levels
}

// Numbers is a column that was read as numbers.
func (t *Table) Numbers(name string) []float64 {
	v, ok := t.numbers[name]
	if !ok {
		panic(fmt.Sprintf("microdata: column %q was not read as numbers", name))
	}
	return v
}

// Codes is a column that was read as codes.
func (t *Table) Codes(name string) Codes {
	v, ok := t.codes[name]
	if !ok {
		panic(fmt.Sprintf("microdata: column %q was not read as codes", name))
	}
	return v
}

// Line is the line of a CSV file a row begins on, and the number of the row, from 1, in a file without lines.
func (t *Table) Line(row int) int { return t.lines.of(row) }

// MissingLevel is the code of the missing level, -1 where none is missing.
func (c Codes) MissingLevel() int32 {
	if n := len(c.Levels); n > 0 && c.Levels[n-1] == analysis.Missing {
		return int32(n - 1)
	}
	return -1
}

// lines say where rows begin: row i on line first+i, and later by what the jumps up to it say.
type lines struct {
	first int
	jumps []jump
}

// A jump is a row before which the file has more lines than rows.
type jump struct{ row, more int }

func (l lines) of(row int) int {
	at := l.first + row
	n, _ := slices.BinarySearchFunc(l.jumps, row+1, func(j jump, row int) int { return j.row - row })
	if n > 0 {
		at += l.jumps[n-1].more
	}
	return at
}
