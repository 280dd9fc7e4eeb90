package extract

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/columns"
)

// Read reads an extract. definitions gives their order, dimensions the further ones to read. The caller has verified
// the seal.
func Read(dir string, definitions, dimensions []string) (*Extract, error) {
	e := new(Extract)
	for _, name := range append([]string{""}, dimensions...) {
		t, err := readTally(filepath.Join(dir, tallyName(name)+".parquet"), definitions)
		if err != nil {
			return nil, err
		}
		e.Tallies = append(e.Tallies, t)
	}
	var err error
	e.Areas, err = Areas(dir)
	return e, err
}

// Events reads the events of an extract that has them.
func Events(dir string, definitions []string) (*analysis.Tally, error) {
	return readTally(filepath.Join(dir, eventsName+".parquet"), definitions)
}

func readTally(path string, definitions []string) (*analysis.Tally, error) {
	table, err := columns.Load(path)
	if err != nil {
		return nil, err
	}
	t := new(analysis.Tally)
	for _, c := range table {
		if c.Name == "persons" {
			t.N = c.Int
			continue
		}
		if c.Name == noiseColumn {
			t.Noise = c.Float
			continue
		}
		d, err := dim(c, definitions)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		t.Dims = append(t.Dims, d)
	}
	if t.N == nil {
		return nil, fmt.Errorf("%s: no column persons of whole numbers", path)
	}
	return t, nil
}

// dim codes a column: definitions and ages in their own order, everything else in byte order.
func dim(c columns.Column, definitions []string) (analysis.Dim, error) {
	if c.Text == nil {
		return analysis.Dim{}, fmt.Errorf("column %s is not text", c.Name)
	}
	switch c.Name {
	case "definition":
		return fixed(c, definitions)
	case "age":
		return fixed(c, analysis.AgeLevels())
	}
	coder, codes := analysis.NewCoder(), make([]int32, len(c.Text))
	for i, text := range c.Text {
		codes[i] = coder.Code(text)
	}
	return coder.Dim(c.Name, codes), nil
}

func fixed(c columns.Column, levels []string) (analysis.Dim, error) {
	d := analysis.Dim{Name: c.Name, Levels: levels, Code: make([]int32, len(c.Text))}
	at := make(map[string]int32, len(levels))
	for i, l := range levels {
		at[l] = int32(i)
	}
	for i, text := range c.Text {
		code, ok := at[text]
		if !ok {
			return d, fmt.Errorf("column %s: %q is not one of %v", c.Name, text, levels)
		}
		d.Code[i] = code
	}
	return d, nil
}

// alike tells whether two tables have the same columns of the same types.
func alike(a, b columns.Table) bool {
	return slices.EqualFunc(a, b, func(a, b columns.Column) bool {
		return a.Name == b.Name && (a.Text == nil) == (b.Text == nil) && (a.Int == nil) == (b.Int == nil)
	})
}

// Areas reads the areas of an extract.
func Areas(dir string) ([]Area, error) {
	t, err := columns.Load(filepath.Join(dir, areasName+".parquet"))
	if err != nil {
		return nil, err
	}
	if want := new(Extract).areasTable(); !alike(t, want) {
		return nil, fmt.Errorf("%s: %s.parquet has not the columns of an extract", dir, areasName)
	}
	all := []Area{} // an extract of no area is not the absence of one
	for i := range t.Rows() {
		all = append(all, Area{t[0].Text[i], t[1].Text[i], t[2].Float[i], t[3].Float[i], t[4].Int[i] == 1})
	}
	return all, nil
}
