package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A SecondPhase says which units of a first-phase sample were taken into a second one, and how: a listing first,
// interviews of some of those listed second. Columns have one value a row of the first phase. Units are those of its
// last stage; all rows of a unit have the same values.
type SecondPhase struct {
	Taken   []bool
	Stratum []int32 // strata of the second phase, nil where there is one

	// Pi is π2, the inclusion probability of every taken unit given the first phase; others may hold anything. nil is
	// simple random sampling in every stratum. With it, units were taken independently (Poisson sampling), unless Joint
	// says otherwise.
	Pi []float64
	// Joint are the joint probabilities π2 of the taken units given the first phase, in the order of their first rows.
	Joint mat.Symmetric
}

// A TwoPhase sample is a Survey whose rows are those of the first phase; rows that were not taken have weight 0, and
// their values are not looked at. With π1 and π2 the probabilities of the phases and z = Σ u/(π1 π2) over the rows of
// a unit in the domain, the covariance of totals of linearised variables u is estimated by
//
//	v = Σkl Akl zk zl π2k π2l/π2kl  +  Σkl (1 - π2k π2l/π2kl) zk zl
//
// over the taken units, where the first-phase design has the variance Σkl Akl yk/π1k yl/π1l, that of Sample.Estimate.
// The first sum is for the first phase, the second for the second. Where the first estimator has no bias, v has none.
// It may be below 0.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, result 9.3.1 and section 9.4.
type TwoPhase struct {
	first   *Sample
	weights []float64
	taken   []int32   // units of the first phase
	pi      []float64 // of every taken unit
	stratum []int32   // of every taken unit; numbered in order
	size    []int     // of every stratum: units of the first phase
	drawn   []int     // and those of them taken
	simple  bool
	joint   mat.Symmetric
	fit     *phaseFit // nil: weights are 1/(π1 π2)
}

// NewTwoPhase checks the columns of the second phase. An error says which row breaks which rule: a unit whose rows
// differ, a stratum with nobody taken, or with one taken of several under simple random sampling, a π2 that is not in
// (0, 1]. So does one about a first phase whose strata with a single PSU have their variance from others. It panics
// where columns differ in length.
func NewTwoPhase(first *Sample, c SecondPhase) (*TwoPhase, error) {
	c.mustFit(first.Rows())
	switch {
	case first.Calibrated():
		return nil, fmt.Errorf("analysis: a first phase whose weights were fitted to totals")
	case first.tree.lonely == LonelyAdjust || first.tree.lonely == LonelyAverage:
		return nil, fmt.Errorf("analysis: a first phase with the policy %v: want fail, remove or certainty",
			first.tree.lonely)
	}
	b := &phaseBuilder{first: first, c: c, row: make([]int32, first.tree.units())}
	if err := b.units(); err != nil {
		return nil, err
	}
	return b.build()
}

func (c SecondPhase) mustFit(rows int) {
	for _, n := range []int{len(c.Taken), len(c.Stratum), len(c.Pi)} {
		if n != rows && n != 0 || len(c.Taken) != rows {
			panic(fmt.Sprintf("analysis: a second phase of %d rows for a first one of %d", n, rows))
		}
	}
}

// Weights are 1/(π1 π2), or as Regressed fitted them, and 0 for rows that were not taken; they are not to be changed.
func (t *TwoPhase) Weights() []float64 { return t.weights }

// DF are the degrees of freedom of a domain: those of the first phase, of what was taken of it, or units less strata of
// the second, if that is less.
func (t *TwoPhase) DF(domain []bool) float64 {
	w := inDomain(t.weights, domain)
	rows, member := make([]bool, len(w)), t.members(w)
	for i, x := range w {
		rows[i] = x != 0
	}
	units, strata := 0.0, make([]bool, len(t.size))
	for i, u := range t.taken {
		if !member[u] {
			continue
		}
		units++
		if h := t.stratum[i]; !strata[h] {
			strata[h] = true
			units--
		}
	}
	return math.Min(units, t.first.DF(rows))
}

// members tells which units of the first phase have a row with weight.
func (t *TwoPhase) members(w []float64) []bool {
	member := make([]bool, t.first.tree.units())
	for i, u := range t.first.unit {
		member[u] = member[u] || w[i] != 0
	}
	return member
}

// Estimate gives the estimates of a statistic with their covariance by linearisation.
func (t *TwoPhase) Estimate(st Statistic, domain []bool) *Estimates {
	w := inDomain(t.weights, domain)
	values := st.Values(w)
	u := st.Influence(w, values)
	e := newEstimates(w, values, u)
	e.DF = t.DF(domain)
	z := make([][]float64, len(u))
	for j, v := range u {
		z[j] = t.first.unitSums(weightedRows(w, v))
	}
	e.Cov, e.Notes = t.covariance(z, t.residuals(z, w, u), t.members(w))
	for j, v := range values {
		e.Notes |= unequalNotes(v, e.Cov.At(j, j))
	}
	e.settle()
	return e
}

// residuals are what the second phase leaves to chance: z itself, but where weights were fitted to the first phase.
func (t *TwoPhase) residuals(z [][]float64, w []float64, u [][]float64) [][]float64 {
	if t.fit == nil {
		return z
	}
	out := make([][]float64, len(u))
	for j, v := range u {
		out[j] = t.first.unitSums(weightedRows(t.weights, t.fit.residuals(whereWeighted(w, v))))
	}
	return out
}

// Totals estimates the total of y in every cell, one cell after the other; the arguments are those of Sample.Totals.
func (t *TwoPhase) Totals(y []float64, cell []int32, k int) []Estimate {
	return totalsCellByCell(t, y, cell, k)
}

// Ratios estimates the ratio of the totals of y and x in every cell, one after the other; the arguments are those of
// Sample.Ratios.
func (t *TwoPhase) Ratios(y, x []float64, cell []int32, k int) []Estimate {
	return ratiosCellByCell(t, y, x, cell, k)
}
