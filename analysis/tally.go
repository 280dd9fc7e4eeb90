package analysis

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A Dim is one dimension of a tally: the category of every row, coded by its position in Levels.
type Dim struct {
	Name   string
	Levels []string
	Code   []int32 // one a row, 0 ≤ Code[i] < len(Levels)
}

// A Tally is a table of persons by category, in columns of equal length.
//
// Of a complete count, W and Unit are nil and N holds the persons. Of a sample, N holds the persons
// interviewed, W the sum of their sampling weights (1/π, persons each stands for), and Unit the sampling
// unit they belong to, as numbered by the Design.
type Tally struct {
	Dims []Dim
	N    []int64
	W    []float64
	Unit []int32

	// Noise is the variance of what a disclosure rule added to N on purpose, independent between rows; nil for none.
	Noise []float64
}

// Rows is the number of rows.
func (t *Tally) Rows() int { return len(t.N) }

// Dim returns the dimension of that name, or nil when the tally does not carry it.
func (t *Tally) Dim(name string) *Dim {
	for i := range t.Dims {
		if t.Dims[i].Name == name {
			return &t.Dims[i]
		}
	}
	return nil
}

// A Class gathers the levels of one dimension into classes: communes into provinces, single years into age
// groups. Of[l] is the class of level l; -1 leaves the level out.
type Class struct {
	Dim   string
	Names []string
	Of    []int32
}

// Each is the class that keeps every level of d as it is.
func Each(d *Dim) Class {
	of := make([]int32, len(d.Levels))
	for i := range of {
		of[i] = int32(i)
	}
	return Class{Dim: d.Name, Names: d.Levels, Of: of}
}

// Classes maps the levels of d to names by rule; a level for which rule returns false is left out. Names that
// the rule gives and the list lacks are a mistake of the caller and panic.
func Classes(d *Dim, names []string, rule func(level string) (string, bool)) Class {
	index := make(map[string]int32, len(names))
	for i, n := range names {
		index[n] = int32(i)
	}
	c := Class{Dim: d.Name, Names: names, Of: make([]int32, len(d.Levels))}
	for i, level := range d.Levels {
		name, keep := rule(level)
		if !keep {
			c.Of[i] = -1
			continue
		}
		at, ok := index[name]
		if !ok {
			panic(fmt.Sprintf("analysis: level %q of %s falls in class %q, which is not listed", level, d.Name, name))
		}
		c.Of[i] = at
	}
	return c
}

// Cells numbers the cross of the classes, the last one varying fastest, and gives the cell of every row, -1 for
// rows a class leaves out, and the number of cells. It panics when the tally lacks a dimension, or there are more than
// 2^31-1 cells.
func (t *Tally) Cells(classes ...Class) (cell []int32, k int) {
	cell = make([]int32, t.Rows())
	k = 1
	for _, c := range classes {
		d := t.Dim(c.Dim)
		if d == nil {
			panic("analysis: tally has no dimension " + c.Dim)
		}
		k *= len(c.Names)
		mustBeCells(int64(k))
		for i := range cell {
			class := c.Of[d.Code[i]]
			if cell[i] < 0 || class < 0 {
				cell[i] = -1
				continue
			}
			cell[i] = cell[i]*int32(len(c.Names)) + class
		}
	}
	return cell, k
}

// Counts adds up the persons of every cell. cell[i] is the cell of row i, as Cells gives it.
func (t *Tally) Counts(cell []int32, k int) []int64 {
	sum := make([]int64, k)
	for i, c := range cell {
		if c >= 0 {
			sum[c] += t.N[i]
		}
	}
	return sum
}

// NoiseSD is the standard deviation of the disclosure noise in the count of every cell, nil where the tally has none.
func (t *Tally) NoiseSD(cell []int32, k int) []float64 {
	if t.Noise == nil {
		return nil
	}
	sd := make([]float64, k)
	for i, c := range cell {
		if c >= 0 {
			sd[c] += t.Noise[i]
		}
	}
	for i := range sd {
		sd[i] = math.Sqrt(sd[i])
	}
	return sd
}

// Sort puts the rows in order of their levels, the first dimension slowest, and adds up rows of the same cell and unit.
// It takes time in proportion to the rows.
func (t *Tally) Sort() {
	if t.inOrder() {
		return
	}
	order := make([]int32, t.Rows())
	for i := range order {
		order[i] = int32(i)
	}
	if t.Noise != nil { // so that the sum of a cell does not depend on the order of rows
		slices.SortStableFunc(order, func(i, j int32) int { return cmp.Compare(t.Noise[i], t.Noise[j]) })
	}
	next := make([]int32, len(order))
	if t.Unit != nil {
		order, next = orderBy(t.Unit, order, next), order
	}
	for _, d := range slices.Backward(t.Dims) {
		order, next = orderBy(d.Code, order, next), order
	}
	t.gather(order)
}

// inOrder tells whether the rows are in order, each cell and unit once.
func (t *Tally) inOrder() bool {
	for i := 1; i < t.Rows(); i++ {
		if t.compare(i-1, i) >= 0 {
			return false
		}
	}
	return true
}

// orderBy puts rows in order of their codes into a slice of the same length, rows of the same code in the order they
// come: a counting sort.
func orderBy(code, rows, into []int32) []int32 {
	var first []int32 // of every code: how many rows are before it
	for _, c := range code {
		for int(c)+1 >= len(first) {
			first = append(first, 0)
		}
		first[c+1]++
	}
	for c := 1; c < len(first); c++ {
		first[c] += first[c-1]
	}
	for _, row := range rows {
		c := code[row]
		into[first[c]] = row
		first[c]++
	}
	return into
}

// compare orders two rows by their levels and then by unit.
func (t *Tally) compare(i, j int) int {
	for _, d := range t.Dims {
		if c := cmp.Compare(d.Code[i], d.Code[j]); c != 0 {
			return c
		}
	}
	if t.Unit != nil {
		return cmp.Compare(t.Unit[i], t.Unit[j])
	}
	return 0
}

// gather rebuilds the columns from the rows in the order given, adding up equal neighbours.
func (t *Tally) gather(order []int32) {
	cells := make([]int32, len(order)) // of every row in order: its cell
	k := 0
	for n, row := range order {
		if n == 0 || t.compare(int(order[n-1]), int(row)) != 0 {
			k++
		}
		cells[n] = int32(k - 1)
	}
	g := Tally{Dims: make([]Dim, len(t.Dims)), N: addUp(t.N, order, cells, k), W: addUp(t.W, order, cells, k), Noise: addUp(t.Noise, order, cells, k)}
	for i, d := range t.Dims {
		g.Dims[i] = Dim{Name: d.Name, Levels: d.Levels, Code: codeOf(d.Code, order, cells, k)}
	}
	if t.Unit != nil {
		g.Unit = codeOf(t.Unit, order, cells, k)
	}
	*t = g
}

// addUp adds a column up by cell; nil stays nil.
func addUp[T int64 | float64](column []T, order, cells []int32, k int) []T {
	if column == nil {
		return nil
	}
	sums := make([]T, k)
	for n, row := range order {
		sums[cells[n]] += column[row]
	}
	return sums
}

// codeOf is the code of every cell.
func codeOf(code, order, cells []int32, k int) []int32 {
	out := make([]int32, k)
	for n, row := range order {
		out[cells[n]] = code[row]
	}
	return out
}
