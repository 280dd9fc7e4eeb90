package reference

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

func init() {
	register("tests", surveyEntry)
	statistics["glm"], statistics["wald_term"] = modelFitted, termTested
}

// A modelTarget is what entries on models ask for.
type modelTarget struct{ Formula, Family, Term string }

// readModel fits the model of an entry, as R does without the columns that are combinations of those before them. It
// stops where R's iteration did.
func readModel(e *entry, s *survey) (f formula, fit *analysis.ModelFit, want modelTarget) {
	e.into("target", &want)
	f = parseFormula(want.Formula)
	m, domain := f.model(s.t, want.Family, s.domain)
	m.Stop = stopOf(e)
	fit, err := m.Fit(s, domain)
	if collinear := (*analysis.CollinearError)(nil); errors.As(err, &collinear) {
		m.Columns = slices.DeleteFunc(m.Columns, func(c analysis.ModelColumn) bool {
			return slices.Contains(collinear.Columns, c.Name)
		})
		fit, err = m.Fit(s, domain)
	}
	mustSucceed(err)
	if _, ok := s.Survey.(*analysis.Replicates); ok {
		fit.ResidualDF = s.DF(s.domain) + 1 - float64(fit.Len()) // R leaves rows without a value in
	}
	return f, fit, want
}

// stopOf is the change of the deviance at which the call of an entry has R's iteration stop, 1e-8 where it says none.
func stopOf(e *entry) float64 {
	var call string
	e.into("call", &call)
	_, after, ok := strings.Cut(call, "epsilon=")
	if !ok {
		return 1e-8
	}
	return must(strconv.ParseFloat(after[:strings.IndexAny(after, ",)")], 64))
}

// modelFitted compares coefficients with all that comes with them.
func modelFitted(e *entry, s *survey, want target) outcome {
	if odd := strangers(want.fields, "stat", "formula", "family"); odd != nil {
		return unsupported("%s with %s", want.Stat, strings.Join(odd, ", "))
	}
	_, fit, _ := readModel(e, s)
	f := newFigures(e, "design", "target")
	f.names(fit.Model.Names())
	f.looked = append(f.looked, "labels")
	f.vector("estimate", fit.Values)
	var se, t, p []float64
	var list []analysis.Estimate
	for i := range fit.Len() {
		test := fit.Test(i)
		se, t, p = append(se, fit.SE(i)), append(t, test.Statistic), append(p, test.P)
		list = append(list, fit.At(i))
	}
	f.vector("se", se)
	f.covariance("vcov", square(fit.Estimates))
	f.number("df_residual", fit.ResidualDF)
	f.vector("t", t)
	f.vector("p_value", p)
	f.intervals(list)
	f.number("deviance", fit.Deviance*domainShare(s, fit))
	f.number("df", s.DF(s.domain))
	return f.outcome()
}

// names compares the labels of coefficients, which R writes with blanks about some operators.
func (f *figures) names(got []string) {
	var want []string
	f.e.into("labels", &want)
	for i := range want {
		want[i] = blankless(want[i])
	}
	if !slices.Equal(got, want) {
		f.hold(fmt.Errorf("coefficients of %q, want %q", got, want))
	}
}

// domainShare is the factor from a mean weight of 1 over the rows of a fit to one over the rows of the domain, those that
// the model lacks a value of with them, as R survey scales weights.
func domainShare(s *survey, fitted *analysis.ModelFit) float64 {
	all := s.Estimate(analysis.TotalOf(slices.Repeat([]float64{1}, s.t.rows)), s.domain)
	return (fitted.SumWeights / float64(fitted.N)) / (all.SumWeights / float64(all.N))
}

// termTested compares Wald tests of the terms of a model.
func termTested(e *entry, s *survey, want target) outcome {
	if odd := strangers(want.fields, "stat", "formula", "family", "term"); odd != nil {
		return unsupported("%s with %s", want.Stat, strings.Join(odd, ", "))
	}
	formula, fit, model := readModel(e, s)
	test, err := fit.Wald(formula.columnsOf(model.Term, fit.Model)...)
	f := newFigures(e, "design", "target")
	f.hold(err)
	f.test(test)
	f.number("df", s.DF(s.domain))
	return f.outcome()
}

// test compares a test whose distribution is Student's or F.
func (f *figures) test(got analysis.TestResult) {
	f.number("statistic", got.Statistic)
	f.parameter(got)
	f.number("p_value", got.P)
}

// parameter compares the degrees of freedom of a test.
func (f *figures) parameter(got analysis.TestResult) {
	switch got.Distribution {
	case analysis.StudentT:
		f.parameters(map[string]float64{"df": got.DDF})
	case analysis.FisherF:
		f.parameters(map[string]float64{"ndf": got.NDF, "ddf": got.DDF})
	case analysis.ChiSquare:
		f.parameters(map[string]float64{"df": got.NDF})
	}
}

// parameters compares an object of numbers with the field.
func (f *figures) parameters(got map[string]float64) {
	var want map[string]number
	f.field("parameter", &want, func() error {
		for name, v := range want {
			if err := f.e.tolerance.vector("parameter "+name, []float64{got[name]}, []number{v}); err != nil {
				return err
			}
		}
		return nil
	})
}
