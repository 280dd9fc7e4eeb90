package sampling

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestLandingIsOptimal proves the solutions by duality: whatever the multipliers y are, no design that keeps ψ has an
// expected imbalance below y'b if no sample has a reduced cost below 0, so one that attains it is optimal. Half of the
// programmes have equal ψ, which makes most of their basic solutions degenerate; some have several parts.
func TestLandingIsOptimal(t *testing.T) {
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 4))
		e, psi, parts := anyLanding(rng)
		l := newLanding(e, psi, parts)
		l.draw(rng, append([]float64(nil), psi...))
		checkDesign(t, l)
		y, column := l.multipliers(), make([]float64, l.equations())
		bound, expected := y[0], dot(l.probabilities(), l.basisCosts())
		for r, k := range l.rows {
			bound += y[r+1] * l.psi[k]
		}
		for s, sample := range l.samples {
			if l.fill(column, sample); l.cost[s]-dot(y, column) < -1e-9 {
				t.Errorf("seed %d: sample %b would lower the imbalance", seed, sample)
			}
		}
		if math.Abs(expected-bound) > 1e-9 {
			t.Errorf("seed %d: expected imbalance %v, the least is %v", seed, expected, bound)
		}
	}
}

// checkDesign holds the probabilities of the samples against ψ.
func checkDesign(t *testing.T, l *landing) {
	t.Helper()
	reproduced, p := make([]float64, len(l.units)), l.probabilities()
	for b, s := range l.basis {
		if p[b] < -1e-14 {
			t.Errorf("sample %b has probability %v", l.samples[s], p[b])
		}
		for k := range l.units {
			reproduced[k] += p[b] * float64(l.samples[s]>>k&1)
		}
	}
	for k, v := range reproduced {
		if math.Abs(v-l.psi[k]) > 1e-13 {
			t.Errorf("ψ of unit %d is %v, want %v", k, v, l.psi[k])
		}
	}
}

func (l *landing) basisCosts() (cost []float64) {
	for _, s := range l.basis {
		cost = append(cost, l.cost[s])
	}
	return cost
}

// anyLanding has up to three parts of a few units each; one part alone may have two sizes.
func anyLanding(rng *rand.Rand) (e equations, psi []float64, parts []part) {
	count, alike := 1+rng.IntN(3), rng.IntN(2) == 0
	for range count {
		var units []int
		size := 2 + rng.IntN(4)
		n := 1 + rng.IntN(size-1)
		for range size {
			units = append(units, len(psi))
			psi = append(psi, float64(n)/float64(size))
		}
		if !alike {
			exchange(rng, psi, units)
		}
		if count == 1 && rng.IntN(2) == 0 {
			psi[0] *= 0.7
		}
		parts = append(parts, newPart(psi, units))
	}
	x := make([][]float64, 1+rng.IntN(4))
	for j := range x {
		for range psi {
			x[j] = append(x[j], float64(rng.IntN(4)))
		}
	}
	return newEquations(psi, x), psi, parts
}

// exchange moves probability between neighbours, which keeps the sum.
func exchange(rng *rand.Rand, psi []float64, units []int) {
	for i := range units[1:] {
		a, b := units[i], units[i+1]
		d := (rng.Float64() - 0.5) * min(psi[a], 1-psi[a], psi[b], 1-psi[b])
		psi[a], psi[b] = psi[a]+d, psi[b]-d
	}
}
