package planning

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
)

// A Solution is a candidate with the cheapest allocation that meets the targets, or the reason why none does.
type Solution struct {
	Candidate
	Feasible   bool      `json:"feasible"`
	Reason     string    `json:"reason,omitempty"` // where not feasible
	Unit       string    `json:"unit,omitempty"`   // code, where not feasible
	Cost       float64   `json:"cost,omitempty"`   // 0, as what follows, where not feasible
	PSUs       int       `json:"psus,omitempty"`
	Listed     float64   `json:"households_listed,omitempty"`
	Interviews float64   `json:"interviews,omitempty"` // households
	Tightest   Precision `json:"tightest"`             // where least is to spare

	*shape
	allocation []int // PSUs of every stratum
	evaluation *evaluation
	fit        *linear
	tries      int
}

// A Precision is what a target comes to in a unit.
type Precision struct {
	Target string  `json:"target"`
	Unit   string  `json:"unit"`
	Name   string  `json:"name"`
	SE     float64 `json:"se"`
	CV     float64 `json:"cv_pct"` // relative to the census total expected, in percent
	Limit  float64 `json:"limit_pct"`
	Share  float64 `json:"share_of_limit"` // SE over the SE allowed
}

// A solver works on one candidate, every limit scaled.
type solver struct {
	*Solution
	e     *evaluator
	scale float64
}

// solve finds the cheapest allocation of a candidate: fit, allocate, evaluate, and again until cost settles and every
// target holds when evaluated.
func (p *problem) solve(ctx context.Context, c Candidate, scale float64) (*Solution, error) {
	e := p.evaluator(c)
	s := solver{&Solution{Candidate: c, shape: e.shape, fit: newLinear(e)}, e, scale}
	s.try(s.fit.start())
	if s.hopeless() {
		return s.Solution, nil
	}
	for before := math.Inf(1); ; before = s.evaluation.total {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m, err := s.fit.allocate(scale)
		if err != nil {
			m = s.more()
		} else if s.tries > 3 {
			s.damp(m)
		}
		if s.try(m); err == nil && s.settled(before) || s.tries > rounds {
			break
		}
	}
	s.mend()
	s.describe(scale)
	return s.Solution, nil
}

// more is twice the PSUs: where there are few, coefficients are so dear to fit that the fit may see no way at all.
func (s *solver) more() []int {
	m := slices.Clone(s.allocation)
	for h := range m {
		m[h] = min(s.most[h], 2*m[h])
	}
	return m
}

// damp goes half the way only: what fitting costs makes the fit hope too much after few PSUs and too little after many.
func (s *solver) damp(m []int) {
	for h, before := range s.allocation {
		m[h] = max(s.fit.least[h], int(math.Round(math.Sqrt(float64(m[h])*float64(before)))))
	}
}

// try evaluates an allocation and fits to it.
func (s *solver) try(m []int) {
	s.allocation, s.evaluation = m, s.e.at(m)
	s.fit.fit(m, s.evaluation)
	s.tries++
}

// rounds of evaluation and allocation at most; three suffice as a rule.
const rounds = 10

// settled tells whether another round would change little: the cost is what it was, or the variance follows the fit exactly.
func (s *solver) settled(before float64) bool {
	exact := s.Selection == SRS && (s.Estimator == Expansion || s.Estimator == Difference)
	return exact || math.Abs(s.evaluation.total-before) < 0.003*before
}

// hopeless finds the target that is missed most when every PSU is drawn, and says so. Only the second stage is left then.
func (s *solver) hopeless() bool {
	all := s.e.everyPSU()
	missed := s.missed(all)
	if len(missed) == 0 {
		return false
	}
	worst := missed[0]
	at := s.precision(all, worst.target, worst.unit, s.scale)
	s.Unit, s.Tightest = at.Unit, at
	s.Reason = fmt.Sprintf("%s %s: CV %.3g %% even with every enumeration area, %.3g %% asked for",
		s.targets[worst.target].Level, at.Unit, at.CV, at.Limit)
	if len(missed) > 1 {
		s.Reason += fmt.Sprintf("; and %d more", len(missed)-1)
	}
	return true
}

