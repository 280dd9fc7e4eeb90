package analysis

import (
	"fmt"
	"math"
)

// A TwoByTwo is a table of two groups of independent persons: X with a trait out of N in either.
type TwoByTwo struct {
	X, N [2]int64
}

// NewTwoByTwo checks the counts.
func NewTwoByTwo(x1, n1, x2, n2 int64) (TwoByTwo, error) {
	t := TwoByTwo{X: [2]int64{x1, x2}, N: [2]int64{n1, n2}}
	for g := range t.X {
		if t.X[g] < 0 || t.X[g] > t.N[g] {
			return TwoByTwo{}, fmt.Errorf("analysis: group %d: %d of %d persons", g+1, t.X[g], t.N[g])
		}
	}
	return t, nil
}

// ChiSquare is Pearson's statistic for equal proportions and its p-value on one degree of freedom:
//
//	X² = (d - c)² / (p̄(1-p̄)(1/n1 + 1/n2)),  d = |p̂1 - p̂2|,  p̄ = (x1+x2)/(n1+n2)
//
// with c = 0, or, corrected for continuity, c the smaller of d and (1/n1 + 1/n2)/2. Both are NaN where a group is
// empty, or nobody or everybody has the trait.
//
// Yates (1934), Supplement to the Journal of the Royal Statistical Society 1:217-235. R prop.test.
func (t TwoByTwo) ChiSquare(corrected bool) (statistic, p float64) {
	n1, n2 := float64(t.N[0]), float64(t.N[1])
	d, inverse := math.Abs(float64(t.X[0])/n1-float64(t.X[1])/n2), 1/n1+1/n2
	if corrected {
		d -= math.Min(d, inverse/2)
	}
	mean := float64(t.X[0]+t.X[1]) / (n1 + n2)
	statistic = d * d / (mean * (1 - mean) * inverse)
	return statistic, math.Erfc(math.Sqrt(statistic / 2))
}

// Fisher is the p-value of the exact test of equal proportions, given the margins: the probability of all tables that
// are no more probable than this one. Probabilities within a factor of 1 + 1e-7 count as the same, as in R fisher.test.
//
// Fisher (1934), Statistical Methods for Research Workers, 5th edition, section 21.02.
func (t TwoByTwo) Fisher() float64 {
	h := t.hypergeometric()
	prob := h.probabilities(0)
	limit, sum := prob[t.X[0]-h.least]*(1+1e-7), 0.0
	for _, p := range prob {
		if p <= limit {
			sum += p
		}
	}
	return math.Min(1, sum)
}

// OddsRatio is the conditional maximum likelihood estimate of the odds ratio, given the margins: the ratio under which
// x1 is what one expects. It is 0 where x1 is as small as the margins let it be, also where they leave it no choice,
// and else +Inf where it is as large. It differs a little from the ratio of the odds in the table.
//
// Cornfield (1956), Proceedings of the Third Berkeley Symposium 4:135-148. R fisher.test.
func (t TwoByTwo) OddsRatio() float64 {
	h, x := t.hypergeometric(), t.X[0]
	switch {
	case x == h.least:
		return 0
	case x == h.most():
		return math.Inf(1)
	}
	return h.solve(func(prob []float64) bool {
		mean := 0.0
		for i, p := range prob {
			mean += float64(i) * p
		}
		return mean >= float64(x-h.least)
	})
}

// OddsRatioInterval is the exact interval for the odds ratio, given the margins: the ratios under which neither x1 or
// more nor x1 or fewer is rarer than (1-level)/2. It begins at 0 and ends at +Inf where x1 is as small or as large as
// the margins let it be. It panics where the level is not inside (0, 1).
//
// Cornfield (1956), Proceedings of the Third Berkeley Symposium 4:135-148. R fisher.test.
func (t TwoByTwo) OddsRatioInterval(level float64) Interval {
	h, a := t.hypergeometric(), tail(level)
	at, i := t.X[0]-h.least, superpopulation(0, math.Inf(1), level)
	if t.X[0] > h.least {
		i.Lower = h.solve(func(prob []float64) bool { return total(prob[at:]) >= a })
	}
	if t.X[0] < h.most() {
		i.Upper = h.solve(func(prob []float64) bool { return total(prob[:at+1]) <= a })
	}
	return i
}

// A hypergeometric is the distribution of x1 given the margins, over all it can be.
type hypergeometric struct {
	least int64
	log   []float64 // of the number of tables with x1 = least + i
}

func (t TwoByTwo) hypergeometric() hypergeometric {
	with := t.X[0] + t.X[1]
	h := hypergeometric{least: max(0, with-t.N[1])}
	for x := h.least; x <= min(t.N[0], with); x++ {
		h.log = append(h.log, logChoose(t.N[0], x)+logChoose(t.N[1], with-x))
	}
	return h
}

func (h hypergeometric) most() int64 { return h.least + int64(len(h.log)) - 1 }

// probabilities are those under an odds ratio of e^theta.
func (h hypergeometric) probabilities(theta float64) []float64 {
	prob, top := make([]float64, len(h.log)), math.Inf(-1)
	for i, l := range h.log {
		prob[i] = l + float64(i)*theta
		top = math.Max(top, prob[i])
	}
	for i := range prob {
		prob[i] = math.Exp(prob[i] - top)
	}
	sum := total(prob)
	for i := range prob {
		prob[i] /= sum
	}
	return prob
}

// solve gives the odds ratio from which on the probabilities are what is asked, to 12 digits: the search is for theta
// + 2 most, lest one for a theta near 0 go through all the small numbers.
func (h hypergeometric) solve(reached func(prob []float64) bool) float64 {
	const most = 700 // e^700 is near the largest float64
	at := bisect(most, 3*most, func(shifted float64) bool { return reached(h.probabilities(shifted - 2*most)) })
	return math.Exp(at - 2*most)
}

func logChoose(n, k int64) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

func total(v []float64) (sum float64) {
	for _, x := range v {
		sum += x
	}
	return sum
}
