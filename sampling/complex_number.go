package sampling

import "math"

// A complexNumber is multiplied without fused operations, which the language allows for complex128.
type complexNumber struct{ re, im float64 }

func (a complexNumber) product(b complexNumber) complexNumber {
	return complexNumber{realProduct(a, b), float64(a.re*b.im) + float64(a.im*b.re)}
}

// realProduct is Re(a·b).
func realProduct(a, b complexNumber) float64 {
	return float64(a.re*b.re) - float64(a.im*b.im)
}

func (a complexNumber) plus(b complexNumber) complexNumber {
	return complexNumber{a.re + b.re, a.im + b.im}
}

func (a complexNumber) times(x float64) complexNumber {
	return complexNumber{float64(a.re * x), float64(a.im * x)}
}

// halvedAngles holds the roots of unity of the orders 1, 2, 4, …, m. They come by halving the angle, which takes square
// roots only: the sines and cosines of a library differ in the last bit between machines.
type halvedAngles []complexNumber // exp(2πi/2^b)

func newHalvedAngles(m int) halvedAngles {
	h := halvedAngles{{1, 0}, {-1, 0}, {0, 1}}
	for order := 8; order <= m; order *= 2 {
		z := h[len(h)-1]
		cos := math.Sqrt((1 + z.re) / 2)
		h = append(h, complexNumber{cos, z.im / (2 * cos)})
	}
	return h
}

// turn is exp(2πi·j/m), m being the largest order.
func (h halvedAngles) turn(j int) complexNumber {
	z := complexNumber{1, 0}
	for b := len(h) - 1; j > 0; b, j = b-1, j/2 {
		if j%2 == 1 {
			z = z.product(h[b])
		}
	}
	return z
}
