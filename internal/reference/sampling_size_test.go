package reference

import "github.com/concord-stat/concord/sampling/plan"

// proportionSizes holds sizes of samples for a proportion with a margin of error against ours.
func proportionSizes(e *entry) outcome {
	var in struct {
		P, Margin, Deff, Level float64
		N                      number  `json:"N"`
		Size                   number  `json:"n"` // named, lest it be read as N
		Response               float64 `json:"response_rate"`
	}
	e.inputs(&in)
	f := newFigures(e, "p", "margin", "N", "deff", "response_rate", "level")
	f.number("n", plan.SizeProportion(in.P, in.Margin, in.Level, plan.Survey{
		Population: float64(in.N), DesignEffect: in.Deff, ResponseRate: in.Response,
	}))
	return f.outcome()
}

// meanSizes holds sizes of samples for a mean with a coefficient of variation against ours.
func meanSizes(e *entry) outcome {
	var in struct {
		N    number  `json:"N"`
		Size number  `json:"n"` // named, lest it be read as N
		CV   float64 `json:"target_cv"`
		Unit float64 `json:"unit_cv"`
	}
	e.inputs(&in)
	f := newFigures(e, "N", "target_cv", "unit_cv")
	f.number("n", plan.SizeMeanCV(in.Unit, in.CV, plan.Survey{Population: float64(in.N)}))
	return f.outcome()
}

// powersOfProportions holds size and power of the comparison of two proportions against ours.
func powersOfProportions(e *entry) outcome {
	var in struct {
		P1, P2, Alpha, Power float64
		Given                float64 `json:"n_given"`
	}
	e.inputs(&in)
	test := plan.TwoProportions{P1: in.P1, P2: in.P2, Alpha: in.Alpha}
	n, err := test.Size(in.Power)
	f := newFigures(e, "p1", "p2", "alpha", "power", "n_given")
	f.hold(err)
	f.number("n_per_group", n)
	if e.has("n_given") {
		f.number("power_at_n_given", test.Power(in.Given))
	}
	return f.outcome()
}

// powersOfMeans holds the size for a comparison of two means against ours.
func powersOfMeans(e *entry) outcome {
	var in struct{ Delta, SD, Alpha, Power float64 }
	e.inputs(&in)
	n, err := plan.TwoMeans{Difference: in.Delta, SD: in.SD, Alpha: in.Alpha}.Size(in.Power)
	f := newFigures(e, "delta", "sd", "alpha", "power")
	f.hold(err)
	f.number("n_per_group", n)
	return f.outcome()
}

// takes holds the take in two stages, and what a budget pays for, against ours.
func takes(e *entry) outcome {
	var in struct{ C1, C2, Rho, Budget float64 }
	e.inputs(&in)
	m := plan.OptimalTake(in.C1, in.C2, in.Rho)
	f := newFigures(e, "C1", "C2", "rho", "budget")
	f.number("m_opt", m)
	f.number("deff_at_opt", plan.ClusterEffect(m, in.Rho))
	f.number("n_psu", plan.AffordablePSUs(in.Budget, in.C1, in.C2, m))
	return f.outcome()
}

// weightingEffects holds the design effect of unequal weights against ours.
func weightingEffects(e *entry) outcome {
	var weights []float64
	e.into("weights", &weights)
	f := newFigures(e, "weights")
	f.number("deff", plan.WeightingEffect(weights))
	f.number("n_eff", plan.EffectiveSize(weights))
	return f.outcome()
}
