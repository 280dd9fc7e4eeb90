package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// SyntheticAreas are estimates of areas from estimates of broader areas, which are taken to hold in every part of them:
//
//	θ̂d = xd'b,  v(θ̂d) = xd' Cov(b) xd
//
// b are estimates of the broad area, with their covariance, and xd what the register knows of area d. Means of groups
// with the shares of the groups in the area give the estimate that is standardised by the register; the mean of a
// province with a 1 in the column of the province gives that mean to all its communes; a ratio with the mean of its
// denominator in the register gives the ratio estimate; and coefficients of a regression with the means of its
// variables the regression estimate.
//
// An area is not what its covariates say: the estimate is biased. The mean of the squared biases is estimated from the
// areas that have a direct estimate y with a known variance,
//
//	b̄² = max(0, Σ {(θ̂d - yd)² - v(yd) - v(θ̂d)}/m)
//
// and the mean squared error of every area is v(θ̂d) + b̄²: G1 is b̄², which is the same for all areas and says little
// of one of them, and G2 is v(θ̂d). What direct and synthetic estimates have in common is neglected. Where no area has
// a direct estimate, all are refused. An area with a covariate that is NaN is refused.
//
// direct are the direct estimates, one an area, as DirectAreas gives them. SyntheticAreas panics where there are not as
// many covariates as estimates of the broad area, or lists differ in length.
//
// Gonzalez and Waksberg (1973), first meeting of the International Association of Survey Statisticians, Vienna; Marker
// (1995), Small Area Estimation: a Bayesian Perspective, University of Michigan; Rao and Molina (2015), Small Area
// Estimation, second edition, section 3.2.
func SyntheticAreas(broad *Estimates, x [][]float64, direct []AreaEstimate) []AreaEstimate {
	if len(direct) != len(x) {
		panic("analysis: covariates and direct estimates of areas differ in length")
	}
	out := make([]AreaEstimate, len(x))
	for d, row := range x {
		out[d] = syntheticArea(broad, d, row)
		out[d].Direct = direct[d].Direct
	}
	addSyntheticBias(out, direct)
	return out
}

// syntheticArea is the estimate of an area with its variance alone.
func syntheticArea(broad *Estimates, d int, x []float64) AreaEstimate {
	if len(x) != broad.Len() {
		panic(fmt.Sprintf("analysis: area %d has %d covariates for %d estimates", d, len(x), broad.Len()))
	}
	if hasNaN(x) {
		return refused(NoCovariates)
	}
	row := mat.NewVecDense(len(x), x)
	value := dot(x, broad.Values)
	return AreaEstimate{
		Kind: Synthetic, Value: value, Synthetic: value, Shrinkage: 1, G2: mat.Inner(row, broad.Cov, row),
	}
}

// addSyntheticBias completes the mean squared errors.
func addSyntheticBias(areas, direct []AreaEstimate) {
	squares, m := 0.0, 0
	for d, e := range areas {
		if y := direct[d]; e.Kind == Synthetic && y.Kind == Direct && !math.IsNaN(y.MSE) {
			squares += (e.Value-y.Value)*(e.Value-y.Value) - y.MSE - e.G2
			m++
		}
	}
	for d := range areas {
		e := &areas[d]
		switch {
		case e.Kind != Synthetic:
		case m == 0:
			value := e.Value
			*e = refused(UnknownSyntheticBias)
			e.Synthetic, e.Direct = value, direct[d].Direct
		default:
			e.G1 = max(0, squares/float64(m))
			e.MSE = e.G1 + e.G2
		}
	}
}
