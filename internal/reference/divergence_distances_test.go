package reference

import (
	"encoding/json"
	"math"
	"slices"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
)

var distances = map[string]func(*given) expected{
	"distribution_distances": givenDistances, "generalised_js": givenGeneralisedJS, "emd_ordered": givenEarthMover,
	"ks_cvm_two_sample": givenSamples, "chi_square_independence": givenTable, "rao_scott": givenRaoScott,
	"design_effect_mean": givenDesignEffect,
}

func init() {
	for method, check := range distances {
		registerMethod("divergence", method, check)
	}
}

// finite is a number, or none where it is infinite: entries have no infinities.
func finite(x float64) float64 {
	if math.IsInf(x, 0) {
		return math.NaN()
	}
	return x
}

func givenDistances(in *given) expected {
	var x struct{ P, Q []float64 }
	in.inputs(&x)
	p, q := x.P, x.Q
	js := compare.JensenShannon(p, q)
	return expected{
		"dissimilarity_pct": 100 * compare.Dissimilarity(p, q), "total_variation": compare.Dissimilarity(p, q),
		"relative_difference_pct": 100 * compare.RelativeDifference(p, q),
		"kl_pq_nats":              finite(compare.KullbackLeibler(p, q)),
		"kl_qp_nats":              finite(compare.KullbackLeibler(q, p)),
		"kl_pq_bits":              finite(compare.Bits(compare.KullbackLeibler(p, q))),
		"js_nats":                 js, "js_bits": compare.Bits(js), "js_distance_bits": compare.JensenShannonDistance(p, q),
		"hellinger": compare.Hellinger(p, q), "hellinger_unnormalised": 2 * compare.Hellinger(p, q),
		"bhattacharyya_coefficient": compare.BhattacharyyaCoefficient(p, q),
		"psi":                       finite(compare.StabilityIndex(p, q, compare.EmptyInfinite)),
		"ks_grouped":                compare.KolmogorovGroups(p, q), "emd_unit_bins": compare.EarthMover(p, q),
		"emd_normalised": compare.EarthMover(p, q) / float64(len(p)-1), "chi2_distance": compare.TriangularDistance(p, q),
		"mean_abs_pct_difference": 100 * compare.MeanDifference(p, q),
	}
}

func givenGeneralisedJS(in *given) expected {
	var x struct {
		Distributions [][]float64
		Weights       []float64
	}
	in.inputs(&x)
	return expected{"gjs_bits": compare.Bits(compare.JensenShannonOf(x.Distributions, x.Weights))}
}

// givenEarthMover compares the values of a class with all values, which are the ordered groups.
func givenEarthMover(in *given) expected {
	var x struct {
		All   []float64 `json:"all_values"`
		Class []float64 `json:"class_values"`
	}
	in.inputs(&x)
	groups := slices.Compact(slices.Sorted(slices.Values(x.All)))
	return expected{
		"emd_normalised": compare.EarthMover(timesIn(x.Class, groups), timesIn(x.All, groups)) / float64(len(groups)-1),
	}
}

// timesIn is how often each group is among values.
func timesIn(values, groups []float64) []float64 {
	out := make([]float64, len(groups))
	for _, v := range values {
		out[slices.Index(groups, v)]++
	}
	return out
}

func givenSamples(in *given) expected {
	var x struct{ X, Y []float64 }
	in.inputs(&x)
	k := must(compare.NewKolmogorovSmirnov(x.X, x.Y))
	c := must(compare.NewCramerVonMises(x.X, x.Y))
	g := must(compare.GapOf(x.X, nil, x.Y, nil))
	return expected{
		"ks_d": k.D, "ks_p_exact": k.Exact(), "cvm_t": c.T, "cvm_p_exact": must(c.Exact()), "wasserstein1": g.Wasserstein,
	}
}

func givenTable(in *given) expected {
	var x struct{ Table [][]float64 }
	in.inputs(&x)
	t := must(compare.NewContingency(x.Table))
	test := t.Pearson()
	return expected{"statistic": test.Statistic, "df": test.NDF, "p_value": test.P, "cramers_v": t.CramersV()}
}

// A clustered is a sample of clusters as entries give it: columns.
type clustered struct {
	Weight     []float64
	Cluster    []json.Number
	Stratum    []json.Number
	Population []float64 `json:"population_psu"`
}

func (c clustered) sample() *analysis.Sample {
	stage := analysis.StageColumns{Unit: codesOf(c.Cluster), Population: c.Population}
	if c.Stratum != nil {
		stage.Stratum = codesOf(c.Stratum)
	}
	return must(analysis.NewSample(analysis.SampleColumns{
		Rows: len(c.Weight), Weights: c.Weight, Stages: []analysis.StageColumns{stage},
	}))
}

func givenRaoScott(in *given) expected {
	var x struct {
		clustered
		Row, Col []string
	}
	in.inputs(&x)
	row, column := factorOfTexts("row", x.Row), factorOfTexts("col", x.Col)
	table := analysis.TwoWay{Row: row.Code, Column: column.Code, R: len(row.Levels), C: len(column.Levels)}
	sample := x.sample()
	i := must(table.Independence(sample, nil))
	first, second := i.FirstOrder(), i.SecondOrder()
	return expected{
		"pearson_x2": i.X2, "df": first.NDF, "mean_generalised_deff": i.X2 / first.Statistic, "first_order_p": first.P,
		"f_statistic": second.Statistic, "f_df1": second.NDF, "f_df2": second.DDF, "f_p": second.P,
		"design_df": sample.DF(nil), "rows": row.Levels, "cols": column.Levels,
	}
}

func givenDesignEffect(in *given) expected {
	var x struct {
		clustered
		Y []float64
	}
	in.inputs(&x)
	est := x.sample().Estimate(analysis.MeanOf(x.Y), nil)
	kish := analysis.KishDeff(x.Weight)
	return expected{
		"mean": est.Values[0], "se": est.SE(0), "deff_vs_srs_without_replacement": est.Deff(0),
		"kish_deff_weights": kish, "n_eff_kish": float64(len(x.Weight)) / kish,
	}
}

func codesOf(labels []json.Number) []int32 {
	text := make([]string, len(labels))
	for i, l := range labels {
		text[i] = l.String()
	}
	return codes(text)
}
