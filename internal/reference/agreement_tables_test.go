package reference

import (
	"fmt"
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
)

func init() {
	registerAgreement("kappa_ase1", crossTableAgrees)
	registerAgreement("raters", sourcesAgree)
	registerAgreement("cc", mcnemarTested)
}

// crossTableAgrees compares what is computed from a cross table.
func crossTableAgrees(e *entry) outcome {
	t := crossTableOf(e)
	f := newFigures(e, "table")
	f.result("bowker", t.Symmetry()) // the call is mcnemar.test, which corrects for continuity with two categories
	f.result("stuart_maxwell", t.StuartMaxwell())
	kappa := t.Kappa(compare.Unweighted)
	f.number("agreement", t.Agreement().Value())
	f.number("expected_agreement", kappa.Expected)
	f.kappa("kappa", t, compare.Unweighted)
	f.kappa("kappa_linear", t, compare.Linear)
	f.kappa("kappa_quadratic", t, compare.Quadratic)
	f.number("kappa_ase0", t.NullSE(compare.Unweighted))
	lower, upper := kappa.Interval(0.95)
	f.vector("kappa_ci", []float64{lower, upper})
	f.number("pabak", t.PABAK().Value)
	f.number("scott_pi", t.ScottPi().Value)
	f.number("gwet_ac1", t.GwetAC1().Value)
	f.number("index_of_inconsistency", t.InconsistencyIndex().Value)
	f.number("gross_difference_rate", 100*t.GrossDifference().Value())
	f.categories(t)
	return f.outcome()
}

func (f *figures) kappa(field string, t compare.CrossTable, w compare.Weights) {
	k := t.Kappa(w)
	f.number(field, k.Value)
	f.number(field+"_ase1", k.SE)
}

// categories compares what is computed category by category.
func (f *figures) categories(t compare.CrossTable) {
	var net []float64
	var rates []map[string]float64
	for i := range t.K() {
		c := t.Category(i)
		net = append(net, c.NetDifference.Value)
		rates = append(rates, map[string]float64{
			"level": float64(i + 1), "sensitivity": c.Sensitivity.Value(), "specificity": c.Specificity.Value(),
			"ppv": c.PPV.Value(), "npv": c.NPV.Value(), "f1": c.F1.Value, "category_kappa": c.Kappa.Value,
		})
	}
	f.vector("net_difference_rate", net)
	var want []map[string]number
	f.field("category", &want, func() error {
		if len(want) != len(rates) {
			return fmt.Errorf("%d categories, want %d", len(rates), len(want))
		}
		for i := range want {
			if err := f.e.tolerance.object(fmt.Sprintf("category[%d]", i), rates[i], want[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// sourcesAgree compares the kappa of several sources.
func sourcesAgree(e *entry) outcome {
	var in struct{ Ratings [][]int64 }
	e.inputs(&in)
	k := must(compare.FleissKappa(in.Ratings))
	f := newFigures(e, "ratings")
	raters := int64(0)
	for _, n := range in.Ratings[0] {
		raters += n
	}
	f.number("raters", float64(raters))
	f.number("subjects", float64(k.N))
	f.number("kappa", k.Value)
	f.number("observed", k.Observed)
	f.number("expected", k.Expected)
	return f.outcome()
}

// mcnemarTested compares tests of two shares of the same persons.
func mcnemarTested(e *entry) outcome {
	d := crossTableOf(e).Discordant(0)
	f := newFigures(e, "table")
	f.result("cc", d.Corrected())
	f.result("plain", d.McNemar())
	f.number("exact_p", d.Exact())
	f.number("mid_p", d.MidP())
	f.number("odds_ratio", d.OddsRatio())
	f.number("difference", d.Difference().Value)
	f.number("difference_se", d.Difference().SE)
	return f.outcome()
}

func crossTableOf(e *entry) compare.CrossTable {
	var in struct{ Table [][]int64 }
	e.inputs(&in)
	return must(compare.NewCrossTable(in.Table))
}

// result compares a test with the field, an object of its statistic, p-value and degrees of freedom.
func (f *figures) result(field string, got analysis.TestResult) {
	var want map[string]number
	f.field(field, &want, func() error {
		ours := map[string]float64{"statistic": got.Statistic, "df": got.NDF, "p_value": got.P}
		return f.e.tolerance.object(field, ours, want)
	})
}

// object compares the numbers of an object. Every one must be ours, too, and null is not a number.
func (t tolerance) object(what string, got map[string]float64, want map[string]number) error {
	for name, w := range want {
		if v, ok := got[name]; !ok || !t.near(v, float64(w)) {
			return fmt.Errorf("%s.%s = %v, want %v", what, name, v, float64(w))
		}
	}
	return nil
}

// TestObject: an object with a figure that is not ours, or not a number where ours is, does not agree.
func TestObject(t *testing.T) {
	ours := map[string]float64{"p": 0.5, "x": math.NaN()}
	for _, tt := range []struct {
		want   map[string]number
		agrees bool
	}{
		{map[string]number{"p": 0.5}, true},
		{map[string]number{"p": 0.5, "x": number(math.NaN())}, true},
		{map[string]number{"p": 0.6}, false},
		{map[string]number{"p": number(math.NaN())}, false},
		{map[string]number{"x": 1}, false},
		{map[string]number{"other": number(math.NaN())}, false},
	} {
		if err := (tolerance{Rel: 1e-8}).object("o", ours, tt.want); (err == nil) != tt.agrees {
			t.Errorf("%v: %v", tt.want, err)
		}
	}
}
