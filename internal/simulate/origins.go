package simulate

import (
	"math/rand/v2"
	"sort"
)

// origins draws the commune where somebody who lives elsewhere is registered.
type origins struct {
	national   picker
	byProvince map[string]*picker
}

// picker draws a commune in proportion to a weight.
type picker struct {
	communes []int32
	cum      []float64
}

// add appends a commune.
func (p *picker) add(commune int, weight float64) {
	if n := len(p.cum); n > 0 {
		weight += p.cum[n-1]
	}
	p.communes, p.cum = append(p.communes, int32(commune)), append(p.cum, weight)
}

// draw returns the index of a commune.
func (p *picker) draw(rng *rand.Rand) int32 {
	u := rng.Float64() * p.cum[len(p.cum)-1]
	return p.communes[sort.Search(len(p.cum)-1, func(i int) bool { return u < p.cum[i] })]
}

// Those who move leave villages, and the places that many leave for good; most stay in their province.
const (
	ruralOrigin = 5.0
	ownProvince = 0.6
)

// newOrigins weighs the communes by their size and by how many leave them.
func newOrigins(communes []commune) origins {
	o := origins{byProvince: map[string]*picker{}}
	for i := range communes {
		m := &communes[i]
		weight := m.size * (0.02 + m.absent)
		if !m.urban {
			weight *= ruralOrigin
		}
		own := o.byProvince[m.province]
		if own == nil {
			own = new(picker)
			o.byProvince[m.province] = own
		}
		own.add(i, weight)
		o.national.add(i, weight)
	}
	return o
}

// draw returns the origin of somebody living in the given commune, or the commune itself where there is no other.
func (o *origins) draw(rng *rand.Rand, here int, province string) int32 {
	for range 20 {
		p := &o.national
		if rng.Float64() < ownProvince {
			p = o.byProvince[province]
		}
		if i := p.draw(rng); int(i) != here {
			return i
		}
	}
	return int32(here)
}
