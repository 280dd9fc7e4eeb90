package analysis

// A galois is a finite field of q = p^k elements, p an odd prime. An element is a number below q whose digits to the
// base p are the coefficients of a polynomial, taken modulo one of degree k that has no factors.
type galois struct {
	q, p, k int
	modulus []int // its coefficients below the leading 1
}

// newGalois is the field of q elements, nil where there is none or 2 divides q.
func newGalois(q int) *galois {
	if q < 3 || q%2 == 0 {
		return nil
	}
	p := 3
	for p*p <= q && q%p != 0 {
		p += 2
	}
	if q%p != 0 {
		p = q
	}
	g := &galois{q: q, p: p}
	for rest := q; rest > 1; rest /= p {
		if rest%p != 0 {
			return nil
		}
		g.k++
	}
	g.findModulus()
	return g
}

// findModulus takes the first polynomial that nothing of a lower degree divides.
func (g *galois) findModulus() {
	for m := range g.q {
		g.modulus = g.digits(m, g.k)
		if g.irreducible() {
			return
		}
	}
}

// irreducible divides the modulus by all monic polynomials of up to half its degree.
func (g *galois) irreducible() bool {
	of := 1
	for degree := 1; 2*degree <= g.k; degree++ {
		of *= g.p
		for m := range of {
			if g.divides(append(g.digits(m, degree), 1)) {
				return false
			}
		}
	}
	return true
}

func (g *galois) divides(monic []int) bool {
	rest := append(append([]int(nil), g.modulus...), 1)
	g.reduce(rest, monic)
	for _, c := range rest {
		if c != 0 {
			return false
		}
	}
	return true
}

// reduce takes multiples of a monic polynomial from another, in place, until its degree is below that of the first.
func (g *galois) reduce(rest, monic []int) {
	degree := len(monic) - 1
	for top := len(rest) - 1; top >= degree; top-- {
		by := rest[top]
		for i, c := range monic {
			at := top - degree + i
			rest[at] = ((rest[at]-by*c)%g.p + g.p) % g.p
		}
	}
}

func (g *galois) digits(a, n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = a % g.p
		a /= g.p
	}
	return out
}

func (g *galois) number(digits []int) (a int) {
	for i := g.k - 1; i >= 0; i-- {
		a = a*g.p + digits[i]
	}
	return a
}

// minus is the difference of two elements.
func (g *galois) minus(a, b int) int {
	out, unit := 0, 1
	for range g.k {
		out += (a%g.p - b%g.p + g.p) % g.p * unit
		a, b, unit = a/g.p, b/g.p, unit*g.p
	}
	return out
}

// times is the product of two elements.
func (g *galois) times(a, b int) int {
	x, y := g.digits(a, g.k), g.digits(b, g.k)
	out := make([]int, 2*g.k)
	for i, c := range x {
		for j, d := range y {
			out[i+j] = (out[i+j] + c*d) % g.p
		}
	}
	g.reduce(out, append(append([]int(nil), g.modulus...), 1))
	return g.number(out)
}

// characters are 0 for 0, 1 for the squares of other elements and -1 for the rest.
func (g *galois) characters() []int8 {
	out := make([]int8, g.q)
	for a := 1; a < g.q; a++ {
		out[a] = -1
	}
	for a := 1; a < g.q; a++ {
		out[g.times(a, a)] = 1
	}
	return out
}
