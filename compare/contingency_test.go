package compare_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/concord-stat/concord/compare"
)

// TestContingency works out a table with an empty row and column by hand.
func TestContingency(t *testing.T) {
	table := [][]float64{{12, 5, 0, 7}, {3, 9, 0, 6}, {0, 0, 0, 0}}
	c, err := compare.NewContingency(table)
	if err != nil {
		t.Fatal(err)
	}
	x2, g := 0.0, 0.0
	for r, total := range []float64{24, 18} {
		for j, column := range []float64{15, 14, 0, 13} {
			if e := total * column / 42; e > 0 {
				o := table[r][j]
				x2 += (o - e) * (o - e) / e
				g += 2 * o * math.Log(o/e)
			}
		}
	}
	if !closeTo(c.X2, x2) || !closeTo(c.G, g) || c.DF() != 2 || c.Rows != 2 || c.Columns != 3 {
		t.Errorf("%+v, want %v and %v", c, x2, g)
	}
	// Bergsma (2013), equation 6, by hand.
	phi := math.Max(0, x2/42-2.0/41)
	if want := math.Sqrt(phi / (math.Min(2-1.0/41, 3-4.0/41) - 1)); !closeTo(c.CorrectedV(), want) {
		t.Errorf("corrected V %v, want %v", c.CorrectedV(), want)
	}
	if _, err := compare.NewContingency([][]float64{{1, 2}, {0, 0}}); !errors.Is(err, compare.ErrOneCategory) {
		t.Errorf("one row: %v", err)
	}
}

// TestFit: as many counts are as far from their probabilities as a table is from its margins, where the other row has
// any number of persons; and somebody where nobody can be is impossible.
func TestFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := twoDistributions(t)
		for i := range q {
			p[i], q[i] = p[i]+1, q[i]+1
		}
		f, err := compare.NewFit(p, q)
		if err != nil {
			t.Fatal(err)
		}
		many := make([]float64, len(q))
		for i := range q {
			many[i] = 1e9 * q[i]
		}
		c, err := compare.NewContingency([][]float64{p, many})
		if err != nil || math.Abs(c.X2-f.X2) > 1e-4*(1+f.X2) || c.DF() != f.DF {
			t.Errorf("%v against an endless sample %v, %v", f, c, err)
		}
	})
	f, err := compare.NewFit([]float64{1, 2, 3, 0}, []float64{1, 0, 2, 0})
	if err != nil || !math.IsInf(f.X2, 1) || f.Pearson().P != 0 || f.DF != 2 {
		t.Errorf("somebody where nobody can be: %+v, %v", f, err)
	}
}
