package analysis_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

var areaMethods = []analysis.AreaMethod{analysis.REML, analysis.ML, analysis.FayHerriotMoment}

// drawAreas are areas with an intercept and a covariate, whose sampling variances are very unequal.
func drawAreas(t *rapid.T) analysis.AreaData {
	m := rapid.IntRange(4, 25).Draw(t, "areas")
	level := rapid.Float64Range(-50, 50)
	data := analysis.AreaData{}
	for range m {
		x := rapid.Float64Range(-3, 3).Draw(t, "x")
		data.X = append(data.X, []float64{1, x})
		data.Direct = append(data.Direct, 5+x+level.Draw(t, "y"))
		data.Variance = append(data.Variance, math.Exp(rapid.Float64Range(-4, 7).Draw(t, "log variance")))
	}
	data.X[0][1], data.X[1][1] = -3, 3 // lest the covariate be constant
	return data
}

func fitAreas(t testing.TB, data analysis.AreaData, method analysis.AreaMethod) *analysis.FayHerriot {
	t.Helper()
	m, err := analysis.FitFayHerriot(data, method)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// mapAreas gives a copy of the areas, each changed.
func mapAreas(
	data analysis.AreaData, change func(y, v float64, x []float64) (float64, float64, []float64),
) analysis.AreaData {
	var out analysis.AreaData
	for d := range data.Direct {
		y, v, x := change(data.Direct[d], data.Variance[d], data.X[d])
		out.Direct, out.Variance, out.X = append(out.Direct, y), append(out.Variance, v), append(out.X, x)
	}
	return out
}

func closeTo(got, want, tol float64) bool { return scalar.EqualWithinAbsOrRel(got, want, tol, tol) }

// TestFayHerriotEqualVariances: where all sampling variances are D, least squares is ordinary and A is in closed form:
// RSS/(m-p) - D by REML and the moments, RSS/m - D by ML, 0 where that is negative.
func TestFayHerriotEqualVariances(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		equal := rapid.Float64Range(1, 2000).Draw(r, "variance")
		data := mapAreas(drawAreas(r), func(y, _ float64, x []float64) (float64, float64, []float64) { return y, equal, x })
		rss, m := residualSquares(data, 0), float64(len(data.Direct))
		for _, method := range areaMethods {
			df := m - 2
			if method == analysis.ML {
				df = m
			}
			want := max(0, rss*equal/df-equal)
			got := fitAreas(t, data, method)
			if !scalar.EqualWithinAbs(got.A, want, 1e-9*(want+equal)) {
				r.Fatalf("%v: A = %v, want %v", method, got.A, want)
			}
			if (got.A == 0) != (got.Notes&analysis.ZeroAreaVariance != 0) {
				r.Fatalf("%v: A = %v, notes %v", method, got.A, got.Notes.Texts())
			}
		}
	})
}

// textbookFit is generalised least squares at A by the normal equations.
func textbookFit(data analysis.AreaData, a float64) (beta mat.VecDense, xvx mat.Dense) {
	m, p := len(data.X), len(data.X[0])
	x, w := mat.NewDense(m, p, slices.Concat(data.X...)), make([]float64, m)
	for d, v := range data.Variance {
		w[d] = 1 / (a + v)
	}
	var wx mat.Dense
	var wy, xwy mat.VecDense
	wx.Mul(mat.NewDiagDense(m, w), x)
	wy.MulElemVec(mat.NewVecDense(m, w), mat.NewVecDense(m, data.Direct))
	xvx.Mul(x.T(), &wx)
	xwy.MulVec(x.T(), &wy)
	if err := beta.SolveVec(&xvx, &xwy); err != nil {
		panic(err)
	}
	return beta, xvx
}

// residualSquares is Σ (y - x'β̂)²/(A + D).
func residualSquares(data analysis.AreaData, a float64) (sum float64) {
	beta, _ := textbookFit(data, a)
	for d, y := range data.Direct {
		r := y - mat.Dot(mat.NewVecDense(len(data.X[d]), data.X[d]), &beta)
		sum += r * r / (a + data.Variance[d])
	}
	return sum
}

