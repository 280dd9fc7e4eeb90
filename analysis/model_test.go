package analysis_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

func fit(t interface{ Fatal(...any) }, m analysis.Model, sv analysis.Survey, domain []bool) *analysis.ModelFit {
	f, err := m.Fit(sv, domain)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func factor(name string, code []int32, levels ...string) analysis.Variable {
	return analysis.Variable{Name: name, Code: code, Levels: levels}
}

func (m microdata) firstFactor() analysis.Variable { return factor("f", m.first, "a", "b", "c") }

// full is a model of two factors and a number.
func (m microdata) full(family analysis.Family) analysis.Model {
	response := map[analysis.Family][]float64{
		analysis.Gaussian: m.x, analysis.QuasiBinomial: m.binary, analysis.QuasiPoisson: m.x,
	}[family]
	second := factor("g", m.second, "no", "yes")
	return analysis.Model{Family: family, Response: response, Columns: analysis.ModelColumns(
		len(m.y), true, []analysis.Variable{m.firstFactor()}, []analysis.Variable{second},
		[]analysis.Variable{{Name: "y", Numbers: m.y}},
	)}
}

var families = []analysis.Family{analysis.Gaussian, analysis.QuasiBinomial, analysis.QuasiPoisson}

// TestSaturatedModels: models of a factor alone say what estimates of its domains say, with their errors: means,
// logits of shares, logarithms of means. Without an intercept coefficients are those of the domains, with it
// differences.
func TestSaturatedModels(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		s := m.sample(t)
		for _, tt := range []struct {
			family   analysis.Family
			response []float64
			link     string
		}{
			{analysis.Gaussian, m.y, "%s"}, {analysis.QuasiBinomial, m.binary, "log(%[1]s/(1-%[1]s))"},
			{analysis.QuasiPoisson, m.x, "log(%s)"},
		} {
			means := s.Estimate(analysis.ByDomain(analysis.MeanOf(tt.response), m.firstDomains()...), nil)
			var of []*analysis.Expression
			for _, name := range []string{"a", "b", "c"} {
				of = append(of, parse(t, fmt.Sprintf(tt.link, name)))
			}
			want, err := means.Functions([]string{"a", "b", "c"}, of...)
			if err != nil {
				rt.Fatal(err)
			}
			term := []analysis.Variable{m.firstFactor()}
			got := fit(rt, analysis.Model{
				Family: tt.family, Response: tt.response, Columns: analysis.ModelColumns(len(m.y), false, term),
			}, s, nil)
			sameEstimates(rt, got.Estimates, want, 1e-8)
			got = fit(rt, analysis.Model{
				Family: tt.family, Response: tt.response, Columns: analysis.ModelColumns(len(m.y), true, term),
			}, s, nil)
			sameEstimates(rt, got.Estimates, want.Contrasts([]float64{1, 0, 0}, []float64{-1, 1, 0}, []float64{-1, 0, 1}), 1e-8)
		}
	})
}

// TestPoissonRate: a constant with the logarithm of x as offset is the logarithm of a ratio.
func TestPoissonRate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		s := m.sample(t)
		offset := make([]float64, len(m.x))
		for i, x := range m.x {
			offset[i] = math.Log(x)
		}
		got := fit(rt, analysis.Model{
			Family: analysis.QuasiPoisson, Response: m.y, Offset: offset, Columns: analysis.ModelColumns(len(m.y), true),
		}, s, nil)
		want, err := s.Estimate(analysis.RatioOf(m.y, m.x), nil).Functions([]string{"r"}, parse(t, "log(r)"))
		if err != nil {
			rt.Fatal(err)
		}
		sameEstimates(rt, got.Estimates, want, 1e-9)
	})
}

