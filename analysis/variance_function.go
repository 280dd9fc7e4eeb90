package analysis

import (
	"errors"
	"fmt"
	"math"
)

// A VarianceFunction is a generalised variance function, fitted to the sampling variances of areas: one that is
// log-linear in covariates z, as are the logarithms of the sample size and of the mean of the variable,
//
//	log vd = zd'γ + error
//
// Direct variances of tiny areas are hardly estimated, and are often 0. Smoothed ones are steadier, and a model of
// areas takes its variances as known. Going back from logarithms, e^zd'γ̂ is too small on average; it is multiplied by
//
//	Δ = Σ vd/Σ e^zd'γ̂
//
// over the areas in the fit, so that smoothed variances add up to the direct ones, which are nearly unbiased. Δ is
// right whatever the distribution of the errors; for normal ones it is near e^(σ²/2).
//
// Wolter (2007), Introduction to Variance Estimation, second edition, chapter 7; Rivest and Belmonte (2000), Survey
// Methodology 26:67-78; Hidiroglou, Beaumont and Yung (2019), Survey Methodology 45:101-126.
type VarianceFunction struct {
	Gamma    []float64
	Factor   float64   // Δ
	Sigma    float64   // standard deviation of the errors of logarithms, on Used less covariates degrees of freedom
	RSquared float64   // share of the variance of the logarithms that z explains; NaN where they do not differ
	Used     int       // areas in the fit: those whose variance is above 0
	Smoothed []float64 // variance of every area, also of those that were not in the fit; NaN where z is missing
}

// FitVarianceFunction fits the function by ordinary least squares. A variance that is 0 or NaN says nothing and is not
// in the fit, nor is an area with a covariate that is NaN. z has one row an area; an intercept is a 1 in every row.
//
// The error names the area with a negative or infinite figure, or the covariate that depends on those before it. There
// must be more usable areas than covariates. FitVarianceFunction panics where the lengths differ.
func FitVarianceFunction(variance []float64, z [][]float64) (*VarianceFunction, error) {
	if len(variance) != len(z) {
		panic("analysis: variances and covariates of areas differ in length")
	}
	usable := 0
	logs := AreaData{Direct: make([]float64, len(z)), Variance: make([]float64, len(z)), X: z}
	for d, v := range variance {
		if v < 0 || math.IsInf(v, 1) {
			return nil, fmt.Errorf("analysis: sampling variance of area %d is %v", d, v)
		}
		logs.Direct[d], logs.Variance[d] = math.NaN(), 1
		if v > 0 {
			logs.Direct[d] = math.Log(v)
		}
		if v > 0 && !hasNaN(z[d]) {
			usable++
		}
	}
	if len(z) > 0 && usable <= len(z[0]) {
		return nil, fmt.Errorf("analysis: %d areas have a variance above 0 and covariates, want more than the %d covariates",
			usable, len(z[0]))
	}
	s, err := logs.sampled()
	if err != nil {
		return nil, err
	}
	return newVarianceFunction(s, z)
}

func newVarianceFunction(s *sampledAreas, z [][]float64) (*VarianceFunction, error) {
	f := &VarianceFunction{Gamma: s.leastSquares(func(int) float64 { return 1 }).beta, Factor: 1, Used: len(s.y)}
	var direct, fitted, mean, squares float64
	for i, l := range s.y {
		direct += math.Exp(l)
		fitted += f.At(s.x[i])
		mean += l / float64(len(s.y))
	}
	for _, l := range s.y {
		squares += (l - mean) * (l - mean)
	}
	f.Factor = direct / fitted
	if math.IsNaN(f.Factor) || math.IsInf(f.Factor, 0) || f.Factor == 0 {
		return nil, errors.New("analysis: the variance function cannot be computed: variances are too unequal")
	}
	f.Sigma = math.Sqrt(s.spread / float64(len(s.y)-s.p))
	f.RSquared = 1 - s.spread/squares
	f.Smoothed = make([]float64, len(z))
	for d, row := range z {
		f.Smoothed[d] = f.At(row)
	}
	return f, nil
}

// At is the smoothed variance at covariates, Δ e^z'γ̂.
func (f *VarianceFunction) At(z []float64) float64 { return f.Factor * math.Exp(dot(z, f.Gamma)) }

// WithZeros are the smoothed variances scaled so that they add up to the direct ones of all areas, those of variance 0
// included; variance is that of the fit, and areas where it is NaN stay out of the sums. It is for areas of which some were
// not drawn: their direct estimate and its variance are 0, and right on average together with those that were drawn, while
// the fit of logarithms knows only the latter. It panics where the lengths differ.
func (f *VarianceFunction) WithZeros(variance []float64) []float64 {
	mustHave(variance, len(f.Smoothed))
	direct, smoothed := 0.0, 0.0
	for d, v := range variance {
		if !math.IsNaN(v) {
			direct, smoothed = direct+v, smoothed+f.Smoothed[d]
		}
	}
	return scaled(f.Smoothed, direct/smoothed)
}