// textbookLikelihood is the log-likelihood at A, restricted for REML, without its constant.
func textbookLikelihood(data analysis.AreaData, method analysis.AreaMethod, a float64) float64 {
	l := -residualSquares(data, a) / 2
	for _, v := range data.Variance {
		l -= math.Log(a+v) / 2
	}
	if method == analysis.REML {
		_, xvx := textbookFit(data, a)
		l -= math.Log(mat.Det(&xvx)) / 2
	}
	return l
}

// TestFayHerriotHighest: no A from 0 to far beyond has a greater likelihood, of several local maxima too; and the
// moment estimate solves its equation.
func TestFayHerriotHighest(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		data := drawAreas(r)
		for _, method := range []analysis.AreaMethod{analysis.REML, analysis.ML} {
			got := fitAreas(t, data, method).A
			height := textbookLikelihood(data, method, got)
			for a := 1e-4; a < 1e6; a *= 1.05 {
				if l := textbookLikelihood(data, method, a); l > height+1e-9*(1+math.Abs(height)) {
					r.Fatalf("%v: A = %v has log-likelihood %v, %v has %v", method, got, height, a, l)
				}
			}
		}
		a, df := fitAreas(t, data, analysis.FayHerriotMoment).A, float64(len(data.X)-2)
		if got := residualSquares(data, a); a > 0 && !closeTo(got, df, 1e-8) || a == 0 && got > df*(1+1e-9) {
			r.Fatalf("FH: A = %v gives %v, want %v", a, got, df)
		}
	})
}

// TestFayHerriotTwoMaxima: three precise areas close together make a local maximum at 0, four rough ones far apart the
// higher one. A search that begins at 0 would stay there.
func TestFayHerriotTwoMaxima(t *testing.T) {
	data := analysis.AreaData{
		Direct: []float64{0, 0.001, -0.001, 60, -60, 55, -55}, Variance: []float64{1e-4, 1e-4, 1e-4, 1, 1, 1, 1},
		X: [][]float64{{1}, {1}, {1}, {1}, {1}, {1}, {1}},
	}
	if l := textbookLikelihood; l(data, analysis.ML, 0) < l(data, analysis.ML, 1e-5) {
		t.Fatal("0 is no local maximum")
	}
	if a := fitAreas(t, data, analysis.ML).A; a < 1000 {
		t.Errorf("A = %v, want the higher maximum, above 1000", a)
	}
}

// TestFayHerriotScale: in another unit of y, values are multiplied by the constant and variances by its square; in
// another unit of a covariate nothing changes but its coefficient; and the order of the areas does not matter.
func TestFayHerriotScale(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		data, c := drawAreas(r), rapid.Float64Range(0.01, 1000).Draw(r, "constant")
		scaled := mapAreas(data, func(y, v float64, x []float64) (float64, float64, []float64) {
			return c * y, c * c * v, []float64{x[0], 1000 * x[1]}
		})
		slices.Reverse(scaled.Direct)
		slices.Reverse(scaled.Variance)
		slices.Reverse(scaled.X)
		for _, method := range areaMethods {
			one, other := fitAreas(t, data, method), fitAreas(t, scaled, method)
			slices.Reverse(other.Areas)
			if !closeTo(other.Beta[1]*1000/c, one.Beta[1], 1e-6) || !closeTo(other.A/c/c, one.A, 1e-6) {
				r.Fatalf("%v: A = %v, β = %v; scaled %v, %v", method, one.A, one.Beta, other.A, other.Beta)
			}
			for d, e := range one.Areas {
				if o := other.Areas[d]; !closeTo(o.Value/c, e.Value, 1e-6) || !closeTo(o.MSE/c/c, e.MSE, 1e-6) {
					r.Fatalf("%v: area %d: %+v, scaled %+v", method, d, e, o)
				}
			}
		}
	})
}

