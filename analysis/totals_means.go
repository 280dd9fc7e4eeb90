package analysis

import "fmt"

// TotalOf are the totals of some variables, Σ wy, each with one value a row. Of a variable that is 1 where a row has a
// category, and else 0, the total is the number of persons in it.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 2.8.
func TotalOf(y ...[]float64) Statistic { return totalsOf(y) }

type totalsOf [][]float64

func (t totalsOf) Values(w []float64) []float64 {
	values := make([]float64, len(t))
	for j, y := range t {
		mustHave(y, len(w))
		values[j] = weightedSum(w, y)
	}
	return values
}

func (t totalsOf) Influence([]float64, []float64) [][]float64 { return t }

// RatioOf is the ratio of two totals, R = Σ wy/Σ wx, with the linearised variable
//
//	u = (y - Rx)/Σ wx
//
// It is NaN or ±Inf where Σ wx is 0.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 5.6.
func RatioOf(y, x []float64) Statistic { return ratioOf{[][]float64{y}, [][]float64{x}} }

// RatiosOf are ratios of totals, one of every pair of variables.
func RatiosOf(y, x [][]float64) Statistic {
	if len(y) != len(x) {
		panic(fmt.Sprintf("analysis: %d numerators and %d denominators", len(y), len(x)))
	}
	return ratioOf{y, x}
}

// MeanOf are the means of some variables, Σ wy/Σ w. Of a variable that is 1 where a row has a category, and else 0, the
// mean is a proportion.
func MeanOf(y ...[]float64) Statistic {
	x := make([][]float64, len(y))
	if len(y) > 0 {
		one := ones(len(y[0]))
		for j := range x {
			x[j] = one
		}
	}
	return ratioOf{y, x}
}

type ratioOf struct{ y, x [][]float64 }

func (r ratioOf) Values(w []float64) []float64 {
	values := make([]float64, len(r.y))
	for j := range r.y {
		mustHave(r.y[j], len(w))
		mustHave(r.x[j], len(w))
		values[j] = weightedSum(w, r.y[j]) / weightedSum(w, r.x[j])
	}
	return values
}

func (r ratioOf) Influence(w, values []float64) [][]float64 {
	u := make([][]float64, len(r.y))
	for j := range u {
		below := weightedSum(w, r.x[j])
		u[j] = make([]float64, len(w))
		for i, y := range r.y[j] {
			// The conversion forbids a fused multiply-add, which would leave a residual where y is x.
			u[j][i] = (y - float64(values[j]*r.x[j][i])) / below
		}
	}
	return u
}

// CovarianceOf is the covariance of two variables in the population,
//
//	s = n/(n-1) Σ w(y-ȳ)(x-x̄)/Σ w
//
// for n rows with weight; with y for both it is the variance. The linearised variable is that of a mean of products,
// which takes ȳ and x̄ for known: what their errors add is smaller by an order. R survey, svyvar.
func CovarianceOf(y, x []float64) Statistic {
	return covariancesOf{y: [][]float64{y}, x: [][]float64{x}}
}

// VarianceOf is the variance of a variable in the population. See CovarianceOf.
func VarianceOf(y []float64) Statistic { return CovarianceOf(y, y) }

// CovariancesOf are the variances and covariances of some variables in the population: of p of them the p·p elements of
// the matrix, row by row. See CovarianceOf.
func CovariancesOf(y ...[]float64) Statistic {
	var c covariancesOf
	for _, a := range y {
		for _, b := range y {
			c.y, c.x = append(c.y, a), append(c.x, b)
		}
	}
	return c
}

// covariancesOf are those of pairs of variables.
type covariancesOf struct {
	y, x [][]float64
	n    int64 // rows of the sample where the weights are those of a replicate of it; 0 where they are its own
}

// hold keeps n for replicates of the sample.
func (c covariancesOf) hold(w []float64) Statistic {
	c.n = counted(w)
	return c
}

func (c covariancesOf) Values(w []float64) []float64 { return c.mean(w).Values(w) }

func (c covariancesOf) Influence(w, values []float64) [][]float64 {
	return c.mean(w).Influence(w, values)
}

// mean is the statistic as means of products.
func (c covariancesOf) mean(w []float64) Statistic {
	n := float64(c.n)
	if c.n == 0 {
		n = float64(counted(w))
	}
	products := make([][]float64, len(c.y))
	for j := range products {
		means := MeanOf(c.y[j], c.x[j]).Values(w)
		products[j] = make([]float64, len(w))
		for i := range products[j] {
			products[j][i] = (c.y[j][i] - means[0]) * (c.x[j][i] - means[1]) * n / (n - 1)
		}
	}
	return MeanOf(products...)
}

func ones(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

func mustHave(y []float64, rows int) {
	if len(y) != rows {
		panic(fmt.Sprintf("analysis: a variable of %d values for a sample of %d rows", len(y), rows))
	}
}
