package analysis

import (
	"math"
	"math/rand/v2"
)

// Preston is the rescaled bootstrap for samples of any number of stages with frame counts at each: of the n units of
// every stratum, at every stage, m = ⌊n/2⌋ are drawn without replacement, and the weights are multiplied by
//
//	1 + Σs λs (Πt<s √(nt/mt) δt) (δs ns/ms - 1),  λs = √(ms (1-fs) Πt<s ft / (ns - ms)),  v = 1/(R-1) Σr (θr - c)²
//
// δs is 1 where the unit of stage s was drawn. For totals the variance is on average that by linearisation, of all
// stages: stages past one whose counts are not known add nothing. The draws are from rng, replicate by replicate. It
// panics where there are fewer than two replicates.
//
// Preston (2009), Survey Methodology 35:227-234; R survey, type mrbbootstrap.
func Preston(replicates int, rng *rand.Rand) ReplicateMethod {
	mustReplicates(replicates)
	return func(t *tree) (*replication, *stratumProblem) {
		for h := range int32(t.stages[0].strata()) {
			if _, problem := t.replicated(h); problem != nil {
				return nil, problem
			}
		}
		c := newCodedFactors(t.units(), replicates, nil)
		c.rankOf = codedRank{c}
		p := &preston{t: t, rng: rng, codedFactors: c, order: make([][]int32, len(t.stages))}
		none := prestonFactors{fraction: 1, spread: 1, values: []float64{1}}
		p.everyStratum(func(h int32) { p.setFactors(0, h, none) })
		for r := range replicates {
			p.everyStratum(func(h int32) { p.draw(0, h, r, true, 0) })
		}
		v := replicateVariance{scale: 1, rscales: scaled(ones(replicates), 1/float64(replicates-1))}
		return &replication{factors: c, further: true, variance: v}, nil
	}
}

// preston draws; the code of a unit of the last stage is the number of stages, from the first one on, at which the
// units it is in were drawn.
type preston struct {
	t   *tree
	rng *rand.Rand
	*codedFactors
	order [][]int32 // by stage: units of a stratum in the order they are drawn in
}

func (p *preston) everyStratum(do func(h int32)) {
	for h := range int32(p.t.stages[0].strata()) {
		do(h)
	}
}

// prestonFactors are what the stages above make of a factor.
type prestonFactors struct {
	fraction float64   // Π f
	spread   float64   // Π √(n/m)
	values   []float64 // by the number of stages at which units were drawn; the last value is that of all
}

// further are the factors with one more stage, which has n units of which m are drawn.
func (f prestonFactors) further(level *stage, h int32, first bool) prestonFactors {
	n, fraction := float64(level.sampled(h)), level.fraction(h)
	m := math.Floor(n / 2)
	all := f.values[len(f.values)-1]
	out := prestonFactors{fraction: f.fraction * fraction, spread: f.spread, values: append([]float64(nil), f.values...)}
	if m == 0 || !first && level.population[h] == 0 {
		out.values = append(out.values, all)
		return out
	}
	lambda := math.Sqrt(m*f.fraction*(1-fraction)/(n-m)) * f.spread
	out.spread *= math.Sqrt(n / m)
	out.values[len(f.values)-1] = all - lambda
	out.values = append(out.values, all+lambda*(n/m-1))
	return out
}

// setFactors makes the factors of the units below a stratum.
func (p *preston) setFactors(s int, h int32, above prestonFactors) {
	level := &p.t.stages[s]
	f := above.further(level, h, s == 0)
	if s == p.t.last() {
		p.setClass(level.firstUnit[h], level.firstUnit[h+1], f.values...)
		return
	}
	for u := level.firstUnit[h]; u < level.firstUnit[h+1]; u++ {
		from, to := p.t.strata(s+1, u)
		for g := from; g < to; g++ {
			p.setFactors(s+1, g, f)
		}
	}
}

// draw draws units of a stratum, and below them. Of units that are not drawn, or within such a one, nothing below
// matters.
func (p *preston) draw(s int, h int32, r int, drawn bool, code uint8) {
	level := &p.t.stages[s]
	first, n := level.firstUnit[h], level.sampled(h)
	m := n
	if drawn && n > 1 {
		m = n / 2
	}
	order := p.shuffled(s, n, m)
	for i, u := range order {
		below, with := code, drawn && i < m
		if with {
			below++
		}
		if s == p.t.last() {
			p.codes(first + u)[r] = below
			continue
		}
		from, to := p.t.strata(s+1, first+u)
		for g := from; g < to; g++ {
			p.draw(s+1, g, r, with, below)
		}
	}
}

// shuffled are n units in an order whose first m are drawn at random.
func (p *preston) shuffled(s, n, m int) []int32 {
	if len(p.order[s]) < n {
		p.order[s] = make([]int32, n)
	}
	order := p.order[s][:n]
	for i := range order {
		order[i] = int32(i)
	}
	if m == n {
		return order
	}
	for i := range m {
		with := i + drawBelow(p.rng, n-i)
		order[i], order[with] = order[with], order[i]
	}
	return order
}
