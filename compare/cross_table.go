package compare

import (
	"fmt"

	"github.com/concord-stat/concord/analysis"
)

// A CrossTable has persons by the category that two sources give the same person, as register (rows) and census
// (columns) of linked records. Both have the same K categories. What is computed from it takes persons as independent
// outcomes (superpopulation); for a sample of persons under a design, analysis.KappaOf has the design-based error.
type CrossTable struct {
	n            [][]int64
	rows, cols   []int64
	total, agree int64
}

// NewCrossTable checks the counts: n[i][j] persons are in category i of the first and j of the second source. An error
// names the row that has not as many categories as there are rows, or a count below 0.
func NewCrossTable(n [][]int64) (CrossTable, error) {
	t := CrossTable{n: n, rows: make([]int64, len(n)), cols: make([]int64, len(n))}
	for i, row := range n {
		if len(row) != len(n) {
			return CrossTable{}, fmt.Errorf("compare: row %d has %d categories, want %d", i+1, len(row), len(n))
		}
		for j, x := range row {
			if x < 0 {
				return CrossTable{}, fmt.Errorf("compare: %d persons in row %d, column %d", x, i+1, j+1)
			}
			t.rows[i] += x
			t.cols[j] += x
			t.total += x
		}
		t.agree += row[i]
	}
	return t, nil
}

// K is the number of categories, whether somebody is in them or not.
func (t CrossTable) K() int { return len(t.n) }

// Persons is the number of persons.
func (t CrossTable) Persons() int64 { return t.total }

// Collapsed is the table of a category against all others together.
func (t CrossTable) Collapsed(category int) CrossTable {
	in := t.n[category][category]
	b, c := t.rows[category]-in, t.cols[category]-in
	one, err := NewCrossTable([][]int64{{in, b}, {c, t.total - in - b - c}})
	if err != nil {
		panic(err.Error()) // counts of a table are not below 0
	}
	return one
}

// A Fraction is X persons of N, and the share they are; it is NaN of nobody.
type Fraction struct{ X, N int64 }

// Value is the share X/N.
func (p Fraction) Value() float64 { return float64(p.X) / float64(p.N) }

// Interval is Wilson's, which allows for chance in a complete count (superpopulation).
func (p Fraction) Interval(level float64) analysis.Interval {
	return analysis.Wilson(float64(p.X), float64(p.N), level)
}
