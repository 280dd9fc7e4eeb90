package plan

// close turns the moments of the pass into variances. The weights of a stratum get their factor M/(M-q) here, when the
// rank q of its balancing variables is known: the form is linear in it.
func (f *FirstStage) close(p *pass) {
	strata, q := len(p.size), f.q
	normal := make([]symmetric, strata)
	for h := range normal {
		normal[h] = newSymmetric(q)
	}
	for i := range f.cells {
		c := &f.cells[i]
		c.moment.mirror()
		c.spread.mirror()
		normal[c.stratum].addBlock(c.moment)
	}
	f.inverse = make([]symmetric, strata)
	factor := make([]float64, strata)
	for h := range normal {
		f.inverse[h], factor[h] = normal[h].landed(p.size[h], p.spread[h])
	}
	regression := make([]regression, len(p.groups))
	f.fitted = make([]float64, len(p.groups))
	for g := range p.groups {
		regression[g], f.fitted[g] = p.groups[g].regression()
	}
	for i := range f.cells {
		c := &f.cells[i]
		c.settle(f.inverse[c.stratum], regression[c.group], q)
		c.random *= f.fitted[c.group]
		c.scale(factor[c.stratum])
	}
	for h := range f.inverse {
		f.inverse[h].scale(1 / max(1, factor[h])) // K has the factor, so K⁻ has its inverse
	}
}

// landed is K⁻ and the factor M/(M-q) of a stratum of size M, with π alone in place of all balancing variables for the
// share of the variance that the landing leaves: spread is Σ π(1-π).
func (s symmetric) landed(size, spread float64) (symmetric, float64) {
	inverse, rank := s.inverse()
	balanced := size / max(1, size-float64(rank))
	if s.n == 1 || rank == 0 {
		return inverse, balanced
	}
	landing, alone := min(1, 1/spread), size/max(1, size-1)
	factor := (1-landing)*balanced + landing*alone
	inverse.scale((1 - landing) * balanced / factor)
	inverse.x[0] += landing * alone / factor / s.at(0, 0)
	return inverse, factor
}

// A regression is B_g at the mean of the model, and what its randomness takes.
type regression struct {
	b      []float64 // (Σ ω a a')⁻ Σ ω a μ
	normal symmetric // (Σ ω a a')⁻
	spread symmetric // cov of B
}

// regression also gives what fitting costs: with p coefficients from n of N PSUs, 1 + (1-n/N)·p/(n-p).
func (s *groupSum) regression() (regression, float64) {
	r, rank := regression{}, 0
	s.normal.mirror()
	s.spread.mirror()
	r.normal, rank = s.normal.inverse()
	r.b = r.normal.times(s.mean)
	r.spread = r.normal.sandwich(s.spread)
	p := float64(rank)
	return r, 1 + (1-s.drawn/max(1, s.psus))*p/max(1, s.drawn-p)
}

// settle works out the cell from its moments, before the factor:
//
//	tr(DΣ) - 2 tr(G⁻ F'ΣDA) + tr(cov(B) A'DA),   D = diag(w) - wz K⁻ z'w
//
// with F = ωa and G = Σ ω a a'.
func (c *cell) settle(inverse symmetric, r regression, q int) {
	n := r.normal.n
	c.random = c.trace - inverse.trace(c.spread)
	za := make([]float64, q) // Σ w z a_k
	for k := range n {
		c.moment.column(q+k, za)
		half := inverse.times(za)
		row := make([]float64, n) // F'ΣDA of the auxiliary k, by l
		for l := range n {
			row[l] = c.shift[l*(q+n)+q+k] - dot(c.shift[l*(q+n):l*(q+n)+q], half)
			c.random -= 2 * r.normal.at(k, l) * row[l]
		}
		zl := make([]float64, q)
		for l := range n {
			c.moment.column(q+l, zl)
			c.random += r.spread.at(k, l) * (c.moment.at(q+k, q+l) - dot(zl, half))
		}
	}
	c.mean(r.b, q)
}

// mean works out Σ w μ_E² and Σ w μ_E z, with μ_E = μ - a'b.
func (c *cell) mean(b []float64, q int) {
	n := len(b)
	c.square = c.moment.at(q+n, q+n)
	c.moment.column(q+n, c.cross)
	za := make([]float64, q)
	for k := range n {
		c.square -= 2 * b[k] * c.moment.at(q+k, q+n)
		for l := range n {
			c.square += b[k] * b[l] * c.moment.at(q+k, q+l)
		}
		c.moment.column(q+k, za)
		for j := range c.cross {
			c.cross[j] -= b[k] * za[j]
		}
	}
}

func (c *cell) scale(factor float64) {
	c.random *= factor
	c.square *= factor
	for j := range c.cross {
		c.cross[j] *= factor
	}
}
