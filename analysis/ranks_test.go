package analysis_test

import (
	"math"
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

// TestWilcoxonIsMannWhitney: the difference of mean ranks is the chance that one of the second group is above one of
// the first, ties by half, less one half:
//
//	Σ Σ wi wj (1[yj > yi] + ½ 1[yj = yi])/(W1 W2) - ½
//
// In a population of groups of sizes W1 and W2 this is that of ranks as shares of W1 + W2. Values have ties.
func TestWilcoxonIsMannWhitney(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		for i := range m.y {
			m.y[i] = math.Round(m.y[i] / 2)
		}
		test, err := analysis.NewRankTest(m.sample(t), m.y, m.second, 2, analysis.WilcoxonScore, nil)
		if err != nil {
			rt.Fatal(err)
		}
		pairs, all := 0.0, 0.0
		for i, wi := range m.columns.Weights {
			for j, wj := range m.columns.Weights {
				if m.second[i] != 0 || m.second[j] != 1 {
					continue
				}
				all += wi * wj
				switch {
				case m.y[j] > m.y[i]:
					pairs += wi * wj
				case m.y[j] == m.y[i]:
					pairs += wi * wj / 2
				}
			}
		}
		if got, want := test.Differences.Values[0], pairs/all-0.5; !closeTo(got, want, 1e-10) {
			rt.Errorf("%v, want %v", got, want)
		}
	})
}

// TestRankTestInvariance: ranks know nothing of what a monotone function or a constant times the weights does, and rows
// in another order give the same bits, ties and all.
func TestRankTestInvariance(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		for i := range m.y {
			m.y[i] = math.Round(m.y[i])
		}
		curved := slices.Clone(m.y)
		for i, y := range curved {
			curved[i] = math.Exp(y / 10)
		}
		other := m.reordered(drawOrder(rt, len(m.y)))
		for _, score := range []analysis.RankScore{
			analysis.WilcoxonScore, analysis.VanDerWaerdenScore, analysis.MedianScore,
		} {
			test := func(m microdata, y []float64) analysis.TestResult {
				r, err := analysis.NewRankTest(m.sample(t), y, m.first, 3, score, nil)
				if err != nil {
					rt.Fatal(err)
				}
				return r.TestResult
			}
			want := test(m, m.y)
			if got := test(m, curved); got != want {
				rt.Errorf("of a monotone function %+v, want %+v", got, want)
			}
			if got := test(m.rescaled(4), m.y); !closeTo(got.P, want.P, 1e-8) {
				rt.Errorf("of weights times 4 %+v, want %+v", got, want)
			}
			if got := test(other, other.y); got != want {
				rt.Errorf("in another order %+v, want %+v", got, want)
			}
		}
	})
}

// TestScoreTestOfTwo: several groups by F and two by t agree where the groups are two, but for the degrees of freedom.
func TestScoreTestOfTwo(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		s := m.sample(t)
		two, err := analysis.NewScoreTest(s, m.y, m.second, 2, nil)
		if err != nil {
			rt.Fatal(err)
		}
		means := s.Estimate(analysis.ByDomain(analysis.MeanOf(m.y), is(m.second, 0), is(m.second, 1)), nil)
		wald, err := means.Contrasts([]float64{-1, 1}).Wald(s.DF(nil)-1, 0)
		if err != nil || !closeTo(wald.Statistic, two.Statistic*two.Statistic, 1e-9) || !closeTo(wald.P, two.P, 1e-9) {
			rt.Errorf("F %+v, %v, t %+v", wald, err, two.TestResult)
		}
		if _, err := analysis.NewScoreTest(s, m.y, m.second, 4, nil); err == nil {
			rt.Error("two empty groups are taken")
		}
	})
}
