package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Replicates are a sample with replicate weights: every replicate says what the weights might have been under another
// draw, and what an estimate does from one replicate to the next is what is known of its error,
//
//	v = a Σr br (θr - c)(θr - c)'
//
// θr is the estimate under the weights of replicate r, a the scale, br that of the replicate. The centre c is the mean
// of the θr with br > 0, or the estimate from the full sample where AboutEstimate was asked for. It serves any
// statistic, smooth or not as far as the method of the replicates does, and needs no linearised variable.
//
// Replicates where a statistic is NaN, such as a mean over a domain all of whose PSUs have weight 0, are left out of
// the variance; the note LostReplicates says so.
//
// Sample.Replicates makes replicates by a method, GivenReplicates takes those of a file.
//
// Wolter (2007), Introduction to Variance Estimation, chapters 3 to 5; conventions of R survey 4.1 (svrepdesign).
type Replicates struct {
	weights  []float64
	source   replicateSource
	variance replicateVariance
}

// A replicateSource has the weights of replicates, in one form or another.
type replicateSource interface {
	// combined puts the weights of the rows under replicate r into to; rows where w, the full sample's, is 0 get 0.
	combined(r int, w, to []float64)
	// rank is that of the matrix of replicate weights of the rows that have weight.
	rank(w []float64) int
	// estimates are those of a statistic of weighted sums by cell.
	estimates(r *Replicates, st cellStatistic, cell []int32, k int, vs ...[]float64) []Estimate
}

// Len is the number of replicates.
func (r *Replicates) Len() int { return len(r.variance.rscales) }

// Weights are the weights of the full sample; they are not to be changed.
func (r *Replicates) Weights() []float64 { return r.weights }

// Scale is what the sum over replicates is multiplied by.
func (r *Replicates) Scale() float64 { return r.variance.scale }

// RScales are what the squares are multiplied by, one a replicate; they are not to be changed.
func (r *Replicates) RScales() []float64 { return r.variance.rscales }

// ReplicateWeights are the weights of the rows under a replicate, in a slice of their own.
func (r *Replicates) ReplicateWeights(replicate int) []float64 {
	to := make([]float64, len(r.weights))
	r.source.combined(replicate, r.weights, to)
	return to
}

// AboutEstimate are the same replicates with deviations taken from the estimate of the full sample in place of the
// mean of the replicates: the variance then holds the square of what bias they show. R survey, mse = TRUE.
func (r *Replicates) AboutEstimate() *Replicates {
	out := *r
	out.variance.aboutEstimate = true
	return &out
}

// IsAboutEstimate tells whether deviations are from the estimate of the full sample.
func (r *Replicates) IsAboutEstimate() bool { return r.variance.aboutEstimate }

// DF are the degrees of freedom of a domain: the rank of the matrix of replicate weights of its rows, less 1. For
// weights made here that is the rank they have but for chance. nil is all rows. R survey, degf.
func (r *Replicates) DF(domain []bool) float64 {
	return float64(max(r.source.rank(inDomain(r.weights, domain))-1, 0))
}

// Estimate gives the estimates of a statistic in a domain, with their covariance over the replicates.
func (r *Replicates) Estimate(st Statistic, domain []bool) *Estimates {
	w := inDomain(r.weights, domain)
	values := st.Values(w)
	e := newEstimates(w, values, st.Influence(w, values))
	e.DF = r.DF(domain)
	theta := make([][]float64, r.Len())
	of, to := held(st, w), make([]float64, len(w))
	for n := range theta {
		r.source.combined(n, w, to)
		theta[n] = of.Values(to)
	}
	e.Cov, e.Notes = r.variance.covariance(theta, values)
	e.settle()
	return e
}

// Totals estimates the total of y in every cell, as Sample.Totals does, with its variance over the replicates: of the
// rows it needs no more than their sums by unit and cell.
func (r *Replicates) Totals(y []float64, cell []int32, k int) []Estimate {
	return r.source.estimates(r, cellTotal{}, cell, k, r.weighted(y))
}

// Ratios estimates the ratio of the totals of y and x in every cell, as Sample.Ratios does, with its variance over the
// replicates.
func (r *Replicates) Ratios(y, x []float64, cell []int32, k int) []Estimate {
	return r.source.estimates(r, cellRatio{}, cell, k, r.weighted(y), r.weighted(x))
}

// weighted is a variable times the weights of the full sample; nil is 1 for each row.
func (r *Replicates) weighted(y []float64) []float64 {
	if y == nil {
		return r.weights
	}
	return products(r.weights, y)
}

// A replicateVariance says how the deviations of replicates become a variance.
type replicateVariance struct {
	scale         float64
	rscales       []float64
	aboutEstimate bool
}

// covariance is that of the estimates theta[r] of the replicates.
func (v replicateVariance) covariance(theta [][]float64, values []float64) (*mat.SymDense, Notes) {
	p := len(values)
	if p == 0 {
		return &mat.SymDense{}, 0
	}
	theta, rscales, notes := v.found(theta)
	dev := make([][]float64, p)
	for j := range dev {
		dev[j] = v.deviations(theta, rscales, j, values[j])
	}
	cov, products := mat.NewSymDense(p, nil), make([]float64, len(theta))
	for i := range dev {
		for j := i; j < p; j++ {
			for r, b := range rscales {
				products[r] = b * dev[i][r] * dev[j][r]
			}
			cov.SetSym(i, j, v.of(products))
		}
	}
	return cov, notes
}

// of is the variance from scaled squares; NaN where all replicates are lost.
func (v replicateVariance) of(squares []float64) float64 {
	if len(squares) == 0 && len(v.rscales) > 0 {
		return math.NaN()
	}
	return v.scale * sum(squares)
}

// found are the replicates where all estimates are numbers.
func (v replicateVariance) found(theta [][]float64) (kept [][]float64, rscales []float64, notes Notes) {
	for r, t := range theta {
		if hasNaN(t) {
			notes = LostReplicates
			continue
		}
		kept, rscales = append(kept, t), append(rscales, v.rscales[r])
	}
	return kept, rscales, notes
}

// deviations are those of estimate j from the centre.
func (v replicateVariance) deviations(theta [][]float64, rscales []float64, j int, value float64) []float64 {
	dev := make([]float64, len(theta))
	var central []float64
	for r, t := range theta {
		dev[r] = t[j] - value
		if rscales[r] > 0 {
			central = append(central, dev[r])
		}
	}
	if v.aboutEstimate || len(central) == 0 {
		return dev
	}
	bias := sum(central) / float64(len(central))
	for r := range dev {
		dev[r] -= bias
	}
	return dev
}

// A holder is a statistic that uses the number of rows of the sample. Replicates hold it: rows without weight in a
// replicate are rows of the sample all the same.
type holder interface {
	hold(w []float64) Statistic
}

func held(st Statistic, w []float64) Statistic {
	if h, ok := st.(holder); ok {
		return h.hold(w)
	}
	return st
}

func mustReplicates(n int) {
	if n < 2 {
		panic(fmt.Sprintf("analysis: %d replicates, want at least 2", n))
	}
}
