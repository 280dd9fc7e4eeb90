package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// AreaData is what is known of some areas, in any order.
type AreaData struct {
	Direct   []float64   // direct estimate of every area, NaN where the area has no sample
	Variance []float64   // its sampling variance, above 0, taken as known; not looked at where Direct is NaN
	X        [][]float64 // covariates of every area, as many in each; an intercept is a 1 in every row; NaN is missing
}

// sampledAreas are the areas with a direct estimate, checked.
type sampledAreas struct {
	y, d   []float64
	x      [][]float64
	p      int     // covariates
	spread float64 // residual sum of squares by ordinary least squares
	least  float64 // smallest sampling variance
	most   float64 // greatest
}

// sampled checks the data and keeps the areas with a direct estimate.
func (a AreaData) sampled() (*sampledAreas, error) {
	if len(a.Variance) != len(a.Direct) || len(a.X) != len(a.Direct) {
		panic("analysis: direct estimates, variances and covariates of areas differ in length")
	}
	s := &sampledAreas{least: math.Inf(1)}
	for d := range a.Direct {
		if err := a.check(d); err != nil {
			return nil, err
		}
		if !math.IsNaN(a.Direct[d]) && !hasNaN(a.X[d]) {
			s.add(a.Direct[d], a.Variance[d], a.X[d])
		}
	}
	return s, s.fits()
}

// check refuses impossible figures of one area.
func (a AreaData) check(d int) error {
	if len(a.X[d]) == 0 || len(a.X[d]) != len(a.X[0]) {
		return fmt.Errorf("analysis: area %d has %d covariates, want %d and at least 1", d, len(a.X[d]), len(a.X[0]))
	}
	for j, x := range a.X[d] {
		if math.IsInf(x, 0) {
			return fmt.Errorf("analysis: covariate %d of area %d is %v", j, d, x)
		}
	}
	if math.IsNaN(a.Direct[d]) {
		return nil
	}
	if math.IsInf(a.Direct[d], 0) {
		return fmt.Errorf("analysis: direct estimate of area %d is %v", d, a.Direct[d])
	}
	if v := a.Variance[d]; !(v > 0) || math.IsInf(v, 1) {
		return fmt.Errorf("analysis: sampling variance of area %d is %v, want above 0 and finite", d, v)
	}
	return nil
}

func (s *sampledAreas) add(y, variance float64, x []float64) {
	s.y, s.d, s.x, s.p = append(s.y, y), append(s.d, variance), append(s.x, x), len(x)
	s.least, s.most = min(s.least, variance), max(s.most, variance)
}

// fits refuses too few areas and covariates that depend on each other, and finds the spread about least squares.
func (s *sampledAreas) fits() error {
	if len(s.y) <= s.p {
		return fmt.Errorf("analysis: %d areas have a direct estimate and covariates, want more than the %d covariates",
			len(s.y), s.p)
	}
	plain := s.leastSquares(func(int) float64 { return 1 })
	if j := dependent(plain.upper); j >= 0 {
		return fmt.Errorf("analysis: covariate %d depends on those before it in the areas with a direct estimate", j)
	}
	for i := range s.y {
		r := s.y[i] - dot(s.x[i], plain.beta)
		s.spread += r * r
	}
	return nil
}

// dependent gives the first column of a triangular factor whose part outside the columns before it is lost in
// rounding, -1 if there is none.
func dependent(upper *mat.Dense) int {
	const lost = 1e-12
	_, p := upper.Dims()
	for j := range p {
		if !(math.Abs(upper.At(j, j)) > lost*mat.Norm(upper.ColView(j), 2)) {
			return j
		}
	}
	return -1
}
