package extract

import (
	"fmt"
	"path/filepath"

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
		d, err := dim(c, definitions)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		t.Dims = append(t.Dims, d)
	}
	return t, nil
}

// dim codes a column: definitions and ages in their own order, everything else in byte order.
func dim(c columns.Column, definitions []string) (analysis.Dim, error) {
	switch c.Name {
	case "definition":
		return fixed(c, definitions)
	case "age":
		return fixed(c, analysis.AgeLevels())
	}
	if c.Text == nil {
		return analysis.Dim{}, fmt.Errorf("column %s is not text", c.Name)
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

// Areas reads the areas of an extract.
func Areas(dir string) ([]Area, error) {
	t, err := columns.Load(filepath.Join(dir, areasName+".parquet"))
	if err != nil {
		return nil, err
	}
	want := []string{"area", "name", "probability", "weight", "known"}
	if len(t) != len(want) {
		return nil, fmt.Errorf("%s: columns are not %v", dir, want)
	}
	var all []Area
	for i := range t.Rows() {
		all = append(all, Area{t[0].Text[i], t[1].Text[i], t[2].Float[i], t[3].Float[i], t[4].Int[i] == 1})
	}
	return all, nil
}
