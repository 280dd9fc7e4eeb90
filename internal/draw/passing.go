package draw

import (
	"fmt"
	"math"

	"github.com/concord-stat/concord/sampling"
)

// passing decides on every unit as it comes, without holding the frame.
type passing struct {
	take     func(u Unit) bool
	end      func() error // nil where nothing can be wrong
	pi       func(u Unit) float64
	rule     func(u Unit) string // what decided, asked right before the unit is offered
	selected []Selected
}

func (s *passing) offer(u Unit) {
	if s.take(u) {
		s.selected = append(s.selected, Selected{Unit: u, Hits: 1, Probability: s.pi(u), Weight: 1 / s.pi(u)})
	}
}

func (s *passing) drawn(string) ([]Selected, error) {
	if s.end == nil {
		return s.selected, nil
	}
	return s.selected, s.end()
}

func (s *passing) account(u Unit) func() Reason {
	r := Reason{Probability: s.pi(u), Rule: s.rule(u)}
	return func() Reason { return r }
}

// passing makes the selector of a method that goes by sizes or by permanent random numbers.
func (p Plan) passing(h *stratum) (selector, error) {
	pi, share, err := p.probability(h)
	if err != nil {
		return nil, err
	}
	switch {
	case p.Coordination != nil && (p.Method == "bernoulli" || p.Method == "poisson"):
		return &passing{take: func(u Unit) bool { return p.number(u) < pi(u) }, pi: pi, rule: func(u Unit) string {
			return fmt.Sprintf("its permanent random number, counted from the start, is %.6f; those below π are drawn", p.number(u))
		}}, nil
	case p.Coordination != nil:
		return p.keyed(h, pi), nil
	case p.Method == "poisson":
		return p.poisson(h, pi), nil
	case p.Method == "pps_systematic" && h.sizes.Whole():
		return p.systematic(h, share), nil
	}
	return &whole{plan: p, stratum: h}, nil
}

// probability is the inclusion probability of the units of a stratum.
func (p Plan) probability(h *stratum) (pi func(u Unit) float64, share sampling.Proportional, err error) {
	if !p.Sized() {
		equal := p.share(h)
		return func(Unit) float64 { return equal }, share, nil
	}
	if p.Repeats() {
		return nil, share, nil // a unit of any size can be hit
	}
	share, err = h.sizes.Share(h.take)
	return func(u Unit) float64 { return share.Pi(u.Size) }, share, err
}

func (p Plan) poisson(h *stratum, pi func(u Unit) float64) selector {
	s := sampling.StreamPoisson(sampling.Source(p.Seed, p.stream(h.code)))
	return &passing{take: func(u Unit) bool { return s.Take(pi(u)) }, pi: pi, rule: func(Unit) string {
		return "every unit is decided on by itself, with a random number of its own against its π"
	}}
}

// systematic draws by whole sizes, so that nothing is rounded; certain units are set aside.
func (p Plan) systematic(h *stratum, share sampling.Proportional) selector {
	l := &line{points: share.N, length: int(share.Total)}
	if share.N > 0 {
		// The first number of the stream is the start: where it is drawn again, for the account, it is the same.
		l.start = sampling.Source(p.Seed, p.stream(h.code)).IntN(l.length)
	}
	s := sampling.StreamSystematic(sampling.Source(p.Seed, p.stream(h.code)), share.N, l.length)
	take := func(u Unit) bool {
		if u.Size >= share.Bar {
			return true
		}
		l.passed += int(u.Size)
		return s.Take(u.Size)
	}
	return &passing{take: take, end: s.End, pi: func(u Unit) float64 { return share.Pi(u.Size) }, rule: l.account}
}

// A line is the sizes of units laid end to end, with points at equal distances on it.
type line struct {
	points, length, start, passed int
}

// account says where on the line a unit lies, and where the points around it.
func (l *line) account(u Unit) string {
	if l.points == 0 {
		return "only certain units are drawn"
	}
	step := float64(l.length) / float64(l.points)
	first := float64(l.start) / float64(l.points)
	next := first + step*math.Max(0, math.Ceil((float64(l.passed)-first)/step))
	return fmt.Sprintf("laid end to end in order of code, the sizes of the units that are not certain make %d, and its own goes from %d to %d; "+
		"points lie at steps of %.6f from %.6f on, the next one from its beginning at %.6f: a unit is drawn where a point falls on it",
		l.length, l.passed, l.passed+int(u.Size), step, first, next)
}

// number is the permanent random number of a unit as counted from the start of the plan.
func (p Plan) number(u Unit) float64 {
	number := u.Number
	if p.Coordination.Column == "" {
		number = sampling.PermanentRandomNumber(p.Coordination.Seed, name(u))
	}
	return sampling.StartAt([]float64{number}, p.Coordination.Start)[0]
}

// keyed keeps the units with the smallest keys.
type keyed struct {
	plan   Plan
	pi     func(u Unit) float64
	kept   *sampling.SmallestKeys[placed]
	lambda []float64 // of Pareto sampling: the probabilities asked for, in order of offering
	exact  []float64 // those that come of it
}

// A placed unit knows how many were offered before it.
type placed struct {
	Unit
	position int
}

func (p Plan) keyed(h *stratum, pi func(u Unit) float64) selector {
	return &keyed{plan: p, pi: pi, kept: sampling.NewSmallestKeys[placed](h.take)}
}

// key is the permanent random number for equal probabilities, and the key of Pareto sampling for unequal ones.
func (k *keyed) key(u Unit) float64 {
	if k.plan.Method == "pareto" {
		return sampling.ParetoKeys([]float64{k.plan.number(u)}, []float64{k.pi(u)})[0]
	}
	return k.plan.number(u)
}

func (k *keyed) offer(u Unit) {
	if k.plan.Method == "pareto" {
		k.lambda = append(k.lambda, k.pi(u))
	}
	k.kept.Add(placed{u, len(k.lambda) - 1}, k.key(u))
}

func (k *keyed) drawn(string) ([]Selected, error) {
	if k.plan.Method == "pareto" {
		k.exact = sampling.ParetoInclusionProbabilities(k.lambda)
	}
	var selected []Selected
	for _, u := range k.kept.Sample() {
		pi := k.probability(u.Unit, u.position)
		selected = append(selected, Selected{Unit: u.Unit, Hits: 1, Probability: pi, Weight: 1 / pi})
	}
	return selected, nil
}

// probability is that of a unit over all permanent random numbers: of Pareto sampling it is near what was asked for, and known.
func (k *keyed) probability(u Unit, position int) float64 {
	if k.exact == nil {
		return k.pi(u)
	}
	return k.exact[position]
}

func (k *keyed) account(u Unit) func() Reason {
	key, position := k.key(u), len(k.lambda)
	return func() Reason {
		last, next := k.kept.Threshold()
		return Reason{Probability: k.probability(u, position), Rule: fmt.Sprintf("its permanent random number, counted from the start, gives it the key %.9g; "+
			"the units with the smallest keys are drawn, the last one with %.9g, and the first one left out has %.9g", key, last, next)}
	}
}
