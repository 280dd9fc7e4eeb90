package draw

import (
	"slices"

	"github.com/concord-stat/concord/sampling"
)

// together balances all strata at once, each with its fixed size.
type together struct {
	plan     Plan
	survey   *surveyed
	units    []Unit
	pi       []float64
	selected map[string][]Selected // by stratum, once drawn
}

func (t *together) offer(u Unit) { t.units = append(t.units, u) }

func (t *together) drawn(stratum string) ([]Selected, error) {
	if t.selected == nil {
		if err := t.draw(); err != nil {
			return nil, err
		}
	}
	return t.selected[stratum], nil
}

func (t *together) draw() error {
	if err := t.probabilities(); err != nil {
		return err
	}
	stratum := make([]int, len(t.units))
	for i, u := range t.units {
		stratum[i], _ = slices.BinarySearch(t.survey.order, groupOf(u))
	}
	x := make([][]float64, len(t.plan.Balance))
	for j := range x {
		x[j] = make([]float64, len(t.units))
		for i, u := range t.units {
			x[j][i] = u.Balance[j]
		}
	}
	t.selected = make(map[string][]Selected)
	for _, i := range sampling.StratifiedCube(sampling.Source(t.plan.Seed, t.plan.streamOfAll()), t.pi, stratum, x) {
		u := t.units[i]
		t.selected[groupOf(u)] = append(t.selected[groupOf(u)], Selected{Unit: u, Hits: 1, Probability: t.pi[i], Weight: 1 / t.pi[i]})
	}
	return nil
}

// probabilities are those of every stratum, by size where the plan has one.
func (t *together) probabilities() error {
	of := make(map[string]func(u Unit) float64, len(t.survey.strata))
	for code, h := range t.survey.strata {
		pi, _, err := t.plan.probability(h)
		if err != nil {
			return err
		}
		of[code] = pi
	}
	t.pi = make([]float64, len(t.units))
	for i, u := range t.units {
		t.pi[i] = of[groupOf(u)](u)
	}
	return nil
}

func (t *together) account(Unit) func() Reason {
	position := len(t.units)
	return func() Reason {
		return Reason{Probability: t.pi[position], Rule: "the cube method decides on all units together, so that they reproduce the totals balanced on: " + bySet}
	}
}
