package analysis_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

func two(t testing.TB, x1, n1, x2, n2 int) analysis.TwoByTwo {
	table, err := analysis.NewTwoByTwo(int64(x1), int64(n1), int64(x2), int64(n2))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestTwoByTwoAgainstR holds tests and odds ratios against R 4.2.2, x <- c(9, 3), n <- c(10, 10):
//
//	prop.test(x, n, correct = FALSE), prop.test(x, n), fisher.test(rbind(x, n-x))
//
// R looks for odds ratios to four digits. Ours are held against uniroot(..., tol = 1e-14) on the sums of dhyper.
func TestTwoByTwoAgainstR(t *testing.T) {
	table := two(t, 9, 10, 3, 10)
	x2, p := table.ChiSquare(false)
	corrected, pCorrected := table.ChiSquare(true)
	i := table.OddsRatioInterval(0.95)
	for what, pair := range map[string][2]float64{
		"X²":                {x2, 7.5},
		"p":                 {p, 0.00616989932054416},
		"corrected":         {corrected, 5.20833333333333},
		"p of corrected":    {pCorrected, 0.0224788733661252},
		"Fisher":            {table.Fisher(), 0.0197666110978804},
		"odds ratio":        {table.OddsRatio(), 17.2690339379717},
		"odds ratio, lower": {i.Lower, 1.38711353794342},
		"odds ratio, upper": {i.Upper, 1047.83998170382},
	} {
		if !scalar.EqualWithinRel(pair[0], pair[1], 1e-10) {
			t.Errorf("%s = %v, want %v", what, pair[0], pair[1])
		}
	}
}

// TestTwoByTwoTurns: groups that change places turn odds ratios over and leave tests as they are; the conditional
// estimate is inside its interval; X² is the square of the difference by its pooled error.
func TestTwoByTwoTurns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x1, n1, x2, n2 := drawTwo(t)
		table, turned := analysis.TwoByTwo{X: [2]int64{int64(x1), int64(x2)}, N: [2]int64{int64(n1), int64(n2)}},
			analysis.TwoByTwo{X: [2]int64{int64(x2), int64(x1)}, N: [2]int64{int64(n2), int64(n1)}}
		a, b := table.OddsRatioInterval(0.9), turned.OddsRatioInterval(0.9)
		ratio := table.OddsRatio()
		for what, pair := range map[string][2]float64{
			"Fisher": {table.Fisher(), turned.Fisher()}, "lower": {a.Lower, 1 / b.Upper}, "upper": {a.Upper, 1 / b.Lower},
		} {
			if pair[0] != pair[1] && !scalar.EqualWithinRel(pair[0], pair[1], 1e-9) {
				t.Errorf("%s: %v, turned %v", what, pair[0], pair[1])
			}
		}
		if !(a.Lower <= ratio && ratio <= a.Upper) {
			t.Errorf("odds ratio %v is not in %v", ratio, a)
		}
		p1, p2, mean := float64(x1)/float64(n1), float64(x2)/float64(n2), float64(x1+x2)/float64(n1+n2)
		z := (p1 - p2) / math.Sqrt(mean*(1-mean)*(1/float64(n1)+1/float64(n2)))
		if statistic, _ := table.ChiSquare(false); !same(statistic, z*z, 1e-9) {
			t.Errorf("X² = %v, want %v", statistic, z*z)
		}
	})
}

func TestTwoByTwoEdges(t *testing.T) {
	for _, bad := range [][4]int64{{-1, 3, 0, 3}, {4, 3, 0, 3}, {0, 3, 4, 3}} {
		if _, err := analysis.NewTwoByTwo(bad[0], bad[1], bad[2], bad[3]); err == nil {
			t.Errorf("%v is accepted", bad)
		}
	}
	none := two(t, 0, 10, 0, 20)
	if x2, p := none.ChiSquare(true); !math.IsNaN(x2) || !math.IsNaN(p) {
		t.Errorf("nobody has the trait: X² = %v, p = %v", x2, p)
	}
	i := none.OddsRatioInterval(0.95)
	if none.Fisher() != 1 || none.OddsRatio() != 0 || i.Lower != 0 || !math.IsInf(i.Upper, 1) {
		t.Errorf("nobody has the trait: p = %v, odds ratio %v in %v", none.Fisher(), none.OddsRatio(), i)
	}
	if all := two(t, 10, 10, 0, 20); !math.IsInf(all.OddsRatio(), 1) {
		t.Errorf("odds ratio %v of 10 of 10 and 0 of 20", all.OddsRatio())
	}
	if large := two(t, 600_000, 1_000_000, 599_000, 1_000_000); !(math.Abs(math.Log(large.OddsRatio())-0.00417) < 1e-4) {
		t.Errorf("odds ratio %v in a large table", large.OddsRatio())
	}
}
