package sampling

import "math"

// A kernel finds vectors u ≠ 0 with A·u = 0 by Gaussian elimination with complete pivoting. It keeps its memory from
// one matrix to the next. Products are rounded before they are added, so that no machine fuses the two: the result is
// the same everywhere.
//
// Rows are scaled to a greatest entry of about 1 first, so that the units of the variables do not matter; the scales
// are powers of 2, which round nothing. Then every multiplier is at most 1, and A·u is 0 but for a few roundings of
// the greatest entry of each row (Golub and Van Loan 2013, Matrix Computations, sections 3.4 and 3.5). An entry is 0
// if it is no more than what rounding can have left of the numbers it was computed from: that shows dependent rows.
type kernel struct {
	vector     []float64
	a, scale   [][]float64 // rows of the matrix; what every entry was computed from, in absolute value
	column     []int       // which column of the matrix each column of a is
	rows, cols int
}

// find looks for a vector of the kernel of the matrix with these columns, and reports whether there is one; none exists
// if the columns are linearly independent.
func (k *kernel) find(columns [][]float64, rows int) bool {
	k.load(columns, rows)
	rank := k.reduce()
	if rank == k.cols {
		return false
	}
	k.solve(rank)
	return true
}

func (k *kernel) load(columns [][]float64, rows int) {
	k.rows, k.cols = rows, len(columns)
	if len(k.a) < rows || len(k.vector) < k.cols {
		k.allocate(rows, k.cols)
	}
	for c := range columns {
		k.column[c] = c
	}
	for r := range rows {
		factor := rowScale(columns, r)
		for c, column := range columns {
			k.a[r][c] = column[r] * factor
			k.scale[r][c] = math.Abs(k.a[r][c])
		}
	}
}

// rowScale is the power of 2 that brings the greatest entry of a row between 1/2 and 1, or near that if it is tiny.
func rowScale(columns [][]float64, row int) float64 {
	greatest := 0.0
	for _, column := range columns {
		greatest = max(greatest, math.Abs(column[row]))
	}
	_, exponent := math.Frexp(greatest)
	return math.Ldexp(1, min(-exponent, 1000))
}

func (k *kernel) allocate(rows, cols int) {
	k.vector, k.column = make([]float64, cols), make([]int, cols)
	k.a, k.scale = make([][]float64, rows), make([][]float64, rows)
	for r := range rows {
		k.a[r], k.scale[r] = make([]float64, cols), make([]float64, cols)
	}
}

// reduce brings the matrix into echelon form and returns its rank.
func (k *kernel) reduce() (rank int) {
	for rank < min(k.rows, k.cols) && k.pivot(rank) {
		for r := rank + 1; r < k.rows; r++ {
			k.eliminate(r, rank)
		}
		rank++
	}
	return rank
}

// pivot brings the greatest entry of the rows and columns from n on to place (n, n), the first one if there are
// several. It reports false if all are 0.
func (k *kernel) pivot(n int) bool {
	row, col, greatest := n, n, 0.0
	for r := n; r < k.rows; r++ {
		for c, v := range k.a[r][n:k.cols] {
			if math.Abs(v) > greatest {
				row, col, greatest = r, n+c, math.Abs(v)
			}
		}
	}
	k.a[n], k.a[row] = k.a[row], k.a[n]
	k.scale[n], k.scale[row] = k.scale[row], k.scale[n]
	k.column[n], k.column[col] = k.column[col], k.column[n]
	for r := range k.rows {
		k.a[r][n], k.a[r][col] = k.a[r][col], k.a[r][n]
		k.scale[r][n], k.scale[r][col] = k.scale[r][col], k.scale[r][n]
	}
	return greatest > 0
}

// eliminate subtracts a multiple of row n from row r so that column n of it is 0. Each of at most `rows` eliminations
// rounds an entry by no more than two units in the last place of its scale; 4·rows leaves a margin of two.
func (k *kernel) eliminate(r, n int) {
	if k.a[r][n] == 0 {
		return
	}
	factor, noise := k.a[r][n]/k.a[n][n], float64(4*k.rows)*0x1p-52
	for c := n + 1; c < k.cols; c++ {
		v := k.a[r][c] - float64(factor*k.a[n][c])
		k.scale[r][c] += float64(math.Abs(factor) * k.scale[n][c])
		if math.Abs(v) <= noise*k.scale[r][c] {
			v = 0
		}
		k.a[r][c] = v
	}
}

// solve sets the vector: 1 in the first column without a pivot, 0 in the others of these, and what follows elsewhere.
func (k *kernel) solve(rank int) {
	clear(k.vector)
	k.vector[k.column[rank]] = 1
	for r := rank - 1; r >= 0; r-- {
		sum := k.a[r][rank]
		for c := r + 1; c < rank; c++ {
			sum += float64(k.a[r][c] * k.vector[k.column[c]])
		}
		k.vector[k.column[r]] = -sum / k.a[r][r]
	}
}
