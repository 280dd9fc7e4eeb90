package analysis

import (
	"errors"
	"fmt"
	"math"
)

// Standardisation says how a population is to be made up: by category (of age, say), as a share of the standard
// population, the same within every group of those to be compared. By and Over have a code a row; -1 leaves a row out.
type Standardisation struct {
	By         []int32
	Over       []int32   // groups that are compared; nil for one
	Population []float64 // of every category of By, as counts or shares
}

// StandardisationError says which category of By has nobody in a group of Over, whose share cannot be given to anybody.
type StandardisationError struct{ By, Over int32 }

func (e *StandardisationError) Error() string {
	return fmt.Sprintf("analysis: category %d of the standard has nobody in group %d: join categories, or leave out the "+
		"group", e.By, e.Over)
}

// Standardise is the survey with weights by which every group has the make-up of the standard population, and the size
// it had: within category b of group o,
//
//	w* = w · pb · No/Nbo,  Nbo = Σ w over the category of the group,  No = Σb Nbo,  p the shares of the standard
//
// Means of the new survey within groups are directly standardised means. The linearised variable of a statistic is
// that under the new weights, u, less its mean ū in the category of the group: (u - ū) w*/w. Group sizes are taken for
// given, which means do not depend on. A replicate's weights are standardised anew. Errors: a share that is not above
// 0, a *StandardisationError. It panics where codes are not one a row.
//
// Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, chapter 19; Korn and Graubard (1999),
// Analysis of Health Surveys, section 4.5. R survey, svystandardize.
func Standardise(sv Survey, by Standardisation) (Survey, error) {
	s, err := newStandardised(sv, by)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func newStandardised(sv Survey, by Standardisation) (*standardised, error) {
	s := &standardised{base: sv, shares: scaled(by.Population, 1/sum(by.Population)), groups: 1}
	for _, p := range s.shares {
		if !(p > 0) || math.IsInf(p, 1) {
			return nil, errors.New("analysis: every category of a standard population needs a share above 0")
		}
	}
	n := len(sv.Weights())
	if len(by.By) != n || by.Over != nil && len(by.Over) != n {
		panic(fmt.Sprintf("analysis: a standard by %d and over %d rows for a sample of %d",
			len(by.By), len(by.Over), n))
	}
	mustBeBelow(by.By, len(s.shares))
	for _, o := range by.Over {
		s.groups = max(s.groups, int(o)+1)
	}
	s.cells(by)
	s.weights = s.reweighted(sv.Weights())
	return s, s.check()
}

type standardised struct {
	base    Survey
	shares  []float64
	groups  int
	cell    []int32 // category of a group of every row; one more for rows left out
	weights []float64
}

func (s *standardised) cells(by Standardisation) {
	s.cell = make([]int32, len(by.By))
	left := int32(len(s.shares) * s.groups)
	for i, b := range by.By {
		o := int32(0)
		if by.Over != nil {
			o = by.Over[i]
		}
		s.cell[i] = o*int32(len(s.shares)) + b
		if b < 0 || o < 0 {
			s.cell[i] = left
		}
	}
}

// check finds groups that lack a category.
func (s *standardised) check() error {
	sums := s.sums(s.base.Weights())
	for o := range s.groups {
		group := sums[o*len(s.shares) : (o+1)*len(s.shares)]
		for b, x := range group {
			if x == 0 && sum(group) > 0 {
				return &StandardisationError{By: int32(b), Over: int32(o)}
			}
		}
	}
	return nil
}

// sums are those of values by cell.
func (s *standardised) sums(v []float64) []float64 {
	return sumByCell(v, s.cell, len(s.shares)*s.groups+1)
}

// factors are w*/w by cell.
func (s *standardised) factors(w []float64) []float64 {
	sums := s.sums(w)
	factors := make([]float64, len(sums))
	for o := range s.groups {
		group := sums[o*len(s.shares) : (o+1)*len(s.shares)]
		size := sum(group)
		for b, x := range group {
			if size != 0 {
				factors[o*len(s.shares)+b] = s.shares[b] * size / x
			}
		}
	}
	return factors
}

func (s *standardised) reweighted(w []float64) []float64 {
	factors, out := s.factors(w), make([]float64, len(w))
	for i, x := range w {
		if x != 0 {
			out[i] = x * factors[s.cell[i]]
		}
	}
	return out
}

func (s *standardised) Weights() []float64 { return s.weights }

func (s *standardised) DF(domain []bool) float64 { return s.base.DF(s.within(domain)) }

// within is a domain without the rows that the standard leaves out.
func (s *standardised) within(domain []bool) []bool {
	out := make([]bool, len(s.cell))
	for i, c := range s.cell {
		out[i] = (domain == nil || domain[i]) && int(c) < len(s.shares)*s.groups
	}
	return out
}

// Estimate takes the statistic of the new weights for one of the old. Categories are fitted before a domain is taken.
func (s *standardised) Estimate(st Statistic, domain []bool) *Estimates {
	e := s.base.Estimate(standardisedStatistic{s, st, domain}, s.within(nil))
	w := inDomain(s.weights, domain)
	e.DF, e.N, e.SumWeights, e.Simple = s.DF(domain), counted(w), sum(w), nil
	for _, u := range st.Influence(w, e.Values) {
		e.Simple = append(e.Simple, simpleVariance(w, u))
	}
	e.Notes &^= FewPSUs | Unsampled // those of all categories
	e.settle()
	return e
}

type standardisedStatistic struct {
	s      *standardised
	st     Statistic
	domain []bool
}

// hold holds the statistic at the new weights of the full sample.
func (t standardisedStatistic) hold(w []float64) Statistic {
	t.st = held(t.st, inDomain(t.s.reweighted(w), t.domain))
	return t
}

func (t standardisedStatistic) Values(w []float64) []float64 {
	return t.st.Values(inDomain(t.s.reweighted(w), t.domain))
}

func (t standardisedStatistic) Influence(w, values []float64) [][]float64 {
	reweighted := inDomain(t.s.reweighted(w), t.domain)
	factors, sizes := t.s.factors(w), t.s.sums(w)
	var out [][]float64
	for _, column := range t.st.Influence(reweighted, values) {
		u := whereWeighted(reweighted, column)
		sums := t.s.sums(products(w, u))
		for i, c := range t.s.cell {
			if w[i] != 0 {
				u[i] = factors[c] * (u[i] - sums[c]/sizes[c])
			}
		}
		out = append(out, u)
	}
	return out
}
