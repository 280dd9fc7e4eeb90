package analysis

import (
	"fmt"
	"math"
)

// An Assistant is how the totals of a register, known for every cell, help an estimate.
type Assistant uint8

const (
	// Unassisted is the Horvitz–Thompson estimate.
	Unassisted Assistant = iota
	// DifferenceAssisted corrects by coefficients b that are given, not estimated:
	//
	//	t̂ = Ŷ + (T - X̂)'b
	//
	// With the register's count of the very thing that is estimated and b = 1 it is the register's count with the net
	// error that the sample shows. It has no bias, whatever b is.
	DifferenceAssisted
	// RatioAssisted is T Ŷ/X̂ for one variable.
	RatioAssisted
	// RegressionAssisted is the generalised regression estimate, that of a difference with
	//
	//	B = (Σ w x x')⁻¹ Σ w x y
	//
	// in place of b. x has a constant only where one of the variables is one, and the size of the cell is then known.
	RegressionAssisted
	// SyntheticAssisted is T'B with B from other cells of the group alone, since nobody was sampled in the cell. Its
	// variance is that of B: that cells of a group differ it does not show.
	SyntheticAssisted
)

var assistantNames = []string{"Horvitz-Thompson", "difference", "ratio", "regression", "synthetic"}

// String is the estimator in words.
func (a Assistant) String() string { return nameOf(a, assistantNames, "Assistant") }

// Assistance is what is known of cells from a register, and how it is to help.
type Assistance struct {
	Assistant Assistant   // DifferenceAssisted, RatioAssisted or RegressionAssisted
	X         [][]float64 // variables, each with one value a row
	Totals    [][]float64 // of every variable, by cell

	// B are the coefficients of DifferenceAssisted; they default to 1 for each variable.
	B []float64

	// Group is the group of every cell, such as the province of a commune, whose cells share one B. nil is every cell
	// by itself. With groups a cell borrows B from its group and keeps the correction by its own rows, so that it has
	// (nearly) no bias: a model of two levels, of which the upper one is estimated. A cell without rows gets the upper
	// one alone, and says so: SyntheticAssisted.
	Group []int32
}

// An AssistedEstimate is the estimate of a cell with the register's help, beside the one without.
type AssistedEstimate struct {
	Estimate
	Assistant Assistant // what Estimate is: Unassisted where the cell has too few rows for B
	Pooled    bool      // B is that of a group
	B         []float64 // NaN where a variable is told by others
	Plain     Estimate  // the Horvitz–Thompson estimate
}

// Gain is the share of the variance of the plain estimate that the register takes off,
//
//	1 - v/v₀
//
// It is below 0 where the help is a loss, and NaN where either variance is not known.
func (a *AssistedEstimate) Gain() float64 {
	return 1 - (a.SE*a.SE)/(a.Plain.SE*a.Plain.SE)
}

// Assisted estimates the total of y in every cell with the help of totals that a register has of x,
//
//	t̂ = Ŷ + (T - X̂)'B
//
// beside the plain estimate Ŷ. The linearised value of a row of the cell is ge for the residual e = y - x'B, with
//
//	g = 1 + (T - X̂)' M⁻¹ x q,  M = Σ w q x x'
//
// q is 1/x for the ratio and else 1. Where B is that of a group, e counts 1 within the cell and (T - X̂)' M⁻¹ x q in
// all the group. Going over the rows costs the same for any number of cells. y, cell and k are as in Totals.
//
// The error says which total of the register or which value is no number, that one is below 0 for a ratio, or that a
// group is asked of a sample whose weights were fitted. It panics where a slice has another length, or the estimator
// needs another number of variables.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, chapter 6 and section 10.6; Rao and Molina
// (2015), Small Area Estimation, section 2.5.
func (s *Sample) Assisted(y []float64, a Assistance, cell []int32, k int) ([]AssistedEstimate, error) {
	a.mustFit(s.Rows(), k)
	if a.Group != nil && s.Calibrated() {
		return nil, fmt.Errorf("analysis: coefficients of groups need the weights of the design, and these were fitted")
	}
	if err := a.check(s.weights, cell); err != nil {
		return nil, err
	}
	f := newAssistedFit(s, y, &a, cell, k)
	out := f.unassisted()
	switch {
	case a.Group != nil && a.Assistant != DifferenceAssisted:
		f.pooled(out)
	default:
		f.own(out)
	}
	return out, nil
}

func (a *Assistance) mustFit(rows, k int) {
	switch {
	case a.Assistant < DifferenceAssisted || a.Assistant > RegressionAssisted:
		panic("analysis: assistance by " + a.Assistant.String())
	case len(a.X) == 0 || len(a.X) != len(a.Totals) || a.Assistant == RatioAssisted && len(a.X) != 1:
		panic(fmt.Sprintf("analysis: %d variables, and totals of %d, for a %v estimate",
			len(a.X), len(a.Totals), a.Assistant))
	case a.B != nil && (a.Assistant != DifferenceAssisted || len(a.B) != len(a.X)):
		panic(fmt.Sprintf("analysis: %d coefficients for a %v estimate with %d variables",
			len(a.B), a.Assistant, len(a.X)))
	case a.Group != nil && len(a.Group) != k:
		panic(fmt.Sprintf("analysis: groups of %d cells, there are %d", len(a.Group), k))
	}
	mustBeCodes("group", a.Group, 0, math.MaxInt32)
	for j := range a.X {
		mustHave(a.X[j], rows)
		if len(a.Totals[j]) != k {
			panic(fmt.Sprintf("analysis: totals of %d cells, there are %d", len(a.Totals[j]), k))
		}
	}
}

func (a *Assistance) check(w []float64, cell []int32) error {
	for j := range a.X {
		for c, t := range a.Totals[j] {
			if math.IsNaN(t) || math.IsInf(t, 0) {
				return fmt.Errorf("analysis: the register's total of variable %d in cell %d is %v", j, c, t)
			}
		}
		for i, x := range a.X[j] {
			if w[i] == 0 || cell[i] < 0 {
				continue
			}
			if math.IsNaN(x) || math.IsInf(x, 0) || a.Assistant == RatioAssisted && x < 0 {
				return fmt.Errorf("analysis: variable %d is %v on row %d: a %v estimate has no use for it",
					j, x, i, a.Assistant)
			}
		}
	}
	return nil
}
