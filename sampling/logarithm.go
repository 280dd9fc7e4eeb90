package sampling

import "math"

// ln is the natural logarithm of x ≥ 0, with the same bits on every machine. math.Log is written in assembly on some
// machines and fuses products and sums on others, so its last bit differs between them; a sample must not. The relative
// error is below 4e-16.
//
// With x = m·2^e and m in [√½, √2):
//
//	ln x = e·ln 2 + 2·artanh((m-1)/(m+1))
func ln(x float64) float64 {
	if x == 0 {
		return math.Inf(-1)
	}
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	return float64(float64(e)*math.Ln2) + float64(2*artanh((m-1)/(m+1)))
}

// lnComplement is ln(1-p) for p in [0, 1]. For small p, 1-p would lose the digits of p:
//
//	ln(1-p) = -2·artanh(p/(2-p))
func lnComplement(p float64) float64 {
	if p > 0.25 {
		return ln(1 - p)
	}
	return -2 * artanh(p/(2-p))
}

// artanh sums s + s³/3 + s⁵/5 + …, for |s| ≤ 0.172: what follows the term of s²³ is below 1e-19 of the sum. The
// conversions keep a product from being fused with the sum.
func artanh(s float64) float64 {
	square, sum := float64(s*s), 0.0
	for k := 23; k >= 1; k -= 2 {
		sum = float64(sum*square) + 1/float64(k)
	}
	return float64(s * sum)
}
