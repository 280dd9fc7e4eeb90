package sampling

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// A TwoPhase sample is a sample, and another drawn from it by what was learnt of it: a listing first, interviews of
// some of those listed second.
type TwoPhase struct {
	First   *StageSample // of one stage or of several
	Stratum []string     // of the second phase, for every unit of the first; nil means none
	Second  *StageSample // Unit is a position in First.Units; Pi is given the first phase
}

// SecondPhase draws the stage from the units of a first-phase sample, taken as one frame in its order. stratum and
// size may come from the first phase; either may be nil. With π1 the inclusion probability of a unit in the first phase
// over all its stages, and π2 that in the second given the first,
//
//	π* = π1·π2
//
// is the probability on which the weight 1/π* rests. It is not the inclusion probability of the unit where π2 depends
// on who else is in the first phase, but the estimator with it is unbiased all the same: given the first phase, Σ y/π*
// has the expectation Σ y/π1 over it.
//
// The random numbers come from streams of their own: the phases are independent under one seed. For π2 that depend on
// π1, Take may look at the units of the first phase, whose positions are those of the cell. An error names the stratum
// that cannot be drawn as asked. SecondPhase panics where columns differ in length and where the stage is
// self-weighting.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 9.2.
func (s Stage) SecondPhase(seed uint64, first *StageSample, stratum []string, size []float64) (*TwoPhase, error) {
	if s.SelfWeighting > 0 {
		panic("sampling: a second phase is not self-weighting; let Take give π2")
	}
	frame := StageFrame{Code: make([]string, len(first.Units)), Stratum: stratum, Size: size}
	for i := range first.Units {
		frame.Code[i] = first.Path(i)
	}
	if err := frame.check(s.Name, nil); err != nil {
		return nil, err
	}
	cells := frame.cells(s.Name, nil)
	for i := range cells {
		cells[i].stream = "second phase, " + cells[i].Name
	}
	t := &TwoPhase{First: first, Stratum: stratum, Second: &StageSample{Stage: s.Name}}
	if err := s.drawCells(seed, frame, cells, t.Second); err != nil {
		return nil, err
	}
	return t, nil
}

// Weights are the weights 1/π* of the units of the second phase.
func (t *TwoPhase) Weights() []float64 {
	weights := make([]float64, len(t.Second.Units))
	for i, u := range t.Second.Units {
		weights[i] = 1 / (t.First.Units[u.Unit].Overall * u.Pi)
	}
	return weights
}

// TwoPhaseColumns are the columns of both phases, one row a unit of the first. In R survey, the columns of the last
// stage of the first phase being id1, stratum1 and population1, and second those of the units in the second phase,
//
//	twophase(id = list(~id1, ~id1), strata = list(~stratum1, ~stratum), fpc = list(~population1, ~population),
//	         subset = ~second, data = first)
//
// for a first phase of one stage with equal probabilities within its strata, and equal probabilities within those of
// the second. With probs = list(~pi1, ~pi) and method = "approx" in place of fpc, probabilities of the first phase may
// differ; it is then taken as drawn with replacement.
type TwoPhaseColumns struct {
	First      DesignColumns // its Weight is that of the first phase, 1/π1
	Second     []bool        // whether the unit is in the second phase
	Stratum    []string      // of the second phase, "all" where it has none
	Population []int         // units of the first phase in that stratum
	Pi         []float64     // π2 given the first phase; NaN for units not in the second
	Weight     []float64     // 1/π* for units in the second phase, 0 for others
}

// Columns gives the columns of both phases in the order of the first.
func (t *TwoPhase) Columns() TwoPhaseColumns {
	rows := len(t.First.Units)
	c := TwoPhaseColumns{
		First: t.First.Columns(), Second: make([]bool, rows), Stratum: make([]string, rows),
		Population: make([]int, rows), Pi: constant(rows, math.NaN()), Weight: make([]float64, rows),
	}
	for i, w := range t.Weights() {
		u := t.Second.Units[i]
		c.Second[u.Unit], c.Pi[u.Unit], c.Weight[u.Unit] = true, u.Pi, w
	}
	strata := t.Stratum
	if strata == nil {
		strata = c.Stratum
	}
	for _, s := range GroupBy(strata) {
		for _, i := range s.Units {
			c.Stratum[i], c.Population[i] = nameStratum(s.Code), len(s.Units)
		}
	}
	return c
}

// JointPhases gives the joint probabilities of two phases: first has those of the first phase and second those of the
// second given the first, both for the same units of the first-phase sample in the same order,
//
//	π*_kl = π1_kl·π2_kl
//
// The variance of an estimated total is estimated by phase, with π1_k and π*_k the diagonals and sums over the second
// phase:
//
//	v = Σ_kl (π1_kl - π1_k·π1_l)/π*_kl · y_k·y_l/(π1_k·π1_l)  +  Σ_kl (π2_kl - π2_k·π2_l)/π2_kl · y_k·y_l/(π*_k·π*_l)
//
// It panics where the two differ in size.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, result 9.3.1.
func JointPhases(first, second mat.Symmetric) *mat.SymDense {
	units := first.SymmetricDim()
	if second.SymmetricDim() != units {
		panic("sampling: joint probabilities of two phases differ in size")
	}
	return jointBy(units, func(k, l int) float64 { return first.At(k, l) * second.At(k, l) })
}
