package stage

import (
	"math"

	"github.com/concord-stat/concord/compare"
)

// stated is what a source states of the distribution of an area over the cells of a family.
type stated struct {
	compare.Composition
	se        []float64
	basis     errorBasis
	silent    string // why no cell can be compared
	something bool   // a figure at all
	stated    bool   // an error of a figure
	absent    bool   // cells without a figure, which count as empty
}

// An errorBasis is where the error of a composition comes from.
type errorBasis uint8

const (
	unknownBasis  errorBasis = iota
	completeBasis            // everybody was counted
	sampleBasis              // by the standard errors of the figures
	borrowedBasis            // by the design effect of the other areas
)

// newStated makes room for k cells.
func newStated(k int) *stated {
	return &stated{Composition: compare.Composition{Persons: make([]float64, k)}, se: make([]float64, k)}
}

// read takes the figures of an area from a position on.
func (s *stated) read(f compare.Figures, from int) {
	s.N, s.DF, s.basis, s.silent = math.NaN(), 0, unknownBasis, f.Silent[from]
	s.something, s.stated, s.absent = false, false, false
	speaks := false
	for j := range s.Persons {
		if !f.Determined(from + j) {
			s.something, s.absent, s.silent = false, false, splitNote
			return
		}
		s.cell(f, from+j, j)
		speaks = speaks || f.Silent[from+j] == ""
	}
	switch {
	case speaks:
		s.silent = ""
	case s.something:
		s.basis = unknownBasis
	}
}

// cell takes a figure. One whose error is not known, where that of others is, comes of a sample whose units are all
// alike in it, and has no error, as their variance says.
func (s *stated) cell(f compare.Figures, at, j int) {
	v, se := f.Value[at], f.SE[at]
	s.Persons[j], s.se[j] = 0, 0
	if math.IsNaN(v) {
		s.absent = true
		return
	}
	if !s.something {
		s.something, s.silent = true, f.Silent[at]
	}
	s.Persons[j], s.DF, s.stated = math.Max(0, v), math.Max(s.DF, f.DF[at]), s.stated || se >= 0
	switch {
	case se > 0:
		s.se[j], s.basis = se, sampleBasis
	case se == 0 && s.basis == unknownBasis:
		s.basis = completeBasis
	}
}

// estimate gives the effective number of persons of a sample, with the standard error of the total where it is known.
func (s *stated) estimate(total *family, f *compare.Figures, area int) {
	se := math.NaN()
	if total != nil {
		at := total.at(area, 0)
		se = f.SE[at]
		if math.IsNaN(se) && !math.IsNaN(f.Value[at]) {
			se = 0 // units are alike in it
		}
		if f.DF[at] > s.DF {
			s.DF = f.DF[at] // cells have those of the units with somebody in them
		}
	}
	if math.IsNaN(se) {
		se = compare.IndependentSE(s.se)
	}
	s.N = compare.EffectivePersons(s.Persons, s.se, se)
}

// pairOf is what two sources state of the same cells.
type pairOf struct{ first, second *stated }

func newPairOf(k int) pairOf { return pairOf{newStated(k), newStated(k)} }

// read takes both sides of an area. Where neither has a sampling error both are outcomes of a superpopulation; where
// one has, the other is what it is.
func (p pairOf) read(f, total *family, area int) {
	from := f.at(area, 0)
	p.first.read(f.register, from)
	p.second.read(f.census, from)
	sampled := p.first.basis == sampleBasis || p.second.basis == sampleBasis
	for _, s := range []*stated{p.first, p.second} {
		switch {
		case s.basis == completeBasis && sampled:
			s.N, s.DF = math.Inf(1), math.Inf(1)
		case s.basis == completeBasis:
			s.Composition = compare.Outcome(s.Persons)
		}
	}
	if p.first.basis == sampleBasis {
		p.first.estimate(total, figuresOf(total, true), area)
	}
	if p.second.basis == sampleBasis {
		p.second.estimate(total, figuresOf(total, false), area)
	}
}

func figuresOf(f *family, first bool) *compare.Figures {
	switch {
	case f == nil:
		return nil
	case first:
		return &f.register
	}
	return &f.census
}

// basisText names the kind of error; empty where it is not known.
func (p pairOf) basisText() string {
	switch a, b := p.first.basis, p.second.basis; {
	case a == unknownBasis || b == unknownBasis:
		return ""
	case b == borrowedBasis:
		return "design-based, design effect of the level"
	case a == sampleBasis || b == sampleBasis:
		return "design-based"
	}
	return "superpopulation"
}

// silence is why the pair cannot be compared.
func (p pairOf) silence() string {
	if p.first.silent != "" {
		return p.first.silent
	}
	return p.second.silent
}

// knownCells counts the cells of a family without a part that is missing; they come first.
func (f *family) knownCells() int {
	for j, cell := range f.cells {
		if missingParts(cell) > 0 {
			return j
		}
	}
	return len(f.cells)
}
