package analysis

import (
	"math"
	"slices"
)

// An Expression is a function of named estimates, with its derivatives. ParseExpression makes one.
type Expression struct {
	root  term
	names []string
}

// Names are the names in the expression, in order of first use.
func (e *Expression) Names() []string { return slices.Clone(e.names) }

// At is the value of the expression and its derivative by every name, in the order of Names: by the rules of
// differentiation, not by differences. values are those of the names, in the same order. Outside its domain (the log of
// a negative number) the value is NaN.
//
// Griewank and Walther (2008), Evaluating Derivatives, chapter 3 (forward mode).
func (e *Expression) At(values []float64) (value float64, gradient []float64) {
	if len(values) != len(e.names) {
		panic("analysis: an expression needs one value a name")
	}
	d := e.root.at(values)
	return d.value, d.by
}

// A dual is a number with its derivatives by all names.
type dual struct {
	value float64
	by    []float64
}

// chain is a function of x, of the value and with the slope given.
func (x dual) chain(value, slope float64) dual {
	out := dual{value, make([]float64, len(x.by))}
	for i, d := range x.by {
		if d != 0 {
			out.by[i] = slope * d
		}
	}
	return out
}

// plus adds y to x.
func (x dual) plus(y dual) dual {
	out := dual{x.value + y.value, slices.Clone(x.by)}
	for i, d := range y.by {
		out.by[i] += d
	}
	return out
}

// A term is a node of an expression.
type term interface{ at(values []float64) dual }

type constantTerm float64

func (c constantTerm) at(values []float64) dual {
	return dual{float64(c), make([]float64, len(values))}
}

// nameTerm is a name by its place.
type nameTerm int

func (v nameTerm) at(values []float64) dual {
	d := constantTerm(values[v]).at(values)
	d.by[v] = 1
	return d
}

type sumTerm struct{ x, y term }

func (t sumTerm) at(values []float64) dual { return t.x.at(values).plus(t.y.at(values)) }

type negativeTerm struct{ x term }

func (t negativeTerm) at(values []float64) dual {
	x := t.x.at(values)
	return x.chain(-x.value, -1)
}

type productTerm struct{ x, y term }

func (t productTerm) at(values []float64) dual {
	x, y := t.x.at(values), t.y.at(values)
	out := x.chain(0, y.value).plus(y.chain(0, x.value))
	out.value = x.value * y.value
	return out
}

type quotientTerm struct{ x, y term }

func (t quotientTerm) at(values []float64) dual {
	x, y := t.x.at(values), t.y.at(values)
	q := x.value / y.value
	out := x.chain(0, 1/y.value).plus(y.chain(0, -q/y.value))
	out.value = q
	return out
}

type powerTerm struct{ x, y term }

func (t powerTerm) at(values []float64) dual {
	x, y := t.x.at(values), t.y.at(values)
	p := math.Pow(x.value, y.value)
	out := x.chain(0, y.value*math.Pow(x.value, y.value-1)).plus(y.chain(0, p*math.Log(x.value)))
	out.value = p
	return out
}

// callTerm is a function applied to a term.
type callTerm struct {
	f differentiable
	x term
}

func (t callTerm) at(values []float64) dual {
	x := t.x.at(values)
	return x.chain(t.f(x.value))
}

// A differentiable function gives its value and its slope.
type differentiable func(x float64) (value, slope float64)

var expressionFunctions = map[string]differentiable{
	"log": func(x float64) (float64, float64) { return math.Log(x), 1 / x },
	"exp": func(x float64) (float64, float64) { return math.Exp(x), math.Exp(x) },
	"sqrt": func(x float64) (float64, float64) {
		return math.Sqrt(x), 0.5 / math.Sqrt(x)
	},
}
