package plan

import "fmt"

// A cell is the PSUs of one group in one stratum, as moments over its PSUs: v = (z, a, μ) in that order.
type cell struct {
	group, stratum int
	moment         symmetric // Σ w v v'
	shift          []float64 // Σ w P v' without μ, p rows of q+p: P_i = cov(Σ ω a Y, Y_i)
	spread         symmetric // cov of Σ w z Y
	trace          float64   // Σ w Σ_ii

	// What they come to.
	random float64   // part of the variance that the model's disturbances make
	square float64   // Σ w μ_E²
	cross  []float64 // Σ w μ_E z
}

// A groupSum is what the regression of a group needs, over all its strata.
type groupSum struct {
	normal symmetric // Σ ω a a'
	spread symmetric // cov of Σ ω a Y
	mean   []float64 // Σ ω a μ
	psus   float64
	drawn  float64 // Σ π
}

// pass goes once over the frame.
type pass struct {
	design Design
	model  Model
	assist Assistance
	group  []int
	first  *FirstStage
	index  map[[2]int]int // cell of (group, stratum)
	size   []float64      // PSUs of every stratum with π < 1
	spread []float64      // Σ π(1-π) of every stratum
	groups []groupSum

	v, g, load []float64 // room for one PSU or cluster
}

// undecided counts the PSUs of every stratum that are not certain.
func (p *pass) undecided() {
	for i, h := range p.design.Stratum {
		for h >= len(p.size) {
			p.size, p.spread = append(p.size, 0), append(p.spread, 0)
		}
		if pi := p.design.Probability[i]; pi < 1 {
			p.size[h]++
			p.spread[h] += pi * (1 - pi)
		}
	}
}

// each calls do for every cluster of the frame.
func (p *pass) each(do func(from, to int)) {
	for from := 0; from < len(p.group); {
		to := from + 1
		for to < len(p.group) && p.model.Cluster[to] == p.model.Cluster[from] {
			if p.group[to] != p.group[from] || p.design.Stratum[to] != p.design.Stratum[from] {
				panic(fmt.Sprintf("plan: PSU %d lies in another stratum or group than the others of its cluster", to))
			}
			to++
		}
		do(from, to)
		from = to
	}
}

// cell finds the cell of a PSU, and sees to it that its group is there.
func (p *pass) cell(i int) *cell {
	q, n := p.first.q, len(p.assist.Auxiliary)
	for p.group[i] >= len(p.groups) {
		p.groups = append(p.groups, groupSum{normal: newSymmetric(n), spread: newSymmetric(n), mean: make([]float64, n)})
	}
	key := [2]int{p.group[i], p.design.Stratum[i]}
	k, seen := p.index[key]
	if !seen {
		k = len(p.first.cells)
		p.index[key] = k
		p.first.cells = append(p.first.cells, cell{
			group: key[0], stratum: key[1], moment: newSymmetric(q + n + 1), spread: newSymmetric(q),
			shift: make([]float64, n*(q+n)), cross: make([]float64, q),
		})
	}
	return &p.first.cells[k]
}

// accumulate adds a cluster to its cell and group. The weight w is without M/(M-q), which close puts in.
func (p *pass) accumulate(from, to int) {
	c, q, n := p.cell(from), p.first.q, len(p.assist.Auxiliary)
	sum := &p.groups[p.group[from]]
	p.v = resize(p.v, q+n+1)
	p.g, p.load = resize(p.g, q), resize(p.load, n)
	clear(p.g)
	clear(p.load)
	for i := from; i < to; i++ { // what the cluster's disturbance does to Σ ω a Y
		for k, a := range p.assist.Auxiliary {
			p.load[k] += p.assist.Weight[i] * a[i] * p.model.Shared[i]
		}
	}
	for i := from; i < to; i++ {
		p.psu(c, sum, i)
	}
	c.spread.add(1, p.g)
	sum.spread.add(1, p.load)
}

// psu adds one PSU; p.load holds the sum over its cluster.
func (p *pass) psu(c *cell, sum *groupSum, i int) {
	q, n := p.first.q, len(p.assist.Auxiliary)
	pi, s, own := p.design.Probability[i], p.model.Shared[i], p.model.Own[i]
	w := (1 - pi) / pi
	sum.psus++
	sum.drawn += pi
	p.v[0] = pi
	for j, x := range p.design.Balance {
		p.v[1+j] = x[i]
	}
	for k, a := range p.assist.Auxiliary {
		p.v[q+k] = a[i]
	}
	p.v[q+n] = p.model.Mean[i]
	c.moment.add(w, p.v)
	c.trace += w * (own + s*s)
	c.spread.add(w*w*own, p.v[:q])
	for j := range q {
		p.g[j] += w * s * p.v[j]
	}
	if n == 0 {
		return
	}
	omega, a := p.assist.Weight[i], p.v[q:q+n]
	sum.normal.add(omega, a)
	sum.spread.add(omega*omega*own, a)
	for k := range n {
		sum.mean[k] += omega * a[k] * p.v[q+n]
		load := w * (own*omega*a[k] + s*p.load[k])
		row := c.shift[k*(q+n) : (k+1)*(q+n)]
		for j := range row {
			row[j] += load * p.v[j]
		}
	}
}

func resize(v []float64, n int) []float64 {
	if cap(v) < n {
		return make([]float64, n)
	}
	return v[:n]
}
