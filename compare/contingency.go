package compare

import (
	"errors"
	"fmt"
	"math"

	"github.com/concord-stat/concord/analysis"
)

// ErrOneCategory says that a table has a single row or column with anybody in it, or a distribution a single category.
var ErrOneCategory = errors.New("compare: a test needs two categories of each variable with somebody in them")

// A Contingency is what a table of independent persons says on the independence of its rows and columns; on the
// homogeneity of its rows, where these are samples. Rows and columns without anybody do not count. Counts of a sample
// with a design are for TwoWay.Independence of analysis.
type Contingency struct {
	N             float64 // persons
	Rows, Columns int     // with anybody in them
	X2            float64 // Pearson: Σ (O - E)²/E, without continuity correction
	G             float64 // likelihood ratio: 2 Σ O log(O/E)
}

// NewContingency tests a table, by rows. The error is ErrOneCategory. It panics where rows differ in length or a count
// is negative.
//
// Pearson (1900), Philosophical Magazine 50:157-175; Wilks (1935), Annals of Mathematical Statistics 6:190-196.
func NewContingency(table [][]float64) (Contingency, error) {
	rows, columns, n := margins(table)
	t := Contingency{N: n, Rows: inhabited(rows), Columns: inhabited(columns)}
	if t.Rows < 2 || t.Columns < 2 {
		return t, ErrOneCategory
	}
	for r := range table {
		for c, o := range table[r] {
			if e := rows[r] * columns[c] / n; e > 0 {
				t.X2 += (o - e) * (o - e) / e
				t.G += 2 * timesLog(o, o/e)
			}
		}
	}
	t.G = math.Max(0, t.G)
	return t, nil
}

func margins(table [][]float64) (rows, columns []float64, all float64) {
	rows = make([]float64, len(table))
	for r := range table {
		if columns == nil {
			columns = make([]float64, len(table[r]))
		}
		if len(table[r]) != len(columns) {
			panic("compare: rows of a table differ in length")
		}
		for c, o := range table[r] {
			if !(o >= 0) {
				panic(fmt.Sprintf("compare: a count of %v", o))
			}
			rows[r], columns[c], all = rows[r]+o, columns[c]+o, all+o
		}
	}
	return rows, columns, all
}

func inhabited(counts []float64) (n int) {
	for _, x := range counts {
		if x > 0 {
			n++
		}
	}
	return n
}

// DF are the degrees of freedom (R-1)(C-1).
func (t Contingency) DF() float64 { return float64((t.Rows - 1) * (t.Columns - 1)) }

// Pearson refers X² to chi-square.
func (t Contingency) Pearson() analysis.TestResult { return chiSquared(t.X2, t.DF()) }

// LikelihoodRatio refers G to chi-square.
func (t Contingency) LikelihoodRatio() analysis.TestResult { return chiSquared(t.G, t.DF()) }

func chiSquared(x, df float64) analysis.TestResult {
	return analysis.TestResult{
		Statistic: x, Distribution: analysis.ChiSquare, NDF: df, P: analysis.ChiSquareTail(x, df),
	}
}

// CramersV is √(X²/(N min(R-1, C-1))), between 0 and 1. Where nothing is associated it is above 0 all the same, by
// about √(max(R-1, C-1)/N).
//
// Cramér (1946), Mathematical Methods of Statistics, section 21.9.
func (t Contingency) CramersV() float64 {
	return math.Sqrt(t.X2 / t.N / float64(min(t.Rows, t.Columns)-1))
}

// CorrectedV is Cramér's V corrected for chance:
//
//	√(φ₊/(min(r', c') - 1)),  φ₊ = max(0, X²/N - (R-1)(C-1)/(N-1)),  r' = R - (R-1)²/(N-1),  c' likewise
//
// Bergsma (2013), Journal of the Korean Statistical Society 42:323-328.
func (t Contingency) CorrectedV() float64 {
	r, c, n := float64(t.Rows), float64(t.Columns), t.N-1
	phi := math.Max(0, t.X2/t.N-(r-1)*(c-1)/n)
	r, c = r-(r-1)*(r-1)/n, c-(c-1)*(c-1)/n
	return math.Sqrt(phi / (math.Min(r, c) - 1))
}

// ContingencyCoefficient is Pearson's √(X²/(N + X²)). It does not reach 1.
func (t Contingency) ContingencyCoefficient() float64 { return math.Sqrt(t.X2 / (t.N + t.X2)) }

// A Fit is what counts of independent persons say on given probabilities of their categories. Counts of a sample with a
// design are for NewGoodnessOfFit of analysis.
type Fit struct {
	N     float64
	X2, G float64 // Pearson and likelihood ratio, against N p
	DF    float64 // categories that are possible, less one
}

// NewFit tests probabilities, which are divided by their sum. A category that is impossible and empty does not count;
// with somebody in it the statistics are +Inf. The error is ErrOneCategory where a single category is possible. It
// panics where counts and probabilities differ in number.
func NewFit(counts, p []float64) (Fit, error) {
	t := paired(counts, p)
	f := Fit{N: t.all, DF: -1}
	for i, o := range counts {
		_, share := t.of(o, p[i])
		if share == 0 && o == 0 {
			continue
		}
		e := t.all * share
		f.X2 += (o - e) * (o - e) / e
		f.G += 2 * timesLog(o, o/e)
		f.DF++
	}
	if f.DF < 1 {
		return f, ErrOneCategory
	}
	f.G = math.Max(0, f.G)
	return f, nil
}

// Pearson refers X² to chi-square.
func (f Fit) Pearson() analysis.TestResult { return chiSquared(f.X2, f.DF) }

// LikelihoodRatio refers G to chi-square.
func (f Fit) LikelihoodRatio() analysis.TestResult { return chiSquared(f.G, f.DF) }
