package reference

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/compare"
)

func init() { register("distributions", distributions) }

// TestDistributionsHoldEveryFigure changes the figures of every entry on distributions, one by one.
func TestDistributionsHoldEveryFigure(t *testing.T) {
	holdEveryFigure(t, "distributions", "tolerance", "design")
}

// distributions sends an entry where its shape says: to a survey, to two distributions over categories, to two groups
// over areas, or to two samples of values.
func distributions(e *entry) outcome {
	var fields map[string]json.RawMessage
	e.into("compare", &fields)
	switch {
	case e.has("design"):
		return surveyEntry(e)
	case e.has("counts_a"):
		return twoDistributions(e)
	case fields["area"] != nil:
		return segregated(e)
	case fields["var"] != nil:
		return twoSamples(e)
	case fields["x"] != nil && fields["y"] != nil:
		return weightedSamples(e)
	}
	return unsupported("a comparison of another shape")
}

// A summed is sums over the rows of a data set in which a column has a value, or over all.
type summed struct {
	Agg, By string
	Value   json.RawMessage
}

// counts adds up columns.
func (s summed) counts(t *table, columns []string) (out []float64) {
	in := meeting(t, nil)
	if s.By != "" {
		in = meeting(t, []condition{{s.By, "==", s.Value}})
	}
	for _, c := range columns {
		sum := 0.0
		for i, x := range t.numbers(c) {
			if in[i] {
				sum += x
			}
		}
		out = append(out, sum)
	}
	return out
}

func twoDistributions(e *entry) outcome {
	var in struct {
		Dataset    string
		Categories []string
		A          []float64 `json:"counts_a"`
		B          []float64 `json:"counts_b"`
		Compare    struct{ A, B summed }
	}
	e.inputs(&in)
	f := newFigures(e, "categories", "compare", "counts_a", "counts_b")
	if in.Dataset != "" {
		t := readTable(e.path(in.Dataset))
		f.vector("counts_a", in.Compare.A.counts(t, in.Categories))
		f.vector("counts_b", in.Compare.B.counts(t, in.Categories))
	}
	f.distances(in.A, in.B)
	f.tables(in.A, in.B)
	return f.outcome()
}

// distances compares what is worked out from shares.
func (f *figures) distances(a, b []float64) {
	p, q := shares(a), shares(b)
	f.vector("p", p)
	f.vector("q", q)
	f.number("index_of_dissimilarity", compare.Dissimilarity(a, b))
	f.number("max_abs_diff", compare.MaxDifference(a, b))
	f.number("euclidean", compare.Euclidean(a, b))
	f.number("hellinger", compare.Hellinger(a, b))
	f.number("bhattacharyya_coefficient", compare.BhattacharyyaCoefficient(a, b))
	f.number("bhattacharyya_distance", compare.BhattacharyyaDistance(a, b))
	f.number("kl_pq", compare.KullbackLeibler(a, b))
	f.number("kl_qp", compare.KullbackLeibler(b, a))
	f.number("jeffreys", compare.Jeffreys(a, b))
	f.number("js_divergence", compare.JensenShannon(a, b))
	f.number("js_distance_base2", compare.JensenShannonDistance(a, b))
	f.number("ks_ordered", compare.KolmogorovGroups(a, b))
	f.number("wasserstein_groups", compare.EarthMover(a, b))
	f.number("cramer_von_mises_groups", compare.CramerVonMisesGroups(a, b))
	f.number("entropy_p", compare.Entropy(a))
	f.number("entropy_q", compare.Entropy(b))
}

func shares(counts []float64) []float64 {
	out, all := make([]float64, len(counts)), 0.0
	for _, x := range counts {
		all += x
	}
	for i, x := range counts {
		out[i] = x / all
	}
	return out
}

// tables compares tests of the counts: of the second distribution against the first, and of the first against the
// shares of the second.
func (f *figures) tables(a, b []float64) {
	t, err := compare.NewContingency([][]float64{a, b})
	f.hold(err)
	f.chiSquareTest("chisq_homogeneity", t.Pearson())
	f.chiSquareTest("g_test", t.LikelihoodRatio())
	f.number("cramers_v", t.CramersV())
	f.number("contingency_coefficient", t.ContingencyCoefficient())
	fit, err := compare.NewFit(a, b)
	f.hold(err)
	f.chiSquareTest("gof_chisq", fit.Pearson())
}

