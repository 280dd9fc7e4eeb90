package reference

import (
	"fmt"
	"math"
	"slices"

	"github.com/concord-stat/concord/analysis"
)

func init() {
	statistics["chisq_independence"], statistics["chisq_gof"] = independenceTested, probabilitiesTested
}

// independenceTested compares tests of independence. The statistic of the first-order test is stated without its
// correction.
func independenceTested(e *entry, s *survey, want target) outcome {
	var version struct{ Statistic string }
	e.into("target", &version)
	row, column := s.t.factor(want.Vars[0]), s.t.factor(want.Vars[1])
	table := analysis.TwoWay{Row: row.Code, Column: column.Code, R: len(row.Levels), C: len(column.Levels)}
	i, err := table.Independence(s, s.domain)
	f := newFigures(e, "design", "target", "method", "r_warnings")
	if f.hold(err); err != nil {
		return f.outcome()
	}
	test, err := independenceTest(e, i, version.Statistic)
	f.hold(err)
	if test.Distribution == analysis.ChiSquare || version.Statistic == "saddlepoint" {
		test.Statistic *= shareThere(s, want.Vars)
	}
	f.test(test)
	f.number("df", s.DF(s.domain))
	return f.outcome()
}

// shareThere is the number of rows of the domain by that of those of them where the variables are there. R survey
// scales the table of the latter to the former, the statistic with it.
func shareThere(s *survey, vars []string) float64 {
	return float64(count(s.t.complete(s.domain, nil))) / float64(count(s.t.complete(s.domain, vars)))
}

func count(rows []bool) (n int) {
	for _, in := range rows {
		if in {
			n++
		}
	}
	return n
}

func independenceTest(e *entry, i *analysis.Independence, version string) (test analysis.TestResult, err error) {
	switch version {
	case "F":
		return i.SecondOrder(), nil
	case "Chisq":
		test = i.FirstOrder()
		test.Statistic = i.X2
		return test, nil
	case "Wald":
		return i.Wald()
	case "adjWald":
		return i.AdjustedWald()
	case "saddlepoint":
		test = i.Saddlepoint(math.Inf(1))
		test.P = saddlepointP(e, i)
		return test, nil
	}
	panic("test " + version)
}

// saddlepointP is the probability that R survey approximates. It takes the deltas for known under replicate weights;
// else it repeats the weight of a chi-square in the denominator as often as d, its degrees of freedom, has whole ones,
// and divides by d all the same, so that the mean of what it divides by is below 1. Where d is whole that is our
// Saddlepoint, unless rounding has left d below.
func saddlepointP(e *entry, i *analysis.Independence) float64 {
	var design struct{ Kind string }
	e.into("design", &design)
	if design.Kind == "replicate" {
		return i.Saddlepoint(math.Inf(1)).P
	}
	d := i.NDF() * i.DF
	at := func(whole float64) float64 { return analysis.FMixtureSaddlepoint(i.X2*whole/d, i.Deltas, whole) }
	nearest := math.Round(d)
	if math.Abs(d-nearest) >= 1e-9*d {
		return at(math.Floor(d))
	}
	var want number
	e.into("p_value", &want)
	if below := at(nearest - 1); e.tolerance.near(below, float64(want)) {
		return below
	}
	return i.Saddlepoint(nearest).P
}

// probabilitiesTested compares tests of given probabilities, which are those of the levels in their order.
func probabilitiesTested(e *entry, s *survey, want target) outcome {
	var given struct{ P []float64 }
	e.into("target", &given)
	v := s.t.factor(want.Vars[0])
	if len(given.P) != len(v.Levels) {
		return unsupported("%d probabilities of %d levels", len(given.P), len(v.Levels))
	}
	g, err := analysis.NewGoodnessOfFit(s, v.Code, given.P, s.domain)
	f := newFigures(e, "design", "target", "method")
	if f.hold(err); err != nil {
		return f.outcome()
	}
	test := g.Satterthwaite()
	f.sumOfSquares("statistic", g.X2, total(s.Weights()))
	f.parameters(map[string]float64{"scale": g.Scale(), "df": test.NDF})
	f.number("p_value", test.P)
	f.spectrum("lambda", g.Lambda)
	f.number("df", s.DF(s.domain))
	if math.IsNaN(test.P) {
		f.looked = append(f.looked, "p_value")
	}
	return f.outcome()
}

// sumOfSquares compares Σ (O-E)²/E with the field, where ΣE is all. Of O and E the last digits are not known; where they
// are alike that is all that is left of the sum, which moves by no more than 2√(X² ΣE) times them.
func (f *figures) sumOfSquares(field string, got, all float64) {
	const lastDigit = 0x1p-52
	var want number
	f.field(field, &want, func() error {
		within := f.e.tolerance
		within.Abs = math.Max(within.Abs, 2*math.Sqrt(float64(want)*all)*lastDigit)
		if !within.near(got, float64(want)) {
			return fmt.Errorf("%s = %v, want %v", field, got, float64(want))
		}
		return nil
	})
}

func total(w []float64) (sum float64) {
	for _, x := range w {
		sum += x
	}
	return sum
}

// spectrum compares eigenvalues with the field. One that is nothing but rounding is as near as the largest lets it be.
func (f *figures) spectrum(field string, got []float64) {
	var want []number
	f.field(field, &want, func() error {
		if len(want) == 0 {
			return f.e.tolerance.vector(field, got, want)
		}
		within := tolerance{Abs: f.e.tolerance.Abs + f.e.tolerance.Rel*math.Abs(float64(slices.Max(want)))}
		return within.vector(field, got, want)
	})
}
