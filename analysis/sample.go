package analysis

import (
	"fmt"
	"math"
	"slices"
)

// SampleColumns describe a sample by columns of equal length, one row an observation (a person, a household). Codes
// number units in an order that is theirs, such as that of their names (Coder.Order): the same sample with its rows in
// another order then gives the same bits.
type SampleColumns struct {
	Rows    int
	Weights []float64 // sampling weights, 1/π; nil: the product over stages of units in the frame by units sampled

	// Stages are the stages of the draw, the first one first. Without any, every row is a unit of its own, drawn as if
	// with replacement.
	Stages []StageColumns

	Lonely         LonelyPSU // what is done about a stratum with a single sampled PSU
	LonelyInDomain bool      // the same, under adjust and average, for a stratum of whose PSUs a single one is in the domain
}

// StageColumns are the columns of a stage.
type StageColumns struct {
	Stratum    []int32   // code of the stratum, within the unit above; nil where there is one
	Unit       []int32   // code of the unit, within the unit above; nil where every row is one
	Population []float64 // units in the frame of the stratum, the same on all its rows; nil where it is not known
	Nested     bool      // codes of units begin anew in every stratum; else a unit in two strata is a mistake
}

// A Sample is a sample in columns, with the units it was drawn through. Its statistics have a covariance by Taylor
// linearisation: it is a Survey. NewSample makes one.
type Sample struct {
	weights []float64
	tree    *tree
	unit    []int32 // unit of the last stage of every row
	rows    rowsByUnit
	psu     []int32           // unit of the first stage of every row
	stratum []int32           // stratum of the first stage of every PSU
	silent  bool              // some rows have no weight left
	adjust  []*regressionStep // steps by which the weights were fitted to what is known of the population
}

// NewSample checks the columns and puts units in order. It keeps the weights, which are not to be changed afterwards.
// The error is a *SampleError that gathers all problems. It panics where columns differ in length, or there are more
// rows than int32 counts.
func NewSample(c SampleColumns) (*Sample, error) {
	c.mustFit()
	if len(c.Stages) == 0 {
		c.Stages = []StageColumns{{}}
	}
	b := &sampleBuilder{columns: c}
	b.build()
	b.checkWeights()
	if len(b.problems) > 0 {
		slices.SortStableFunc(b.problems, func(x, y RowProblem) int { return x.Row - y.Row })
		return nil, &SampleError{Problems: b.problems}
	}
	return b.sample(), nil
}

// Rows is the number of rows.
func (s *Sample) Rows() int { return len(s.weights) }

// Weights are the weights of the rows; they are not to be changed.
func (s *Sample) Weights() []float64 { return s.weights }

// PSUs is the number of units sampled at the first stage.
func (s *Sample) PSUs() int { return s.tree.stages[0].units() }

// Strata is the number of strata of the first stage.
func (s *Sample) Strata() int { return s.tree.stages[0].strata() }

// PSU is the unit of the first stage of every row, numbered in order; it is not to be changed.
func (s *Sample) PSU() []int32 { return s.psu }

// DF are the design degrees of freedom of a domain: PSUs with a row in it less strata with one. nil is all rows. Rows
// whose weight became 0 do not count.
func (s *Sample) DF(domain []bool) float64 {
	psus, strata := make([]bool, s.PSUs()), make([]bool, s.Strata())
	df := 0
	for i, p := range s.psu {
		if domain != nil && !domain[i] || psus[p] || s.weights[i] == 0 {
			continue
		}
		psus[p] = true
		df++
		if h := s.stratum[p]; !strata[h] {
			strata[h] = true
			df--
		}
	}
	return float64(df)
}

func (c SampleColumns) mustFit() {
	if c.Rows > math.MaxInt32 {
		panic(fmt.Sprintf("analysis: a sample of %d rows, want at most %d", c.Rows, math.MaxInt32))
	}
	fits := func(n int, what string, isNil bool) {
		if !isNil && n != c.Rows {
			panic(fmt.Sprintf("analysis: %d %s for %d rows", n, what, c.Rows))
		}
	}
	fits(len(c.Weights), "weights", c.Weights == nil)
	for _, s := range c.Stages {
		fits(len(s.Stratum), "strata", s.Stratum == nil)
		fits(len(s.Unit), "units", s.Unit == nil)
		fits(len(s.Population), "population counts", s.Population == nil)
	}
}

// Calibrated tells whether the weights were fitted to totals.
func (s *Sample) Calibrated() bool { return len(s.adjust) > 0 }
