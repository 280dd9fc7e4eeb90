package analysis_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/mat"
)

// threeAreas are two areas with a direct estimate and one without, and a broad area of two groups.
func threeAreas() (direct []analysis.AreaEstimate, broad *analysis.Estimates, x [][]float64) {
	inf := math.Inf(1)
	direct = analysis.DirectAreas([]analysis.Estimate{
		{Value: 0.5, SE: 0.1, DF: inf, N: 20}, {Value: 0.1, SE: 0.05, DF: inf, N: 50}, {Value: math.NaN(), SE: math.NaN()},
	})
	broad = &analysis.Estimates{Values: []float64{0.2, 0.4}, Cov: mat.NewSymDense(2, []float64{4e-4, 1e-4, 1e-4, 9e-4})}
	return direct, broad, [][]float64{{0.5, 0.5}, {1, 0}, {0.25, 0.75}}
}

// TestSyntheticAreas by hand: values x'b, variances x'Cx, and the mean squared bias of the two areas with a direct
// estimate,
//
//	{(0.3-0.5)² - 0.01 - 3.75e-4 + (0.2-0.1)² - 0.0025 - 4e-4}/2 = 0.0183625
func TestSyntheticAreas(t *testing.T) {
	direct, broad, x := threeAreas()
	const bias = 0.0183625
	for d, want := range []struct{ value, variance float64 }{{0.3, 3.75e-4}, {0.2, 4e-4}, {0.35, 5.6875e-4}} {
		e := analysis.SyntheticAreas(broad, x, direct)[d]
		if e.Label() != "synthetic" || !closeTo(e.Value, want.value, 1e-12) || !closeTo(e.G2, want.variance, 1e-12) ||
			!closeTo(e.MSE, want.variance+bias, 1e-12) || e.Shrinkage != 1 {
			t.Errorf("area %d: %+v, want %v and %v", d, e, want, want.variance+bias)
		}
	}
}

// TestSyntheticAreasRefuse: no covariates, no estimate; and none at all where nothing tells the bias.
func TestSyntheticAreasRefuse(t *testing.T) {
	direct, broad, x := threeAreas()
	x[2][1] = math.NaN()
	if e := analysis.SyntheticAreas(broad, x, direct)[2]; e.Label() != "refused: covariates missing" || !math.IsNaN(e.Value) {
		t.Errorf("%+v", e)
	}
	none := analysis.DirectAreas(make([]analysis.Estimate, 3))
	for d, e := range analysis.SyntheticAreas(broad, x, none)[:2] {
		if e.Label() != "refused: bias of synthetic estimates unknown" || !math.IsNaN(e.Value) || math.IsNaN(e.Synthetic) {
			t.Errorf("area %d: %+v", d, e)
		}
	}
}

// TestOptimalComposite by hand; of all weights it has the least of the mean squared error it states.
func TestOptimalComposite(t *testing.T) {
	direct, broad, x := threeAreas()
	synthetic := analysis.SyntheticAreas(broad, x, direct)
	out := analysis.OptimalComposite(direct, synthetic)
	for d := range 2 {
		v, s, e := direct[d].MSE, synthetic[d].MSE, out[d]
		phi := s / (v + s)
		if e.Label() != "composite" || !closeTo(e.Value, phi*direct[d].Value+(1-phi)*synthetic[d].Value, 1e-12) ||
			!closeTo(e.MSE, v*s/(v+s), 1e-12) || !closeTo(e.Shrinkage, 1-phi, 1e-12) {
			t.Errorf("area %d: %+v", d, e)
		}
	}
	if e := out[2]; e.Label() != "synthetic" || e.Value != synthetic[2].Value || e.MSE != synthetic[2].MSE {
		t.Errorf("without a sample: %+v, want the synthetic estimate", out[2])
	}
}

