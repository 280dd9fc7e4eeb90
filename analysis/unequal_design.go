package analysis

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// An UnequalDesign is a sample of one stage drawn without replacement and with unequal probabilities, and the way its
// variance is estimated. Rows are the units in the order of the sample, or what was observed in them (see Within). It
// is a Survey: a statistic has the covariance of the totals of its linearised variables u, summed up by unit,
//
//	c(ui, uj, π)
//
// and a CellEstimator. The covariance is worked out anew for every pair of statistics and for every cell.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, sections 5.5 to 5.7.
type UnequalDesign struct {
	Pi               []float64  // inclusion probability of every sampled unit, in (0, 1]
	Covariance       Covariance // of Horvitz–Thompson totals
	DegreesOfFreedom float64    // of all estimates

	unit    []int32 // of every row; nil where rows are the units
	weights []float64
}

// NewUnequalDesign checks the inclusion probabilities. Degrees of freedom are set to +Inf, normal theory, as R survey
// does for such designs; for small samples units less strata, not counting certain ones, is the careful choice.
//
//	joint, err := analysis.YatesGrundy(pi2)         // exact, from joint probabilities of the sampled units
//	design, err := analysis.NewUnequalDesign(pi, joint)
//	design, err = analysis.NewUnequalDesign(pi, analysis.CertainAside(analysis.Deville)) // without them
func NewUnequalDesign(pi []float64, c Covariance) (*UnequalDesign, error) {
	d := &UnequalDesign{Pi: pi, Covariance: c, DegreesOfFreedom: math.Inf(1), weights: make([]float64, len(pi))}
	for k, p := range pi {
		if !(p > 0 && p <= 1) {
			return nil, fmt.Errorf("analysis: π of unit %d is %v, want above 0 and at most 1", k, p)
		}
		d.weights[k] = 1 / p
	}
	if c == nil {
		return nil, errors.New("analysis: no covariance for a design with unequal probabilities")
	}
	return d, nil
}

// Within is the same sample observed on the rows of its units, such as all persons of enumeration areas. unit[i] is the
// position among the sampled units of the one that row i lies in; a unit may be without rows. It panics where there is
// no such unit.
func (d *UnequalDesign) Within(unit []int32) *UnequalDesign {
	out := *d
	out.unit, out.weights = unit, make([]float64, len(unit))
	for i, k := range unit {
		out.weights[i] = 1 / d.Pi[k]
	}
	return &out
}

// Weights are 1/π of the unit of every row; they are not to be changed.
func (d *UnequalDesign) Weights() []float64 { return d.weights }

// DF are the degrees of freedom of the design, whatever the domain.
func (d *UnequalDesign) DF([]bool) float64 { return d.DegreesOfFreedom }

// Estimate gives the estimates of a statistic with their covariance by linearisation. Notes are NegativeVariance where
// one of the variances is below 0, and SinglePSU where the sample is too small for one.
func (d *UnequalDesign) Estimate(st Statistic, domain []bool) *Estimates {
	w := inDomain(d.weights, domain)
	values := st.Values(w)
	u := st.Influence(w, values)
	e := newEstimates(w, values, u)
	e.DF = d.DegreesOfFreedom
	z := make([][]float64, len(u))
	for j, v := range u {
		z[j] = d.unitSums(w, v)
	}
	e.Cov = symmetric(len(z), func(i, j int) float64 { return d.Covariance(z[i], z[j], d.Pi) })
	for j, v := range values {
		e.Notes |= unequalNotes(v, e.Cov.At(j, j))
	}
	e.settle()
	return e
}

// Totals estimates the total of y in every cell, one after the other; the arguments are those of Sample.Totals.
func (d *UnequalDesign) Totals(y []float64, cell []int32, k int) []Estimate {
	return totalsCellByCell(d, y, cell, k)
}

// Ratios estimates the ratio of the totals of y and x in every cell, one after the other; the arguments are those of
// Sample.Ratios.
func (d *UnequalDesign) Ratios(y, x []float64, cell []int32, k int) []Estimate {
	return ratiosCellByCell(d, y, x, cell, k)
}

// unitSums adds up u over the rows with weight of every unit.
func (d *UnequalDesign) unitSums(w, u []float64) []float64 {
	kept := whereWeighted(w, u)
	if d.unit == nil {
		return kept
	}
	return sumByCell(kept, d.unit, len(d.Pi))
}

func unequalNotes(value, variance float64) Notes {
	switch {
	case variance < 0:
		return NegativeVariance
	case math.IsNaN(variance) && !math.IsNaN(value):
		return SinglePSU
	}
	return 0
}

// symmetric is the matrix of f(i, j), which is looked at for j ≤ i.
func symmetric(n int, f func(i, j int) float64) *mat.SymDense {
	if n == 0 {
		return &mat.SymDense{}
	}
	m := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			m.SetSym(i, j, f(i, j))
		}
	}
	return m
}
