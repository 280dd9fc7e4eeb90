package report

import (
	"cmp"
	"math"
	"slices"

	"github.com/concord-stat/concord/internal/findings"
)

// mostRows is how many rows of areas are shown of a level that has more than fewAreas.
const mostRows = 30

// A selection is rows of a table of the comparison, ready to print.
type selection struct {
	Name    string   // of the table, which is that of its file
	Title   string   // key of the heading
	Note    string   // key of what a reader must know
	Heads   []column // of the rows
	Rows    [][]string
	Areas   []string // area of each row, to lead to; empty where there is none
	Of      int      // rows that there are
	Remarks []string // what the rows' notes say, each once
}

// A column is one of a selection: the key of its heading, and what it prints of a row.
type column struct {
	Head   string
	Number bool
	print  func(e *edition, t *findings.Table, row int) string
}

// A choice says which rows of a table are shown.
type choice struct {
	table, title, note string
	columns            []column
	admits             func(t *findings.Table, row int) bool
	largest            string // column by whose size rows of areas are ordered; empty where rows stay as they are
	areas              bool   // rows are of areas: of a level with many of them the first are shown
}

// selected are the rows that a choice takes; nil where there are none.
func (e *edition) selected(c choice) (*selection, error) {
	t, err := findings.TableOf(e.Comparison, c.table)
	if err != nil {
		return nil, err
	}
	var rows []int
	for i := range t.Rows() {
		if c.admits(&t, i) {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		return nil, nil
	}
	s := &selection{Name: c.table, Title: c.title, Note: c.note, Heads: c.columns, Of: t.Rows()}
	if c.areas {
		rows = e.firstOf(&t, rows, c.largest)
	}
	for _, i := range rows {
		s.add(e, &t, i)
	}
	return s, nil
}

func (s *selection) add(e *edition, t *findings.Table, row int) {
	var cells []string
	for _, c := range s.Heads {
		cells = append(cells, c.print(e, t, row))
	}
	area := t.Text("area", row)
	if _, ok := e.byCode[area]; !ok {
		area = ""
	}
	s.Rows, s.Areas = append(s.Rows, cells), append(s.Areas, area)
	for _, note := range e.notes(t.Text("notes", row)) {
		if !slices.Contains(s.Remarks, note) && len(s.Remarks) < mostReasons {
			s.Remarks = append(s.Remarks, note)
		}
	}
}

// firstOf orders rows of areas by size, level by level, and keeps the first of a level with many.
func (e *edition) firstOf(t *findings.Table, rows []int, by string) []int {
	level := func(row int) string {
		if l := t.Text("level", row); l != "" {
			return l
		}
		return e.byCode[t.Text("area", row)].Level
	}
	height := func(row int) int { return -slices.Index(e.Summary.Levels, level(row)) }
	size := func(row int) float64 {
		if v := math.Abs(t.Number(by, row)); !math.IsNaN(v) {
			return v
		}
		return -1
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Or(cmp.Compare(height(a), height(b)), cmp.Compare(size(b), size(a))) })
	shown := make(map[string]int)
	return slices.DeleteFunc(rows, func(row int) bool {
		l := level(row)
		shown[l]++
		return e.count(l) > fewAreas && shown[l] > mostRows
	})
}
