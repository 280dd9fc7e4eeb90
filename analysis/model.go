package analysis

import (
	"fmt"
	"math"
)

// A Family is a link of the mean μ to the linear predictor η = Xβ + offset, with the variance of the response as it
// goes with the mean. All are canonical. The variance is known up to a factor, which design-based standard errors do
// without.
type Family uint8

const (
	Gaussian      Family = iota // η = μ, constant variance
	QuasiBinomial               // η = log(μ/(1-μ)), variance μ(1-μ): shares in [0, 1]
	QuasiPoisson                // η = log μ, variance μ: counts and rates from 0 on
)

var familyNames = []string{"gaussian", "quasibinomial", "quasipoisson"}

// String is the name by which ParseFamily knows it.
func (f Family) String() string { return nameOf(f, familyNames, "Family") }

// ParseFamily reads gaussian, quasibinomial or quasipoisson.
func ParseFamily(name string) (Family, error) {
	return valueOf[Family](name, familyNames, "family %q")
}

// mean is μ at η, with its derivative, which is the variance at μ.
func (f Family) mean(eta float64) (mu, variance float64) {
	switch f {
	case QuasiBinomial:
		e := math.Exp(-math.Abs(eta))
		mu = 1 / (1 + e)
		if eta < 0 {
			mu = e / (1 + e)
		}
		return mu, e / ((1 + e) * (1 + e))
	case QuasiPoisson:
		mu = math.Exp(eta)
		return mu, mu
	}
	return eta, 1
}

// residual is y - μ at η, without loss of digits where μ is near 1.
func (f Family) residual(y, eta float64) float64 {
	mu, _ := f.mean(eta)
	if f != QuasiBinomial {
		return y - mu
	}
	rest, _ := f.mean(-eta)
	return float64(y*rest) - float64((1-y)*mu)
}

// link is η at μ.
func (f Family) link(mu float64) float64 {
	switch f {
	case QuasiBinomial:
		return math.Log(mu) - math.Log1p(-mu)
	case QuasiPoisson:
		return math.Log(mu)
	}
	return mu
}

// deviance is what a response y adds to the deviance where the mean is μ: twice the log likelihood lost.
func (f Family) deviance(y, mu float64) float64 {
	switch f {
	case QuasiBinomial:
		return 2 * (timesLog(y, y/mu) + timesLog(1-y, (1-y)/(1-mu)))
	case QuasiPoisson:
		return 2 * (timesLog(y, y/mu) - (y - mu))
	}
	return (y - mu) * (y - mu)
}

// timesLog is y log r, and 0 where y is 0.
func timesLog(y, r float64) float64 {
	if y == 0 {
		return 0
	}
	return y * math.Log(r)
}

// inside is a mean near a response y that is none of the limits, for a row of weight w, 1 being the mean.
func (f Family) inside(y, w float64) float64 {
	switch f {
	case QuasiBinomial:
		return (w*y + 0.5) / (w + 1)
	case QuasiPoisson:
		return y + 0.1
	}
	return y
}

// allows tells whether a response can be one of the family.
func (f Family) allows(y float64) bool {
	switch {
	case math.IsNaN(y) || math.IsInf(y, 0):
		return false
	case f == QuasiBinomial:
		return 0 <= y && y <= 1
	case f == QuasiPoisson:
		return y >= 0
	}
	return true
}

// A Model is a generalised linear model: a response, and the columns of the model matrix with their names, one value a
// row. Columns has the intercept where there is to be one; ModelColumns makes columns of factors and interactions.
type Model struct {
	Family   Family
	Response []float64
	Columns  []ModelColumn
	Offset   []float64 // added to the linear predictor; nil for none

	// Stop ends the iteration when the deviance changes by less than this, relative to itself, with the covariance at
	// the working weights of the step before: what R's glm does, at 1e-8, with an error of some 1e-7 in standard
	// errors. 0 is to go on until nothing moves any more.
	Stop float64
}

// A ModelColumn is a column of a model matrix.
type ModelColumn struct {
	Name   string
	Values []float64
	Term   int // of those given to ModelColumns; -1 for the intercept
}

// Names are those of the columns, and so of the coefficients.
func (m Model) Names() []string {
	names := make([]string, len(m.Columns))
	for j, c := range m.Columns {
		names[j] = c.Name
	}
	return names
}

// check finds what cannot be fitted in the rows of weight other than 0.
func (m Model) check(w []float64) error {
	m.mustHaveRows(len(w))
	if int(counted(w)) < len(m.Columns) {
		return fmt.Errorf("analysis: a model of %d coefficients on %d rows: leave out terms",
			len(m.Columns), counted(w))
	}
	for i, x := range w {
		switch {
		case x == 0:
		case !m.Family.allows(m.Response[i]):
			return fmt.Errorf("analysis: the response on row %d is %v, which no %v response is: leave out rows where "+
				"it is missing", i, m.Response[i], m.Family)
		case m.Offset != nil && math.IsNaN(m.Offset[i]-m.Offset[i]):
			return fmt.Errorf("analysis: the offset on row %d is %v: leave out rows where it is missing",
				i, m.Offset[i])
		}
	}
	for _, c := range m.Columns {
		for i, x := range w {
			if x != 0 && math.IsNaN(c.Values[i]-c.Values[i]) {
				return fmt.Errorf("analysis: %s on row %d is %v: leave out rows where it is missing",
					c.Name, i, c.Values[i])
			}
		}
	}
	return nil
}

func (m Model) mustHaveRows(n int) {
	if len(m.Columns) == 0 {
		panic("analysis: a model without columns")
	}
	mustHave(m.Response, n)
	if m.Offset != nil {
		mustHave(m.Offset, n)
	}
	for _, c := range m.Columns {
		mustHave(c.Values, n)
	}
}
