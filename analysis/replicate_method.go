package analysis

import (
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
)

// A ReplicateMethod makes replicate weights for a design. Replicates are kept as codes by sampling unit, not as
// weights by row: those of 40,000 PSUs under 200 replicates are 8 MB.
type ReplicateMethod func(t *tree) (*replication, *stratumProblem)

// A stratumProblem says why a method does not serve a stratum of the first stage.
type stratumProblem struct {
	stratum int32
	rule    string
}

// A replication has replicate factors for units of a tree.
type replication struct {
	factors  replicateFactors
	further  bool // units are those of the last stage; else PSUs
	variance replicateVariance
}

// replicateFactors say what the weights of units are multiplied by in every replicate.
type replicateFactors interface {
	// column puts the factors of replicate r into to, one a unit.
	column(r int, to []float64)
	// rank is that of the matrix of factors of the units that are members.
	rank(member []bool) int
	// ranks are those of the units that have a row in each cell.
	ranks(s *cellSums) []int
	// spreads are the variances of a statistic in every cell; totals are the sums over all units.
	spreads(s *cellSums, v replicateVariance, st cellStatistic, totals [][]float64) []cellSpread
}

// Replicates makes replicate weights for a sample. The error is a *SampleError that names the first row of a stratum
// for which the method does not serve, or says that the weights were fitted to totals: fit those of the replicates in
// turn.
func (s *Sample) Replicates(method ReplicateMethod) (*Replicates, error) {
	if s.Calibrated() {
		return nil, errors.New("analysis: the weights were fitted to totals: make replicates before that, and fit those")
	}
	p, problem := method(s.tree)
	if problem != nil {
		return nil, &SampleError{Problems: []RowProblem{{
			Row: s.firstRow(problem.stratum), Column: StratumColumn, Rule: problem.rule,
		}}}
	}
	source := &unitReplicates{replication: p, unit: s.psu, rows: rowsByUnit{s.rows.order, firstRows(s.psu, s.PSUs())}}
	if p.further {
		source.unit, source.rows = s.unit, s.rows
	}
	return &Replicates{weights: s.weights, source: source, variance: p.variance}, nil
}

// firstRow is the first row in a stratum.
func (s *Sample) firstRow(stratum int32) int {
	for i, p := range s.psu {
		if s.stratum[p] == stratum {
			return i
		}
	}
	return 0
}

// unitReplicates are replicate weights of rows by the units they are in.
type unitReplicates struct {
	*replication
	unit []int32
	rows rowsByUnit
}

func (u *unitReplicates) combined(r int, w, to []float64) {
	f := make([]float64, u.rows.units())
	u.factors.column(r, f)
	for i, x := range w {
		to[i] = x * f[u.unit[i]]
	}
}

func (u *unitReplicates) rank(w []float64) int {
	member := make([]bool, u.rows.units())
	for i, x := range w {
		member[u.unit[i]] = member[u.unit[i]] || x != 0
	}
	return u.factors.rank(member)
}

func (u *unitReplicates) estimates(r *Replicates, st cellStatistic, cell []int32, k int, vs ...[]float64) []Estimate {
	return u.replication.estimates(u.rows.sumCells(k, cell, nil, vs...), st, r.variance)
}

// DesignReplicates are the replicate weights of a design, for tallies of it.
type DesignReplicates struct {
	*replication
	design *Design
}

// Replicates makes replicate weights for a design. The error names a stratum for which the method does not serve.
func (d *Design) Replicates(method ReplicateMethod) (*DesignReplicates, error) {
	p, problem := method(d.tree())
	if problem != nil {
		return nil, fmt.Errorf("analysis: stratum %q: %s", d.Strata[problem.stratum].Name, problem.rule)
	}
	return &DesignReplicates{p, d}, nil
}

// AboutEstimate are the same replicates with deviations taken from the estimate of the full sample. See
// Replicates.AboutEstimate.
func (r *DesignReplicates) AboutEstimate() *DesignReplicates {
	p := *r.replication
	p.variance.aboutEstimate = true
	return &DesignReplicates{&p, r.design}
}

// Totals estimates the total of every cell of a sample tally, as Design.Totals does, with its variance over the
// replicates.
func (r *DesignReplicates) Totals(t *Tally, cell []int32, k int) []Estimate {
	return r.estimates(r.sums(t, cell, k, t.W), cellTotal{}, r.variance)
}

// Ratios estimates the ratio of two totals in every cell of a sample tally, as Design.Ratios does, with its variance
// over the replicates.
func (r *DesignReplicates) Ratios(t *Tally, y, x []float64, cell []int32, k int) []Estimate {
	mustHave(y, t.Rows())
	mustHave(x, t.Rows())
	return r.estimates(r.sums(t, cell, k, y, x), cellRatio{}, r.variance)
}

// sums adds up variables by unit and cell.
func (r *DesignReplicates) sums(t *Tally, cell []int32, k int, variables ...[]float64) *cellSums {
	d := r.design
	if d.SSUs == nil || r.further {
		return sumCells(d.Units(), k, t.Unit, cell, t.N, variables...)
	}
	psu := make([]int32, len(t.Unit))
	for i, u := range t.Unit {
		psu[i] = d.SSUs[u]
	}
	return sumCells(len(d.PSUs), k, psu, cell, t.N, variables...)
}

// replicated tells whether replicates vary in a stratum: not where its one PSU was certain, or is left alone by
// policy.
func (t *tree) replicated(h int32) (bool, *stratumProblem) {
	level := &t.stages[0]
	switch {
	case level.sampled(h) > 1:
		return true, nil
	case level.fraction(h) == 1 || t.lonely == LonelyRemove || t.lonely == LonelyCertainty:
		return false, nil
	}
	const rule = "the stratum has a single sampled PSU, which replicates cannot vary: " +
		"join it to another, or state %v or %v as policy"
	return false, &stratumProblem{h, fmt.Sprintf(rule, LonelyRemove, LonelyCertainty)}
}

// equalReplicates are n replicates that count alike.
func equalReplicates(n int, scale float64) replicateVariance {
	return replicateVariance{scale: scale, rscales: ones(n)}
}

// drawBelow draws a whole number below n, from the same bits on every machine.
//
// Lemire (2019), ACM Transactions on Modeling and Computer Simulation 29(1):3.
func drawBelow(rng *rand.Rand, n int) int {
	of := uint64(n)
	high, low := bits.Mul64(rng.Uint64(), of)
	if low < of {
		for least := -of % of; low < least; {
			high, low = bits.Mul64(rng.Uint64(), of)
		}
	}
	return int(high)
}
