package analysis_test

import (
	"errors"
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

func (m microdata) table() analysis.TwoWay {
	return analysis.TwoWay{Row: m.first, Column: m.second, R: 3, C: 2}
}

func independence(
	t interface{ Fatal(...any) }, table analysis.TwoWay, sv analysis.Survey, domain []bool,
) *analysis.Independence {
	i, err := table.Independence(sv, domain)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// tests are all tests of a table.
func tests(t interface{ Fatal(...any) }, i *analysis.Independence) map[string]analysis.TestResult {
	out := map[string]analysis.TestResult{
		"first": i.FirstOrder(), "second": i.SecondOrder(),
		"saddlepoint": i.Saddlepoint(i.NDF() * i.DF), "exact": i.Exact(i.NDF() * i.DF),
	}
	for name, wald := range map[string]func() (analysis.TestResult, error){"Wald": i.Wald, "adjusted": i.AdjustedWald} {
		var err error
		if out[name], err = wald(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestSimpleRandomIndependence: for a simple random sample with equal weights all deltas are n/(n-1) (1-f), so that
// the first correction leaves Pearson's test but for that factor; X² is Pearson's own, from counts.
func TestSimpleRandomIndependence(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		n, of := float64(len(m.y)), float64(len(m.y)*rapid.IntRange(2, 9).Draw(rt, "frame"))
		population := make([]float64, len(m.y))
		for i := range population {
			population[i] = of
		}
		s := newSample(t, analysis.SampleColumns{Rows: len(m.y), Stages: []analysis.StageColumns{{Population: population}}})
		got := independence(rt, m.table(), s, nil)
		for _, delta := range got.Deltas {
			if !closeTo(delta, n/(n-1)*(1-n/of), 1e-10) {
				rt.Errorf("deltas %v, want %v", got.Deltas, n/(n-1)*(1-n/of))
			}
		}
		if want := pearson(m.first, m.second); !closeTo(got.X2, want, 1e-9) {
			rt.Errorf("X² = %v, want %v", got.X2, want)
		}
		if p := got.FirstOrder(); !closeTo(p.P, analysis.ChiSquareTail(got.X2/got.Deltas[0], 2), 1e-9) || p.NDF != 2 {
			rt.Errorf("first order %+v", p)
		}
	})
}

// pearson is Pearson's statistic of the counts of three by two categories.
func pearson(row, column []int32) (x2 float64) {
	var cell [3][2]float64
	var rows [3]float64
	var columns [2]float64
	for i, r := range row {
		cell[r][column[i]]++
		rows[r]++
		columns[column[i]]++
	}
	for r := range cell {
		for c, o := range cell[r] {
			e := rows[r] * columns[c] / float64(len(row))
			x2 += (o - e) * (o - e) / e
		}
	}
	return x2
}

// TestIndependenceInvariance: tests do not change with the names of categories, with empty ones, with which variable
// comes first, or with a constant times the weights; rows in another order give the same bits.
func TestIndependenceInvariance(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		domain := make([]bool, len(m.y))
		for i := range domain {
			domain[i] = m.y[i] < 56
		}
		for i := range 12 {
			domain[i] = true
		}
		base := independence(rt, m.table(), m.sample(t), domain)
		want := tests(rt, base)
		renamed := analysis.TwoWay{Row: m.second, R: 4, C: 7}
		for _, c := range m.first {
			renamed.Column = append(renamed.Column, 5-2*c)
		}
		for name, got := range map[string]map[string]analysis.TestResult{
			"with other names":     tests(rt, independence(rt, renamed, m.sample(t), domain)),
			"by weights times 1/9": tests(rt, independence(rt, m.table(), m.rescaled(1.0/9).sample(t), domain)),
		} {
			for test := range want {
				if !closeTo(got[test].P, want[test].P, 1e-7) || !closeTo(got[test].Statistic, want[test].Statistic, 1e-7) {
					rt.Errorf("%s, %s: %+v, want %+v", test, name, got[test], want[test])
				}
			}
		}
		order := drawOrder(rt, len(m.y))
		other := m.reordered(order)
		for test, got := range tests(rt, independence(rt, other.table(), other.sample(t), reorder(domain, order))) {
			if got != want[test] {
				rt.Errorf("%s in another order: %+v, want %+v", test, got, want[test])
			}
		}
	})
}

// TestTwoByTwoIndependence: with one degree of freedom all weighted sums are one chi-square, so that the second order,
// the exact and the Wald tests have one and the ν degrees of freedom of the design.
func TestTwoByTwoIndependence(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		s := m.sample(t)
		i := independence(rt, m.table(), s, either(is(m.first, 0), is(m.first, 2)))
		second, exact := i.SecondOrder(), i.Exact(i.DF)
		if second.NDF != 1 || second.DDF != i.DF || !closeTo(second.P, exact.P, 1e-9) {
			rt.Errorf("second order %+v, exact %+v", second, exact)
		}
	})
}

func either(a, b []bool) []bool {
	out := make([]bool, len(a))
	for i := range a {
		out[i] = a[i] || b[i]
	}
	return out
}

// TestIndependenceRefusals: a table of one row is none, and a variance that is not known gives no P.
func TestIndependenceRefusals(t *testing.T) {
	s := newSample(t, analysis.SampleColumns{Rows: 5, Weights: ones(5)})
	table := analysis.TwoWay{Row: []int32{0, 0, 0, 0, 1}, Column: []int32{0, 1, 0, 1, -1}, R: 2, C: 2}
	if _, err := table.Independence(s, nil); !errors.Is(err, analysis.ErrOneCategory) {
		t.Errorf("%v, want %v", err, analysis.ErrOneCategory)
	}
	if !panics(func() {
		analysis.TwoWay{Row: []int32{0, 0, 0, 0, 2}, Column: table.Column, R: 2, C: 2}.Independence(s, nil)
	}) {
		t.Error("a category beyond the last is taken")
	}
	one := newSample(t, analysis.SampleColumns{
		Rows: 5, Weights: ones(5), Stages: []analysis.StageColumns{{Unit: make([]int32, 5)}}, Lonely: analysis.LonelyRemove,
	})
	table.Row, table.Column[4] = []int32{0, 0, 1, 0, 1}, 1
	i := independence(t, table, one, nil)
	if p := i.SecondOrder().P; !math.IsNaN(p) {
		t.Errorf("a single PSU gives P = %v", p)
	}
}
