package analysis

import "math/rand/v2"

// A pseudoPopulation is a stratum of a frame as its sample shows it: size units, as many copies of each of the n
// sampled ones as there is room for, and one more of some that are drawn at random.
type pseudoPopulation struct {
	n, size, copies int
	order           []int32  // of sampled units: the first ones have one more copy
	drawn           []uint64 // bits: which units of the population are drawn
	places          []int
}

func newPseudoPopulation(n, size int) *pseudoPopulation {
	return &pseudoPopulation{
		n: n, size: size, copies: size / n, order: identity[int32](n), drawn: make([]uint64, size/64+1),
	}
}

// extra is the number of sampled units that have one copy more.
func (p *pseudoPopulation) extra() int { return p.size - p.copies*p.n }

// variance is that of a total over n draws without replacement, over Σ(z - z̄)² of the sampled units:
//
//	n (1-f) N/(N-1) (1/n - e(1-e/n)/((n-1)N²))  +  f² e(1-e/n)/(n-1)
//
// for e units with one copy more. The first part is what varies given the population, the second is due to the extra
// copies.
func (p *pseudoPopulation) variance() float64 {
	n, size, e := float64(p.n), float64(p.size), float64(p.extra())
	if p.size == p.n {
		return 0
	}
	f, varies := n/size, e*(1-e/n)/(n-1)
	return n*(1-f)*size/(size-1)*(1/n-varies/(size*size)) + f*f*varies
}

// drawFrom draws as many PSUs of a stratum as were sampled, for every replicate.
func (b bootstrap) drawFrom(p *pseudoPopulation, rng *rand.Rand, h int32) {
	counts := b.of(h)
	for r := range b.replicates {
		count := func(unit int32) *uint8 { return &counts[int(unit)*b.replicates+r] }
		p.draw(rng, func(unit int32) { *count(unit)++ }, func(unit int32) { *count(unit)-- })
	}
}

// draw draws n units without replacement; where that is more than half of them, those are drawn that are left out.
func (p *pseudoPopulation) draw(rng *rand.Rand, take, leave func(unit int32)) {
	for i := range p.extra() {
		with := i + drawBelow(rng, p.n-i)
		p.order[i], p.order[with] = p.order[with], p.order[i]
	}
	size, mark := p.n, take
	if 2*p.n > p.size {
		size, mark = p.size-p.n, leave
		for at := range p.size {
			take(p.unit(at))
		}
	}
	p.places = p.places[:0]
	for range size {
		mark(p.unit(p.next(rng)))
	}
	for _, at := range p.places {
		p.drawn[at/64] = 0
	}
}

// next is a place that was not drawn before.
func (p *pseudoPopulation) next(rng *rand.Rand) int {
	for {
		at := drawBelow(rng, p.size)
		if bit := uint64(1) << (at % 64); p.drawn[at/64]&bit == 0 {
			p.drawn[at/64] |= bit
			p.places = append(p.places, at)
			return at
		}
	}
}

// unit is the sampled unit of which there is a copy at a place.
func (p *pseudoPopulation) unit(at int) int32 { return p.order[at%p.n] }