// TestSizeDependentComposite: N̂/N of 0.4 gives φ = 0.4, or 0.2 where δ is 2; one above 1 gives the direct estimate.
func TestSizeDependentComposite(t *testing.T) {
	direct, broad, x := threeAreas()
	synthetic := analysis.SyntheticAreas(broad, x, direct)
	for delta, phi := range map[float64]float64{1: 0.4, 2: 0.2} {
		out, err := analysis.SizeDependentComposite(direct, synthetic, []float64{40, 250, 0}, []float64{100, 100, 70}, delta)
		if err != nil {
			t.Fatal(err)
		}
		if e := out[0]; !closeTo(e.Value, phi*0.5+(1-phi)*0.3, 1e-12) ||
			!closeTo(e.MSE, phi*phi*0.01+(1-phi)*(1-phi)*synthetic[0].MSE, 1e-12) {
			t.Errorf("δ = %v: %+v", delta, e)
		}
		if e := out[1]; e.Value != 0.1 || e.Shrinkage != 0 || e.Kind != analysis.Composite {
			t.Errorf("δ = %v: %+v, want the direct estimate", delta, e)
		}
	}
	_, err := analysis.SizeDependentComposite(direct, synthetic, []float64{40, 1, 1}, []float64{100, 0, 1}, 1)
	if err == nil || !strings.Contains(err.Error(), "area 1 has 0 persons, estimated as 1") {
		t.Error(err)
	}
}

// TestDirectAreas: a value without a standard error is kept, and is no estimate; one without persons is none.
func TestDirectAreas(t *testing.T) {
	out := analysis.DirectAreas([]analysis.Estimate{{Value: 2, SE: 3, N: 1}, {Value: 2, SE: math.NaN(), N: 1}, {Value: 0, N: 0}})
	for d, want := range []string{"direct", "refused: variance unknown", "refused: nobody sampled"} {
		if out[d].Label() != want || (out[d].Kind == analysis.Refused) != math.IsNaN(out[d].Value) {
			t.Errorf("area %d: %+v, want %q", d, out[d], want)
		}
	}
	if out[1].Direct != 2 || out[0].MSE != 9 || out[0].Interval(0.9).Basis != analysis.DesignBased {
		t.Errorf("%+v", out)
	}
	neither := analysis.OptimalComposite(out[2:], out[2:])[0]
	if neither.Label() != "refused: neither a direct nor a synthetic estimate" {
		t.Errorf("label %q", neither.Label())
	}
}

// TestFayHerriotMissingCovariates: an area that the register lacks keeps its direct estimate, or is refused; the others
// do not notice.
func TestFayHerriotMissingCovariates(t *testing.T) {
	nan := math.NaN()
	data := analysis.AreaData{
		Direct: []float64{1, 7, -4, 12, 3, 30}, Variance: []float64{1, 2, 3, 1, 2, 3},
		X: [][]float64{{1, 0}, {1, 1}, {1, 2}, {1, 3}, {1, 5}, {1, 8}},
	}
	want := fitAreas(t, data, analysis.REML)
	data.Direct, data.Variance = append(data.Direct, 9, nan), append(data.Variance, 4, nan)
	data.X = append(data.X, []float64{1, nan}, []float64{1, nan})
	got := fitAreas(t, data, analysis.REML)
	if got.A != want.A || got.Sampled != 6 || got.Areas[5] != want.Areas[5] {
		t.Errorf("the fit differs: %+v, want %+v", got, want)
	}
	if e := got.Areas[6]; e.Label() != "direct" || e.Value != 9 || e.MSE != 4 || !math.IsNaN(e.Synthetic) {
		t.Errorf("%+v", e)
	}
	if e := got.Areas[7]; e.Label() != "refused: covariates missing" || !math.IsNaN(e.MSE) {
		t.Errorf("%+v", e)
	}
	if got.Notes != analysis.AreasRefused|analysis.AreasOutOfModel {
		t.Errorf("notes %q", got.Notes.Texts())
	}
	z, sum := got.Standardised(), 0.0
	for _, v := range z[:6] {
		sum += v * v
	}
	// Under REML with A above 0, Σ (y - x'β̂)²/(A+D) is near m - p.
	if !math.IsNaN(z[6]) || !math.IsNaN(z[7]) || sum < 3 || sum > 5 {
		t.Errorf("standardised residuals %v", z)
	}
}

func ExampleFirstOf() {
	direct := analysis.DirectAreas([]analysis.Estimate{{Value: 0.31, SE: 0.04, N: 130}, {N: 0}, {N: 0}})
	model := []analysis.AreaEstimate{
		{Kind: analysis.AreaEBLUP, Value: 0.29}, {Kind: analysis.Synthetic, Value: 0.27},
		{Kind: analysis.Refused, Refusal: analysis.NoCovariates},
	}
	for _, e := range analysis.FirstOf(direct, model) {
		fmt.Println(e.Label())
	}
	// Output:
	// direct
	// synthetic
	// refused: covariates missing
}
