package demography

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Sexes are figures of both sexes by age group; the last group is open.
type Sexes struct{ Male, Female []float64 }

// A Component is what moves a population by one step of the cohort-component method, over age groups of one width,
// which is also the length of the step.
type Component struct {
	Width         float64    // years: 1 for single ages and a year
	Survival      Sexes      // share of a group alive a step later, in the next group; of the open group, in it
	BirthSurvival [2]float64 // of boys and girls born in the step, the share alive at its end
	Fertility     []float64  // births a year by a woman of the group
	SexRatio      float64    // boys a girl at birth
	Migration     Sexes      // net arrivals over the step, persons; nil for none
}

// Check says what of the rates is none: one not from 0 to 1, a ratio not above 0.
func (c Component) Check() error {
	var all []error
	share := func(what string, v float64) {
		if !(v >= 0 && v <= 1) {
			all = append(all, fmt.Errorf("%s is %v, want a share from 0 to 1", what, v))
		}
	}
	for i := range c.Survival.Male {
		share(fmt.Sprintf("survival of males in group %d", i), c.Survival.Male[i])
		share(fmt.Sprintf("survival of females in group %d", i), c.Survival.Female[i])
	}
	share("survival of boys born", c.BirthSurvival[0])
	share("survival of girls born", c.BirthSurvival[1])
	for i, f := range c.Fertility {
		if !(f >= 0) {
			all = append(all, fmt.Errorf("fertility in group %d is %v, want 0 or more", i, f))
		}
	}
	if !(c.SexRatio > 0) || !(c.Width > 0) {
		all = append(all, fmt.Errorf("the sex ratio at birth is %v, the width %v: want both above 0", c.SexRatio, c.Width))
	}
	return errors.Join(all...)
}

// A Projection is a population a step on.
type Projection struct {
	End    Sexes
	Births float64 // in the step
	Boys   float64
	Girls  float64

	// Chance is the variance that chance alone gives each group of End, were everybody's survival and every birth an
	// event of its own: N s(1-s) of those who survive with chance s, and the number of those born. It holds no error of
	// the rates, nor of the population at the start.
	Chance Sexes
}

// Forward takes a population one step on. With N the persons at the start, M net arrivals, s survival and f fertility,
//
//	end₍ₓ₊₁₎ = sₓ(Nₓ + Mₓ/2) + M₍ₓ₊₁₎/2, those of the open group joined by those who stay in it
//	births   = width Σ fₓ (women at the start + women at the end)/2, the sexes as the sex ratio at birth
//	end₀     = births·survival of those born + M₀/2
//
// Half of the arrivals come before the step and half after it. Rates of a province put on a commune move it as the
// province moves: what is its own is missed. It panics where slices differ in length.
//
// Preston, Heuveline and Guillot (2001), Demography, chapter 6; arrivals halved as in United Nations practice.
func (c Component) Forward(p Sexes) Projection {
	c.mustFit(p)
	var out Projection
	out.End.Male, out.Chance.Male = age(p.Male, c.Survival.Male, c.Migration.Male)
	out.End.Female, out.Chance.Female = age(p.Female, c.Survival.Female, c.Migration.Female)
	for i, f := range c.Fertility {
		out.Births += c.Width * f * (p.Female[i] + out.End.Female[i]) / 2
	}
	out.Boys = out.Births * c.SexRatio / (1 + c.SexRatio)
	out.Girls = out.Births / (1 + c.SexRatio)
	boys, girls := out.Boys*c.BirthSurvival[0], out.Girls*c.BirthSurvival[1]
	out.End.Male[0], out.End.Female[0] = out.End.Male[0]+boys, out.End.Female[0]+girls
	out.Chance.Male[0], out.Chance.Female[0] = boys, girls
	return out
}

// age lets one sex survive and move on.
func age(p, survival, migration []float64) (end, chance []float64) {
	n := len(p)
	end, chance = make([]float64, n), make([]float64, n)
	for i := range n {
		to, s, before := min(i+1, n-1), survival[i], p[i]+half(migration, i)
		end[to] += s * before
		chance[to] += max(before, 0) * s * (1 - s)
	}
	for i := range n {
		end[i] += half(migration, i)
	}
	return end, chance
}