// TestModelScores: at the coefficients Σ wx(y-μ) is 0, relative to what it adds up.
func TestModelScores(t *testing.T) {
	means := map[analysis.Family]func(float64) float64{
		analysis.Gaussian:      func(eta float64) float64 { return eta },
		analysis.QuasiBinomial: func(eta float64) float64 { return 1 / (1 + math.Exp(-eta)) },
		analysis.QuasiPoisson:  math.Exp,
	}
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		for _, family := range families {
			model := m.full(family)
			f, err := model.Fit(m.sample(t), nil)
			if errors.Is(err, analysis.ErrSeparated) {
				continue
			} else if err != nil {
				rt.Fatal(err)
			}
			for _, c := range model.Columns {
				score, size := 0.0, 0.0
				for i, w := range m.columns.Weights {
					eta := 0.0
					for j := range model.Columns {
						eta += f.Values[j] * model.Columns[j].Values[i]
					}
					d := w * c.Values[i] * (model.Response[i] - means[family](eta))
					score, size = score+d, size+math.Abs(d)
				}
				if math.Abs(score) > 1e-9*size {
					rt.Errorf("%v: the score of %s is %v of %v", family, c.Name, score, size)
				}
			}
		}
	})
}

// TestModelInvariance: a constant times the weights changes nothing, and rows in another order give the same bits.
func TestModelInvariance(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		other := m.reordered(drawOrder(rt, len(m.y)))
		domain := func(m microdata) []bool { return is(m.second, 1) }
		model := func(m microdata) analysis.Model {
			return analysis.Model{Family: analysis.QuasiPoisson, Response: m.x, Columns: analysis.ModelColumns(
				len(m.y), true, []analysis.Variable{m.firstFactor()}, []analysis.Variable{{Name: "y", Numbers: m.y}})}
		}
		want := fit(rt, model(m), m.sample(t), domain(m))
		times := fit(rt, model(m), m.rescaled(7).sample(t), domain(m))
		sameEstimates(rt, times.Estimates, want.Estimates, 1e-9)
		if !closeTo(times.Deviance, want.Deviance, 1e-9) {
			rt.Errorf("deviance %v of weights times 7, want %v", times.Deviance, want.Deviance)
		}
		got := fit(rt, model(other), other.sample(t), domain(other))
		for i := range want.Len() {
			if got.Values[i] != want.Values[i] || got.SE(i) != want.SE(i) || got.Deviance != want.Deviance {
				rt.Errorf("in another order coefficient %d is %v, want %v", i, got.At(i), want.At(i))
			}
		}
	})
}

// TestSlopeIsTTest: the slope of a group is the difference of means, with its test.
func TestSlopeIsTTest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		s := m.sample(t)
		f := fit(rt, analysis.Model{Response: m.y, Columns: analysis.ModelColumns(
			len(m.y), true, []analysis.Variable{factor("g", m.second, "no", "yes")})}, s, nil)
		want, got := f.Test(1), analysis.TwoSampleT(s, m.y, is(m.second, 1), nil)
		if !closeTo(got.Statistic, want.Statistic, 1e-8) || got.DDF != want.DDF || !closeTo(got.P, want.P, 1e-7) {
			rt.Errorf("%+v, want %+v", got.TestResult, want)
		}
		wald, err := f.Wald(1)
		if err != nil || !closeTo(wald.Statistic, want.Statistic*want.Statistic, 1e-8) || !closeTo(wald.P, want.P, 1e-7) {
			rt.Errorf("Wald %+v, %v, want the square of %+v", wald, err, want)
		}
	})
}

// TestModelByDomain: models fitted in two domains at once are those fitted in each, and have covariances.
func TestModelByDomain(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		s, model := m.sample(t), analysis.Model{Family: analysis.QuasiPoisson, Response: m.x, Columns: analysis.ModelColumns(
			len(m.y), true, []analysis.Variable{m.firstFactor()})}
		groups := [][]bool{is(m.second, 0), is(m.second, 1)}
		joint := s.Estimate(analysis.ByDomain(model.Coefficients(), groups...), nil)
		for g, domain := range groups {
			alone := fit(rt, model, s, domain)
			select3 := [][]float64{make([]float64, 6), make([]float64, 6), make([]float64, 6)}
			for j := range select3 {
				select3[j][3*g+j] = 1
			}
			sameEstimates(rt, joint.Contrasts(select3...), alone.Estimates, 1e-8)
		}
		if joint.Cov.At(0, 3) == 0 {
			rt.Error("domains in the same clusters have no covariance")
		}
	})
}

