package analysis

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// An orthogonal basis of weighted columns: X = QR, with Q'WQ the identity and R upper triangular. It is that of Gram
// and Schmidt, column by column, done twice, which leaves no more error than reflections would; and every sum over
// rows is one whose bits do not go with their order.
//
// Björck (1996), Numerical Methods for Least Squares Problems, section 2.4.
type orthogonalBasis struct {
	w        []float64
	q        [][]float64
	r        *mat.TriDense
	products []float64 // room for those of a sum
}

// nothingLeft is what may be left of a column, relative to its length, when the columns before it are taken out, for
// it to count as a combination of them.
const nothingLeft = 1e-10

// newOrthogonalBasis makes the basis, or gives the first column that is a combination of those before it, else -1.
func newOrthogonalBasis(w []float64, columns [][]float64) (b *orthogonalBasis, collinear int) {
	b = &orthogonalBasis{w: w, r: mat.NewTriDense(len(columns), mat.Upper, nil), products: make([]float64, len(w))}
	for j, column := range columns {
		left := append([]float64(nil), column...)
		before := b.norm(left)
		for range 2 {
			for k, along := range b.takeOut(left) {
				b.r.SetTri(k, j, b.r.At(k, j)+along)
			}
		}
		length := b.norm(left)
		if !(length > nothingLeft*before) {
			return nil, j
		}
		for i := range left {
			left[i] /= length
		}
		b.r.SetTri(j, j, length)
		b.q = append(b.q, left)
	}
	return b, -1
}

// takeOut takes the columns so far out of v, and gives how much of each was in it.
func (b *orthogonalBasis) takeOut(v []float64) (along []float64) {
	for _, q := range b.q {
		c := b.dot(q, v)
		for i := range v {
			v[i] -= c * q[i]
		}
		along = append(along, c)
	}
	return along
}

func (b *orthogonalBasis) dot(x, y []float64) float64 {
	for i, w := range b.w {
		b.products[i] = w * x[i] * y[i]
	}
	return sum(b.products)
}

func (b *orthogonalBasis) norm(x []float64) float64 { return math.Sqrt(b.dot(x, x)) }

// solve gives the coefficients of the columns that come nearest to v. It changes v to what is left.
func (b *orthogonalBasis) solve(v []float64) []float64 {
	out := mat.NewVecDense(len(b.q), nil)
	if err := out.SolveVec(b.r, mat.NewVecDense(len(b.q), b.takeOut(v))); err != nil {
		if _, nearly := err.(mat.Condition); !nearly {
			panic(err)
		}
	}
	return out.RawVector().Data
}

// scores are, for all rows, (X'WX)⁻¹ x by coefficient: R⁻¹ times a row of Q.
func (b *orthogonalBasis) scores() [][]float64 {
	p := len(b.q)
	var inverse mat.TriDense
	if err := inverse.InverseTri(b.r); err != nil {
		if _, nearly := err.(mat.Condition); !nearly {
			panic(err)
		}
	}
	out := make([][]float64, p)
	for j := range out {
		out[j] = make([]float64, len(b.w))
		for k := j; k < p; k++ {
			for i, q := range b.q[k] {
				out[j][i] += inverse.At(j, k) * q
			}
		}
	}
	return out
}
