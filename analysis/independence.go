package analysis

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// ErrOneCategory says that a table has a single row or column with anybody in it.
var ErrOneCategory = errors.New("analysis: a test of independence needs two categories of each variable with " +
	"somebody in them")

// An Independence is what a sample says on the independence of two variables.
type Independence struct {
	// X2 is Pearson's statistic on the estimated shares of the cells, times the number of rows.
	X2 float64

	// Deltas are the generalised design effects, (R-1)(C-1) of them: where the variables are independent X2 is
	// distributed as Σ δ χ², with chi-squares on one degree of freedom. The largest comes first.
	Deltas []float64

	N     int64   // rows used
	DF    float64 // design degrees of freedom of the domain
	Notes Notes

	wald      float64 // χ² of Wald's test
	waldError error
}

// Independence estimates what is needed to test that two variables are independent in a domain, nil for all. Rows that
// lack one are left out, as a domain; categories without anybody do not count. With p the shares of the cells and V
// their covariance,
//
//	X² = n Σ (pij - pi·p·j)²/(pi·p·j),  δ: eigenvalues of (C'D⁻¹C/n)⁻¹ C'D⁻¹VD⁻¹C,  D = diag(p)
//
// where the columns of C span the interactions: all that is orthogonal to rows and columns. Multiplying the weights by
// a constant changes nothing. Errors: ErrOneCategory, ErrSingular. It panics where codes are not one a row below R and
// C.
//
// Rao and Scott (1984), Annals of Statistics 12:46-60; Rao and Scott (1987), Annals of Statistics 15:385-397.
func (t TwoWay) Independence(sv Survey, domain []bool) (*Independence, error) {
	t.mustHaveRows(len(sv.Weights()))
	domain = withCodes(domain, t.Row, t.Column)
	t = t.inhabited(inDomain(sv.Weights(), domain))
	if t.R < 2 || t.C < 2 {
		return nil, ErrOneCategory
	}
	cells := t.indicators()
	shares := sv.Estimate(MeanOf(cells...), domain)
	i := &Independence{N: shares.N, DF: shares.DF, Notes: shares.Notes}
	i.X2 = t.pearson(shares.Values) * float64(shares.N)
	var err error
	if i.Deltas, err = t.designEffects(shares); err != nil {
		return nil, err
	}
	i.wald, i.waldError = t.waldStatistic(sv.Estimate(TotalOf(cells...), domain))
	return i, nil
}

// FirstOrder is Rao and Scott's first correction: X²/δ̄ as chi-square.
func (i *Independence) FirstOrder() TestResult {
	df := float64(len(i.Deltas))
	return chiSquareTest(i.X2/(sum(i.Deltas)/df), df, i.Notes)
}

// SecondOrder is Rao and Scott's second correction, in the form of Thomas and Rao: F = X²/Σδ, after Satterthwaite on d
// and dν degrees of freedom, with d = (Σδ)²/Σδ² and ν those of the design. It is the test to use.
//
// Thomas and Rao (1987), Journal of the American Statistical Association 82:630-636. R survey, svychisq, "F".
func (i *Independence) SecondOrder() TestResult {
	return fTest(i.X2/sum(i.Deltas), i.NDF(), i.NDF()*i.DF, i.Notes)
}

// NDF are Satterthwaite's degrees of freedom (Σδ)²/Σδ²: as many as there are deltas where these are alike.
func (i *Independence) NDF() float64 {
	total := sum(i.Deltas)
	return total * total / weightedSum(i.Deltas, i.Deltas)
}

// Saddlepoint refers X² to the mixture of chi-squares with weights δ over a chi-square on ddf degrees of freedom,
// divided by them, by the saddlepoint approximation: ddf is NDF() times those of the design, or +Inf to take the
// deltas for known. R survey, svychisq, "saddlepoint", comes to the same where NDF()·DF is a whole number; else it
// divides by too little.
func (i *Independence) Saddlepoint(ddf float64) TestResult {
	return i.mixture(ddf, FMixtureSaddlepoint(i.X2, i.Deltas, ddf))
}

// Exact is Saddlepoint by the exact distribution.
func (i *Independence) Exact(ddf float64) TestResult {
	return i.mixture(ddf, FMixtureTail(i.X2, i.Deltas, ddf))
}

func (i *Independence) mixture(ddf, p float64) TestResult {
	law := FMixture
	if math.IsInf(ddf, 1) {
		law = ChiSquareMixture
	}
	return TestResult{Statistic: i.X2, Distribution: law, NDF: i.NDF(), DDF: ddf, P: p, Notes: i.Notes}
}

// Wald is the test that all residuals Yij = Nij - Ni·N·j/N are 0, by their covariance: F = Y'V⁻¹Y/q on q = (R-1)(C-1)
// and the design degrees of freedom. It rejects too often where these are few. The error is ErrSingular.
//
// Koch, Freeman and Freeman (1975), International Statistical Review 43:59-78.
func (i *Independence) Wald() (TestResult, error) {
	q := float64(len(i.Deltas))
	return fTest(i.wald/q, q, i.DF, i.Notes), i.waldError
}

// AdjustedWald is Wald's test with the denominator that Hotelling's T² has: F = (ν-q+1)/(νq) Y'V⁻¹Y on q and ν-q+1
// degrees of freedom.
//
// Thomas and Rao (1987), Journal of the American Statistical Association 82:630-636.
func (i *Independence) AdjustedWald() (TestResult, error) {
	q := float64(len(i.Deltas))
	ddf := i.DF - q + 1
	return fTest(i.wald*ddf/(i.DF*q), q, ddf, i.Notes), i.waldError
}

// designEffects are the deltas. A cell without anybody has no part in them.
func (t TwoWay) designEffects(shares *Estimates) ([]float64, error) {
	contrasts := t.interactions()
	scaled := make([][]float64, len(contrasts))
	simple := mat.NewSymDense(len(contrasts), nil)
	for a, c := range contrasts {
		scaled[a] = make([]float64, len(c))
		for i, p := range shares.Values {
			if p != 0 {
				scaled[a][i] = c[i] / p
			}
		}
	}
	for a := range contrasts {
		for b := a; b < len(contrasts); b++ {
			v := 0.0
			for i := range contrasts[a] {
				v += scaled[a][i] * contrasts[b][i]
			}
			simple.SetSym(a, b, v/float64(shares.N))
		}
	}
	return relativeEigenvalues(transformedCovariance(shares.Cov, scaled), simple)
}

// waldStatistic is Y'V⁻¹Y of the residuals of all cells but those of the first row and column, which follow from
// others.
func (t TwoWay) waldStatistic(totals *Estimates) (float64, error) {
	rows, columns, all := t.margins(totals.Values)
	var values []float64
	var by [][]float64
	var which []int
	for c := 1; c < t.C; c++ {
		for r := 1; r < t.R; r++ {
			which = append(which, len(values))
			values = append(values, totals.Values[c*t.R+r]-rows[r]*columns[c]/all)
			by = append(by, t.residualSlopes(r, c, rows[r]/all, columns[c]/all))
		}
	}
	return totals.transformed(values, by).waldStatistic(which)
}

// residualSlopes are the derivatives of Nrc - Nr·N·c/N by the cells, with the shares of the row and the column.
func (t TwoWay) residualSlopes(r, c int, row, column float64) []float64 {
	out := make([]float64, t.R*t.C)
	for i := range out {
		out[i] = row * column
		if i%t.R == r {
			out[i] -= column
		}
		if i/t.R == c {
			out[i] -= row
		}
	}
	out[c*t.R+r]++
	return out
}