// TestFayHerriotLimits: precise direct estimates stand as they are, and where A is 0 only the model counts.
func TestFayHerriotLimits(t *testing.T) {
	direct := []float64{1, 7, -4, 12, 3, 30}
	x := [][]float64{{1, 0}, {1, 1}, {1, 2}, {1, 3}, {1, 5}, {1, 8}}
	for _, method := range areaMethods {
		precise := fitAreas(t, analysis.AreaData{Direct: direct, Variance: slices.Repeat([]float64{1e-9}, 6), X: x}, method)
		rough := fitAreas(t, analysis.AreaData{Direct: direct, Variance: slices.Repeat([]float64{1e9}, 6), X: x}, method)
		for d, e := range precise.Areas {
			if !closeTo(e.Value, direct[d], 1e-9) || !closeTo(e.MSE, 1e-9, 1e-12) {
				t.Errorf("%v: area %d of precise ones: %+v, want %v", method, d, e, direct[d])
			}
			if e := rough.Areas[d]; e.Value != e.Synthetic || e.Shrinkage != 1 || e.G1 != 0 {
				t.Errorf("%v: area %d of rough ones: %+v, want the synthetic estimate", method, d, e)
			}
		}
		if precise.Notes != 0 || rough.Notes&analysis.ZeroAreaVariance == 0 || rough.A != 0 {
			t.Errorf("%v: notes %v and %v", method, precise.Notes.Texts(), rough.Notes.Texts())
		}
	}
}

// TestFayHerriotWithoutSample: an area without a direct estimate changes nothing elsewhere. It has the synthetic
// estimate, and the mean squared error that an area with hardly a sample would have.
func TestFayHerriotWithoutSample(t *testing.T) {
	data := analysis.AreaData{
		Direct: []float64{1, 7, -4, 12, 3, 30}, Variance: []float64{1, 2, 3, 1, 2, 3},
		X: [][]float64{{1, 0}, {1, 1}, {1, 2}, {1, 3}, {1, 5}, {1, 8}},
	}
	for _, method := range areaMethods {
		without := fitAreas(t, data, method)
		with := fitAreas(t, joined(data, math.NaN(), math.NaN()), method)
		hardly := fitAreas(t, joined(data, 10, 1e13), method).Areas[2]
		if with.A != without.A || with.LogLikelihood != without.LogLikelihood || with.Sampled != 6 {
			t.Errorf("%v: the fit differs: %+v, want %+v", method, with, without)
		}
		e := with.Areas[2]
		if e.Kind != analysis.Synthetic || e.Label() != "synthetic" || e.Value != e.Synthetic || !math.IsNaN(e.Direct) ||
			e.Shrinkage != 1 || e.G3 != 0 || with.Notes&analysis.AreasWithoutSample == 0 {
			t.Errorf("%v: %+v is no synthetic estimate", method, e)
		}
		// The moments count an area however little it knows, so there the fit is another one.
		if method != analysis.FayHerriotMoment && !(closeTo(e.Value, hardly.Value, 1e-9) && closeTo(e.MSE, hardly.MSE, 1e-6)) {
			t.Errorf("%v: %+v, want nearly %+v", method, e, hardly)
		}
		if e := with.Areas[3]; e.Label() != "EBLUP, area level" || e != without.Areas[2] {
			t.Errorf("%v: sampled area: %+v, want %+v", method, e, without.Areas[2])
		}
	}
}

// joined puts an area in the third place.
func joined(data analysis.AreaData, y, v float64) analysis.AreaData {
	return analysis.AreaData{
		Direct:   slices.Insert(slices.Clone(data.Direct), 2, y),
		Variance: slices.Insert(slices.Clone(data.Variance), 2, v),
		X:        slices.Insert(slices.Clone(data.X), 2, []float64{1, 4}),
	}
}

