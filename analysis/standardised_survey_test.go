package analysis_test

import (
	"errors"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

func standardise(t interface{ Fatal(...any) }, sv analysis.Survey, by analysis.Standardisation) analysis.Survey {
	s, err := analysis.Standardise(sv, by)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestStandardisedMean: a standardised mean is the mean of the means of the categories by the standard population, with
// its error; over groups, those of each group, covariances between groups with them.
func TestStandardisedMean(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		s, standard := m.sample(t), []float64{50, 30, 20}
		var cells [][]bool
		for o := range int32(2) {
			for b := range int32(3) {
				cell := is(m.first, b)
				for i := range cell {
					cell[i] = cell[i] && m.second[i] == o
				}
				cells = append(cells, cell)
			}
		}
		want := s.Estimate(analysis.ByDomain(analysis.MeanOf(m.y), cells...), nil).Contrasts(
			[]float64{0.5, 0.3, 0.2, 0, 0, 0}, []float64{0, 0, 0, 0.5, 0.3, 0.2})
		over := standardise(rt, s, analysis.Standardisation{By: m.first, Over: m.second, Population: standard})
		groups := [][]bool{is(m.second, 0), is(m.second, 1)}
		sameEstimates(rt, over.Estimate(analysis.ByDomain(analysis.MeanOf(m.y), groups...), nil), want, 1e-9)
		for g, domain := range groups {
			one := over.Estimate(analysis.MeanOf(m.y), domain)
			if !closeTo(one.Values[0], want.Values[g], 1e-9) || !closeTo(one.SE(0), want.SE(g), 1e-9) || one.DF != s.DF(domain) {
				rt.Errorf("group %d: %v, want %v", g, one.At(0), want.At(g))
			}
		}
		whole := standardise(rt, s, analysis.Standardisation{By: m.first, Population: standard})
		want = s.Estimate(analysis.ByDomain(analysis.MeanOf(m.y), m.firstDomains()...), nil)
		sameEstimates(rt, whole.Estimate(analysis.MeanOf(m.y), nil), want.Contrasts([]float64{0.5, 0.3, 0.2}), 1e-9)
	})
}

// TestStandardisedShares: in the standardised survey every group has the make-up of the standard, without error, and as
// many as before.
func TestStandardisedShares(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		s := m.sample(t)
		over := standardise(rt, s, analysis.Standardisation{By: m.first, Over: m.second, Population: []float64{5, 3, 2}})
		for g := range int32(2) {
			in := is(m.second, g)
			shares := over.Estimate(analysis.MeanOf(indicator(m.first, 0), indicator(m.first, 1), indicator(m.first, 2)), in)
			for b, want := range []float64{0.5, 0.3, 0.2} {
				if !closeTo(shares.Values[b], want, 1e-12) || shares.SE(b) > 1e-12 {
					rt.Errorf("share %d of group %d: %v", b, g, shares.At(b))
				}
			}
			size := s.Estimate(analysis.TotalOf(ones(len(m.y))), in).Values[0]
			if !closeTo(shares.SumWeights, size, 1e-12) {
				rt.Errorf("group %d has %v persons, want %v", g, shares.SumWeights, size)
			}
		}
	})
}

func indicator(code []int32, of int32) []float64 {
	out := make([]float64, len(code))
	for i, c := range code {
		if c == of {
			out[i] = 1
		}
	}
	return out
}

// TestStandardiseLeavesOut: rows without a category are left out as outside a domain.
func TestStandardiseLeavesOut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		s, by, domain := m.sample(t), append([]int32(nil), m.first...), make([]bool, len(m.y))
		for i := range by {
			if domain[i] = i%5 != 4 || i < 12; !domain[i] {
				by[i] = -1
			}
		}
		standard := []float64{1, 2, 3}
		got := standardise(rt, s, analysis.Standardisation{By: by, Population: standard}).Estimate(analysis.MeanOf(m.y), nil)
		want := s.Estimate(analysis.ByDomain(analysis.MeanOf(m.y), m.firstDomains()...), domain)
		want = want.Contrasts([]float64{1.0 / 6, 2.0 / 6, 3.0 / 6})
		sameEstimates(rt, got, want, 1e-9)
		if got.N != want.N || got.DF != want.DF {
			rt.Errorf("%d rows and %v degrees of freedom, want %d and %v", got.N, got.DF, want.N, want.DF)
		}
	})
}

// TestStandardiseRefusals: a category without anybody is named, and a share must be above 0.
func TestStandardiseRefusals(t *testing.T) {
	s := newSample(t, analysis.SampleColumns{Rows: 4, Weights: ones(4)})
	_, err := analysis.Standardise(s, analysis.Standardisation{
		By: []int32{0, 1, 0, 0}, Over: []int32{0, 0, 1, 1}, Population: []float64{1, 1},
	})
	var empty *analysis.StandardisationError
	if !errors.As(err, &empty) || empty.By != 1 || empty.Over != 1 {
		t.Errorf("%v, want category 1 of group 1", err)
	}
	_, err = analysis.Standardise(s, analysis.Standardisation{By: make([]int32, 4), Population: []float64{1, 0}})
	if err == nil {
		t.Error("a share of 0 is taken")
	}
}

// TestStandardisedVarianceReplicated: n of n/(n-1) is that of the sample, not of a replicate.
func TestStandardisedVarianceReplicated(t *testing.T) {
	s := newSample(t, analysis.SampleColumns{Rows: 8, Weights: ones(8)})
	y := []float64{1, 4, 2, 8, 5, 7, 3, 3}
	r := mustReplicate(t, s, analysis.JKn())
	over := standardise(t, r, analysis.Standardisation{By: []int32{0, 1, 0, 1, 0, 1, 0, 1}, Population: []float64{1, 2}})
	got := over.Estimate(analysis.VarianceOf(y), nil)
	want := over.Estimate(populationVariance{y}, nil)
	if !closeTo(got.Values[0], want.Values[0]*8/7, 1e-12) || !closeTo(got.SE(0), want.SE(0)*8/7, 1e-12) {
		t.Errorf("%v, want 8/7 of %v", got.At(0), want.At(0))
	}
}

// populationVariance is Σ w(y-ȳ)²/Σ w.
type populationVariance struct{ y []float64 }

func (v populationVariance) squares(w []float64) analysis.Statistic {
	mean := analysis.MeanOf(v.y).Values(w)[0]
	out := make([]float64, len(w))
	for i, y := range v.y {
		out[i] = (y - mean) * (y - mean)
	}
	return analysis.MeanOf(out)
}
func (v populationVariance) Values(w []float64) []float64 { return v.squares(w).Values(w) }
func (v populationVariance) Influence(w, values []float64) [][]float64 {
	return v.squares(w).Influence(w, values)
}
