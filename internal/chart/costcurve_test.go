package chart_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/planning"
	"github.com/concord-stat/concord/internal/study"
)

// planned is a plan of three estimators, one of which cannot be had at the tightest precision.
func planned() *planning.Report {
	r := &planning.Report{Main: study.Target{Level: "province", Of: "total", CV: 2}}
	for _, line := range []struct {
		estimator string
		costs     []float64
	}{{planning.Expansion, []float64{26_000, 57_000, 89_000, 248_000}}, {planning.Ratio, []float64{12_500, 27_000, 43_000, 141_000}},
		{planning.Regression, []float64{12_400, 25_600, 41_900}}} {
		for i, cost := range line.costs {
			scale := []float64{2, 1.3, 1, 0.5}[i]
			r.Curve = append(r.Curve, planning.Point{Estimator: line.estimator, Scale: scale, Limit: 2 * scale, Cost: cost})
		}
	}
	r.Baseline = &planning.Solution{Cost: 90_675, Tightest: planning.Precision{Share: 1.4}}
	return r
}

func renderCurve(t *testing.T, language string, format chart.Format) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := chart.CostCurveOf(planned(), language).Write(&out, format); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestCostCurveGolden(t *testing.T) {
	for _, language := range []string{"en", "vi"} {
		for _, format := range []chart.Format{chart.SVG, chart.PNG} {
			got := renderCurve(t, language, format)
			path := filepath.Join("testdata", "costcurve-"+language+"."+string(format))
			if *regen {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
				continue
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) && !(format == chart.PNG && alike(t, got, want)) {
				t.Errorf("%s is not as it was: look at it, and rewrite with -regen if it is right", path)
			}
		}
	}
}

func TestCostCurvePDF(t *testing.T) {
	if got := renderCurve(t, "vi", chart.PDF); !bytes.HasPrefix(got, []byte("%PDF")) || !bytes.Equal(got, renderCurve(t, "vi", chart.PDF)) {
		t.Error("no PDF, or another one each time")
	}
}

// TestCostCurveOfNothing: there is nothing to draw where no design meets the targets, and one point is drawn as one.
func TestCostCurveOfNothing(t *testing.T) {
	if c := chart.CostCurveOf(&planning.Report{}, "en"); c != nil {
		t.Errorf("a curve of nothing: %+v", c)
	}
	r := planned()
	r.Curve, r.Baseline = r.Curve[:1], nil
	var out bytes.Buffer
	if err := chart.CostCurveOf(r, "en").Write(&out, chart.SVG); err != nil || bytes.Contains(out.Bytes(), []byte("NaN")) {
		t.Errorf("%v\n%s", err, out.Bytes())
	}
}
