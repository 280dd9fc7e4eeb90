package draw

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/concord-stat/concord/internal/columns"
)

// A Link is what one stage, or one phase, did to a unit or the unit above it.
type Link struct {
	Probability float64 // at this stage, given those before
	Population  int     // units of the stratum, or within the unit above, in the frame
	Drawn       int     // units drawn of these
}

// A Phase is what the first of two phases did to a unit.
type Phase struct {
	Link
	Stratum string
}

// A Chained unit was drawn in several stages.
type Chained struct {
	Codes   []string // of the units of every stage, outermost first
	Stratum string   // of the first stage
	Links   []Link
	First   *Phase // the first phase, of a two-phase sample
	Weight  float64
}

// A Chain is the units drawn at some stage, in order of their codes.
type Chain struct {
	Units []Chained
	Empty []string // units drawn at the stage before that have nothing within them
}

// Begin makes a chain of a first stage.
func Begin(s *Sample) Chain {
	var c Chain
	for _, d := range s.Drawn {
		c.Units = append(c.Units, Chained{Codes: []string{d.Code}, Stratum: d.Stratum, Links: []Link{link(d)}, Weight: d.Weight})
	}
	return c
}

// link is what a stage did to a unit; two phases count as one stage.
func link(d Selected) Link {
	l := Link{d.Probability, d.Population, d.Drawn}
	if d.First != nil {
		l.Probability, l.Population = d.Probability*d.First.Probability, d.First.Population
	}
	return l
}

// group is the group that the units within a unit make up.
func (u Chained) group() string { return groupOf(Unit{Above: u.Codes}) }

// Drawn are the groups that the units of the chain make up, as the frame of the next stage asks for them.
func (c Chain) Drawn() map[string]bool {
	drawn := make(map[string]bool, len(c.Units))
	for _, u := range c.Units {
		drawn[u.group()] = true
	}
	return drawn
}

// Next carries the chain down to the units a further stage drew within its units.
func (c Chain) Next(s *Sample) Chain {
	above := make(map[string]Chained, len(c.Units))
	for _, u := range c.Units {
		above[u.group()] = u
	}
	next := Chain{Empty: c.empty(s)}
	for _, d := range s.Drawn {
		up := above[groupOf(d.Unit)]
		next.Units = append(next.Units, Chained{
			Codes: append(slices.Clone(up.Codes), d.Code), Stratum: up.Stratum, Links: append(slices.Clone(up.Links), link(d)), Weight: up.Weight * d.Weight,
		})
	}
	return next
}

// weight is the weight of a unit of the chain, named by its codes parted by "/", and whether it was drawn.
func (c Chain) weight(unit string) (float64, bool) {
	for _, u := range c.Units {
		if shown(u.group()) == unit {
			return u.Weight, true
		}
	}
	return 0, false
}

// Even gives every unit the weight 1/f that a last stage by Rate makes for but for rounding.
func (c Chain) Even(f float64) Chain {
	for i := range c.Units {
		c.Units[i].Weight = 1 / f
	}
	return c
}

// empty are the units of the chain that the frame of the next stage has nothing within.
func (c Chain) empty(s *Sample) (empty []string) {
	found := make(map[string]bool, len(s.Strata))
	for _, h := range s.Strata {
		found[h.Code] = true
	}
	for _, u := range c.Units {
		if group := shown(u.group()); !found[group] {
			empty = append(empty, group)
		}
	}
	return empty
}

// Rate gives the probability that makes every unit within a unit of the chain have probability f overall.
func (c Chain) Rate(f float64) func(above []string) (float64, error) {
	weight := make(map[string]float64, len(c.Units))
	for _, u := range c.Units {
		weight[u.group()] = u.Weight
	}
	return func(above []string) (float64, error) {
		rate := f * weight[groupOf(Unit{Above: above})]
		if rate > 1+1e-12 {
			return 0, fmt.Errorf("its own probability is %.4g, below the %.4g that its units are to have", f/rate, f)
		}
		return math.Min(rate, 1), nil
	}
}

// noStratum stands for the one stratum of a design without strata: an empty column reads as missing in other programs.
const noStratum = "all"

// Table is the chain with the columns of the design: the stratum, the units of every stage under the names given, the
// probability at every stage (pi_1, …), the units there were and that were drawn (population_1, drawn_1, …), and the weight.
// R's svydesign reads ids from the units, fpc from the populations (from pi_1 where the first stage is of unequal
// probability) and the weights.
func (c Chain) Table(stages []string) columns.Table {
	t := columns.Table{c.text("stratum", func(u Chained) string { return cmp.Or(u.Stratum, noStratum) })}
	for i, stage := range stages {
		t = append(t, c.text(stage, func(u Chained) string { return u.Codes[i] }))
	}
	for i := range stages {
		t = append(t, c.number(fmt.Sprintf("pi_%d", i+1), func(u Chained) float64 { return u.Links[i].Probability }))
	}
	for i := range stages {
		t = append(t, c.count(fmt.Sprintf("population_%d", i+1), func(u Chained) int { return u.Links[i].Population }),
			c.count(fmt.Sprintf("drawn_%d", i+1), func(u Chained) int { return u.Links[i].Drawn }))
	}
	if len(c.Units) > 0 && c.Units[0].First != nil {
		t = append(t, c.text("first_phase_stratum", func(u Chained) string { return cmp.Or(u.First.Stratum, noStratum) }),
			c.number("first_phase_pi", func(u Chained) float64 { return u.First.Probability }),
			c.count("first_phase_population", func(u Chained) int { return u.First.Population }),
			c.count("first_phase_drawn", func(u Chained) int { return u.First.Drawn }))
	}
	return append(t, c.number("weight", func(u Chained) float64 { return u.Weight }))
}

func (c Chain) text(name string, of func(Chained) string) columns.Column {
	return columns.Texts(name, len(c.Units), func(i int) string { return of(c.Units[i]) })
}

func (c Chain) number(name string, of func(Chained) float64) columns.Column {
	return columns.Floats(name, len(c.Units), func(i int) float64 { return of(c.Units[i]) })
}

func (c Chain) count(name string, of func(Chained) int) columns.Column {
	return columns.Ints(name, len(c.Units), func(i int) int { return of(c.Units[i]) })
}