// TestModelRefusals: what cannot be fitted is refused with its reason.
func TestModelRefusals(t *testing.T) {
	s := newSample(t, analysis.SampleColumns{Rows: 6, Weights: []float64{1, 2, 1, 2, 1, 2}})
	x := []float64{1, 2, 3, 4, 5, 6}
	number := func(name string, v ...float64) analysis.ModelColumn {
		return analysis.ModelColumn{Name: name, Values: v}
	}
	one := number("one", 1, 1, 1, 1, 1, 1)
	slope := number("x", x...)
	var collinear *analysis.CollinearError
	_, err := analysis.Model{Response: x, Columns: []analysis.ModelColumn{
		one, slope, number("2x+1", 3, 5, 7, 9, 11, 13), number("x2", 1, 4, 9, 16, 25, 36), number("nought", 0, 0, 0, 0, 0, 0),
	}}.Fit(s, nil)
	if !errors.As(err, &collinear) || fmt.Sprint(collinear.Columns) != "[2x+1 nought]" {
		t.Errorf("%v, want 2x+1 and nought to be named", err)
	}
	for _, tt := range []struct {
		family   analysis.Family
		response []float64
	}{
		{analysis.QuasiBinomial, []float64{0, 0, 0, 1, 1, 1}}, // complete
		{analysis.QuasiBinomial, []float64{0, 0, 0, 0, 0, 0}},
		{analysis.QuasiPoisson, []float64{0, 0, 0, 0, 0, 0}},
	} {
		m := analysis.Model{Family: tt.family, Response: tt.response, Columns: []analysis.ModelColumn{one, slope}}
		if f, err := m.Fit(s, nil); !errors.Is(err, analysis.ErrSeparated) {
			t.Errorf("%v of %v: %v, %v", tt.family, tt.response, f, err)
		}
	}
	group := number("group", 0, 0, 0, 1, 1, 1)
	half := analysis.Model{
		Family: analysis.QuasiBinomial, Response: []float64{0, 1, 0, 1, 1, 1}, Columns: []analysis.ModelColumn{one, group},
	}
	if f, err := half.Fit(s, nil); !errors.Is(err, analysis.ErrSeparated) {
		t.Errorf("a group that all say yes: %v, %v", f, err)
	}
	for _, m := range []analysis.Model{
		{Response: []float64{1, 2, math.NaN(), 4, 5, 6}, Columns: []analysis.ModelColumn{one}},
		{Family: analysis.QuasiBinomial, Response: x, Columns: []analysis.ModelColumn{one}},
		{Family: analysis.QuasiPoisson, Response: []float64{1, 2, -3, 4, 5, 6}, Columns: []analysis.ModelColumn{one}},
		{Response: x, Columns: []analysis.ModelColumn{number("hole", 1, 2, math.Inf(1), 4, 5, 6)}},
		{Response: x, Columns: []analysis.ModelColumn{one}, Offset: []float64{0, 0, math.NaN(), 0, 0, 0}},
		{Response: x[:6], Columns: []analysis.ModelColumn{one, one, one, one, one, one, one}},
	} {
		if _, err := m.Fit(s, nil); err == nil {
			t.Errorf("%+v is fitted", m)
		}
	}
	if !panics(func() { analysis.Model{Response: x[:2], Columns: []analysis.ModelColumn{one}}.Fit(s, nil) }) {
		t.Error("a response of two rows for six is taken")
	}
}

// TestModelStop: a model that stops early as R does is near the one that goes on, and takes fewer steps.
func TestModelStop(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		model := m.full(analysis.QuasiPoisson)
		whole := fit(rt, model, m.sample(t), nil)
		model.Stop = 1e-3
		early := fit(rt, model, m.sample(t), nil)
		sameEstimates(rt, early.Estimates, whole.Estimates, 0.1)
		if early.Steps >= whole.Steps {
			rt.Errorf("%d steps, and %d to the end", early.Steps, whole.Steps)
		}
	})
}

