package analysis

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// toldTolerance is the share of a column, in squares, that must be left when those before it are taken out. Gram
// matrices lose half the digits: what is left of a column that is told by others is some 1e-15.
const toldTolerance = 1e-12

// A dependence is a column that is told by those before it: x = Σ c x.
type dependence struct {
	column       int
	on           []int
	coefficients []float64
}

// independent finds the columns of a Gram matrix that are not told by those before them, and says how the others are.
// Columns of zeros are neither.
//
// This is Cholesky's decomposition, leaving out a column whose pivot is nothing.
func independent(gram *mat.SymDense) (kept []int, told []dependence) {
	var rows [][]float64 // of the triangle, for the columns kept
	for j := range gram.SymmetricDim() {
		whole := gram.At(j, j)
		if whole == 0 {
			continue
		}
		row, left := make([]float64, 0, len(kept)+1), whole
		for n, i := range kept {
			v := gram.At(i, j)
			for m := range n {
				v -= rows[n][m] * row[m]
			}
			v /= rows[n][n]
			row = append(row, v)
			left -= v * v
		}
		if left <= toldTolerance*whole {
			told = append(told, dependence{j, append([]int(nil), kept...), backwards(rows, row)})
			continue
		}
		kept, rows = append(kept, j), append(rows, append(row, math.Sqrt(left)))
	}
	return kept, told
}

// backwards solves L'c = y for the lower triangle L.
func backwards(l [][]float64, y []float64) []float64 {
	c := append([]float64(nil), y...)
	for n := len(c) - 1; n >= 0; n-- {
		for m := n + 1; m < len(c); m++ {
			c[n] -= l[m][n] * c[m]
		}
		c[n] /= l[n][n]
	}
	return c
}

// implied is the total that a column must have by those of the columns that tell it, and their size.
func (d *dependence) implied(target []float64) (total, size float64) {
	for n, j := range d.on {
		total += d.coefficients[n] * target[j]
		size += math.Abs(d.coefficients[n] * target[j])
	}
	return total, size
}

// A basis is the columns of a block that count, with what scales them.
type basis struct {
	columns []int
	scale   []float64
	told    []dependence
	empty   []int // columns of which the sample has nothing
}

// newBasis finds the columns of a block that count. Each is scaled to Σ|d|x² = 1.
func newBasis(b *block) *basis {
	gram := b.gram(absolute(b.d))
	out := &basis{}
	scale := make([]float64, b.columns())
	for j := range scale {
		if scale[j] = math.Sqrt(gram.At(j, j)); scale[j] == 0 {
			out.empty = append(out.empty, j)
		}
	}
	for i := range scale {
		for j := i; j < len(scale); j++ {
			if v := gram.At(i, j); v != 0 {
				gram.SetSym(i, j, v/scale[i]/scale[j])
			}
		}
	}
	out.columns, out.told = independent(gram)
	for n := range out.told {
		d := &out.told[n]
		for m, j := range d.on {
			d.coefficients[m] *= scale[d.column] / scale[j]
		}
	}
	for _, j := range out.columns {
		out.scale = append(out.scale, scale[j])
	}
	return out
}

func absolute(v []float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = math.Abs(x)
	}
	return out
}
