package analysis_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

func parse(t testing.TB, text string) *analysis.Expression {
	e, err := analysis.ParseExpression(text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestExpressionValues: precedence and association are those of arithmetic; derivatives are worked by hand.
func TestExpressionValues(t *testing.T) {
	for _, tt := range []struct {
		text     string
		values   []float64
		value    float64
		gradient []float64
	}{
		{"1 + 2*3 - 4/8", nil, 6.5, nil},
		{"-2^2", nil, -4, nil},
		{"2^-1", nil, 0.5, nil},
		{"2^3^2", nil, 512, nil},
		{"8/4/2", nil, 1, nil},
		{"7 - 3 - 2", nil, 2, nil},
		{"--3 + +1", nil, 4, nil},
		{"1.5e2 + .5E-1", nil, 150.05, nil},
		{"(H-E)/E", []float64{6, 4}, 0.5, []float64{0.25, -6.0 / 16}},
		{"log(a/b)", []float64{6, 3}, math.Ln2, []float64{1.0 / 6, -1.0 / 3}},
		{"x^3", []float64{-2}, -8, []float64{12}},
		{"x^y", []float64{2, 3}, 8, []float64{12, 8 * math.Ln2}},
		{"sqrt(x)*exp(y)", []float64{4, 0}, 2, []float64{0.25, 2}},
		{"`age group 65+`/2", []float64{5}, 2.5, []float64{0.5}},
		{"số.nam_1 + số.nam_1", []float64{3}, 6, []float64{2}},
		{"log.x*2", []float64{3}, 6, []float64{2}},
	} {
		value, gradient := parse(t, tt.text).At(tt.values)
		if !closeTo(value, tt.value, 1e-15) {
			t.Errorf("%s = %v, want %v", tt.text, value, tt.value)
		}
		for i, want := range tt.gradient {
			if !closeTo(gradient[i], want, 1e-15) {
				t.Errorf("derivative %d of %s = %v, want %v", i, tt.text, gradient[i], want)
			}
		}
	}
}

// TestExpressionErrors: an error says where reading stopped.
func TestExpressionErrors(t *testing.T) {
	for text, position := range map[string]int{
		"": 0, "a +": 3, "(a": 2, "a)": 1, "a b": 2, "2a": 1, "a ** b": 3, "sin(a)": 0,
		"log a": 4, "1.2.3": 0, "a+`b": 2, "``": 0,
		"a $ b": 2, strings.Repeat("(", 1000) + "a": 200, strings.Repeat("-", 1000) + "a": 200, "log()": 4, "1e": 1,
	} {
		_, err := analysis.ParseExpression(text)
		var e *analysis.ExpressionError
		if !errors.As(err, &e) || e.Position != position {
			t.Errorf("%.10q: %v, want an error at %d", text, err, position)
		}
	}
}

// drawExpression draws an expression of x and y that is smooth where both are positive.
func drawExpression(t *rapid.T, depth int) string {
	leaf := rapid.SampledFrom([]string{"x", "y", "2", "0.5"})
	if depth == 0 {
		return leaf.Draw(t, "leaf")
	}
	a, b := drawExpression(t, depth-1), drawExpression(t, depth-1)
	return fmt.Sprintf(rapid.SampledFrom([]string{
		"(%s + %s)", "(%s - %s)", "%s*%s", "%s/(2 + exp(-(%s)))", "log(1 + (%s)^2) + 0*%s",
		"sqrt(2 + (%s)^2)*%s", "(1 + (%s)^2)^(0.1*%s)",
	}).Draw(t, "form"), a, b)
}

// TestExpressionDerivatives: derivatives agree with central differences, whose error is of the order of h² = 1e-10.
func TestExpressionDerivatives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := "x*y + " + drawExpression(t, rapid.IntRange(0, 3).Draw(t, "depth"))
		e, err := analysis.ParseExpression(text)
		if err != nil {
			t.Fatal(err)
		}
		at := []float64{rapid.Float64Range(0.5, 1.5).Draw(t, "x"), rapid.Float64Range(0.5, 1.5).Draw(t, "y")}
		_, gradient := e.At(at)
		for i, got := range gradient {
			const h = 1e-5
			up, down := append([]float64(nil), at...), append([]float64(nil), at...)
			up[i], down[i] = at[i]+h, at[i]-h
			above, _ := e.At(up)
			below, _ := e.At(down)
			if want := (above - below) / (2 * h); !closeTo(got, want, 1e-6*(1+math.Abs(above))) {
				t.Fatalf("derivative %d of %s at %v = %v, want %v", i, text, at, got, want)
			}
		}
	})
}

// FuzzParseExpression: no text brings the parser down, and what it reads can be evaluated.
func FuzzParseExpression(f *testing.F) {
	for _, s := range []string{"log(a/b)", "-2^-x", "`a`*1e3", "((", "é+1", "a^^b", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := analysis.ParseExpression(text)
		if err != nil {
			_ = err.Error()
			return
		}
		if _, gradient := e.At(make([]float64, len(e.Names()))); len(gradient) != len(e.Names()) {
			t.Errorf("%q: %d derivatives of %d names", text, len(gradient), len(e.Names()))
		}
	})
}

func ExampleParseExpression() {
	e, err := analysis.ParseExpression("log(men/women)")
	if err != nil {
		fmt.Println(err)
		return
	}
	value, gradient := e.At([]float64{51, 49})
	fmt.Println(e.Names())
	fmt.Printf("%.4f %.4f\n", value, gradient)
	_, err = analysis.ParseExpression("log(men/women")
	fmt.Println(err)
	// Output:
	// [men women]
	// 0.0400 [0.0196 -0.0204]
	// analysis: expression "log(men/women", character 14: a closing parenthesis is missing
}
