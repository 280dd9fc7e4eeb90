package analysis

// fitMargins fits one margin after the other until the totals stand still. begin are the first columns of the terms,
// with the number of columns at the end.
//
// Deming and Stephan (1940), Annals of Mathematical Statistics 11:427-444.
func (b *block) fitMargins(begin []int, maxIterations int) *solution {
	w := append([]float64(nil), b.d...)
	totals := b.totals(w)
	s := &solution{miss: b.miss(totals)}
	for s.miss > 1e-15 && s.iterations < maxIterations {
		s.iterations++
		for term := range len(begin) - 1 {
			b.fitMargin(w, totals, int32(begin[term]), int32(begin[term+1]))
			totals = b.totals(w)
		}
		miss := b.miss(totals)
		if s.miss <= missAllowed && !(miss < s.miss/2) {
			break
		}
		s.miss = miss
	}
	s.g = make([]float64, len(w))
	for k := range w {
		if s.g[k] = 1; b.d[k] != 0 {
			s.g[k] = w[k] / b.d[k]
		}
	}
	return s
}

// fitMargin gives the columns of one margin their totals.
func (b *block) fitMargin(w, totals []float64, from, to int32) {
	for k := range w {
		col, val := b.entries(k)
		factor := 1.0
		for e, j := range col {
			if j >= from && j < to && totals[j] != 0 {
				factor += val[e] * (b.target[j]/totals[j] - 1)
			}
		}
		w[k] *= factor
	}
}
