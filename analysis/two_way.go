package analysis

import (
	"fmt"
	"math"
)

// A TwoWay is a table of two variables: the category of every row of the sample, -1 where it is missing, out of R and
// C.
type TwoWay struct {
	Row, Column []int32
	R, C        int
}

func (t TwoWay) mustHaveRows(n int) {
	if len(t.Row) != n || len(t.Column) != n {
		panic(fmt.Sprintf("analysis: a table of %d and %d rows for a sample of %d", len(t.Row), len(t.Column), n))
	}
	mustBeBelow(t.Row, t.R)
	mustBeBelow(t.Column, t.C)
}

func mustBeBelow(code []int32, k int) {
	for i, c := range code {
		if int(c) >= k {
			panic(fmt.Sprintf("analysis: row %d has category %d of %d", i, c, k))
		}
	}
}

// inhabited numbers anew the categories with weight.
func (t TwoWay) inhabited(w []float64) TwoWay {
	t.Row, t.R = inhabited(t.Row, t.R, w)
	t.Column, t.C = inhabited(t.Column, t.C, w)
	return t
}

func inhabited(code []int32, k int, w []float64) (out []int32, now int) {
	number := make([]int32, k)
	for i, c := range code {
		if w[i] != 0 {
			number[c] = 1
		}
	}
	for c, any := range number {
		number[c] = int32(now) - 1 + any
		now += int(any)
	}
	out = make([]int32, len(code))
	for i, c := range code {
		out[i] = -1
		if c >= 0 && w[i] != 0 {
			out[i] = number[c]
		}
	}
	return out, now
}

// indicators are those of the cells, rows varying fastest.
func (t TwoWay) indicators() [][]float64 {
	cell := make([]int32, len(t.Row))
	for i, r := range t.Row {
		cell[i] = -1
		if r >= 0 && t.Column[i] >= 0 {
			cell[i] = t.Column[i]*int32(t.R) + r
		}
	}
	return codeIndicators(cell, t.R*t.C)
}

// margins are the sums of cells by row and by column, and of all.
func (t TwoWay) margins(cells []float64) (rows, columns []float64, all float64) {
	rows, columns = make([]float64, t.R), make([]float64, t.C)
	for c := range columns {
		for r := range rows {
			v := cells[c*t.R+r]
			rows[r] += v
			columns[c] += v
			all += v
		}
	}
	return rows, columns, all
}

// pearson is Σ (pij - pi·p·j)²/(pi·p·j).
func (t TwoWay) pearson(p []float64) (x2 float64) {
	rows, columns, _ := t.margins(p)
	for c := range columns {
		for r := range rows {
			e := rows[r] * columns[c]
			x2 += (p[c*t.R+r] - e) * (p[c*t.R+r] - e) / e
		}
	}
	return x2
}

// interactions span all functions of the cells that are orthogonal to those of the row and of the column alone.
func (t TwoWay) interactions() (out [][]float64) {
	for _, b := range helmert(t.C) {
		for _, a := range helmert(t.R) {
			var product []float64
			for _, y := range b {
				product = append(product, scaled(a, y)...)
			}
			out = append(out, product)
		}
	}
	return out
}

// helmert are k-1 orthonormal contrasts of k categories.
func helmert(k int) (out [][]float64) {
	for j := 1; j < k; j++ {
		c := make([]float64, k)
		length := math.Sqrt(float64(j * (j + 1)))
		for i := range j {
			c[i] = 1 / length
		}
		c[j] = -float64(j) / length
		out = append(out, c)
	}
	return out
}