// A miss is a target that is not met in a unit.
type miss struct {
	target, unit int
	share        float64 // of the variance allowed, above 1
}

// tolerance allows for rounding of the last digits.
const tolerance = 1e-9

// missed are the targets missed, the one missed most first.
func (s *solver) missed(v *evaluation) []miss {
	var all []miss
	for j, t := range s.targets {
		for unit, variance := range s.variances(v, j) {
			if share := variance / t.allowed(unit, s.scale); t.total[unit] > 0 && share > 1+tolerance {
				all = append(all, miss{j, unit, share})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b miss) int { return cmp.Compare(b.share, a.share) })
	return all
}

// mend adds PSUs where the fit was a little too hopeful, in the strata that take off most variance for their price. It
// ends, since drawing every PSU meets all targets.
func (s *solver) mend() {
	for missed := s.missed(s.evaluation); len(missed) > 0; missed = s.missed(s.evaluation) {
		for _, m := range missed {
			s.add(m, (m.share-1)*s.targets[m.target].allowed(m.unit, s.scale))
		}
		s.evaluation = s.e.at(s.allocation)
	}
}

// add draws PSUs, one at least, until the fit says that the variance of a unit has fallen by the excess.
func (s *solver) add(m miss, excess float64) {
	for excess > 0 {
		h, fall := s.worthiest(m)
		if h < 0 {
			return
		}
		s.allocation[h]++
		excess -= fall
	}
}

// worthiest is the stratum where one more PSU takes off most variance of a unit for its price; -1 where all are drawn.
func (s *solver) worthiest(m miss) (stratum int, fall float64) {
	best, worth := -1, math.Inf(-1)
	for k, cell := range s.grid[m.target].cells {
		h := cell[1]
		if cell[0] != m.unit || s.allocation[h] >= s.most[h] {
			continue
		}
		n := float64(s.allocation[h])
		gain := (s.fit.first[m.target][k] + s.fit.second[m.target][k]) * (1/n - 1/(n+1))
		if gain/s.fit.price[h] > worth {
			best, fall, worth = h, gain, gain/s.fit.price[h]
		}
	}
	return best, fall
}

// variances are those of the units of a target.
func (s *shape) variances(v *evaluation, j int) []float64 {
	sums := make([]float64, len(s.targets[j].units.codes))
	for k, cell := range s.grid[j].cells {
		sums[cell[0]] += v.first[j][k] + v.second[j][k]
	}
	return sums
}

// describe fills in what the allocation comes to.
func (s *Solution) describe(scale float64) {
	v := s.evaluation
	s.Feasible, s.Cost, s.PSUs, s.Listed, s.Interviews = true, v.total, v.psus, v.listed, v.interviews
	s.Tightest = s.tightest(v, scale)
}

// tightest is the target that has least to spare, or is missed most.
func (s *shape) tightest(v *evaluation, scale float64) Precision {
	var worst Precision
	for j, t := range s.targets {
		variance := s.variances(v, j)
		at, most := -1, -1.0
		for unit := range variance {
			if share := variance[unit] / t.allowed(unit, scale); t.total[unit] > 0 && share > most {
				at, most = unit, share
			}
		}
		if at < 0 {
			continue
		}
		if p := s.precision(v, j, at, scale); worst.Target == "" || p.Share > worst.Share {
			worst = p
		}
	}
	return worst
}

func (s *shape) precision(v *evaluation, j, unit int, scale float64) Precision {
	t := s.targets[j]
	se := math.Sqrt(s.variances(v, j)[unit])
	return Precision{
		Target: t.Name(), Unit: t.units.codes[unit], Name: t.units.names[unit], SE: se,
		CV: 100 * se / t.expected[unit], Limit: 100 * scale * t.limit * t.total[unit] / t.expected[unit],
		Share: se / (scale * t.limit * t.total[unit]),
	}
}

// Drawn is the PSUs to draw in every stratum, by code.
func (s *Solution) Drawn() map[string]int {
	drawn := make(map[string]int, len(s.allocation))
	for h, m := range s.allocation {
		drawn[s.strata.codes[h]] = m
	}
	return drawn
}
