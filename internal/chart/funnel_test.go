package chart_test

import (
	"bytes"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/concord-stat/concord/compare/screen"
	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/results"
)

// screened is a comparison of 400 made-up communes that was screened. Some are registered far too often.
func screened() *results.Comparison {
	const n = 400
	rng := rand.New(rand.NewPCG(3, 1))
	y, se, expected, cost := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range y {
		se[i] = 0.01 * math.Exp(2.7*rng.Float64())
		y[i] = 0.06 + 0.05*rng.NormFloat64() + se[i]*rng.NormFloat64()
		if i%80 == 13 {
			y[i] += 0.5 + rng.Float64()
		}
		expected[i], cost[i] = screen.ErrorExpected(9000, y[i], se[i], 0.05).Persons, 1
	}
	y[399], expected[399] = math.NaN(), math.NaN() // one without a figure
	d := screen.Overdispersion(y, se, 0.06, 0.1)
	priority, share := make([]float64, n), make([]float64, n)
	priority[399], share[399] = math.NaN(), math.NaN()
	for k, s := range screen.Worklist(expected, cost) {
		priority[s.Area], share[s.Area] = float64(k+1), s.Share
	}
	limit := func(level float64, upper bool) func(int) float64 {
		return func(i int) float64 {
			l := screen.NormalLimits(d.Target, d.SE(se[i], screen.Additive), level)
			if upper {
				return l.Upper
			}
			return l.Lower
		}
	}
	outside := func(i int) string {
		z := math.Abs(d.Score(y[i], se[i], screen.Additive))
		switch {
		case z > 3.09:
			return "99.8"
		case z > 1.96:
			return "95"
		}
		return ""
	}
	same := func(text string) func(int) string { return func(int) string { return text } }
	of := func(values []float64) func(int) float64 { return func(i int) float64 { return values[i] } }
	names := []string{"Xã Ngọc Lũng", "Phường Tăng Nhơn Phú", "Xã Đắk Ơ", "Phường Ỷ La", "Xã Thiên Lộc"}
	c := results.New(results.Summary{Level: 0.95, Definitions: []string{"permanent"}}, nil, nil)
	c.Add("screening", columns.Table{
		columns.Texts("level", n, same("commune")), columns.Texts("cell", n, same("total")),
		columns.Texts("definition", n, same("permanent")),
		columns.Texts("area_name", n, func(i int) string { return names[i/80%5] }), columns.Floats("log_ratio", n,
			of(y)), columns.Floats("se", n, of(se)),
		columns.Floats("funnel_lower_95", n, limit(screen.InnerLimits, false)), columns.Floats("funnel_upper_95", n,
			limit(screen.InnerLimits, true)),
		columns.Texts("outside_limits", n, outside), columns.Floats("visit_priority", n, of(priority)),
		columns.Floats("visit_cost", n, of(cost)), columns.Floats("cumulative_share", n, of(share)),
	})
	return c
}

// A writer is a figure.
type writer interface {
	Write(w io.Writer, format chart.Format) error
}

func screeningFigures(t *testing.T, language string) map[string]writer {
	t.Helper()
	funnel, err := chart.FunnelOf(screened(), "commune", "total", language)
	if err != nil {
		t.Fatal(err)
	}
	gain, err := chart.GainCurveOf(screened(), "commune", "total", language)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]writer{"funnel": funnel, "gain": gain}
}

func TestScreeningGolden(t *testing.T) {
	for _, language := range []string{"en", "vi"} {
		for name, figure := range screeningFigures(t, language) {
			for _, format := range []chart.Format{chart.SVG, chart.PNG} {
				var out bytes.Buffer
				if err := figure.Write(&out, format); err != nil {
					t.Fatal(err)
				}
				got, path := out.Bytes(), filepath.Join("testdata", name+"-"+language+"."+string(format))
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
}

// TestScreeningFiguresOfNothing: there is nothing to draw where nothing was screened, and one area is drawn as one.
func TestScreeningFiguresOfNothing(t *testing.T) {
	none := results.New(results.Summary{}, nil, nil)
	for _, c := range []*results.Comparison{none, screened()} {
		funnel, err := chart.FunnelOf(c, "province", "total", "en")
		if funnel != nil || err != nil {
			t.Errorf("a funnel of nothing: %v", err)
		}
		gain, err := chart.GainCurveOf(c, "province", "total", "en")
		if gain != nil || err != nil {
			t.Errorf("a curve of nothing: %v", err)
		}
	}
	one := &chart.Funnel{Points: []chart.FunnelPoint{{Name: "Xã", LogRatio: 0.1, SE: 0.02}}, Target: 0.1}
	var out bytes.Buffer
	if err := one.Write(&out, chart.SVG); err != nil || bytes.Contains(out.Bytes(), []byte("NaN")) {
		t.Errorf("%v\n%s", err, out.Bytes())
	}
}
