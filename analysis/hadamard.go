package analysis

// Hadamard is a matrix of signs whose rows are orthogonal, with ones in its first row and column: that of the least
// order from atLeast on that can be made of those of Paley, (q+1) for q = 3 mod 4 and 2(q+1) for q = 1 mod 4, q a
// power of a prime, by doubling and multiplying. Up to 200 those are all multiples of 4 (and 1 and 2) but 92, 116,
// 156, 172, 184 and 188.
//
// Sylvester (1867), Philosophical Magazine 34:461-475; Paley (1933), Journal of Mathematics and Physics 12:311-320.
func Hadamard(atLeast int) [][]int8 {
	order := max(atLeast, 1)
	for !isHadamardOrder(order) {
		order++
	}
	return normalisedSigns(hadamard(order))
}

func isHadamardOrder(n int) bool {
	a, b := hadamardFactors(n)
	return n <= 2 || paleyOne(n) != nil || paleyTwo(n) != nil || a > 0 && b > 0
}

// hadamardFactors are two orders above 1 whose product is n, or zeros.
func hadamardFactors(n int) (a, b int) {
	for a := 2; a*a <= n; a++ {
		if (a == 2 || a%4 == 0) && n%a == 0 && isHadamardOrder(a) && isHadamardOrder(n/a) {
			return a, n / a
		}
	}
	return 0, 0
}

// hadamard is a matrix of an order there is.
func hadamard(n int) [][]int8 {
	switch {
	case n == 1:
		return [][]int8{{1}}
	case n == 2:
		return [][]int8{{1, 1}, {1, -1}}
	}
	if f := paleyOne(n); f != nil {
		return f.matrixOne()
	}
	if f := paleyTwo(n); f != nil {
		return f.matrixTwo()
	}
	a, b := hadamardFactors(n)
	return kronecker(hadamard(a), hadamard(b))
}

// paleyOne is the field of n-1 elements where it makes a matrix of order n.
func paleyOne(n int) *galois {
	if n%4 != 0 {
		return nil
	}
	return newGalois(n - 1)
}

// paleyTwo is the field of n/2-1 elements where it makes a matrix of order n.
func paleyTwo(n int) *galois {
	if n%4 != 0 || (n/2-1)%4 != 1 {
		return nil
	}
	return newGalois(n/2 - 1)
}

// kronecker is the Kronecker product.
func kronecker(a, b [][]int8) [][]int8 {
	out := make([][]int8, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			var row []int8
			for _, s := range x {
				for _, t := range y {
					row = append(row, s*t)
				}
			}
			out = append(out, row)
		}
	}
	return out
}

// normalisedSigns changes the signs of rows and columns that begin with -1.
func normalisedSigns(m [][]int8) [][]int8 {
	first := append([]int8(nil), m[0]...)
	for _, row := range m {
		for j, s := range first {
			row[j] *= s
		}
		if begins := row[0]; begins < 0 {
			for j := range row {
				row[j] = -row[j]
			}
		}
	}
	return m
}

// matrixOne is that of Paley's first construction, of order q+1: the identity plus a skew matrix with the quadratic
// characters of differences in its core.
func (g *galois) matrixOne() [][]int8 {
	m := g.bordered(-1)
	for i := range m {
		m[i][i] = 1
	}
	return m
}

// matrixTwo is that of Paley's second construction, of order 2(q+1): every sign of the symmetric conference matrix
// becomes a block of two by two, and so do the zeros of its diagonal.
func (g *galois) matrixTwo() [][]int8 {
	conference := g.bordered(1)
	sign, zero := [2][2]int8{{1, 1}, {1, -1}}, [2][2]int8{{1, -1}, {-1, -1}}
	n := len(conference)
	m := make([][]int8, 2*n)
	for i := range m {
		m[i] = make([]int8, 2*n)
		for j := range m[i] {
			if i/2 == j/2 {
				m[i][j] = zero[i%2][j%2]
			} else {
				m[i][j] = conference[i/2][j/2] * sign[i%2][j%2]
			}
		}
	}
	return m
}

// bordered are the quadratic characters χ(i-j) with a row of ones above them and a column of the corner sign beside
// them.
func (g *galois) bordered(corner int8) [][]int8 {
	character := g.characters()
	m := make([][]int8, g.q+1)
	for i := range m {
		m[i] = make([]int8, g.q+1)
		for j := range m[i] {
			switch {
			case i == 0 && j > 0:
				m[i][j] = 1
			case j == 0 && i > 0:
				m[i][j] = corner
			case i > 0 && j > 0:
				m[i][j] = character[g.minus(i-1, j-1)]
			}
		}
	}
	return m
}
