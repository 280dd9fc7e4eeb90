package analysis

import "math"

// QuantilesOf are the p-quantiles of y by a rule, one a probability; see WeightedQuantiles. Their linearised variable
// is
//
//	u = -(1{y ≤ q} - F̂(q)) / (f̂(q) Σ w),  f̂(q) = Σ w φ((q - y)/h) / (h Σ w),
//	h = 0.9 min(s, (q₇₅ - q₂₅)/1.34) n^(-1/5)
//
// for n rows with weight and their standard deviation s, which stands alone where q₇₅ = q₂₅; φ is the density of the
// normal distribution. A density is smooth where counts are not: where values are few, such as ages in years, an
// interval by Woodruff (see Quantiles) is to be preferred, and from replicate weights the replicates themselves serve.
// It panics where p is outside [0, 1].
//
// Deville (1999), Survey Methodology 25:193-203, section 5; Osier (2009), Survey Research Methods 3:167-195, with the
// bandwidth of Silverman (1986), Density Estimation, formula 3.31, in which the scale of the weights does not matter.
func QuantilesOf(y []float64, rule QuantileRule, p ...float64) Statistic {
	return newQuantilesOf(y, rule, p)
}

type quantilesOf struct {
	y     []float64
	order []int32 // of rows by value
	rule  QuantileRule
	p     []float64
}

func newQuantilesOf(y []float64, rule QuantileRule, p []float64) *quantilesOf {
	rule.mustBe()
	mustBeProbabilities(p)
	return &quantilesOf{y: y, order: byValue(y), rule: rule, p: p}
}

func (q *quantilesOf) Values(w []float64) []float64 {
	return q.distribution(w).quantiles(q.p, q.rule)
}

// distribution is that of the rows with weight.
func (q *quantilesOf) distribution(w []float64) *distribution {
	mustHave(q.y, len(w))
	y, weights := make([]float64, 0, len(w)), make([]float64, 0, len(w))
	for _, i := range q.order {
		if w[i] != 0 {
			y, weights = append(y, q.y[i]), append(weights, w[i])
		}
	}
	return newDistribution(y, weights, make([]float64, len(y)), q.rule)
}

func (d *distribution) quantiles(p []float64, rule QuantileRule) []float64 {
	values := make([]float64, len(p))
	for j := range p {
		values[j] = d.at(p[j], rule)
	}
	return values
}

func (q *quantilesOf) Influence(w, values []float64) [][]float64 {
	below := upTo(q.y, values)
	shares := MeanOf(below...).Values(w)
	u := make([][]float64, len(values))
	for j, at := range values {
		slope := q.density(w, at) * sum(w)
		u[j] = make([]float64, len(w))
		for i := range w {
			u[j][i] = -(below[j][i] - shares[j]) / slope
		}
	}
	return u
}

// upTo are indicators of values that are at most some others.
func upTo(y, values []float64) [][]float64 {
	below := make([][]float64, len(values))
	for j, at := range values {
		below[j] = make([]float64, len(y))
		for i, v := range y {
			if v <= at {
				below[j][i] = 1
			}
		}
	}
	return below
}

// density is the density of y at a value, by a normal kernel.
func (q *quantilesOf) density(w []float64, at float64) float64 {
	h := q.bandwidth(w)
	kernel := make([]float64, len(w))
	for i, y := range q.y {
		z := (at - y) / h
		kernel[i] = math.Exp(-z*z/2) / (h * math.Sqrt(2*math.Pi))
	}
	return weightedSum(w, kernel) / sum(w)
}

func (q *quantilesOf) bandwidth(w []float64) float64 {
	spread := math.Sqrt(VarianceOf(q.y).Values(w)[0])
	quartiles := q.distribution(w).quantiles([]float64{0.25, 0.75}, HF1)
	if middle := (quartiles[1] - quartiles[0]) / 1.34; middle > 0 {
		spread = math.Min(spread, middle)
	}
	return 0.9 * spread * math.Pow(float64(counted(w)), -0.2)
}