// chiSquareTest compares a test with an object of its figures.
func (f *figures) chiSquareTest(field string, got analysis.TestResult) {
	var want map[string]json.RawMessage
	f.field(field, &want, func() error {
		inner := newFigures(&entry{fields: want, tolerance: f.e.tolerance})
		inner.number("statistic", got.Statistic)
		inner.number("df", got.NDF)
		inner.number("p_value", got.P)
		if err := inner.all(); err != nil {
			return fmt.Errorf("%s: %w", field, err)
		}
		return nil
	})
}

func segregated(e *entry) outcome {
	var in struct {
		Dataset string
		Compare struct {
			X, Y, Area string
			Filter     []condition
		}
	}
	e.inputs(&in)
	t := readTable(e.path(in.Dataset))
	of := func(text string) []float64 {
		values, _ := t.expression(text)
		return picked(values, meeting(t, in.Compare.Filter))
	}
	x, y := of(in.Compare.X), of(in.Compare.Y)
	s := compare.Segregate(x, y)
	f := newFigures(e, "compare", "gini_def")
	f.number("n_areas", float64(s.Areas))
	f.number("X", s.X)
	f.number("Y", s.Y)
	f.number("dissimilarity", s.Dissimilarity)
	f.number("isolation", s.Isolation)
	f.number("interaction", s.Interaction)
	f.number("eta2", s.Eta2)
	f.number("theil_h", s.TheilH)
	f.number("gini", s.Gini)
	f.number("delta", compare.Delta(x, of(in.Compare.Area)))
	return f.outcome()
}

func picked(values []float64, in []bool) (out []float64) {
	for i, v := range values {
		if in[i] {
			out = append(out, v)
		}
	}
	return out
}

// twoSamples compares tests on the values of two sets of rows. R takes 1 less the probability of smaller statistics, so
// that what is left of a small one are multiples of 2^-53.
func twoSamples(e *entry) outcome {
	var in struct {
		Dataset string
		Compare struct {
			Var  string
			X, Y []condition
		}
	}
	e.inputs(&in)
	t := readTable(e.path(in.Dataset))
	values, _ := t.expression(in.Compare.Var)
	x, y := picked(values, meeting(t, in.Compare.X)), picked(values, meeting(t, in.Compare.Y))
	f := newFigures(e, "compare")
	f.number("n_x", float64(len(x)))
	f.number("n_y", float64(len(y)))
	k, err := compare.NewKolmogorovSmirnov(x, y)
	f.hold(err)
	w, err := compare.NewWilcoxon(x, y)
	f.hold(err)
	f.number("ks", k.D)
	f.number("ks_p", asComplement(k.Asymptotic()))
	f.differenceOfShares("ks_greater", k.Above)
	f.number("ks_greater_p", asComplement(k.AsymptoticAbove()))
	f.number("wilcoxon_w", w.W)
	f.number("wilcoxon_p", w.P)
	return f.outcome()
}

func asComplement(p float64) float64 { return 1 - (1 - p) }

// differenceOfShares compares a difference of sums of shares that come to 1 both: of one below the last digits of 1
// nothing is known.
func (f *figures) differenceOfShares(field string, got float64) {
	var want number
	f.field(field, &want, func() error {
		within := f.e.tolerance
		within.Abs = math.Max(within.Abs, 0x1p-52)
		if !within.near(got, float64(want)) {
			return fmt.Errorf("%s = %v, want %v", field, got, float64(want))
		}
		return nil
	})
}

// weightedSamples compares two weighted distributions of values. A side is a text: data set, variable, and weight where
// there is one.
func weightedSamples(e *entry) outcome {
	var in struct {
		Compare struct{ X, Y string }
	}
	e.inputs(&in)
	x, wx := weightedColumn(e, in.Compare.X)
	y, wy := weightedColumn(e, in.Compare.Y)
	g, err := compare.GapOf(x, wx, y, wy)
	f := newFigures(e, "compare")
	f.hold(err)
	f.number("ks", g.D)
	f.number("at_value", g.At)
	f.number("ks_signed_max", g.Above)
	f.number("ks_signed_min", g.Below)
	f.number("wasserstein1", g.Wasserstein)
	f.number("n_eff_x", g.NX)
	f.number("n_eff_y", g.NY)
	return f.outcome()
}

// sampleOf reads "DATA VARIABLE by WEIGHT", or without a weight.
func weightedColumn(e *entry, text string) (values, weights []float64) {
	words := strings.Fields(text)
	t := readTable(e.path(filepath.Join("data", words[0]+".csv")))
	if by := slices.Index(words, "by"); by >= 0 {
		weights = t.numbers(words[by+1])
	}
	return t.numbers(words[1]), weights
}