// half is half of the net arrivals of a group.
func half(migration []float64, i int) float64 {
	if migration == nil {
		return 0
	}
	return migration[i] / 2
}

// Jacobian is the derivatives of a step's end by its start: rows and columns are the males by age, then the females.
// The step is linear in the population, so that it carries variances exactly.
func (c Component) Jacobian() *mat.Dense {
	n := len(c.Fertility)
	m := mat.NewDense(2*n, 2*n, nil)
	share := [2]float64{c.SexRatio / (1 + c.SexRatio), 1 / (1 + c.SexRatio)}
	for sex, survival := range [2][]float64{c.Survival.Male, c.Survival.Female} {
		for i, s := range survival {
			m.Set(sex*n+min(i+1, n-1), sex*n+i, s)
		}
	}
	for i := range n { // births by women of a group, here and where they go on to
		births := c.Width / 2 * (c.Fertility[i] + c.Fertility[min(i+1, n-1)]*c.Survival.Female[i])
		for sex := range 2 {
			m.Set(sex*n, n+i, m.At(sex*n, n+i)+births*share[sex]*c.BirthSurvival[sex])
		}
	}
	return m
}

// Backward takes a population one step back: the persons who, moved forward, are p, but for its youngest group, who
// were not born yet.
//
//	startₓ = (p₍ₓ₊₁₎ - M₍ₓ₊₁₎/2)/sₓ - Mₓ/2
//
// The open group holds those who were in it and those who came into it, whom nothing tells apart: they are taken to be
// in the proportion of the two last groups of p. An error says where nobody survives, and somebody is there. Deaths
// before a census are guessed from rates this way; the register's own deaths are better.
func (c Component) Backward(p Sexes) (Sexes, error) {
	c.mustFit(p)
	male, err := back(p.Male, c.Survival.Male, c.Migration.Male)
	if err != nil {
		return Sexes{}, fmt.Errorf("males: %w", err)
	}
	female, err := back(p.Female, c.Survival.Female, c.Migration.Female)
	if err != nil {
		return Sexes{}, fmt.Errorf("females: %w", err)
	}
	return Sexes{male, female}, nil
}

func back(p, survival, migration []float64) ([]float64, error) {
	n := len(p)
	start := make([]float64, n)
	survived := func(i int) float64 { return p[i] - half(migration, i) }
	revive := func(i int, persons float64) error {
		if !(survival[i] > 0) && persons != 0 {
			return fmt.Errorf("nobody of group %d survives, and %v persons did", i, persons)
		}
		if persons != 0 {
			persons /= survival[i]
		}
		start[i] = persons - half(migration, i)
		return nil
	}
	came, stayed := survival[n-2]*p[n-2], survival[n-1]*p[n-1]
	share := 0.0
	if came > 0 {
		share = came / (came + stayed)
	}
	errs := []error{revive(n-2, share*survived(n-1)), revive(n-1, (1-share)*survived(n-1))}
	for i := range n - 2 {
		errs = append(errs, revive(i, survived(i+1)))
	}
	return start, errors.Join(errs...)
}

// mustFit panics where a population and rates differ in length, or there are fewer than two groups.
func (c Component) mustFit(p Sexes) {
	n := len(p.Male)
	for _, v := range [][]float64{p.Female, c.Survival.Male, c.Survival.Female, c.Fertility} {
		if len(v) != n || n < 2 {
			panic("demography: population and rates differ in length, or have one group")
		}
	}
	for _, v := range [][]float64{c.Migration.Male, c.Migration.Female} {
		if v != nil && len(v) != n {
			panic("demography: population and net arrivals differ in length")
		}
	}
}

// SurvivalOf is the share that survives a step of a width at a mortality rate, deaths a year and person, where deaths
// come evenly: (1 - wm/2)/(1 + wm/2), and 0 where the rate is so high that nobody does.
func SurvivalOf(mortality, width float64) float64 {
	return max(0, (1-width*mortality/2)/(1+width*mortality/2))
}
