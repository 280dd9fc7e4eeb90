package compare

import (
	"math"

	"github.com/concord-stat/concord/analysis"
)

// A Kappa is an agreement corrected for chance,
//
//	κ = (po - pe)/(1 - pe)
//
// with po the agreement Observed and pe the one Expected by chance. Its standard error, of normal theory, is by the
// delta method on the shares of the table; persons are independent. κ is NaN where pe is 1, as when everybody is in one
// category in both.
//
// It depends on how common the categories are: with one that nearly everybody has, κ is low though po is near 1.
type Kappa struct {
	analysis.Estimate
	Observed, Expected float64
}

// Weights say how much a pair of categories i and j out of k agrees, from 0 to 1, which is that of i and i.
type Weights func(i, j, k int) float64

// Unweighted is 1 for the same category and else 0.
func Unweighted(i, j, _ int) float64 {
	if i == j {
		return 1
	}
	return 0
}

// Linear weights are for categories that are ordered and equally far apart, 1 - |i-j|/(k-1).
//
// Cicchetti and Allison (1971), American Journal of EEG Technology 11:101-109.
func Linear(i, j, k int) float64 { return 1 - math.Abs(float64(i-j))/float64(k-1) }

// Quadratic weights are 1 - (i-j)²/(k-1)²: the kappa is then nearly Lin's concordance of the numbers of the categories.
//
// Fleiss and Cohen (1973), Educational and Psychological Measurement 33:613-619.
func Quadratic(i, j, k int) float64 {
	apart := float64(i-j) / float64(k-1)
	return 1 - apart*apart
}

// Kappa is Cohen's, with weights for pairs of categories that agree in part:
//
//	po = Σ wij pij,  pe = Σ wij pi· p·j
//
// Its standard error is the one at the estimate (ASE1), for intervals; NullSE has the one for a test that κ is 0.
//
// Cohen (1968), Psychological Bulletin 70:213-220; Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72:323-327.
func (t CrossTable) Kappa(w Weights) Kappa {
	m := t.meanWeights(w)
	return t.corrected(w, m.expected, func(i, j int) float64 { return m.row[i] + m.col[j] })
}

// NullSE is the standard error of Kappa if the two sources were independent (ASE0):
//
//	√((Σ pi· p·j (wij - w̄i· - w̄·j)² - pe²)/n) / (1 - pe),  w̄i· = Σj p·j wij,  w̄·j = Σi pi· wij
//
// Fleiss, Cohen and Everitt (1969).
func (t CrossTable) NullSE(w Weights) float64 {
	m, sum := t.meanWeights(w), 0.0
	for i := range t.n {
		for j := range t.n {
			u := w(i, j, t.K()) - m.row[i] - m.col[j]
			sum += t.share(t.rows[i]) * t.share(t.cols[j]) * u * u
		}
	}
	return math.Sqrt(math.Max(0, sum-m.expected*m.expected)/float64(t.total)) / (1 - m.expected)
}

// PABAK is kappa adjusted for prevalence and bias: chance is taken to give all K categories alike, pe = 1/K. It is po
// on another scale, and higher the more categories there are.
//
// Byrt, Bishop and Carlin (1993), Journal of Clinical Epidemiology 46:423-429.
func (t CrossTable) PABAK() Kappa {
	return t.corrected(Unweighted, 1/float64(t.K()), func(int, int) float64 { return 2 / float64(t.K()) })
}

// ScottPi takes chance to give the categories as often as both sources together do, pe = Σ πi², πi = (pi·+p·i)/2. It
// counts a systematic difference of the sources as disagreement, where Cohen's kappa takes it for chance in part.
//
// Scott (1955), Public Opinion Quarterly 19:321-325.
func (t CrossTable) ScottPi() Kappa {
	mean, expected := t.meanShares(), 0.0
	for _, p := range mean {
		expected += p * p
	}
	return t.corrected(Unweighted, expected, func(i, j int) float64 { return mean[i] + mean[j] })
}

// GwetAC1 takes chance to be pe = Σ πi(1-πi)/(K-1), which is small where one category prevails: it stays near po there,
// where kappa falls.
//
// Gwet (2008), British Journal of Mathematical and Statistical Psychology 61:29-48.
func (t CrossTable) GwetAC1() Kappa {
	mean, others, expected := t.meanShares(), float64(t.K()-1), 0.0
	for _, p := range mean {
		expected += p * (1 - p) / others
	}
	slope := func(i int) float64 { return (1 - 2*mean[i]) / (2 * others) }
	return t.corrected(Unweighted, expected, func(i, j int) float64 { return slope(i) + slope(j) })
}

// corrected is the agreement by weights w corrected for chance pe. Expected gives, up to a constant, what pe changes by
// when a person of categories i and j comes in; the variance of the estimate is that of
//
//	u = ((1-pe) (wij-po) + (po-1) (expected(i, j) - its mean))/(1-pe)²
//
// over persons, by n.
func (t CrossTable) corrected(w Weights, pe float64, expected func(i, j int) float64) Kappa {
	po, mean := 0.0, 0.0
	t.each(func(i, j int, p float64) {
		po += p * w(i, j, t.K())
		mean += p * expected(i, j)
	})
	variance := 0.0
	t.each(func(i, j int, p float64) {
		u := (1-pe)*(w(i, j, t.K())-po) + (po-1)*(expected(i, j)-mean)
		variance += p * u * u
	})
	k := Kappa{Observed: po, Expected: pe}
	k.Value, k.DF, k.N = (po-pe)/(1-pe), math.Inf(1), t.total
	k.SE = math.Sqrt(variance/float64(t.total)) / ((1 - pe) * (1 - pe))
	if t.total == 0 {
		k.Value, k.SE = math.NaN(), math.NaN()
	}
	return k
}

// each goes over the cells with somebody in them, with their share of the persons.
func (t CrossTable) each(do func(i, j int, share float64)) {
	for i, row := range t.n {
		for j, x := range row {
			if x > 0 {
				do(i, j, t.share(x))
			}
		}
	}
}

func (t CrossTable) share(x int64) float64 { return float64(x) / float64(t.total) }

// meanShares are the shares of the categories in both sources together.
func (t CrossTable) meanShares() []float64 {
	p := make([]float64, t.K())
	for i := range p {
		p[i] = t.share(t.rows[i]+t.cols[i]) / 2
	}
	return p
}

// A meanWeights is the weight that one side's category has on average over the other side's, and over both.
type meanWeights struct {
	row, col []float64
	expected float64
}

func (t CrossTable) meanWeights(w Weights) meanWeights {
	m := meanWeights{row: make([]float64, t.K()), col: make([]float64, t.K())}
	for i := range t.n {
		for j := range t.n {
			x := w(i, j, t.K())
			m.row[i] += t.share(t.cols[j]) * x
			m.col[j] += t.share(t.rows[i]) * x
		}
	}
	for i, x := range m.row {
		m.expected += t.share(t.rows[i]) * x
	}
	return m
}
