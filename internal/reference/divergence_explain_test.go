package reference

import (
	"math"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/compare/explain"
)

func init() {
	registerMethod("divergence", "bland_altman", limitsOfAgreement)
	registerMethod("divergence", "kitagawa", compositionAndRates)
	registerMethod("divergence", "das_gupta_product", factorsParted)
	registerMethod("divergence", "direct_standardisation", directRate)
	registerMethod("divergence", "indirect_standardisation", indirectRate)
	registerMethod("divergence", "level_structure_split", levelAndStructure)
}

func limitsOfAgreement(g *given) expected {
	var in struct{ X, Y []float64 }
	g.inputs(&in)
	b := compare.BlandAltmanOf(in.X, in.Y)
	lower, upper := b.TwoSDLimits()
	lower196, upper196 := b.Limits(1.96)
	return expected{
		"n": int(b.Bias.N), "bias": b.Bias.Value, "sd": b.SD, "se_bias": b.Bias.SE, "ci_bias": around(b.Bias),
		"loa_2sd": []float64{lower.Value, upper.Value}, "loa_196": []float64{lower196.Value, upper196.Value},
		"ci_lower_loa_2sd": around(lower), "ci_upper_loa_2sd": around(upper),
	}
}

// around is the interval of an estimate at 95 %.
func around(e analysis.Estimate) []float64 {
	lower, upper := e.Interval(0.95)
	return []float64{lower, upper}
}

func compositionAndRates(g *given) expected {
	var in struct{ Size1, Rate1, Size2, Rate2 []float64 }
	g.inputs(&in)
	k := must(explain.NewKitagawa(
		explain.Population{Size: in.Size1, Rate: in.Rate1}, explain.Population{Size: in.Size2, Rate: in.Rate2}))
	three := k.ThreePart
	return expected{
		"crude1": k.Crude[0].Value, "crude2": k.Crude[1].Value, "difference": k.Difference.Value,
		"composition_effect": k.Composition.Value, "rate_effect": k.Rate.Value,
		"composition_share_pct": k.CompositionPct(),
		"rate_standardised_1":   k.RateStandardised[0].Value, "rate_standardised_2": k.RateStandardised[1].Value,
		"three_part": map[string]float64{
			"composition": three.Composition.Value, "rate": three.Rate.Value, "interaction": three.Interaction.Value,
		},
	}
}

func factorsParted(g *given) expected {
	var in struct{ Population1, Population2 []float64 }
	g.inputs(&in)
	d := explain.DasGuptaProduct(known(in.Population1), known(in.Population2))
	effects, pct := make([]float64, len(d.Parts)), make([]float64, len(d.Parts))
	for i, p := range d.Parts {
		effects[i], pct[i] = p.Value, d.Pct(i)
	}
	return expected{"effects": effects, "difference": d.Difference.Value, "share_pct": pct}
}

// known are values without error.
func known(v []float64) []analysis.Estimate {
	e := make([]analysis.Estimate, len(v))
	for i, x := range v {
		e[i] = analysis.Estimate{Value: x, DF: math.Inf(1)}
	}
	return e
}

func directRate(g *given) expected {
	var in struct{ Count, Population, Standard []float64 }
	g.inputs(&in)
	r := must(analysis.DirectlyStandardised(in.Count, in.Population, in.Standard))
	own := must(analysis.DirectlyStandardised(in.Count, in.Population, in.Population))
	return expected{
		"crude": own.Rate, "adjusted": r.Rate, "variance": r.Variance, "ci_gamma": limits(r.Gamma(0.95)),
	}
}

func indirectRate(g *given) expected {
	var in struct {
		Count, Population  []float64
		StandardCount      []float64 `json:"standard_count"`
		StandardPopulation []float64 `json:"standard_population"`
	}
	g.inputs(&in)
	r := must(analysis.IndirectlyStandardised(in.Count, in.Population, in.StandardCount, in.StandardPopulation))
	return expected{
		"observed": r.Observed, "expected": r.Expected, "ratio": r.Ratio(), "crude": r.Crude, "adjusted_rate": r.Rate(),
	}
}

func levelAndStructure(g *given) expected {
	var in struct{ Register, Census []float64 }
	g.inputs(&in)
	level, structure := explain.LevelStructure(in.Register, in.Census)
	r, c := analysis.Sum(in.Register), analysis.Sum(in.Census)
	return expected{
		"total_difference": r - c, "total_difference_pct_of_census": 100 * (r - c) / c,
		"level_part": level, "structure_part": structure,
		"structure_abs_share_pct": 100 * explain.StructureShare(structure, in.Register),
	}
}