func TestFayHerriotRefuses(t *testing.T) {
	good := func() analysis.AreaData {
		return analysis.AreaData{
			Direct: []float64{1, 2, 4, math.NaN()}, Variance: []float64{1, 1, 1, math.NaN()},
			X: [][]float64{{1, 0}, {1, 1}, {1, 3}, {1, 2}},
		}
	}
	fitAreas(t, good(), analysis.REML)
	for want, spoil := range map[string]func(*analysis.AreaData){
		"variance of area 1 is -1":                                  func(a *analysis.AreaData) { a.Variance[1] = -1 },
		"variance of area 2 is 0":                                   func(a *analysis.AreaData) { a.Variance[2] = 0 },
		"variance of area 0 is NaN":                                 func(a *analysis.AreaData) { a.Variance[0] = math.NaN() },
		"variance of area 0 is +Inf":                                func(a *analysis.AreaData) { a.Variance[0] = math.Inf(1) },
		"direct estimate of area 1 is -Inf":                         func(a *analysis.AreaData) { a.Direct[1] = math.Inf(-1) },
		"covariate 1 of area 3 is +Inf":                             func(a *analysis.AreaData) { a.X[3][1] = math.Inf(1) },
		"area 2 has 1 covariates, want 2":                           func(a *analysis.AreaData) { a.X[2] = a.X[2][:1] },
		"area 0 has 0 covariates":                                   func(a *analysis.AreaData) { a.X = make([][]float64, 4) },
		"covariate 1 depends on those before":                       func(a *analysis.AreaData) { a.X[1][1], a.X[2][1] = 0, 0 },
		"covariate 0 depends on those before":                       func(a *analysis.AreaData) { a.X[0][0], a.X[1][0], a.X[2][0] = 0, 0, 0 },
		"cannot be computed":                                        func(a *analysis.AreaData) { a.Direct[1] = 1e200 },
		"2 areas have a direct estimate and covariates, want more":  func(a *analysis.AreaData) { a.Direct[0] = math.NaN() },
		"0 areas have a direct estimate and covariates, want more ": func(a *analysis.AreaData) { *a = analysis.AreaData{} },
	} {
		data := good()
		spoil(&data)
		if _, err := analysis.FitFayHerriot(data, analysis.REML); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want: %s", err, want)
		}
	}
}

func TestFayHerriotPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"lengths": func() { _, _ = analysis.FitFayHerriot(analysis.AreaData{Direct: []float64{1}}, analysis.REML) },
		"method":  func() { _, _ = analysis.FitFayHerriot(analysis.AreaData{}, 0) },
		"weights": func() { _, _ = analysis.Benchmarked(nil, []float64{1}, 1, analysis.RatioBenchmark) },
		"way": func() {
			_, _ = analysis.Benchmarked(make([]analysis.AreaEstimate, 1), []float64{1}, 1, analysis.NotBenchmarked)
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func ExampleFitFayHerriot() {
	m, err := analysis.FitFayHerriot(analysis.AreaData{
		// Persons a household: in the sample, with its variance, and in the register. The last commune has no sample.
		Direct:   []float64{4.1, 6.9, 7.4, 9.8, 3.2, 5.1, 8.8, 4.9, math.NaN()},
		Variance: []float64{0.1, 0.1, 0.1, 0.4, 0.1, 0.4, 0.1, 0.1, math.NaN()},
		X:        [][]float64{{1, 4}, {1, 6}, {1, 8}, {1, 10}, {1, 4}, {1, 6}, {1, 8}, {1, 5}, {1, 7}},
	}, analysis.REML)
	if err != nil {
		panic(err)
	}
	for _, e := range m.Areas {
		fmt.Printf("%.2f ± %.2f %s\n", e.Value, math.Sqrt(e.MSE), e.Label())
	}
	// Output:
	// 4.04 ± 0.31 EBLUP, area level
	// 6.71 ± 0.31 EBLUP, area level
	// 7.53 ± 0.31 EBLUP, area level
	// 9.98 ± 0.57 EBLUP, area level
	// 3.33 ± 0.31 EBLUP, area level
	// 5.52 ± 0.51 EBLUP, area level
	// 8.65 ± 0.31 EBLUP, area level
	// 4.90 ± 0.31 EBLUP, area level
	// 6.99 ± 0.69 synthetic
}
