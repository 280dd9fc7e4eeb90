package sampling

import "math/rand/v2"

// RandomSystematic draws a sample of fixed size by systematic sampling of the units in random order. In a given order
// neighbours do not come together; here chance makes the order, and in nearly all frames any two units can.
//
// Units with π = 1 are always drawn, those with π = 0 never; positions ascend. RandomSystematic panics if a π is
// outside [0, 1] or NaN, or Σπ is not whole.
//
// Goodman and Kish (1950), Journal of the American Statistical Association 45:350-372; Hartley and Rao (1962), Annals
// of Mathematical Statistics 33:350-374.
func RandomSystematic(rng *rand.Rand, pi []float64) []int {
	f := newFixedSize(pi)
	order := rng.Perm(len(f.p))
	shuffled := make([]float64, len(f.p))
	for j, k := range order {
		shuffled[j] = f.p[k]
	}
	drawn := Systematic(rng, shuffled)
	for j, place := range drawn {
		drawn[j] = order[place]
	}
	return f.sample(drawn)
}
