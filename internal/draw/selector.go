package draw

import (
	"fmt"
	"slices"

	"github.com/concord-stat/concord/sampling"
)

// A selector decides over the units of a stratum, or, where strata are balanced together, of all strata.
type selector interface {
	// offer shows the next unit of the frame.
	offer(u Unit)
	// drawn are the units of a stratum that were selected, once all units have been offered.
	drawn(stratum string) ([]Selected, error)
	// account is asked right before a unit is offered; what it gives tells, once units have been drawn, what decided over it.
	account(u Unit) func() Reason
}

// selectors makes the selector of every stratum.
func (p Plan) selectors(v *surveyed) (map[string]selector, error) {
	all := make(map[string]selector, len(v.strata))
	if p.Method == "balanced" {
		shared := &together{plan: p, survey: v}
		for _, code := range v.order {
			all[code] = shared
		}
		return all, nil
	}
	for _, code := range v.order {
		s, err := p.selector(v.strata[code])
		if err != nil {
			return nil, fmt.Errorf("%s%w", of(shown(code)), err)
		}
		all[code] = s
	}
	return all, nil
}

// selector makes the selector of a stratum: of those that pass over the frame where the method allows it, of the one that
// holds all units of the stratum where it does not.
func (p Plan) selector(h *stratum) (selector, error) {
	if len(p.Order) > 0 || p.Before != nil {
		return &whole{plan: p, stratum: h}, nil
	}
	if positions, ok := p.positions(h); ok {
		return &counted{positions: positions, expected: p.share(h), method: p.Method, units: h.units}, nil
	}
	return p.passing(h)
}

// share is the probability, or the hits expected, of every unit of a stratum under a method of equal probabilities.
func (p Plan) share(h *stratum) float64 {
	if h.rate > 0 {
		return h.rate
	}
	return float64(h.take) / float64(h.units)
}

// positions are the positions drawn in a stratum by a method that needs to know no more than how many units there are.
func (p Plan) positions(h *stratum) (drawn []int, ok bool) {
	if p.Coordination != nil {
		return nil, false
	}
	rng := sampling.Source(p.Seed, p.stream(h.code))
	switch p.Method {
	case "all", "list":
		return sampling.SRS(rng, h.units, h.units), true
	case "srs", "stratified":
		return sampling.SRS(rng, h.take, h.units), true
	case "srs_with_replacement":
		return sampling.SRSWithReplacement(rng, h.take, h.units), true
	case "bernoulli":
		return sampling.Bernoulli(rng, p.share(h), h.units), true
	case "systematic":
		if h.rate > 0 {
			return sampling.Systematic(rng, slices.Repeat([]float64{h.rate}, h.units)), true
		}
		return sampling.FractionalSystematic(rng, h.take, h.units), true
	case "circular_systematic":
		return sampling.CircularSystematic(rng, h.take, h.units), true
	}
	return nil, false
}

// counted goes by the position of a unit in its stratum.
type counted struct {
	positions []int // ascending, a position standing as often as it is drawn
	expected  float64
	method    string
	units     int
	offered   int
	past      int // positions that were met
	selected  []Selected
}

func (c *counted) offer(u Unit) {
	hits := 0
	for c.past < len(c.positions) && c.positions[c.past] == c.offered {
		hits++
		c.past++
	}
	if hits > 0 {
		c.selected = append(c.selected, Selected{Unit: u, Hits: hits, Probability: c.expected, Weight: float64(hits) / c.expected})
	}
	c.offered++
}

func (c *counted) drawn(string) ([]Selected, error) { return c.selected, nil }

func (c *counted) account(Unit) func() Reason {
	position := c.offered
	return func() Reason {
		return Reason{Probability: c.expected, Rule: fmt.Sprintf("it is unit %d of %d in order of code, and %s", position+1, c.units, c.nearest(position))}
	}
}

// nearest says which positions near one were drawn.
func (c *counted) nearest(position int) string {
	if c.method == "all" || c.method == "list" {
		return "every unit is taken"
	}
	at, found := slices.BinarySearch(c.positions, position)
	switch {
	case found:
		return "the random numbers of the seed gave this position"
	case len(c.positions) == 0:
		return "the random numbers of the seed gave no position at all"
	case at == 0:
		return fmt.Sprintf("the first position the random numbers of the seed gave is %d", c.positions[0]+1)
	case at == len(c.positions):
		return fmt.Sprintf("the last position the random numbers of the seed gave is %d", c.positions[at-1]+1)
	}
	return fmt.Sprintf("the positions the random numbers of the seed gave next to it are %d and %d", c.positions[at-1]+1, c.positions[at]+1)
}
