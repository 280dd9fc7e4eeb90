// Package chart draws the figures of a comparison, with gonum/plot, as SVG, PNG and PDF.
//
// The same figure gives the same bytes. Vietnamese is drawn with all its diacritics in every format.
package chart

import "fmt"

// A Pyramid is what one population pyramid shows: register against census, by sex and age group. The slices run over
// Groups, youngest first, and are in persons; NaN stands for a figure that does not exist and is not drawn.
type Pyramid struct {
	Title    string
	Subtitle string // may have several lines
	Groups   []string

	RegisterMale, RegisterFemale         []float64
	CensusMale, CensusFemale             []float64
	CensusMaleLower, CensusMaleUpper     []float64 // NaN where the census has no interval
	CensusFemaleLower, CensusFemaleUpper []float64

	// Unsmoothed are the figures as they are where the others are smoothed; nil where nothing is.
	Unsmoothed *Unsmoothed

	Labels Labels
}

func newPyramid(groups []string) Pyramid {
	p := Pyramid{Groups: groups}
	for _, s := range p.series() {
		*s = nans(len(groups))
	}
	return p
}

func (p *Pyramid) series() []*[]float64 {
	return []*[]float64{
		&p.RegisterMale, &p.RegisterFemale, &p.CensusMale, &p.CensusFemale,
		&p.CensusMaleLower, &p.CensusMaleUpper, &p.CensusFemaleLower, &p.CensusFemaleUpper,
	}
}

// check refuses what cannot be drawn before anything is.
func (p *Pyramid) check() error {
	if len(p.Groups) == 0 {
		return fmt.Errorf("chart: pyramid %q has no age groups", p.Title)
	}
	for _, s := range p.series() {
		if len(*s) != len(p.Groups) {
			return fmt.Errorf("chart: pyramid %q has %d age groups, but a series of %d", p.Title, len(p.Groups), len(*s))
		}
	}
	return nil
}

// side is the half of the pyramid that one sex has.
type side struct {
	register, census, lower, upper []float64
}

func (p *Pyramid) male() side {
	return side{p.RegisterMale, p.CensusMale, p.CensusMaleLower, p.CensusMaleUpper}
}

func (p *Pyramid) female() side {
	return side{p.RegisterFemale, p.CensusFemale, p.CensusFemaleLower, p.CensusFemaleUpper}
}
