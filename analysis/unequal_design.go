package analysis

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// An UnequalDesign is a sample of one stage drawn without replacement and with unequal probabilities, and the way its
// variance is estimated. Units are in the order of the sample; variables have one value a unit. A variable that is 0
// outside a domain gives the total of the domain, and the ratio of it to the domain's indicator gives the mean there.
type UnequalDesign struct {
	Pi         []float64  // inclusion probability of every sampled unit, in (0, 1]
	Covariance Covariance // of Horvitz–Thompson totals
	DF         float64    // degrees of freedom of its estimates
}

// NewUnequalDesign checks the inclusion probabilities. Degrees of freedom are set to +Inf, normal theory, as R survey
// does for such designs; for small samples units less strata, not counting certain ones, is the careful choice.
//
//	joint, err := analysis.YatesGrundy(pi2)         // exact, from joint probabilities of the sampled units
//	design, err := analysis.NewUnequalDesign(pi, joint)
//	design, err = analysis.NewUnequalDesign(pi, analysis.CertainAside(analysis.Deville)) // without them
func NewUnequalDesign(pi []float64, c Covariance) (*UnequalDesign, error) {
	for k, p := range pi {
		if !(p > 0 && p <= 1) {
			return nil, fmt.Errorf("analysis: π of unit %d is %v, want above 0 and at most 1", k, p)
		}
	}
	if c == nil {
		return nil, errors.New("analysis: no covariance for a design with unequal probabilities")
	}
	return &UnequalDesign{Pi: pi, Covariance: c, DF: math.Inf(1)}, nil
}

// Totals estimates the totals of some variables by HorvitzThompsonTotal, with their covariance matrix, which is nil
// without variables. It panics where a variable has not one value a unit.
func (d *UnequalDesign) Totals(y ...[]float64) ([]Estimate, *mat.SymDense) {
	values := make([]float64, len(y))
	for i, v := range y {
		values[i] = HorvitzThompsonTotal(v, d.Pi)
	}
	return d.estimates(values, y)
}

// Means estimates the means of some variables by HajekMean, with their covariance matrix by linearisation: it is
// the covariance of the totals of
//
//	uk = (yk - ȳ)/N̂,  N̂ = Σ 1/πk
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 5.7. It is nil without variables.
// Means panics where a variable has not one value a unit.
func (d *UnequalDesign) Means(y ...[]float64) ([]Estimate, *mat.SymDense) {
	one := make([]float64, len(d.Pi))
	for k := range one {
		one[k] = 1
	}
	means, u := make([]float64, len(y)), make([][]float64, len(y))
	for i, v := range y {
		means[i], u[i] = d.linearize(v, one)
	}
	return d.estimates(means, u)
}

// Ratio estimates the total of y by the total of x, with the standard error by linearisation: it is that of the total
// of
//
//	uk = (yk - R̂ xk)/X̂,  R̂ = Ŷ/X̂
//
// Value and standard error are NaN or ±Inf where X̂ is 0. Ratio panics where a variable has not one value a unit.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 5.6.
func (d *UnequalDesign) Ratio(y, x []float64) Estimate {
	ratio, u := d.linearize(y, x)
	list, _ := d.estimates([]float64{ratio}, [][]float64{u})
	return list[0]
}

// linearize gives the ratio of two totals and the variable whose total has, nearly, the error of the ratio.
func (d *UnequalDesign) linearize(y, x []float64) (ratio float64, u []float64) {
	total := HorvitzThompsonTotal(x, d.Pi)
	ratio = HorvitzThompsonTotal(y, d.Pi) / total
	u = make([]float64, len(y))
	for k := range y {
		u[k] = (y[k] - ratio*x[k]) / total
	}
	return ratio, u
}

// estimates puts values together with the covariance of the totals of u.
func (d *UnequalDesign) estimates(values []float64, u [][]float64) ([]Estimate, *mat.SymDense) {
	if len(values) == 0 {
		return nil, nil
	}
	list, covariance := make([]Estimate, len(values)), mat.NewSymDense(len(values), nil)
	for i := range u {
		for j := range i + 1 {
			covariance.SetSym(i, j, d.Covariance(u[i], u[j], d.Pi))
		}
		list[i] = d.estimate(values[i], covariance.At(i, i))
	}
	return list, covariance
}

func (d *UnequalDesign) estimate(value, variance float64) Estimate {
	e := Estimate{Value: value, SE: math.Sqrt(variance), DF: d.DF, N: int64(len(d.Pi))}
	switch {
	case e.N == 0:
		e.SE, e.DF, e.Notes = math.NaN(), 0, Unsampled
	case variance < 0:
		e.Notes = NegativeVariance
	case math.IsNaN(variance) && !math.IsNaN(value):
		e.Notes = SinglePSU
	}
	return e
}
