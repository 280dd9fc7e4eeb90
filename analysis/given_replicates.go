package analysis

import (
	"fmt"
	"math"
	"strings"
)

// ReplicateColumns are replicate weights as a file has them.
type ReplicateColumns struct {
	Weights []float64 // of the full sample

	// Combined are the weights of the rows under every replicate, one slice a replicate. Or else Factors are what the
	// weights of the full sample are multiplied by.
	Combined, Factors [][]float64

	// What the documentation of the file says of the variance, see Replicates: the scale a, and the br, nil for 1
	// each. For a bootstrap a is 1/(R-1), for BRR 1/R, for Fay's method 1/(R(1-ρ)²).
	Scale   float64
	RScales []float64

	AboutEstimate bool // deviations are from the estimate of the full sample: R survey, mse = TRUE
}

// A ReplicateProblem says what is wrong with a weight. Rows and replicates count from 0; Replicate is -1 for the
// weight of the full sample.
type ReplicateProblem struct {
	Row, Replicate int
	Weight         float64
}

// ReplicateError gathers the weights that are none, in order of replicate and row.
type ReplicateError struct{ Problems []ReplicateProblem }

func (e *ReplicateError) Error() string {
	lines := make([]string, 0, len(e.Problems))
	for _, p := range e.Problems {
		lines = append(lines, p.text())
	}
	return "analysis: " + strings.Join(lines, "; ")
}

func (p ReplicateProblem) text() string {
	switch {
	case p.Replicate < 0:
		return fmt.Sprintf("row %d: %s", p.Row, weightRule(p.Weight))
	case math.IsNaN(p.Weight):
		return p.at() + "the weight is missing: a row that is not in a replicate has 0"
	}
	return fmt.Sprintf("%sthe weight is %v: it must be at least 0 and finite", p.at(), p.Weight)
}

func (p ReplicateProblem) at() string {
	return fmt.Sprintf("row %d, replicate %d: ", p.Row, p.Replicate)
}

// GivenReplicates takes replicate weights from a file. The error is a *ReplicateError that names all weights that are
// missing, negative or not finite. It panics where slices differ in length, where there are fewer than two replicates,
// or both kinds, and where scales are negative or not finite.
func GivenReplicates(c ReplicateColumns) (*Replicates, error) {
	c.mustFit()
	if problems := c.problems(); len(problems) > 0 {
		return nil, &ReplicateError{problems}
	}
	v := replicateVariance{scale: c.Scale, rscales: c.RScales, aboutEstimate: c.AboutEstimate}
	if v.rscales == nil {
		v.rscales = ones(len(c.given()))
	}
	columns := rowReplicates(c.Combined)
	for _, f := range c.Factors {
		column := make([]float64, len(f))
		for i, w := range c.Weights {
			column[i] = w * f[i]
		}
		columns = append(columns, column)
	}
	return &Replicates{weights: c.Weights, source: columns, variance: v}, nil
}

// given are the columns of either kind.
func (c *ReplicateColumns) given() [][]float64 {
	if c.Combined != nil {
		return c.Combined
	}
	return c.Factors
}

func (c *ReplicateColumns) mustFit() {
	if c.Combined != nil && c.Factors != nil {
		panic("analysis: replicate weights both combined and as factors")
	}
	mustReplicates(len(c.given()))
	for _, column := range c.given() {
		mustHave(column, len(c.Weights))
	}
	if c.RScales != nil && len(c.RScales) != len(c.given()) {
		panic(fmt.Sprintf("analysis: %d scales for %d replicates", len(c.RScales), len(c.given())))
	}
	for _, b := range append([]float64{c.Scale}, c.RScales...) {
		if !(b >= 0 && b <= math.MaxFloat64) {
			panic(fmt.Sprintf("analysis: the scale of replicates is %v", b))
		}
	}
}

func (c *ReplicateColumns) problems() (problems []ReplicateProblem) {
	for i, w := range c.Weights {
		if !(w > 0 && w <= math.MaxFloat64) {
			problems = append(problems, ReplicateProblem{i, -1, w})
		}
	}
	for r, column := range c.given() {
		for i, w := range column {
			if !(w >= 0 && w <= math.MaxFloat64) {
				problems = append(problems, ReplicateProblem{i, r, w})
			}
		}
	}
	return problems
}
