package analysis_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/stat/distuv"
)

// TestVarianceFunctionExact: variances that are log-linear come back, also where they are unknown, 0, or were not seen.
func TestVarianceFunctionExact(t *testing.T) {
	at := func(n float64) float64 { return 3 * math.Pow(n, -0.9) }
	z := func(n float64) []float64 { return []float64{1, math.Log(n)} }
	f, err := analysis.FitVarianceFunction(
		[]float64{at(10), at(20), math.NaN(), at(90), 0}, [][]float64{z(10), z(20), z(3), z(90), z(5)})
	if err != nil {
		t.Fatal(err)
	}
	for d, n := range []float64{10, 20, 3, 90, 5} {
		if !closeTo(f.Smoothed[d], at(n), 1e-9) || !closeTo(f.At(z(n)), at(n), 1e-9) {
			t.Errorf("area %d: %v, want %v", d, f.Smoothed[d], at(n))
		}
	}
	if !closeTo(f.Gamma[1], -0.9, 1e-9) || !closeTo(f.Factor, 1, 1e-9) || f.Used != 3 || f.Sigma > 1e-9 || !closeTo(f.RSquared, 1, 1e-9) {
		t.Errorf("%+v", f)
	}
}

// TestVarianceFunctionR holds a fit against R 4.2.2:
//
//	v <- c(.02,.05,.011,.034,.09,.008); n <- c(40,22,95,30,12,150); f <- lm(log(v) ~ log(n))
//	coef(f); sum(v)/sum(exp(fitted(f))); summary(f)$sigma; summary(f)$r.squared
func TestVarianceFunctionR(t *testing.T) {
	v, n := []float64{.02, .05, .011, .034, .09, .008}, []float64{40, 22, 95, 30, 12, 150}
	var z [][]float64
	for _, x := range n {
		z = append(z, []float64{1, math.Log(x)})
	}
	f, err := analysis.FitVarianceFunction(v, z)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, "figure", []float64{f.Gamma[0], f.Gamma[1], f.Factor, f.Sigma, f.RSquared},
		[]float64{-0.06935728705998, -0.9724967313852, 1.025735332315, 0.1505823199869, 0.9785897894811}, 1e-9)
}

// TestVarianceFunctionUnbiased: direct variances on 3 degrees of freedom, σ²χ²/3, have logarithms far below log σ² on
// average. Smoothed ones are σ² on average all the same, to five standard errors (false alarm 6e-7); without Δ they
// would be 0.6 of it.
func TestVarianceFunctionUnbiased(t *testing.T) {
	const areas = 20_000
	chi := distuv.ChiSquared{K: 3, Src: rand.NewPCG(1, 2)}
	var v, truth []float64
	var z [][]float64
	for d := range areas {
		n := 5 + float64(d%40)
		truth = append(truth, 1/n)
		v = append(v, chi.Rand()/3/n)
		z = append(z, []float64{1, math.Log(n)})
	}
	f, err := analysis.FitVarianceFunction(v, z)
	if err != nil {
		t.Fatal(err)
	}
	// Of Δ the error dominates: that of the mean of χ²/3, with variance 2/3, over areas that weigh as 1/n.
	var ratio, one, two float64
	for d, s := range f.Smoothed {
		ratio += s
		one, two = one+truth[d], two+truth[d]*truth[d]
	}
	if se := math.Sqrt(two*2/3) / one; math.Abs(ratio/one-1) > 5*se || f.Factor < 1.3 {
		t.Errorf("smoothed variances are %v of the truth, tolerance %v; factor %v", ratio/one, 5*se, f.Factor)
	}
}

func TestVarianceFunctionRefuses(t *testing.T) {
	z := [][]float64{{1, 1}, {1, 2}, {1, 3}}
	for want, v := range map[string][]float64{
		"sampling variance of area 1 is -1":                    {1, -1, 2},
		"sampling variance of area 2 is +Inf":                  {1, 1, math.Inf(1)},
		"2 areas have a variance above 0 and covariates, want": {1, 0, 2},
	} {
		if _, err := analysis.FitVarianceFunction(v, z); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want: %s", err, want)
		}
	}
}

// TestVarianceFunctionWithZeros: two areas of variance 4, two of 0 and one of which it is not known. The fit is 4 for all;
// with the zeros they must add up to 8 over four areas.
func TestVarianceFunctionWithZeros(t *testing.T) {
	variance := []float64{4, 0, 4, 0, math.NaN()}
	one := []float64{1}
	f, err := analysis.FitVarianceFunction(variance, [][]float64{one, one, one, one, one})
	if err != nil {
		t.Fatal(err)
	}
	for d, v := range f.WithZeros(variance) {
		if math.Abs(v-2) > 1e-12 {
			t.Errorf("area %d: %v, want 2", d, v)
		}
	}
}
