package sampling

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// TestLogarithm compares with the standard library, which is within 1 in 2^52 of the truth itself.
func TestLogarithm(t *testing.T) {
	const tol = 4e-16 + 2.2e-16
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		x := math.Ldexp(1-rng.Float64(), -rng.IntN(100)+50)
		if got, want := ln(x), math.Log(x); !scalar.EqualWithinRel(got, want, tol) {
			t.Fatalf("ln %v is %v, want %v", x, got, want)
		}
		p := math.Ldexp(rng.Float64(), -rng.IntN(100))
		if got, want := lnComplement(p), math.Log1p(-p); !scalar.EqualWithinRel(got, want, tol) {
			t.Fatalf("ln(1-%v) is %v, want %v", p, got, want)
		}
	}
	for _, x := range []float64{1 - 0x1p-53, 1 + 0x1p-52, math.Sqrt2, math.Sqrt2 / 2, 0x1p-1022, math.MaxFloat64} {
		if got, want := ln(x), math.Log(x); !scalar.EqualWithinRel(got, want, tol) {
			t.Errorf("ln %v is %v, want %v", x, got, want)
		}
	}
	if got, want := ln(5e-324), -744.4400719213812; !scalar.EqualWithinRel(got, want, tol) { // 1074·ln 2
		t.Errorf("ln 2⁻¹⁰⁷⁴ is %v, want %v", got, want)
	}
	if ln(1) != 0 || !math.IsInf(ln(0), -1) || !math.IsInf(lnComplement(1), -1) || lnComplement(0) != 0 {
		t.Errorf("ln 1 = %v, ln 0 = %v, ln(1-1) = %v, ln(1-0) = %v", ln(1), ln(0), lnComplement(1), lnComplement(0))
	}
}
