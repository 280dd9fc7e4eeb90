package analysis_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
)

// shuffledPeople are rows in PSUs in strata, with codes and cells.
type shuffledPeople struct {
	w, y, x                  []float64
	psu, stratum, a, b, cell []int32
}

func newShuffledPeople(rng *rand.Rand, n int) (p shuffledPeople) {
	for i := range n {
		p.w, p.x = append(p.w, 1+9*rng.Float64()), append(p.x, 1+rng.Float64())
		p.y = append(p.y, math.Round(10*rng.NormFloat64())) // with ties
		p.psu, p.stratum = append(p.psu, int32(i/8)), append(p.stratum, int32(i/48))
		p.a, p.b = append(p.a, int32(rng.IntN(3))), append(p.b, int32(rng.IntN(2)))
		p.cell = append(p.cell, int32(rng.IntN(4)-1))
	}
	return p
}

func (p shuffledPeople) in(order []int) shuffledPeople {
	return shuffledPeople{
		take(p.w, order), take(p.y, order), take(p.x, order), take(p.psu, order), take(p.stratum, order),
		take(p.a, order), take(p.b, order), take(p.cell, order),
	}
}

// surveys are of all kinds; without names of PSUs rows are PSUs.
func (p shuffledPeople) surveys(t *testing.T, named bool) map[string]analysis.Survey {
	stage := analysis.StageColumns{Stratum: p.stratum, Unit: p.psu}
	if !named {
		stage.Unit = nil
	}
	s := newSample(t, analysis.SampleColumns{Rows: len(p.w), Weights: p.w, Stages: []analysis.StageColumns{stage}})
	margins := analysis.Calibration{Terms: []analysis.Term{
		{Name: "a", Code: p.a, Levels: []string{"0", "1", "2"}, Totals: []float64{500, 400, 450}},
		{Name: "x", X: p.x, Totals: []float64{2020}},
	}}
	fitted, _ := mustCalibrate(t, s, margins)
	answered := make([]bool, len(p.y))
	for i, y := range p.y {
		answered[i] = y < 12
	}
	responding, _, err := s.RespondByClass(answered, p.a, []string{"0", "1", "2"})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]analysis.Survey{
		"sample": s, "calibrated": fitted, "responding": responding,
		"standardised": standardise(t, s, analysis.Standardisation{By: p.a, Over: p.b, Population: []float64{1, 2, 3}}),
	}
	if named {
		r := mustReplicate(t, s, analysis.JKn())
		again, _, err := r.Calibrate(margins)
		if err != nil {
			t.Fatal(err)
		}
		out["replicates"], out["calibrated replicates"] = r, again
	}
	return out
}

func (p shuffledPeople) statistics() map[string]analysis.Statistic {
	x := []analysis.Variable{{Name: "x", Numbers: p.x}}
	model := analysis.Model{Response: p.y, Columns: analysis.ModelColumns(len(p.y), true, x)}
	return map[string]analysis.Statistic{
		"totals": analysis.TotalOf(p.y, p.x), "ratio": analysis.RatioOf(p.y, p.x), "variance": analysis.VarianceOf(p.y),
		"quantiles": analysis.QuantilesOf(p.y, analysis.HF5, 0.3, 0.5), "kappa": analysis.KappaOf(p.a, p.b, 3),
		"standardised": analysis.StandardisedOf(p.y, p.x, p.a, []float64{1, 2, 3}), "model": model.Coefficients(),
	}
}

// figures are what all surveys say of all statistics in a domain, and of cells.
func (p shuffledPeople) figures(t *testing.T, named bool) map[string][]float64 {
	out := map[string][]float64{}
	for kind, sv := range p.surveys(t, named) {
		for name, st := range p.statistics() {
			e := sv.Estimate(st, is(p.b, 1))
			figures := slices.Concat(e.Values, e.Simple, []float64{e.DF, e.SumWeights})
			for i := range e.Values {
				for j := range e.Values {
					figures = append(figures, e.Cov.At(i, j))
				}
			}
			out[kind+", "+name] = figures
		}
		if by, is := sv.(analysis.CellEstimator); is {
			for _, e := range slices.Concat(by.Totals(p.y, p.cell, 3), by.Ratios(p.y, p.x, p.cell, 3)) {
				out[kind+", cells"] = append(out[kind+", cells"], e.Value, e.SE, e.DF)
			}
		}
	}
	return out
}

// TestOrderOfRows: any order of rows gives the same bits, whatever the survey and the statistic, and columns of the
// caller are left as they are.
func TestOrderOfRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	for _, named := range []bool{true, false} {
		p := newShuffledPeople(rng, 240)
		kept := p.in(indices(240))
		want, got := p.figures(t, named), p.in(rng.Perm(240)).figures(t, named)
		for name := range want {
			if !slices.EqualFunc(got[name], want[name], alikeToBits) {
				t.Errorf("%s, PSUs named %v: %v, in another order %v", name, named, want[name], got[name])
			}
		}
		same := slices.Equal(slices.Concat(p.w, p.y, p.x), slices.Concat(kept.w, kept.y, kept.x)) &&
			slices.Equal(slices.Concat(p.psu, p.stratum, p.a, p.b, p.cell),
				slices.Concat(kept.psu, kept.stratum, kept.a, kept.b, kept.cell))
		if !same {
			t.Error("columns of the caller were changed")
		}
	}
}