// TestIllConditionedModel: coefficients of year and its square, 2000 to 2019, where the response is known exactly: QR
// loses κ = 1e13·ε of them, normal equations all.
func TestIllConditionedModel(t *testing.T) {
	var year, square, y []float64
	for i := range 20 {
		x := 2000 + float64(i)
		year, square, y = append(year, x), append(square, x*x), append(y, 3+2*x-0.5*x*x)
	}
	s := newSample(t, analysis.SampleColumns{Rows: 20, Weights: ones(20)})
	f := fit(t, analysis.Model{Response: y, Columns: []analysis.ModelColumn{
		{Name: "1", Values: ones(20)}, {Name: "year", Values: year}, {Name: "year²", Values: square}}}, s, nil)
	if !closeTo(f.Values[2], -0.5, 1e-7) || !closeTo(f.Values[1], 2, 1e-4) {
		t.Errorf("coefficients %v, want 3, 2, -0.5", f.Values)
	}
}

func ExampleModelColumns() {
	sex := analysis.Variable{Name: "sex", Code: []int32{0, 1, 1}, Levels: []string{"men", "women"}}
	age := analysis.Variable{Name: "age", Numbers: []float64{30, 40, 50}}
	terms := [][]analysis.Variable{{sex}, {age}, {sex, age}}
	for _, c := range analysis.ModelColumns(3, true, terms...) {
		fmt.Println(c.Term, c.Name, c.Values)
	}
	// Output:
	// -1 (Intercept) [1 1 1]
	// 0 sexwomen [0 1 1]
	// 1 age [30 40 50]
	// 2 sexwomen:age [0 40 50]
}

// ExampleModel_Fit agrees with R survey 4.1-1, svyglm(y ~ age, svydesign(~1, weights = ~w), quasibinomial()).
func ExampleModel_Fit() {
	s, err := analysis.NewSample(analysis.SampleColumns{Rows: 6, Weights: []float64{1, 1, 2, 2, 3, 3}})
	if err != nil {
		fmt.Println(err)
		return
	}
	age := analysis.Variable{Name: "age", Numbers: []float64{20, 30, 40, 50, 60, 70}}
	m := analysis.Model{
		Family: analysis.QuasiBinomial, Response: []float64{0, 1, 0, 1, 0, 1},
		Columns: analysis.ModelColumns(6, true, []analysis.Variable{age}),
	}
	f, err := m.Fit(s, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, name := range m.Names() {
		e, p := f.At(i), f.Test(i).P
		fmt.Printf("%s %.3f (%.3f), p = %.3f on %v degrees of freedom\n", name, e.Value, e.SE, p, e.DF)
	}
	// Output:
	// (Intercept) -2.278 (2.818), p = 0.464 on 4 degrees of freedom
	// age 0.044 (0.055), p = 0.467 on 4 degrees of freedom
}

// BenchmarkModel fits a logistic regression of eight columns to 100,000 rows in 1,000 clusters.
func BenchmarkModel(b *testing.B) {
	const rows = 100_000
	rng := rand.New(rand.NewPCG(1, 2))
	columns := analysis.SampleColumns{Rows: rows, Weights: make([]float64, rows)}
	stage := analysis.StageColumns{Unit: make([]int32, rows)}
	m := analysis.Model{Family: analysis.QuasiBinomial, Response: make([]float64, rows)}
	for j := range 8 {
		m.Columns = append(m.Columns, analysis.ModelColumn{Name: fmt.Sprint(j), Values: make([]float64, rows)})
	}
	for i := range rows {
		columns.Weights[i], stage.Unit[i] = 1+rng.Float64(), int32(i/100)
		for j := range m.Columns {
			m.Columns[j].Values[i] = rng.NormFloat64()
		}
		if rng.Float64() < 1/(1+math.Exp(-m.Columns[0].Values[i])) {
			m.Response[i] = 1
		}
	}
	columns.Stages = []analysis.StageColumns{stage}
	s := newSample(b, columns)
	for b.Loop() {
		fit(b, m, s, nil)
	}
}
