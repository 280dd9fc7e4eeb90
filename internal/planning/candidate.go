package planning

import (
	"fmt"

	"github.com/concord-stat/concord/internal/study"
)

// Selections of enumeration areas, estimators, and levels at which sample and register are matched, as studies name them.
const (
	SRS      = "srs"
	PPS      = "pps"
	Balanced = "balanced"

	Expansion  = "expansion"
	Ratio      = "ratio"
	Difference = "difference"
	Regression = "regression"

	MatchHousehold = "household"
	MatchPSU       = "psu"
	MatchCommune   = "commune"
)

// Estimators in the order of how much they ask of the register.
var Estimators = []string{Expansion, Ratio, Difference, Regression}

// A Candidate is a design with its estimator.
type Candidate struct {
	Strata    string     `json:"strata"`
	PSUSize   int        `json:"psu_size,omitempty"` // 0 where the register names the enumeration areas
	Take      study.Take `json:"take"`
	Selection string     `json:"selection"`
	Estimator string     `json:"estimator"`
	Match     string     `json:"match,omitempty"` // none for expansion
}

// Assisted tells whether the design or the estimator uses counts of the register.
func (c Candidate) Assisted() bool { return c.Estimator != Expansion || c.Selection == Balanced }

// String names the candidate in a line.
func (c Candidate) String() string {
	text := fmt.Sprintf("%s of enumeration areas", c.Selection)
	if c.PSUSize > 0 {
		text += fmt.Sprintf(" of %d", c.PSUSize)
	}
	if c.Strata != study.None {
		text += " by " + c.Strata
	}
	text += fmt.Sprintf(", %s households, %s", c.Take, c.Estimator)
	if c.Match != "" {
		text += " matched by " + c.Match
	}
	return text
}

// candidates are all combinations.
func candidates(c study.Candidates) []Candidate {
	sizes := c.PSUSize
	if len(sizes) == 0 {
		sizes = []int{0}
	}
	var all []Candidate
	for _, strata := range c.Strata {
		for _, size := range sizes {
			for _, take := range c.Take {
				for _, selection := range c.Selection {
					design := Candidate{Strata: strata, PSUSize: size, Take: take, Selection: selection}
					all = append(all, estimated(design, c)...)
				}
			}
		}
	}
	return all
}

// estimated are the combinations of a design with estimators.
func estimated(design Candidate, c study.Candidates) []Candidate {
	var all []Candidate
	for _, estimator := range c.Estimator {
		design.Estimator, design.Match = estimator, ""
		if estimator == Expansion {
			all = append(all, design)
			continue
		}
		for _, design.Match = range c.Match {
			all = append(all, design)
		}
	}
	return all
}

func baselineCandidate(b study.Baseline) Candidate {
	c := Candidate{
		Strata: b.Strata, PSUSize: b.PSUSize, Take: *b.Take, Selection: b.Selection, Estimator: b.Estimator, Match: b.Match,
	}
	if c.Estimator == Expansion {
		c.Match = ""
	}
	return c
}
