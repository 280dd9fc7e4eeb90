package analysis

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Contrasts are linear combinations of estimates, one for every row of coefficients, with the covariance
//
//	c = Cθ̂,  V(c) = C V(θ̂) C'
//
// It panics where a row has not one coefficient an estimate. Differences between domains are contrasts of the estimates
// of ByDomain.
func (e *Estimates) Contrasts(coefficients ...[]float64) *Estimates {
	values := make([]float64, len(coefficients))
	for i, c := range coefficients {
		if len(c) != e.Len() {
			panic(fmt.Sprintf("analysis: %d coefficients for %d estimates", len(c), e.Len()))
		}
		for j, x := range c {
			if x != 0 { // a contrast does not suffer from an estimate it does not have
				values[i] += x * e.Values[j]
			}
		}
	}
	return e.transformed(values, coefficients)
}

// Functions are functions of estimates by the delta method: for g of the estimates, with ∇g their derivatives at the
// estimates,
//
//	V(g(θ̂)) = ∇g(θ̂)' V(θ̂) ∇g(θ̂)
//
// and so for covariances. names are those of the estimates. The error names one in an expression that there is not.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 5.5.
func (e *Estimates) Functions(names []string, of ...*Expression) (*Estimates, error) {
	if len(names) != e.Len() {
		panic(fmt.Sprintf("analysis: %d names for %d estimates", len(names), e.Len()))
	}
	values, gradients := make([]float64, len(of)), make([][]float64, len(of))
	for i, g := range of {
		places, err := placesOf(g.names, names)
		if err != nil {
			return nil, err
		}
		at, by := g.At(pick(e.Values, places))
		values[i], gradients[i] = at, make([]float64, e.Len())
		for j, place := range places {
			gradients[i][place] = by[j]
		}
	}
	return e.transformed(values, gradients), nil
}

// placesOf are the places of the names wanted.
func placesOf(wanted, names []string) ([]int, error) {
	places := make([]int, len(wanted))
	for i, name := range wanted {
		if places[i] = slices.Index(names, name); places[i] < 0 {
			return nil, fmt.Errorf("analysis: no estimate %q: there are %q", name, names)
		}
	}
	return places, nil
}

// transformed are estimates that go with others by a matrix of derivatives, one row each. A derivative of 0 leaves out
// what it multiplies, so that a contrast does not suffer from an estimate it does not have.
func (e *Estimates) transformed(values []float64, by [][]float64) *Estimates {
	out := &Estimates{Values: values, DF: e.DF, N: e.N, Notes: e.Notes, SumWeights: e.SumWeights}
	out.Cov = transformedCovariance(e.Cov, by)
	for range values {
		out.Simple = append(out.Simple, math.NaN())
	}
	return out
}

// transformedCovariance is B V B'.
func transformedCovariance(v *mat.SymDense, by [][]float64) *mat.SymDense {
	if len(by) == 0 {
		return &mat.SymDense{}
	}
	out := mat.NewSymDense(len(by), nil)
	for i, a := range by {
		for j := i; j < len(by); j++ {
			out.SetSym(i, j, quadraticForm(a, v, by[j]))
		}
	}
	return out
}

// quadraticForm is a'Vb, without the terms where a or b is 0.
func quadraticForm(a []float64, v *mat.SymDense, b []float64) (q float64) {
	for i, x := range a {
		if x == 0 {
			continue
		}
		row := 0.0
		for j, y := range b {
			if y != 0 {
				row += v.At(i, j) * y
			}
		}
		q += x * row
	}
	return q
}
