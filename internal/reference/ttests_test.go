package reference

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

func init() { statistics["ttest"], statistics["ranktest"] = meansTested, ranksTested }

// meansTested compares t tests: of a mean where the formula has no group, else of two groups, the second less the
// first.
func meansTested(e *entry, s *survey, want target) outcome {
	if odd := strangers(want.fields, "stat", "formula"); odd != nil {
		return unsupported("%s with %s", want.Stat, strings.Join(odd, ", "))
	}
	var text struct{ Formula string }
	e.into("target", &text)
	formula := parseFormula(text.Formula)
	y, needed := s.t.evaluate(formula.response)
	var test analysis.MeanTest
	if len(formula.terms) == 0 {
		test = analysis.OneSampleT(s, y, 0, s.domain)
	} else {
		group, more := s.t.variable(formula.terms[0][0])
		second := make([]bool, s.t.rows)
		for i, c := range asFactor(group).Code {
			second[i] = c > 0
		}
		test = analysis.TwoSampleT(s, y, second, s.t.complete(s.domain, append(needed, more...)))
		if _, ok := s.Survey.(*analysis.Replicates); ok {
			test = onDF(test, s.DF(s.domain)-1) // R leaves rows without a value in
		}
	}
	f := newFigures(e, "design", "target", "method")
	f.vector("estimate", []float64{test.Difference.Value})
	f.test(test.TestResult)
	f.intervals([]analysis.Estimate{test.Difference})
	f.number("df", s.DF(s.domain))
	return f.outcome()
}

// onDF is a test on other degrees of freedom.
func onDF(t analysis.MeanTest, df float64) analysis.MeanTest {
	t.Difference.DF, t.DDF = df, df
	t.P = 2 * analysis.UpperTail(math.Abs(t.Statistic), df)
	return t
}

var rankScores = map[string]analysis.RankScore{
	"wilcoxon": analysis.WilcoxonScore, "KruskalWallis": analysis.WilcoxonScore,
	"vanderWaerden": analysis.VanDerWaerdenScore, "median": analysis.MedianScore,
}

// ranksTested compares rank tests. Of several groups the statistic is stated as chi-square.
func ranksTested(e *entry, s *survey, want target) outcome {
	var text struct{ Formula, Test string }
	e.into("target", &text)
	formula := parseFormula(text.Formula)
	y, needed := s.t.evaluate(formula.response)
	group, more := s.t.variable(formula.terms[0][0])
	domain := s.t.complete(s.domain, append(needed, more...))
	group = levelsWithin(asFactor(group), domain)
	test, err := ranksTest(s, y, group, rankScores[text.Test], domain)
	f := newFigures(e, "design", "target", "method")
	if f.hold(err); err != nil {
		return f.outcome()
	}
	if test.Distribution == analysis.FisherF {
		test.Statistic *= test.NDF
	}
	f.vector("estimate", test.Differences.Values)
	f.test(test.TestResult)
	f.number("df", s.DF(s.domain))
	return f.outcome()
}

// ranksTest is the test by our ranks where R survey has the same. Rows that are tied with different weights get ranks
// there that go with the order of the rows; the test is then held with those.
func ranksTest(
	s *survey, y []float64, group analysis.Variable, score analysis.RankScore, domain []bool,
) (*analysis.RankTest, error) {
	w := slices.Clone(s.Weights())
	for i, in := range domain {
		if !in {
			w[i] = 0
		}
	}
	ours, theirs := analysis.MidRanks(w, y), rowOrderRanks(w, y)
	same := true
	for i := range y {
		near := w[i] == 0 || math.Abs(ours[i]-theirs[i]) < 1e-12
		if !near && !tied(w, y, i) {
			return nil, fmt.Errorf("row %d has rank %v, want %v", i, ours[i], theirs[i])
		}
		same = same && near
		theirs[i] = score(theirs[i])
	}
	if same {
		return analysis.NewRankTest(s, y, group.Code, len(group.Levels), score, domain)
	}
	return analysis.NewScoreTest(s, theirs, group.Code, len(group.Levels), domain)
}

// tied tells whether another row with weight has the same value and another weight.
func tied(w, y []float64, row int) bool {
	for i := range y {
		if w[i] != 0 && y[i] == y[row] && w[i] != w[row] {
			return true
		}
	}
	return false
}

// rowOrderRanks are the ranks of R survey: with rows in order of their values, and as they stand where these are tied,
// the plain mean over ties of what the weights add up to as far as the middle of a row.
func rowOrderRanks(w, y []float64) []float64 {
	var rows []int
	for i, x := range w {
		if x != 0 {
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(i, j int) int { return cmp.Compare(y[i], y[j]) })
	out, all := make([]float64, len(w)), 0.0
	for from := 0; from < len(rows); {
		to, mean := from, 0.0
		for ; to < len(rows) && y[rows[to]] == y[rows[from]]; to++ {
			mean += all + w[rows[to]]/2
			all += w[rows[to]]
		}
		for _, i := range rows[from:to] {
			out[i] = mean / float64(to-from)
		}
		from = to
	}
	for i := range out {
		out[i] /= all
	}
	return out
}
