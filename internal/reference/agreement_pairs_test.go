package reference

import (
	"math"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
)

func init() {
	registerAgreement("mean_difference", pairsAgree)
	registerAgreement("chapman", listsMatched)
}

// pairsAgree compares the agreement of two columns, or lists.
func pairsAgree(e *entry) outcome {
	x, y := pairsOf(e)
	f := newFigures(e, "compare", "x", "y")
	b := compare.BlandAltmanOf(x, y)
	f.number("n", float64(b.Bias.N))
	f.number("mean_difference", b.Bias.Value)
	f.number("sd_difference", b.SD)
	f.interval("mean_difference_ci", b.Bias)
	lower, upper := b.Limits(1.96)
	f.vector("limits_196", []float64{lower.Value, upper.Value})
	lower, upper = b.Limits(analysis.Quantile(0.975, math.Inf(1)))
	f.vector("limits_exact_z", []float64{lower.Value, upper.Value})
	f.number("se_limit", lower.SE)
	f.interval("lower_limit_ci", lower)
	f.interval("upper_limit_ci", upper)
	p := compare.ProportionalBiasOf(x, y)
	f.number("proportional_bias_r", p.R)
	f.number("proportional_bias_p", p.Test.P)
	c := compare.ConcordanceOf(x, y)
	f.number("ccc", c.Value)
	f.number("ccc_precision_r", c.Precision)
	f.number("ccc_accuracy", c.Accuracy)
	f.vector("ccc_ci", limits(c.FisherInterval(0.95)))
	f.number("rmse", compare.RMSE(x, y).Value)
	f.number("mae", compare.MAE(x, y).Value)
	f.number("mape", compare.MAPE(x, y).Value)
	f.number("malpe", compare.MALPE(x, y).Value)
	return f.outcome()
}

// interval compares the interval of an estimate at 95 % with the field.
func (f *figures) interval(field string, e analysis.Estimate) {
	lower, upper := e.Interval(0.95)
	f.vector(field, []float64{lower, upper})
}

// pairsOf are the two lists of an entry, or columns of its data set, of the rows that meet its filter.
func pairsOf(e *entry) (x, y []float64) {
	var in struct {
		Dataset string
		Compare struct {
			X, Y   string
			Filter []condition
		}
		X, Y []float64
	}
	e.inputs(&in)
	if in.Dataset == "" {
		return in.X, in.Y
	}
	t := readTable(e.path(in.Dataset))
	of := func(name string) (v []float64) {
		meets := meeting(t, in.Compare.Filter)
		for i, number := range t.numbers(name) {
			if meets == nil || meets[i] {
				v = append(v, number)
			}
		}
		return v
	}
	return of(in.Compare.X), of(in.Compare.Y)
}

// listsMatched compares what two matched lists say of the population.
func listsMatched(e *entry) outcome {
	var in struct{ N1, N2, M int64 }
	e.inputs(&in)
	s := must(compare.NewDualSystem(in.N1, in.N2, in.M))
	f := newFigures(e, "n1", "n2", "m")
	petersen, chapman := s.LincolnPetersen(), s.Chapman()
	first, second := s.Coverage()
	f.number("lincoln_petersen", petersen.Value)
	f.number("lincoln_petersen_var", petersen.SE*petersen.SE)
	f.number("chapman", chapman.Value)
	f.number("chapman_var", chapman.SE*chapman.SE)
	f.number("chapman_se", chapman.SE)
	f.interval("chapman_ci_normal", chapman)
	f.vector("chapman_ci_lognormal", limits(compare.LogNormalInterval(chapman, 0.95)))
	f.number("coverage_list1", first.Value())
	f.number("coverage_list2", second.Value())
	f.number("missed_by_both_lp", s.MissedByBoth(petersen).Value)
	return f.outcome()
}
