package analysis

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// A RankScore is the score of a row whose rank, as a share of the population, is r in (0, 1).
type RankScore func(r float64) float64

// WilcoxonScore is the rank itself: two groups are compared as by Wilcoxon, several as by Kruskal and Wallis.
func WilcoxonScore(r float64) float64 { return r }

// VanDerWaerdenScore is the quantile of the normal distribution.
func VanDerWaerdenScore(r float64) float64 { return distuv.UnitNormal.Quantile(r) }

// MedianScore is 1 above the median, else 0.
func MedianScore(r float64) float64 {
	if r > 0.5 {
		return 1
	}
	return 0
}

// MidRanks are the ranks of values in the population, as shares of it: of a value, what the weights put below it, and
// half of what they put on it. Rows without weight get NaN. Any order of rows gives the same bits.
func MidRanks(w, y []float64) []float64 {
	mustHave(y, len(w))
	rows := rowsWithWeight(w)
	slices.SortFunc(rows, func(i, j int32) int { return cmp.Compare(y[i], y[j]) })
	place, last := make([]int32, len(rows)), int32(-1)
	for n, i := range rows {
		if n == 0 || y[i] != y[rows[n-1]] {
			last++
		}
		place[n] = last
	}
	on := sumByCell(pick(w, rows), place, int(last)+1)
	below, all := make([]float64, len(on)), 0.0
	for p, x := range on {
		below[p] = all
		all += x
	}
	out := slices.Repeat([]float64{math.NaN()}, len(w))
	for n, i := range rows {
		out[i] = (below[place[n]] + on[place[n]]/2) / all
	}
	return out
}

// A RankTest is a test that groups do not differ in where their values lie, with the mean score of every group less
// that of the first.
type RankTest struct {
	Differences *Estimates
	TestResult
}

// NewRankTest tests that groups do not differ in the ranks of y within a domain, nil for all, by a score of them. The
// rest is as in NewScoreTest. Rows where y is missing are to be outside the domain. R survey, svyranktest, gives tied
// rows of different weights ranks that go with the order of the rows; these do not.
//
// Lumley and Scott (2013), Biometrika 100:831-842.
func NewRankTest(sv Survey, y []float64, group []int32, k int, score RankScore, domain []bool) (*RankTest, error) {
	mustHaveGroups(group, k, len(y))
	domain = withCodes(domain, group)
	scores := MidRanks(inDomain(sv.Weights(), domain), y)
	for i, r := range scores {
		scores[i] = score(r)
	}
	return NewScoreTest(sv, scores, group, k, domain)
}

// NewScoreTest tests that scores, which are taken for known, have the same mean in all groups of a domain, nil for all.
// group[i] is the group of row i of k, -1 where it is missing. Two groups are tested by Student's t on one degree of
// freedom less than the design has, several by Wald's F on k-1 and DF-(k-1). Multiplying the weights by a constant
// changes nothing. Errors: a group without anybody, ErrSingular. It panics where groups are not one a row below k.
func NewScoreTest(sv Survey, scores []float64, group []int32, k int, domain []bool) (*RankTest, error) {
	mustHaveGroups(group, k, len(scores))
	groups := make([][]bool, k)
	for g := range groups {
		groups[g] = havingCode(group, int32(g))
	}
	means := sv.Estimate(ByDomain(MeanOf(scores), groups...), withCodes(domain, group))
	for g, mean := range means.Values {
		if math.IsNaN(mean) {
			return nil, fmt.Errorf("analysis: the mean score of group %d is not known: it has nobody, or a score is missing", g)
		}
	}
	t := &RankTest{Differences: means.Contrasts(fromFirst(k)...)}
	return t, t.test()
}

func mustHaveGroups(group []int32, k, rows int) {
	if len(group) != rows || k < 2 {
		panic(fmt.Sprintf("analysis: groups of %d rows, %d of them, for %d values: want two or more",
			len(group), k, rows))
	}
	mustBeBelow(group, k)
}

func (t *RankTest) test() (err error) {
	d := t.Differences
	if d.Len() == 1 {
		e := d.At(0)
		e.DF--
		t.TestResult = studentTest(e, 0)
		return nil
	}
	t.TestResult, err = d.Wald(d.DF-float64(d.Len()), identity[int](d.Len())...)
	return err
}

// havingCode marks the rows of a code.
func havingCode(code []int32, of int32) []bool {
	out := make([]bool, len(code))
	for i, c := range code {
		out[i] = c == of
	}
	return out
}

// fromFirst are the contrasts of k estimates with the first.
func fromFirst(k int) [][]float64 {
	out := make([][]float64, k-1)
	for j := range out {
		out[j] = make([]float64, k)
		out[j][0], out[j][j+1] = -1, 1
	}
	return out
}
