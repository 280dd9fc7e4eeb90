package reference

import (
	"math"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare/screen"
)

func init() {
	for method, check := range map[string]func(*given) expected{
		"funnel_poisson_limits":     funnelPoisson,
		"funnel_proportion_limits":  funnelProportion,
		"funnel_overdispersion":     funnelOverdispersion,
		"james_stein":               jamesStein,
		"hierarchical_shrinkage_dl": hierarchicalShrinkage,
		"fay_herriot_reml":          fayHerriotREML,
	} {
		registerMethod("divergence", method, check)
	}
}

func funnelPoisson(in *given) expected {
	var x struct {
		Expected []float64 `json:"expected_counts"`
		Target   float64
	}
	in.inputs(&x)
	var inner, outer funnelLimits
	for _, e := range x.Expected {
		inner.add(screen.PoissonLimits(e, x.Target, screen.InnerLimits))
		outer.add(screen.PoissonLimits(e, x.Target, screen.OuterLimits))
	}
	return expected{"ll95": inner.lower, "ul95": inner.upper, "ll998": outer.lower, "ul998": outer.upper}
}

// funnelProportion gives percent; its limits are named by 2 and 3 standard errors, and are those of 95 % and 99.8 %.
func funnelProportion(in *given) expected {
	var x struct {
		Baseline float64
		N        []float64
	}
	in.inputs(&x)
	var inner, outer funnelLimits
	for _, n := range x.N {
		inner.add(screen.ProportionLimits(x.Baseline, n, screen.InnerLimits))
		outer.add(screen.ProportionLimits(x.Baseline, n, screen.OuterLimits))
	}
	percent := func(share []float64) []float64 { return each(share, func(v float64) float64 { return 100 * v }) }
	return expected{"low2s": percent(inner.lower), "high2s": percent(inner.upper), "low3s": percent(outer.lower),
		"high3s": percent(outer.upper)}
}

// funnelLimits are those of several areas.
type funnelLimits struct{ lower, upper []float64 }

func (l *funnelLimits) add(one screen.Limit) {
	l.lower, l.upper = append(l.lower, one.Lower), append(l.upper, one.Upper)
}

func funnelOverdispersion(in *given) expected {
	var x struct {
		Numerator, Denominator []float64
		Cut                    float64 `json:"winsorise_each_tail"`
	}
	in.inputs(&x)
	part, whole := 0.0, 0.0
	for i := range x.Numerator {
		part, whole = part+x.Numerator[i], whole+x.Denominator[i]
	}
	theta := part / whole
	y, se := make([]float64, len(x.Numerator)), make([]float64, len(x.Numerator))
	for i, n := range x.Denominator {
		y[i], se[i] = x.Numerator[i]/n, math.Sqrt(theta*(1-theta)/n)
	}
	d := screen.Overdispersion(y, se, theta, x.Cut)
	multiplied, added := make([]float64, len(y)), make([]float64, len(y))
	for i := range y {
		multiplied[i], added[i] = d.Score(y[i], se[i], screen.Multiplicative), d.Score(y[i], se[i], screen.Additive)
	}
	return expected{"theta": theta, "z": d.Z, "z_winsorised": d.Winsorised, "phi": d.Phi, "tau2": d.Tau2,
		"z_multiplicative": multiplied, "z_additive": added}
}

func jamesStein(in *given) expected {
	var x struct {
		Y []float64
		N float64 `json:"binomial_n"`
	}
	in.inputs(&x)
	mean := 0.0
	for _, y := range x.Y {
		mean += y / float64(len(x.Y))
	}
	variance := mean * (1 - mean) / x.N
	s := screen.ShrinkJamesStein(x.Y, variance)
	return expected{"grand_mean": s.Mean, "sampling_variance": variance, "shrinkage_kept": s.Kept, "estimate": s.Value}
}

func hierarchicalShrinkage(in *given) expected {
	var x struct{ Y, Variance []float64 }
	in.inputs(&x)
	f := screen.FitDerSimonianLaird(x.Y, x.Variance)
	shrunken, kept := f.Shrink(x.Y, x.Variance)
	return expected{"fixed_effect": f.Fixed, "q": f.Q, "i2_pct": 100 * f.I2, "tau2": f.Tau2, "mean": f.Mean, "se": f.SE,
		"shrunken": shrunken, "shrinkage_weight": kept}
}

// fayHerriotREML holds the model of areas, and what screening makes of it, against the entry.
func fayHerriotREML(in *given) expected {
	var x struct {
		Y, Variance []float64
		X           [][]float64 `json:"design_matrix"`
	}
	in.inputs(&x)
	m, err := analysis.FitFayHerriot(analysis.AreaData{Direct: x.Y, Variance: x.Variance, X: x.X}, analysis.REML)
	if err != nil {
		panic(err)
	}
	a := screen.Areas{Value: x.Y, Variance: x.Variance, X: make([][]float64, len(x.X))}
	for i, row := range x.X {
		a.X[i] = row[1:]
	}
	f, err := screen.Shrink(a, screen.Options{Tail: screen.NormalTail})
	if err != nil {
		panic(err)
	}
	values, kept, mse := make([]float64, len(x.Y)), make([]float64, len(x.Y)), make([]float64, len(x.Y))
	for i, e := range f.Areas {
		values[i], kept[i], mse[i] = e.Value, e.Kept, m.Areas[i].MSE
	}
	return expected{"area_variance": f.Tau2[0], "beta": f.Beta, "eblup": values, "gamma": kept, "mse": mse}
}
